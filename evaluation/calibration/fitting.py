"""Weights refitted to labels around the hand-set prior, family by family; certificates on what the audit proves.

A refit is logistic regression around a prior (MAP). First all families together move the shipped weights, then each
family moves those a little further with its own labels: two steps of shrinkage, so that a family with few labels
stays near what all have in common. Labels count by the inverse of their propensity: learning from the queue alone
would teach that values are worse than they are. The latest labels are held out, and only judge the outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.calibration.labels import Label, by_family
from evaluation.calibration.logistic import Array, Outcomes, most_probable_shift
from evaluation.calibration.quality import Quality, counts_of, quality
from evaluation.calibration.recalibration import FamilyRefit, Recalibration
from evaluation.calibration.thresholds import certificates
from extractors.records.confidence import weighed
from extractors.records.weighting import FamilyWeights, Mode, Weights

# From so many labels of a family on a refit around the prior beats the prior; from 20 it is worse (simulated).
LEAST_LABELS = 50
# From so many a second fit of level and scale alone (Platt) calibrates better than the refit by itself (simulated).
PLATT_LABELS = 500
# Share of the labels, the latest, that judge the outcome, and how many of a family that takes at least.
HELD_OUT = 0.3
LEAST_HELD_OUT = 20
# How far labels may move a weight: standard deviations of the prior, in log-odds, for both steps. The level moves
# freely, single weights hardly: fitted to one set of generated documents and tried on another with other layouts,
# anything looser ranks worse there (AUGRC .0024 against .0026 from 1,600 labels), anything tighter learns less.
LEVEL_SPREAD = 0.5
WEIGHT_SPREAD = 0.1
_BIAS = "bias"


@dataclass(frozen=True, slots=True)
class _Try:
    """A candidate for a family's deltas, and how it came about."""

    deltas: dict[str, float]
    how: str


def recalibrated(labels: Sequence[Label], current: Weights, *, version: str) -> Recalibration:
    """What labels make of the current weights: the new ones are named `version` if anything changes.

    A family's weights are replaced only if Brier score and AUGRC on the latest labels are not worse for it, nor the
    cost of the decisions that follow from them. Values that a reason keeps from being accepted whatever the weights
    say do not judge them: the caps make ties of them, which tell nothing of the order.
    """
    ordered = sorted(labels, key=lambda label: label.at)
    training, held = ordered[: _cut(ordered)], ordered[_cut(ordered) :]
    tries = _tries(training, current)
    refits, families = [], dict(current.families)
    for name, own in by_family(ordered).items():
        latest = [label for label in held if label.family == name and not label.judged(_warm(current, name)).held]
        refit, weights = _refit(own, latest, tries.get(name, []), current)
        if refit.replaced and training:
            weights = weights.model_copy(update={"trained_until": training[-1].at})
        proven = _certified(weights, own, current.model_copy(update={"families": {**families, name: weights}}))
        refits.append(refit.model_copy(update={"mode": proven.mode, "certificates": proven.certificates}))
        if proven != current.family(name):
            families[name] = proven
    if families == current.families:
        return Recalibration(weights=current, replaced=False, families=tuple(refits))
    new = current.model_copy(update={"version": version, "labels": len(ordered), "families": families})
    return Recalibration(weights=new, replaced=True, families=tuple(refits))


def _warm(weights: Weights, family: str, deltas: dict[str, float] | None = None, labels: int = 0) -> Weights:
    """The weights with a family WARM."""
    new = FamilyWeights(mode=Mode.WARM, deltas=deltas or {}, labels=labels)
    return weights.model_copy(update={"families": {**weights.families, family: new}})


def _cut(ordered: Sequence[Label]) -> int:
    """Where the held-out labels begin; labels of one moment are not parted."""
    place = int(len(ordered) * (1 - HELD_OUT))
    while 0 < place < len(ordered) and ordered[place].at == ordered[place - 1].at:
        place -= 1
    return place


def _tries(training: Sequence[Label], current: Weights) -> dict[str, list[_Try]]:
    """What to try for each family with labels enough, the most thorough first."""
    names = [_BIAS, *(name for name in current.weights if name != _BIAS)]
    if len(training) < LEAST_LABELS:
        return {}
    seen = _outcomes(training, names, current)
    spread = np.array([LEVEL_SPREAD, *[WEIGHT_SPREAD] * (len(names) - 1)])
    shared = most_probable_shift(seen, spread, np.zeros(len(names)))
    families = np.array([label.family for label in training])
    found = {}
    for family in sorted(set(families)):
        own = seen.only(families == family)
        if len(own.right) >= LEAST_LABELS:
            found[family] = list(_family_tries(own, names, spread, shared=shared, prior=current))
    return found


