"""What a person entered for one service line stays with that line, however a later reading numbers the lines.

No page states such a value, so that nothing but the line itself can say where it belongs: its decision keeps a key of
the line's code or drug. A value whose line is gone, or says something else now, goes back to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from documents.records import Field, FieldStatus, Record
from extractors.document_type import all_document_types
from ledger.packing import content_key
from review_queue.items import Decision

# What makes a line the one it is.
_NAMES_A_LINE = ("procedure.code", "medication.drug")
LINE_CHANGED = "line_changed"


def is_entered(record: Record, path: str) -> bool:
    """Whether a path of the record's type is one that a person enters and nobody reads."""
    return path in all_document_types()[record.segment.document_type].entered_specs


def lines_of(fields: Sequence[Field]) -> tuple[str, ...]:
    """Returns the groups of the lines that a record names, in its order."""
    named = (f.group for f in fields if f.path in _NAMES_A_LINE and _stands(f))
    return tuple(dict.fromkeys(group for group in named if group is not None))


def line_key(fields: Sequence[Field], group: str) -> str | None:
    """Returns a key of what a line asks for; None where the group names no line."""
    named = sorted({(f.path, f.value) for f in fields if f.group == group and f.path in _NAMES_A_LINE and _stands(f)})
    if not named:
        return None
    return content_key(*(part for pair in named for part in pair))


def entered_fields(fields: Sequence[Field], decisions: Sequence[Decision]) -> list[tuple[Field, int]]:
    """Returns what people entered, each under its line's group now, with the id of its decision.

    Args:
        fields: of the reading, with the other decisions in it.
        decisions: on entered paths, those in force.
    """
    keys = {group: line_key(fields, group) for group in lines_of(fields)}
    return [
        (_on_its_line(decision.after, decision.reason, keys), decision.id)
        for decision in decisions
        if decision.after is not None and decision.after.status is not FieldStatus.REJECTED
    ]


def _on_its_line(field: Field, key: str | None, keys: Mapping[str, str | None]) -> Field:
    if field.group is None or keys.get(field.group) == key:
        return field
    same = [group for group, known in keys.items() if known == key]
    if len(same) == 1:
        return field.model_copy(update={"group": same[0]})
    return field.model_copy(update={"status": FieldStatus.REVIEW, "reasons": (LINE_CHANGED,)})


def _stands(field: Field) -> bool:
    return field.status is not FieldStatus.REJECTED
