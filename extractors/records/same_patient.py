"""Whether two records are proven to be of one patient: a page that is sent with another's is a leak."""

from __future__ import annotations

from collections.abc import Sequence

from documents.records import Field, FieldStatus, Record
from documents.values import Alignment, Kind
from extractors.records.packet import STRONG_IDENTITY, same_identity

# One item may agree by chance, or on purpose: a family shares a member id, a namesake the name, twins the birth date.
_LEAST = 2
# What everybody has one of; a patient may have two insurers and be known to two hospitals.
_SINGLE = frozenset({"patient.name", "patient.dob"})


def is_of_same_patient(one: Record, other: Record) -> bool:
    """Whether two items at least that say who the patient is agree, all proven, and none that is read differs.

    Args:
        one: the record that the other's pages would go with.
        other: whatever its pages name must be of the same patient; `one` may know of a second insurer.
    """
    if one.segment.other_patient or other.segment.other_patient:
        return False
    agreeing = 0
    for path in STRONG_IDENTITY:
        ours, theirs = _read(one, path), _read(other, path)
        if ours and theirs and (_differs(theirs, ours) or (path in _SINGLE and _differs(ours, theirs))):
            return False
        agreeing += any(_agree(a, b) for a in ours for b in theirs if a.usable and b.usable)
    return agreeing >= _LEAST


def _differs(said: Sequence[Field], known: Sequence[Field]) -> bool:
    """Whether one of the values is none of the known ones: pages that name two patients are not one's."""
    return not all(any(same_identity(a, b) for b in known) for a in said)


def _read(record: Record, path: str) -> list[Field]:
    """What is read or entered there and was not refused; a doubtful reading too: it may be right."""
    return [
        field
        for field in record.values(path)
        if field.status is not FieldStatus.REJECTED and (field.usable or field.alignment is not Alignment.NONE)
    ]


def _agree(one: Field, other: Field) -> bool:
    """Whether they say the same; of a birth date, all of it."""
    return one.value == other.value if one.kind is Kind.DATE else same_identity(one, other)
