"""Judges the values of one document: each prediction right, wrong or of no account, each gold value found or missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from evaluation.scoring.corpus import Gold, GoldField, PredictedField, Prediction
from evaluation.scoring.normal_forms import is_same, kind_of, normal
from evaluation.scoring.printed import PrintedText
from extractors.records.assignment import assign

# What a prediction lists beside values.
NAMED = frozenset({"missing_field", "red_flag", "document_type"})
# True statements of the narrative that gold need not list (symptoms, measures within prose): not judged if printed.
OPEN_FIELDS = frozenset(
    {
        "observation.name",
        "observation.value",
        "observation.unit",
        "observation.flag",
        "diagnosis.description",
        "diagnosis.status",
        "procedure.description",
    }
)
NOT_ACTIVE = {"negated_dx": "negated", "family_history": "family_history", "historical_dx": "historical"}
# How much an equal attribute says that two entities are the same one; any other counts 1, and 1 alone is no link.
_TELLING = {
    "medication.drug": 3,
    "diagnosis.code": 3,
    "diagnosis.description": 2,
    "procedure.code": 3,
    "procedure.description": 2,
    "observation.name": 3,
    "provider.name": 3,
    "provider.npi": 3,
    "allergy.substance": 3,
    "allergy.reaction": 2,
    "facility.name": 3,
    "requirement.text": 3,
}
_LINK = 2
_AnyField = TypeVar("_AnyField", PredictedField, GoldField)


class Verdict(StrEnum):
    """What a prediction is worth. Only RIGHT and WRONG enter precision; OPTIONAL and REPEATED are right as well."""

    RIGHT = "right"
    WRONG = "wrong"
    OPTIONAL = "optional"
    REPEATED = "repeated"
    OPEN = "open"

    @property
    def is_right(self) -> bool:
        """Whether the value is one that gold knows."""
        return self in (Verdict.RIGHT, Verdict.OPTIONAL, Verdict.REPEATED)


@dataclass(frozen=True, slots=True)
class Judged:
    """A prediction, its verdict, and the gold value that it states."""

    predicted: PredictedField
    verdict: Verdict
    gold: GoldField | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One document's verdicts.

    Attributes:
        judged: each different prediction, the surest first.
        missed: gold values that nothing states.
        links: gold group by predicted group.
        unknown: predictions whose field name the format does not know.
    """

    judged: tuple[Judged, ...]
    missed: tuple[GoldField, ...]
    links: Mapping[str, str]
    unknown: int


def judge(gold: Gold, prediction: Prediction, printed: PrintedText) -> Judgement:
    """Judges a prediction, value by value."""
    stated = [f for f in prediction.fields if f.field not in NAMED and f.value not in (None, "")]
    known = [f for f in stated if kind_of(f.field) is not None]
    distinct = _distinct(known)
    links = linked_groups(distinct, gold.fields)
    judged, found = _matched(distinct, gold.fields, links)
    judged = [_asserted(each, known) for each in judged]
    return Judgement(
        judged=tuple(_opened(judged, links, gold, printed)),
        missed=tuple(f for f in gold.fields if id(f) not in found and not f.optional and not f.damaged),
        links=links,
        unknown=len(stated) - len(known),
    )


def status_of(fields: Sequence[PredictedField], group: str | None, name: str) -> str | None:
    """The normal form of a group's attribute; None without a group or without that attribute."""
    if not group:
        return None
    return next((normal(name, f.value or "") for f in fields if f.group == group and f.field == name), None)


def _distinct(fields: Sequence[PredictedField]) -> list[PredictedField]:
    """Each value of a group once, the surest statement of it."""
    first: dict[tuple[str, str, str | None], PredictedField] = {}
    for f in sorted(fields, key=lambda f: -(f.confidence or 0.0)):
        first.setdefault((f.field, normal(f.field, f.value or ""), f.group), f)
    return list(first.values())


def linked_groups(predicted: Sequence[PredictedField], gold: Sequence[GoldField]) -> dict[str, str]:
    """Gold group by predicted group: the optimal assignment by the attributes that they share."""
    theirs, ours = _by_group(predicted), _by_group(gold)
    names = list(ours)
    weights = [[float(_agreement(theirs[group], ours[name])) for name in names] for group in theirs]
    strong = [[weight if weight >= _LINK else 0.0 for weight in row] for row in weights]
    groups = list(theirs)
    return {groups[row]: names[column] for row, column in assign(strong)}


