"""Replaces weights where the latest labels find new ones no worse, and draws up certificates on what audits prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluation.calibration.candidates import LEAST_LABELS, Candidate, candidates
from evaluation.calibration.labels import Label, by_family
from evaluation.calibration.quality import Quality, quality
from evaluation.calibration.recalibration import FamilyRefit, Recalibration
from evaluation.calibration.thresholds import certificates
from extractors.records.weighting import FamilyWeights, Mode, Weights

# Share of the labels, the latest, that judge the outcome, and how many of a family that takes at least.
HELD_OUT = 0.3
LEAST_HELD_OUT = 20
# A smaller gain in Brier score is no news: weights would change every night for nothing.
LEAST_GAIN = 1e-5


def recalibrated(labels: Sequence[Label], current: Weights, *, version: str) -> Recalibration:
    """What labels make of the current weights: the new ones are named `version` if anything changes.

    A family's weights are replaced only if on the latest labels its Brier score becomes better, and neither AUGRC nor
    the cost of the decisions worse. Values that a reason keeps from being accepted whatever the weights say do not
    judge them. Certificates are always drawn up anew.
    """
    ordered = sorted(labels, key=lambda label: label.at)
    training, latest = ordered[: _cut(ordered)], ordered[_cut(ordered) :]
    tries, families = candidates(training, current), by_family(ordered)
    plain = _with(current, {name: _uncertified(own) for name, own in current.families.items()})
    warm = _with(plain, {name: plain.family(name).model_copy(update={"mode": Mode.WARM}) for name in families})
    judging = [label for label in latest if not label.judged(warm).held]
    tried = {
        name: _refit(own, [label for label in judging if label.family == name], tries.get(name, []), plain)
        for name, own in families.items()
    }
    new = _with(plain, {name: weights for name, (_, weights) in tried.items()})
    certified = {name: _certified(new, own) for name, own in families.items()}
    changed = {name: weights for name, weights in certified.items() if weights != current.family(name)}
    named = {"version": version, "labels": len(ordered)} if changed else {}
    return Recalibration(
        weights=_with(current, changed).model_copy(update=named),
        replaced=bool(changed),
        families=tuple(
            refit.model_copy(update={"mode": certified[name].mode, "certificates": certified[name].certificates})
            for name, (refit, _) in tried.items()
        ),
        before=quality(judging, plain) if judging else None,
        after=quality(judging, new) if judging else None,
    )


def _with(weights: Weights, families: Mapping[str, FamilyWeights]) -> Weights:
    """The weights with these of some families; what is COLD need not be listed."""
    told = {name: own for name, own in families.items() if own != weights.family(name)}
    return weights.model_copy(update={"families": {**weights.families, **told}})


def _uncertified(family: FamilyWeights) -> FamilyWeights:
    """A family without certificates, so that weights are compared at the usual thresholds."""
    return family.model_copy(update={"mode": Mode.WARM, "certificates": ()}) if family.certificates else family


def _cut(ordered: Sequence[Label]) -> int:
    """Where the held-out labels begin; labels of one moment are not parted."""
    place = int(len(ordered) * (1 - HELD_OUT))
    while 0 < place < len(ordered) and ordered[place].at == ordered[place - 1].at:
        place -= 1
    return place


def _refit(
    own: Sequence[Label], judging: Sequence[Label], tries: Sequence[Candidate], current: Weights
) -> tuple[FamilyRefit, FamilyWeights]:
    """What becomes of one family by itself, before certificates."""
    name, weights = own[0].family, current.family(own[0].family)
    told = FamilyRefit(family=name, mode=weights.mode, labels=len(own), held_out=len(judging), replaced=False, why="")
    if not tries or len(judging) < LEAST_HELD_OUT:
        why = f"{len(own):,} labels are too few; {LEAST_LABELS}, and {LEAST_HELD_OUT} later ones to judge, are needed."
        return told.model_copy(update={"why": why}), weights
    before = quality(judging, current)
    found = [(quality(judging, _with(current, {name: each.weights})), each) for each in tries]
    better = [pair for pair in found if _better(pair[0], before)]
    after, chosen = min(better or found[:1], key=lambda pair: pair[0].brier)
    why = f"{chosen.how if better else 'kept'}: {after.compared_with(before)} on the latest {len(judging):,} labels."
    told = told.model_copy(update={"before": before, "after": after, "replaced": bool(better), "why": why})
    return told, chosen.weights if better else weights


def _better(after: Quality, before: Quality) -> bool:
    return after.no_worse_than(before) and after.brier <= before.brier - LEAST_GAIN


def _certified(weights: Weights, own: Sequence[Label]) -> FamilyWeights:
    """A family's weights with the certificates that its later labels prove, and the mode that follows."""
    family = weights.family(own[0].family)
    if family.mode is Mode.COLD:
        return family
    fresh = [label for label in own if family.trained_until is None or label.at > family.trained_until]
    found = tuple(certificates(fresh, weights))
    return family.model_copy(update={"mode": Mode.CERTIFIED, "certificates": found}) if found else family
