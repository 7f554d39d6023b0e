"""The fields of a record that belong to one thing: one diagnosis, one drug, one service line, one provider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from documents.records import Field, FieldStatus, Record
from documents.values import Alignment, Assertion

# What `diagnosis.status` may say of a condition that the patient does not have now.
_NOT_ACTIVE = frozenset({"negated", "family_history", "historical"})


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of one entity that carry the same group (all of them, for an entity that does not repeat).

    Attributes:
        entity: the part of the paths before the dot.
        key: the group that the fields carry, if any.
        fields: in record order.
    """

    entity: str
    key: str | None
    fields: tuple[Field, ...]

    def all(self, leaf: str) -> tuple[Field, ...]:
        """The fields of one leaf, e.g. every `modifier`."""
        path = f"{self.entity}.{leaf}"
        return tuple([f for f in self.fields if f.path == path])

    def one(self, leaf: str) -> Field | None:
        """The field of a leaf; None if there is none, or if several say different things."""
        found = self.all(leaf)
        return found[0] if len({f.value for f in found}) == 1 else None

    @property
    def is_current_fact(self) -> bool:
        """Whether it is said of the patient, now and as a fact: not negated, uncertain, family or past."""
        return all(f.assertion is Assertion.PRESENT for f in self.fields) and not any(
            f.value in _NOT_ACTIVE for f in self.all("status")
        )


def readings(record: Record) -> tuple[Field, ...]:
    """The fields that count as read: found on the page or confirmed by a person, and refused by nobody."""
    return tuple(
        f
        for f in record.fields
        if f.status is FieldStatus.VERIFIED or (f.status is not FieldStatus.REJECTED and f.alignment != Alignment.NONE)
    )


def group_fields(fields: Iterable[Field], entity: str) -> tuple[Group, ...]:
    """The groups of one entity, in the order in which the fields first name them."""
    prefix = f"{entity}."
    return _of_entity(entity, (field for field in fields if field.path.startswith(prefix)))


def entities(fields: Iterable[Field]) -> dict[str, tuple[Group, ...]]:
    """The groups of every entity, as `group_fields` gives them."""
    members: dict[str, list[Field]] = {}
    for field in fields:
        members.setdefault(field.path.partition(".")[0], []).append(field)
    return {entity: _of_entity(entity, each) for entity, each in members.items()}


def _of_entity(entity: str, fields: Iterable[Field]) -> tuple[Group, ...]:
    by_key: dict[str | None, list[Field]] = {}
    for field in fields:
        by_key.setdefault(field.group or None, []).append(field)
    return tuple(Group(entity, key, tuple(members)) for key, members in by_key.items())
