"""Alarms from labels: a slice or family whose values are wrong more often than their scores announce.

A CUSUM of score minus outcome: each label adds what the score promised beyond what was right, less an allowance, and
the sum never falls below zero. A score of .99 that is wrong adds almost 1, one that is right takes off .01, so that
values of any score count together. The limit follows by simulation from the scores themselves: with calibrated scores,
one false alarm in a stated number of labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from documents.value import Value
from evaluation.calibration.drift import Alarm
from evaluation.calibration.labels import Label
from evaluation.calibration.slices import named
from extractors.records.weighting import Mode, Slice, Weights

# The statistic's name in an alarm.
CUSUM = "cusum"
# A false alarm of one slice at most once in so many labels, on average: years of a small site's decisions.
AVERAGE_RUN_LENGTH = 50_000
# So many labels are simulated; beyond, the limit follows from how fast large sums become rare.
_SIMULATED = 2000
# Of the announced risk, beside it: (R - 1) / ln R - 1, the most sensitive to a rise R = 2 of it (Page 1954, Moustakides
# 1986, for rare errors).
_ALLOWANCE = 0.44
# A family's limit follows from the scores of its latest so many labels; from fewer than the least none is set.
_LEAST_SCORES, _SCORES = 200, 1000
# One wrong value is no series: the sum after it, from zero, stays below.
_LEAST_LIMIT = 1.0
_RUNS = 400
_STEEPEST = 50.0


class Outcome(Value):
    """A value that a person judged: the score it had, and whether it was right."""

    score: float
    right: bool


class Cusum(Value):
    """Where the sum of a slice stands.

    Attributes:
        slice: whose values.
        level: the sum.
        labels, wrong, announced: since the sum last was zero: labels, wrong values, wrong values by the scores.
    """

    slice: Slice
    level: float = 0.0
    labels: int = 0
    wrong: int = 0
    announced: float = 0.0

    def after(self, outcomes: Sequence[Outcome], limit: float) -> tuple[Cusum, Alarm | None]:
        """Where it stands after some labels, in the order in which they came, and the alarm if it passed the limit.

        After an alarm it begins at zero again.
        """
        level, labels, wrong, announced = self.level, self.labels, self.wrong, self.announced
        alarm: Alarm | None = None
        for outcome in outcomes:
            level += (outcome.score - outcome.right) - _ALLOWANCE * (1 - outcome.score)
            labels, wrong, announced = labels + 1, wrong + (not outcome.right), announced + 1 - outcome.score
            if level > limit:
                alarm = alarm or _alarm(self.slice, labels, wrong, announced)
                level = 0.0
            if level <= 0.0:
                level, labels, wrong, announced = 0.0, 0, 0, 0.0
        state = Cusum(slice=self.slice, level=level, labels=labels, wrong=wrong, announced=announced)
        return state, alarm


def family_alarms(labels: Sequence[Label], weights: Weights, *, since: Mapping[str, datetime]) -> Iterator[Alarm]:
    """Yields the alarms of families whose values are wrong more often than their scores announce.

    Only labels that the weights have not learned from tell, and only of families that are not judged COLD anyway.
    Where the evidence itself speaks against a value its score is capped and announces nothing.

    Args:
        labels: all of them, the earliest first.
        weights: in force.
        since: by family, when its last alarm rang; earlier labels tell nothing any more.
    """
    held = {each.family for each in weights.cold_slices if each == Slice(family=each.family, reason=each.reason)}
    for family, moved in sorted(weights.families.items()):
        own = [label for label in labels if label.family == family and not label.noted]
        if moved.mode is Mode.COLD or family in held or len(own) < _LEAST_SCORES:
            continue
        starts = [at for at in (moved.trained_until, since.get(family)) if at is not None]
        fresh = [label for label in own if not starts or label.at > max(starts)]
        limit = cusum_limit([_outcome(label, weights).score for label in own[-_SCORES:]])
        _, alarm = Cusum(slice=Slice(family=family)).after([_outcome(label, weights) for label in fresh], limit)
        if alarm is not None:
            yield alarm


def _outcome(label: Label, weights: Weights) -> Outcome:
    here = weights.within(sender=label.sender, payer=label.payer, document_type=label.document_type)
    return Outcome(score=label.judged(here).confidence, right=label.right)


def cusum_limit(scores: Sequence[float], *, run_length: int = AVERAGE_RUN_LENGTH, seed: int = 0) -> float:
    """The limit at which values of such scores, right as often as these say, raise one alarm in `run_length` labels.

    Run lengths are nearly geometric, so within their average no alarm comes with probability 1/e: the limit is that
    quantile of the largest sum over so many labels. Longer ones than are simulated follow from the sum's tail, which is
    exponential at the rate of Lundberg's equation (Siegmund 1985): the limit grows with the logarithm of the length.

    Args:
        scores: of labelled values, as they come in the slice.
        run_length: labels between false alarms, on average.
        seed: of the simulation.
    """
    if not scores:
        return _LEAST_LIMIT
    rng = np.random.default_rng(seed)
    known = np.asarray(scores, dtype=np.float64)
    level = np.zeros(_RUNS)
    highest = np.zeros(_RUNS)
    simulated = min(run_length, _SIMULATED)
    for _ in range(simulated):
        score = known[rng.integers(len(known), size=_RUNS)]
        right = rng.random(_RUNS) < score
        level = np.maximum(0.0, level + (score - right) - _ALLOWANCE * (1 - score))
        highest = np.maximum(highest, level)
    limit = float(np.quantile(highest, np.exp(-1)))
    return max(_LEAST_LIMIT, limit + float(np.log(run_length / simulated)) / _tail_rate(known))


def _tail_rate(scores: NDArray[np.float64]) -> float:
    """How fast large sums become rare: the rate at which a step's exponential moment is one, between 0 and 50."""
    risks = 1 - scores
    if not risks.any():
        return _STEEPEST

    def moment(rate: float) -> float:
        right, wrong = -(1 + _ALLOWANCE) * risks, scores - _ALLOWANCE * risks
        return float(np.mean(scores * np.exp(rate * right) + risks * np.exp(rate * wrong)))

    low, high = 1e-6, _STEEPEST
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if moment(middle) < 1 else (low, middle)
    return low


def _alarm(slice_: Slice, labels: int, wrong: int, announced: float) -> Alarm:
    seen = f"{named(slice_)}: of the last {labels} judged values {wrong} were wrong"
    words = f"{seen}, where the scores announced {announced:.1f}"
    return Alarm(slice=slice_, statistic=CUSUM, observed=wrong, expected=announced, n=labels, in_words=words)