def _by_group(fields: Sequence[_AnyField]) -> dict[str, list[_AnyField]]:
    groups: dict[str, list[_AnyField]] = defaultdict(list)
    for f in fields:
        if f.group:
            groups[f.group].append(f)
    return groups


def _agreement(predicted: Sequence[PredictedField], gold: Sequence[GoldField]) -> int:
    return sum(
        _TELLING.get(p.field, 1)
        for p in predicted
        for g in gold
        if p.field == g.field and is_same(p.field, p.value or "", g)
    )


def _matched(
    predicted: Sequence[PredictedField], gold: Sequence[GoldField], links: Mapping[str, str]
) -> tuple[list[Judged], set[int]]:
    """Verdicts by optimal assignment within each field; beside them the ids of the gold values that were found."""
    verdicts: dict[int, Judged] = {}
    found: set[int] = set()
    for name in dict.fromkeys(p.field for p in predicted):
        mine = [p for p in predicted if p.field == name]
        wanted = [g for g in gold if g.field == name]
        equal = [[is_same(name, p.value or "", g) for g in wanted] for p in mine]
        pairs = dict(
            assign(
                [
                    [_worth(p, g, links) * same for g, same in zip(wanted, row, strict=True)]
                    for p, row in zip(mine, equal, strict=True)
                ]
            )
        )
        for row, p in enumerate(mine):
            if row in pairs:
                g = wanted[pairs[row]]
                found.add(id(g))
                verdicts[id(p)] = Judged(p, Verdict.OPTIONAL if g.optional else Verdict.RIGHT, g)
            elif any(equal[row]):
                verdicts[id(p)] = Judged(p, Verdict.REPEATED, wanted[equal[row].index(True)])
            else:
                verdicts[id(p)] = Judged(p, Verdict.WRONG)
    return [verdicts[id(p)] for p in predicted], found


def _worth(predicted: PredictedField, gold: GoldField, links: Mapping[str, str]) -> float:
    """Most pairs first; then those of linked groups, then demanded values, then the surest prediction."""
    linked = predicted.group is None or links.get(predicted.group, gold.group) == gold.group
    return 100.0 + 10.0 * linked + 5.0 * (not gold.optional) + min(max(predicted.confidence or 0.0, 0.0), 1.0)


def _asserted(each: Judged, known: Sequence[PredictedField]) -> Judged:
    """A condition that the patient does not have is wrong unless its group says so."""
    name = each.predicted.field
    if each.gold is None or each.gold.trap not in NOT_ACTIVE or name == "diagnosis.status":
        return each
    if not name.startswith("diagnosis."):
        return each
    status = status_of(known, each.predicted.group, "diagnosis.status")
    return each if status in NOT_ACTIVE.values() else Judged(each.predicted, Verdict.WRONG, each.gold)


def _opened(judged: Sequence[Judged], links: Mapping[str, str], gold: Gold, printed: PrintedText) -> Iterator[Judged]:
    """The verdicts again, with true statements that gold does not list left out of account."""
    stranger = {(f.field, normal(f.field, f.value or "")) for f in gold.excluded_fields}
    misasserted = {j.predicted.group for j in judged if j.verdict is Verdict.WRONG and j.gold is not None}
    for each in judged:
        p = each.predicted
        candidate = each.verdict is Verdict.WRONG and each.gold is None and p.field in OPEN_FIELDS
        if not candidate or p.group in misasserted or (p.field, normal(p.field, p.value or "")) in stranger:
            yield each
        elif _is_open(p, links, printed):
            yield Judged(p, Verdict.OPEN)
        else:
            yield each


def _is_open(predicted: PredictedField, links: Mapping[str, str], printed: PrintedText) -> bool:
    if predicted.field == "diagnosis.status":
        return predicted.group is not None and predicted.group not in links
    if predicted.field.startswith("observation.") and predicted.group in links:
        return False  # gold lists this result: another value of it is wrong
    return printed.shows(predicted.value) and printed.shows(predicted.evidence or predicted.value)
