"""What a person enters that no document states: its normal form, the line it is for, what is still to be entered."""

from __future__ import annotations

from documents.errors import SettingsError
from documents.records import Record
from documents.values import Kind
from extractors.document_type import all_document_types
from review_queue.entered import lines_of
from review_queue.items import FieldRef
from validation.entered_paths import EnteredPath

# What is entered is one of a code list's values, closed though we do not hold the list.
ENTERED_KIND = Kind.CHOICE


def entered_specs(record: Record) -> dict[str, EnteredPath]:
    """What may be entered for a record, by path."""
    return all_document_types()[record.segment.document_type].entered_specs


def entered_value(record: Record, ref: FieldRef, text: str) -> str:
    """The normal form of a value that a person enters.

    Raises:
        SettingsError: it has not the shape, or is for a line that the record does not have.
    """
    enters = entered_specs(record)[ref.path]
    lines = lines_of(record.fields)
    if ref.group is not None and not enters.per_line:
        raise SettingsError("that is entered for the whole request, without a line", subject=ref.path)
    if ref.group is not None and ref.group not in lines:
        raise SettingsError(f"the record has no such line; it has {', '.join(lines) or 'none'}", subject=ref.path)
    typed = " ".join(text.split())
    value = next((form for form in (typed, typed.upper(), typed.lower()) if enters.shape.fullmatch(form)), None)
    if value is None:
        raise SettingsError(f"that is not {enters.asks}", subject=ref.path)
    return value


def still_to_enter(record: Record) -> list[str]:
    """A line for each path that nobody has entered and every request needs."""
    entered = {field.path for field in record.fields if field.usable}
    return [
        f"  {path}{'[line]' if enters.per_line else ''}  {enters.asks}"
        for path, enters in entered_specs(record).items()
        if enters.required and path not in entered
    ]