def _family_tries(own: Outcomes, names: list[str], spread: Array, *, shared: Array, prior: Weights) -> Iterator[_Try]:
    """Yields the refit, scaled (Platt) where labels suffice, as it is, and the level alone, which keeps the order."""
    shift = most_probable_shift(own, spread, shared)
    if len(own.right) >= PLATT_LABELS:
        hand_set = np.array([prior.weights.get(name, 0.0) for name in names])
        scale, level = _platt(own, shift)
        if scale > 0:
            scaled = scale * (hand_set + shift) - hand_set
            scaled[0] += level
            yield _Try(_named(names, scaled), "refitted and scaled")
    yield _Try(_named(names, shift), "refitted")
    flat = Outcomes(own.rows[:, :1], own.right, own.counts, own.log_odds)
    yield _Try(_named(names[:1], most_probable_shift(flat, spread[:1], shared[:1])), "level shifted")


def _platt(own: Outcomes, shift: Array) -> tuple[float, float]:
    """Scale and level that fit the shifted score best (Platt 1999)."""
    score = own.shifted(shift)
    rows = np.column_stack([np.ones(len(score)), score])
    # Spreads of 1 around no change: hundreds of labels outweigh them, and data without an error stay finite.
    level, scale = most_probable_shift(Outcomes(rows, own.right, own.counts, score), np.ones(2), np.zeros(2))
    return 1 + float(scale), float(level)


def _named(names: Sequence[str], shift: Array) -> dict[str, float]:
    return {name: round(float(delta), 4) for name, delta in zip(names, shift, strict=True) if abs(delta) >= 5e-5}


def _outcomes(labels: Sequence[Label], names: Sequence[str], weights: Weights) -> Outcomes:
    """The labels as numbers; one that is rarer than it should be counts for those that nobody saw.

    The counts add up to the number of equally likely labels that would tell as much (Kish 1965), so that few labels
    of little propensity do not drown the prior.
    """
    weighed_rows = [weighed(label.features, label.kind) for label in labels]
    rows = np.array([[1.0, *(row.get(name, 0.0) for name in names[1:])] for row in weighed_rows])
    prior = np.array([weights.weights.get(name, 0.0) for name in names])
    counts = counts_of(labels)
    counts = counts * counts.sum() / (counts @ counts)
    return Outcomes(rows, np.array([float(label.right) for label in labels]), counts, rows @ prior)


def _refit(
    own: Sequence[Label], latest: Sequence[Label], tries: Sequence[_Try], current: Weights
) -> tuple[FamilyRefit, FamilyWeights]:
    """What becomes of one family, before certificates."""
    name, weights = own[0].family, current.family(own[0].family)
    kept = FamilyRefit(family=name, mode=weights.mode, labels=len(own), held_out=len(latest), replaced=False, why="")
    if not tries or len(latest) < LEAST_HELD_OUT:
        why = f"{len(own):,} labels are too few to refit; {LEAST_LABELS} before and {LEAST_HELD_OUT} after the cut are."
        return kept.model_copy(update={"why": why}), weights
    before = quality(latest, current)
    fitted = sum(label.at < latest[0].at for label in own)
    best: tuple[Quality, FamilyWeights, str] | None = None
    after = before
    for candidate in tries:
        new = _warm(current, name, candidate.deltas, fitted)
        found = quality(latest, new)
        after = found if candidate is tries[0] else after
        if found.no_worse_than(before) and (best is None or found.brier < best[0].brier):
            best = found, new.family(name), candidate.how
    if best is None:
        why = f"kept: {after.compared_with(before)} on the latest {len(latest):,} labels."
        return kept.model_copy(update={"why": why, "before": before, "after": after}), weights
    after, replaced, how = best
    why = f"{how}: {after.compared_with(before)} on the latest {len(latest):,} labels."
    update = {"why": why, "before": before, "after": after, "replaced": True}
    return kept.model_copy(update=update), replaced


def _certified(weights: FamilyWeights, own: Sequence[Label], judged_by: Weights) -> FamilyWeights:
    """The family's weights with the certificates that its later labels prove, and the mode that follows."""
    if weights.mode is Mode.COLD:
        return weights
    usual = weights.model_copy(update={"mode": Mode.WARM, "certificates": ()})
    families = {**judged_by.families, own[0].family: usual}
    fresh = [label for label in own if weights.trained_until is None or label.at > weights.trained_until]
    found = tuple(certificates(fresh, judged_by.model_copy(update={"families": families})))
    return usual.model_copy(update={"mode": Mode.CERTIFIED, "certificates": found}) if found else usual
