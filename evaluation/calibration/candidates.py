"""What labels would make of each family's weights: refits around the hand-set prior, ready to be judged.

A refit is logistic regression around a prior (MAP). First all families together move the shipped weights, then each
family moves those a little further with its own labels: two steps of shrinkage, so that a family with few labels
stays near what all have in common. Labels count by the inverse of their propensity: learning from the queue alone
would teach that values are worse than they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.calibration.labels import Label
from evaluation.calibration.logistic import Array, Outcomes, most_probable_shift
from evaluation.calibration.quality import counts_of
from extractors.records.confidence import weighed
from extractors.records.weighting import FamilyWeights, Mode, Weights

# From so many labels of a family on a refit around the prior beats the prior; from 20 it is worse (simulated).
LEAST_LABELS = 50
# From so many a second fit of level and scale alone (Platt) calibrates better than the refit by itself (simulated).
PLATT_LABELS = 500
# How far labels may move a weight: standard deviations of the prior, in log-odds, for both steps. The level moves
# freely, single weights hardly: fitted to one set of generated documents and tried on another with other layouts,
# anything looser ranks worse there (AUGRC .0024 against .0026 from 1,600 labels), anything tighter learns less.
LEVEL_SPREAD = 0.5
WEIGHT_SPREAD = 0.1
_BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Weights that a family might get, and how they came about."""

    weights: FamilyWeights
    how: str


def candidates(training: Sequence[Label], current: Weights) -> dict[str, list[Candidate]]:
    """What to try for each family with labels enough, the most thorough first.

    Args:
        training: labels of all families, the latest last.
        current: holds the prior.
    """
    if len(training) < LEAST_LABELS:
        return {}
    names = [_BIAS, *(name for name in current.weights if name != _BIAS)]
    prior = np.array([current.weights.get(name, 0.0) for name in names])
    seen = _outcomes(training, names, prior)
    spread = np.array([LEVEL_SPREAD, *[WEIGHT_SPREAD] * (len(names) - 1)])
    shared = most_probable_shift(seen, spread, np.zeros(len(names)))
    families = np.array([label.family for label in training])
    found = {}
    for family in sorted(set(families)):
        own = seen.only(families == family)
        if len(own.right) >= LEAST_LABELS:
            known = {"mode": Mode.WARM, "labels": len(own.right), "trained_until": training[-1].at}
            found[family] = [
                Candidate(FamilyWeights.model_validate({**known, "deltas": _named(names, shift)}), how)
                for how, shift in _shifts(own, spread, shared, prior)
            ]
    return found


def _shifts(own: Outcomes, spread: Array, shared: Array, prior: Array) -> Iterator[tuple[str, Array]]:
    """Yields the refit, scaled (Platt) where labels suffice, as it is, and the level alone, which keeps the order."""
    shift = most_probable_shift(own, spread, shared)
    if len(own.right) >= PLATT_LABELS:
        scale, level = _platt(own, shift)
        if scale > 0:
            scaled = scale * (prior + shift) - prior
            scaled[0] += level
            yield "refitted and scaled", scaled
    yield "refitted", shift
    flat = Outcomes(own.rows[:, :1], own.right, own.counts, own.log_odds)
    yield "level shifted", most_probable_shift(flat, spread[:1], shared[:1])


def _platt(own: Outcomes, shift: Array) -> tuple[float, float]:
    """Scale and level that fit the shifted score best (Platt 1999)."""
    score = own.shifted(shift)
    rows = np.column_stack([np.ones(len(score)), score])
    # Spreads of 1 around no change: hundreds of labels outweigh them, and data without an error stay finite.
    level, scale = most_probable_shift(Outcomes(rows, own.right, own.counts, score), np.ones(2), np.zeros(2))
    return 1 + float(scale), float(level)


def _named(names: Sequence[str], shift: Array) -> dict[str, float]:
    """The shift by feature, without what rounds to nothing; a shift of the level alone names it only."""
    return {name: round(float(delta), 4) for name, delta in zip(names, shift, strict=False) if abs(delta) >= 5e-5}


def _outcomes(labels: Sequence[Label], names: Sequence[str], prior: Array) -> Outcomes:
    """The labels as numbers; one that is rarer than it should be counts for those that nobody saw.

    The counts add up to the number of equally likely labels that would tell as much (Kish 1965), so that few labels
    of little propensity do not drown the prior.
    """
    rows_by_name = [weighed(label.features, label.kind) for label in labels]
    rows = np.array([[1.0, *(row.get(name, 0.0) for name in names[1:])] for row in rows_by_name])
    counts = counts_of(labels)
    counts = counts * counts.sum() / (counts @ counts)
    return Outcomes(rows, np.array([float(label.right) for label in labels]), counts, rows @ prior)
