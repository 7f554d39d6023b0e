"""Repeated entities: the same diagnosis, drug, service line or provider read twice becomes one, renumbered in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from documents.values import Assertion
from extractors.lexicon.drugs import is_same_drug
from extractors.records.mentions import Mention, same_value

# Leaves that name an entity, the strongest first; two groups that share one are the same thing unless they differ in a
# leaf of `_APART`.
_KEYS: dict[str, tuple[str, ...]] = {
    "diagnosis": ("code", "description"),
    "procedure": ("code", "description"),
    "medication": ("drug",),
    "provider": ("npi", "name"),
    "facility": ("npi", "name"),
    "allergy": ("substance",),
    "observation": ("name",),
    "policy": ("diagnosis_code", "diagnosis_range"),
}
_APART: dict[str, tuple[str, ...]] = {
    "diagnosis": ("code", "status"),
    "procedure": ("code", "modifier"),
    "medication": ("status", "strength", "dose", "route", "frequency"),
    "provider": ("npi", "role"),
    "facility": ("npi",),
    "observation": ("value", "unit", "date"),
    "allergy": (),
}
_PREFIX = {
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

Groups = dict[tuple[str, str], list[Mention]]


def unite_groups(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions of repeated entities with their groups united and renumbered (`dx1`, `med2`) in reading order."""
    groups: Groups = {}
    for mention in mentions:
        # A value without a group is an entity of its own.
        key = mention.group or f"alone-{mention.place[0]}-{mention.place[1]}-{mention.spec.path}"
        groups.setdefault((mention.spec.entity, key), []).append(mention)
    united: list[tuple[str, list[Mention]]] = []
    for (entity, _), members in sorted(groups.items(), key=lambda item: (item[0][0], min(m.place for m in item[1]))):
        home = next((u for e, u in united if e == entity and _same_thing(entity, u, members)), None)
        if home is None:
            united.append((entity, list(members)))
        else:
            home.extend(members)
    numbered: list[Mention] = []
    count: dict[str, int] = {}
    for entity, members in united:
        count[entity] = count.get(entity, 0) + 1
        name = f"{_PREFIX.get(entity, entity)}{count[entity]}"
        numbered += [replace(m, group=name) for m in members]
    return numbered


def _same_thing(entity: str, one: list[Mention], other: list[Mention]) -> bool:
    if _same_place(entity, one, other):
        return True
    for leaf in _APART.get(entity, ()):
        a, b = _leaf(one, entity, leaf), _leaf(other, entity, leaf)
        unlike = bool(a and b) and not any(_equal(x, y) for x in a for y in b)
        if unlike or (leaf == "code" and _are_listed_apart(a, b)):
            return False
    if _asserted(one) != _asserted(other):
        return False
    for leaf in _KEYS.get(entity, ()):
        a, b = _leaf(one, entity, leaf), _leaf(other, entity, leaf)
        if a and b:
            return any(_equal(x, y) for x in a for y in b)
    return False


def _are_listed_apart(one: list[Mention], other: list[Mention]) -> bool:
    """Whether two unlike codes are two lines of a page, however near: `97110` over `97116` is no misreading."""
    alike = any(x.value.casefold() == y.value.casefold() for x in one for y in other)
    together = {m.place[0] for m in one} & {m.place[0] for m in other}
    return bool(one and other and together) and not alike


# In a table one name, unit or date is printed once for many results; only the result itself stands for one.
_OWN_WORDS = {"observation": "observation.value"}


def _same_place(entity: str, one: list[Mention], other: list[Mention]) -> bool:
    """Whether both hold the same value of the same leaf from the same words on the page: one thing, read twice."""
    own = _OWN_WORDS.get(entity)
    return any(
        a.spec.path == b.spec.path
        and own in (None, a.spec.path)
        and not a.cited.derived
        and not b.cited.derived
        and a.value.casefold() == b.value.casefold()
        and any(
            x.page == y.page and x.start < y.end and y.start < x.end
            for x in a.grounding.evidence
            for y in b.grounding.evidence
        )
        for a in one
        for b in other
    )


def _leaf(members: list[Mention], entity: str, leaf: str) -> list[Mention]:
    return [m for m in members if m.spec.path == f"{entity}.{leaf}" and m.grounding.grounded]


def _equal(a: Mention, b: Mention) -> bool:
    if a.spec.path == "medication.drug" and is_same_drug(a.value, b.value):
        return True
    if a.spec.path in ("diagnosis.description", "procedure.description", "observation.name", "medication.drug"):
        return re.sub(r"\W+", " ", a.value.casefold()).strip() == re.sub(r"\W+", " ", b.value.casefold()).strip()
    return same_value(a, b)


def _asserted(members: list[Mention]) -> Assertion:
    """What is said of the entity: the first assertion that is not plain presence."""
    return next((m.cited.assertion for m in members if m.cited.assertion is not Assertion.PRESENT), Assertion.PRESENT)
