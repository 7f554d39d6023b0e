"""Repeated entities: the same diagnosis, drug, service line or provider read twice becomes one, renumbered in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from documents.values import Assertion
from extractors.lexicon.drugs import is_same_drug
from extractors.records.mentions import Mention, same_value

# Leaves that name an entity, the strongest first; two groups that share one are the same thing unless they differ in a
# leaf of `_APART`.
NAMED_BY: dict[str, tuple[str, ...]] = {
    "diagnosis": ("code", "description"),
    "procedure": ("code", "description"),
    "medication": ("drug",),
    "provider": ("npi", "name"),
    "facility": ("npi", "name"),
    "allergy": ("substance",),
    "observation": ("name",),
}
_KEYS = {**NAMED_BY, "policy": ("diagnosis_code", "diagnosis_range")}
_APART: dict[str, tuple[str, ...]] = {
    "diagnosis": ("code", "status"),
    "procedure": ("code", "modifier"),
    "medication": ("status", "strength", "dose", "route", "frequency"),
    "provider": ("npi", "role"),
    "facility": ("npi",),
    "observation": ("value", "unit", "date"),
    "allergy": (),
}
PREFIXES = {
    "diagnosis": "dx",
    "procedure": "px",
    "medication": "med",
    "provider": "prov",
    "facility": "fac",
    "allergy": "alg",
    "observation": "obs",
    "requirement": "req",
    "denial": "den",
    "policy": "pdx",
}

# In a table one name, unit or date is printed once for many results; only the result itself stands for one.
_OWN_WORDS = {"observation": "observation.value"}
_NOWHERE: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Entity:
    """An entity while its mentions are collected, with what tells it from others: a late mention costs as a first.

    Attributes:
        name: of the schema's entity.
        members: its mentions, in order.
        places: offsets of the words that say it, by path, value and page.
        leaves: of each leaf one mention a value, proven ones only.
        pages: where each leaf is proven.
        assertion: the first that is not plain presence.
    """

    name: str
    members: list[Mention] = field(default_factory=list)
    places: dict[tuple[str, str, int], set[int]] = field(default_factory=dict)
    leaves: dict[str, dict[tuple[str, bool], Mention]] = field(default_factory=dict)
    pages: dict[str, set[int]] = field(default_factory=dict)
    assertion: Assertion = Assertion.PRESENT

    def add(self, mention: Mention) -> None:
        """Takes a mention in."""
        path, value = mention.spec.path, mention.value
        self.members.append(mention)
        if self.assertion is Assertion.PRESENT:
            self.assertion = mention.cited.assertion
        if not mention.cited.derived and _OWN_WORDS.get(self.name) in (None, path):
            for span in mention.grounding.evidence:
                read = self.places.setdefault((path, value.casefold(), span.page), set())
                read.update(range(span.start, span.end))
        if mention.grounding.grounded:
            leaf = path.removeprefix(f"{self.name}.")
            self.leaves.setdefault(leaf, {}).setdefault((value, mention.doubtful), mention)
            self.pages.setdefault(leaf, set()).add(mention.place[0])

    def leaf(self, name: str) -> Sequence[Mention]:
        """Its proven values at a leaf."""
        return tuple(self.leaves.get(name, {}).values())


def unite_groups(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions of repeated entities with their groups united and renumbered (`dx1`, `med2`) in reading order."""
    groups: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        # A value without a group is an entity of its own.
        key = mention.group or f"alone-{mention.place[0]}-{mention.place[1]}-{mention.spec.path}"
        groups.setdefault((mention.spec.entity, key), []).append(mention)
    united: dict[str, list[_Entity]] = {}
    for (name, _), members in sorted(groups.items(), key=lambda item: (item[0][0], min(m.place for m in item[1]))):
        group = _Entity(name)
        for mention in members:
            group.add(mention)
        home = next((each for each in united.get(name, ()) if _same_thing(each, group)), None)
        if home is None:
            united.setdefault(name, []).append(group)
        else:
            for mention in members:
                home.add(mention)
    numbered: list[Mention] = []
    for name, entities in united.items():
        for number, entity in enumerate(entities, 1):
            numbered += [replace(m, group=f"{PREFIXES.get(name, name)}{number}") for m in entity.members]
    return numbered


def _same_thing(one: _Entity, other: _Entity) -> bool:
    if _are_other_drugs(one, other):
        return False
    if _same_place(one, other):
        return True
    for leaf in _APART.get(one.name, ()):
        a, b = one.leaf(leaf), other.leaf(leaf)
        unlike = bool(a and b) and not any(_equal(x, y) for x in a for y in b)
        if unlike or (leaf == "code" and _are_listed_apart(one, other)):
            return False
    if one.assertion is not other.assertion:
        return False
    for leaf in _KEYS.get(one.name, ()):
        a, b = one.leaf(leaf), other.leaf(leaf)
        if a and b:
            return any(_equal(x, y) for x in a for y in b)
    return False


def _are_other_drugs(one: _Entity, other: _Entity) -> bool:
    """Whether two drugs are named by other words at other places: whatever else they share, they are two."""
    a, b = one.leaf("drug"), other.leaf("drug")
    if one.name != "medication" or not a or not b or any(_equal(x, y) for x in a for y in b):
        return False
    here, there = _named_at(one), _named_at(other)
    return here.isdisjoint(there)


def _named_at(medication: _Entity) -> set[tuple[int, int]]:
    """The pages and offsets at which a drug's name stands."""
    return {
        (page, at) for (path, _, page), read in medication.places.items() if path == "medication.drug" for at in read
    }


def _are_listed_apart(one: _Entity, other: _Entity) -> bool:
    """Whether two unlike codes are two lines of a page, however near: `97110` over `97116` is no misreading."""
    if one.pages.get("code", set()).isdisjoint(other.pages.get("code", set())):
        return False
    said = {m.value.casefold() for m in one.leaf("code")}
    return said.isdisjoint(m.value.casefold() for m in other.leaf("code"))


def _same_place(one: _Entity, other: _Entity) -> bool:
    """Whether both hold the same value of the same leaf from the same words on the page: one thing, read twice."""
    return any(not one.places.get(key, _NOWHERE).isdisjoint(read) for key, read in other.places.items())


def _equal(a: Mention, b: Mention) -> bool:
    if a.spec.path == "medication.drug" and is_same_drug(a.value, b.value):
        return True
    if a.spec.path in ("diagnosis.description", "procedure.description", "observation.name", "medication.drug"):
        return re.sub(r"\W+", " ", a.value.casefold()).strip() == re.sub(r"\W+", " ", b.value.casefold()).strip()
    return same_value(a, b)
