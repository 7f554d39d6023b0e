"""How far a certificate may lower a threshold, tested so that no error is spent twice.

A value is accepted where (1 - p) x cost of an error < cost of a review (weighting.threshold). For each cost of a
CERTIFIED family the audit must first prove that the values accepted there keep the risk that its cost tolerates. Then
the values right below the threshold, all of which people see, are tested in an order that is fixed before anybody
looks at which were right: the surest of 299 records with no error, of 473 with one at most, and so on (for 1 %), each
against the same bound. The first test that fails ends it (fixed sequence: Bauer 1991; Angelopoulos et al. 2021,
"Learn then Test"). What is added below the threshold must keep the bound by itself, not only on average with surer
values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.calibration.certificate import CONFIDENCE, by_record, needed, upper_bound
from evaluation.calibration.labels import Label
from extractors.records.confidence import Judgement
from extractors.records.weighting import LOWEST_THRESHOLD, Certificate, Weights, threshold, tolerated_risk
from extractors.schema import ErrorCost

# Confidences are rounded to four digits: half a step below one is under it and above the next.
_BELOW = 0.00005


def certificates(labels: Sequence[Label], weights: Weights) -> Iterator[Certificate]:
    """Yields a certificate for each cost that the labels prove under these weights.

    Args:
        labels: of one family, none of which shaped the weights.
        weights: with usual thresholds for that family.
    """
    for cost in ErrorCost:
        own = [label for label in labels if label.cost is cost]
        judged = [label.judged(weights) for label in own]
        found = _certificate(own, judged, cost)
        if found is not None:
            yield found


def _certificate(labels: Sequence[Label], judged: Sequence[Judgement], cost: ErrorCost) -> Certificate | None:
    risk = tolerated_risk(cost)
    accepted = [label for label, j in zip(labels, judged, strict=True) if j.accepted]
    audited = [label for label in accepted if label.audited and label.accepted]
    bound = _bound(audited, [label for label in accepted if not label.accepted])
    if bound > risk:
        return None
    lowered, below = _lowered(labels, judged, cost)
    records, wrong = by_record(audited)
    return Certificate(
        cost=cost,
        threshold=lowered,
        audited=records,
        wrong=wrong,
        bound=max(bound, below),
        confidence=CONFIDENCE,
    )


def _bound(audited: Sequence[Label], fresh: Sequence[Label]) -> float:
    """The bound on what is accepted now: what chance showed of it, and what only the queue had until these weights.

    Without an audited value nobody knows how much there is behind the queue: nothing is proven. Two bounds, each by
    its share of all that is accepted; each may then fail half as often.
    """
    if not audited or not fresh:
        return upper_bound(*by_record(audited))
    confidence = 1 - (1 - CONFIDENCE) / 2
    sizes = [sum(1 / label.propensity for label in part) for part in (audited, fresh)]
    bounds = [upper_bound(*by_record(part), confidence) for part in (audited, fresh)]
    return sum(size * bound for size, bound in zip(sizes, bounds, strict=True)) / sum(sizes)


def _lowered(labels: Sequence[Label], judged: Sequence[Judgement], cost: ErrorCost) -> tuple[float, float]:
    """The lowest threshold that the queue's values prove, and their bound: the usual one and 0 where they do not."""
    risk, usual = tolerated_risk(cost), threshold(cost)
    near = [
        (j.confidence, label)
        for label, j in zip(labels, judged, strict=True)
        if not label.audited and not j.held and LOWEST_THRESHOLD < j.confidence <= usual
    ]
    near.sort(key=lambda each: -each[0])
    lowest, proven, tolerated = usual, 0.0, 0
    firsts = _firsts(near)
    while (size := needed(tolerated, risk)) <= len(firsts):
        last = firsts[size - 1]
        bound = upper_bound(*by_record([label for confidence, label in near if confidence >= last]))
        if bound > risk:
            break
        lowest, proven = max(last - _BELOW, LOWEST_THRESHOLD), bound
        tolerated = max(tolerated + 1, tolerated * 3 // 2)
    return lowest, proven


def _firsts(near: Sequence[tuple[float, Label]]) -> list[float]:
    """The confidence of the first value of each record, in the order given."""
    firsts: dict[str | int, float] = {}
    for place, (confidence, label) in enumerate(near):
        firsts.setdefault(place if label.record is None else label.record, confidence)
    return list(firsts.values())
