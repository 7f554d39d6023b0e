"""The same diagnosis, drug or service line in several parts of a packet is one thing: which groups of which records.

A drug of the request that the note lists again is one drug, said twice. Nothing is moved or judged here: each record
keeps its fields; this only says which groups speak of one thing, so nobody need count it twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.records import Field, Record
from documents.values import Alignment, Kind
from extractors.grammar.sig_meaning import meaning
from extractors.lexicon.drugs import is_same_drug
from extractors.records.entity_groups import NAMED_BY
from extractors.records.packet import may_be_others

# Leaves in which two things of one name may differ; across a packet's parts fewer than within a record.
_APART: dict[str, tuple[str, ...]] = {
    "diagnosis": ("code", "status"),
    "procedure": ("code",),
    "medication": ("status", "strength", "dose", "route", "frequency"),
    "provider": ("npi",),
    "facility": ("npi",),
    "allergy": (),
    "observation": ("value", "unit", "date"),
}

GroupKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Thing:
    """A group of one record: its proven values by leaf."""

    record: Record
    key: GroupKey
    entity: str
    leaves: dict[str, tuple[Field, ...]]


def repeated_groups(records: Sequence[Record]) -> dict[GroupKey, GroupKey]:
    """For each (record id, group) that says again what an earlier record says, the earlier (record id, group)."""
    first: list[_Thing] = []
    again: dict[GroupKey, GroupKey] = {}
    for record in records:
        known = [t for t in first if t.record.segment.other_patient == record.segment.other_patient]
        known = [t for t in known if not may_be_others(t.record, record)]
        taken: set[GroupKey] = set()
        for thing in _things(record):
            home = next((t for t in known if t.key not in taken and _is_same(t, thing)), None)
            if home is None:
                first.append(thing)
            else:
                again[thing.key] = home.key
                taken.add(home.key)  # two lines of one page stay two
    return again


def _things(record: Record) -> list[_Thing]:
    groups: dict[tuple[str, str], list[Field]] = {}
    for field in record.fields:
        entity = field.path.split(".")[0]
        if field.group is not None and entity in NAMED_BY and field.alignment is not Alignment.NONE:
            groups.setdefault((entity, field.group), []).append(field)
    return [_Thing(record, (record.id, group), entity, _by_leaf(fields)) for (entity, group), fields in groups.items()]


def _by_leaf(fields: Sequence[Field]) -> dict[str, tuple[Field, ...]]:
    leaves: dict[str, tuple[Field, ...]] = {}
    for field in fields:
        leaf = field.path.split(".", maxsplit=1)[1]
        leaves[leaf] = (*leaves.get(leaf, ()), field)
    return leaves


def _is_same(one: _Thing, other: _Thing) -> bool:
    """Whether two groups name the same thing and contradict each other in nothing that would make it another."""
    if one.entity != other.entity:
        return False
    if any(_agree(one, other, leaf) is False for leaf in _APART[one.entity]):
        return False
    said = (_agree(one, other, leaf) for leaf in NAMED_BY[one.entity])
    return next((agreed for agreed in said if agreed is not None), False)


def _agree(one: _Thing, other: _Thing, leaf: str) -> bool | None:
    """Whether both say the same of a leaf; None where one does not say."""
    a, b = one.leaves.get(leaf, ()), other.leaves.get(leaf, ())
    return any(_equal(x, y) for x in a for y in b) if a and b else None


def _equal(a: Field, b: Field) -> bool:
    if a.kind is Kind.DRUG and is_same_drug(a.value, b.value):
        return True
    if a.kind in (Kind.FREQUENCY, Kind.ROUTE):
        return meaning(a.kind, a.value) == meaning(a.kind, b.value)
    one, other = (re.sub(r"[\W_]+", "", f.value.casefold()) for f in (a, b))
    return one == other
