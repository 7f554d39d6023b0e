"""What a person types for a field: its kind and normal form; of what no document states, the line it is for."""

from __future__ import annotations

from documents.errors import SettingsError
from documents.records import Record
from documents.values import Kind
from extractors.document_type import DocumentType, all_document_types
from extractors.grammar.find import normalise
from review_queue.deciding import readable
from review_queue.entered import is_entered, lines_of
from review_queue.items import FieldRef
from validation.entered_paths import EnteredPath

# What is entered is one of a code list's values, closed though we do not hold the list.
_ENTERED_KIND = Kind.CHOICE


def kind_of(record: Record, path: str) -> Kind:
    """The kind of a field.

    Raises:
        SettingsError: the record's type has no such field.
    """
    declared = _declared(record)
    if is_entered(record, path):
        return _ENTERED_KIND
    if path not in declared.specs:
        known = ", ".join((*declared.specs, *declared.entered_specs))
        raise SettingsError(f"this document type has no such field; it has {known}")
    return declared.specs[path].reads.kind


def choices_of(record: Record, path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The closed list of a field that documents state, empty without one."""
    spec = _declared(record).specs.get(path)
    return () if spec is None else spec.reads.choices


def normal_value(record: Record, field: FieldRef, text: str) -> str:
    """The normal form of what a person typed.

    Raises:
        SettingsError: the type has no such field, or the value is not of its kind.
        UnreadableValueError: the value holds a character that nobody can read.
    """
    kind = kind_of(record, field.path)
    text = readable(text, field.path)
    entered = _declared(record).entered_specs.get(field.path)
    if entered is not None:
        return _entered_value(record, entered, field, text)
    normal = normalise(kind, text, choices=choices_of(record, field.path))
    if normal is None:
        raise SettingsError(f"the value is no {kind.value}")
    return normal


def _entered_value(record: Record, entered: EnteredPath, field: FieldRef, text: str) -> str:
    lines = lines_of(record.fields)
    if field.group is not None and not entered.per_line:
        raise SettingsError("that is entered for the whole request, without a line", subject=field.path)
    if field.group is not None and field.group not in lines:
        raise SettingsError(f"the record has no such line; it has {', '.join(lines) or 'none'}", subject=field.path)
    typed = " ".join(text.split())
    value = next((form for form in (typed, typed.upper(), typed.lower()) if entered.shape.fullmatch(form)), None)
    if value is None:
        raise SettingsError(f"that is not {entered.asks}", subject=field.path)
    return value


def _declared(record: Record) -> DocumentType:
    return all_document_types()[record.segment.document_type]
