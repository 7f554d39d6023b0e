"""How good probabilities are on labels that did not shape them, each label counting for those that nobody saw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from documents.value import Value
from evaluation.calibration.labels import Label
from evaluation.calibration.logistic import Array
from evaluation.scoring.confidence import Ranking
from extractors.records.weighting import Weights

# No label counts for more than so many: the audit's lowest rate is 2 %, and a slip in a rate must not decide alone.
LARGEST_COUNT = 50.0
# Equal up to rounding.
_SLACK = 1e-9


class Quality(Value):
    """Figures over labels.

    Attributes:
        labels, wrong: how many, and how many of them were wrong; plain counts.
        brier, augrc: lower is better.
        auroc: None where all are right or all wrong.
        coverage_99: the share that can be kept with 99 % of those kept right.
        accepted: the share that is accepted.
        accepted_wrong: the share that is accepted and wrong.
        cost: of a value on average, in reviews: 1 if a person sees it, the cost of its error if it is wrong and
            nobody does.
    """

    labels: int
    wrong: int
    brier: float
    augrc: float
    auroc: float | None
    coverage_99: float
    accepted: float
    accepted_wrong: float
    cost: float

    def no_worse_than(self, other: Quality) -> bool:
        """Whether it is as good in Brier score, AUGRC and cost."""
        pairs = ((self.brier, other.brier), (self.augrc, other.augrc), (self.cost, other.cost))
        return all(mine <= theirs + _SLACK for mine, theirs in pairs)

    def compared_with(self, other: Quality) -> str:
        """Both in one clause."""
        return (
            f"Brier {other.brier:.4f} to {self.brier:.4f}, AUGRC {other.augrc:.5f} to {self.augrc:.5f}, accepted "
            f"{other.accepted:.1%} to {self.accepted:.1%}, cost {other.cost:.3f} to {self.cost:.3f} reviews a value"
        )


def counts_of(labels: Sequence[Label]) -> Array:
    """How many values each label stands for: the inverse of its propensity, at most LARGEST_COUNT."""
    return np.array([min(1 / label.propensity, LARGEST_COUNT) for label in labels])


def quality(labels: Sequence[Label], weights: Weights) -> Quality:
    """The quality of these weights on these labels.

    Raises:
        ValueError: there are none.
    """
    if not labels:
        raise ValueError("no labels")
    judged = [label.judged(weights) for label in labels]
    counts = counts_of(labels)
    ranking = Ranking([[(j.confidence, label.right)] for j, label in zip(judged, labels, strict=True)])
    measured = {name: float(values[0]) for name, values in ranking.measure(counts[np.newaxis]).items()}
    accepted = np.array([j.accepted for j in judged])
    missed = accepted & ~np.array([label.right for label in labels])
    cost = np.where(missed, [float(label.cost) for label in labels], np.where(accepted, 0.0, 1.0))
    return Quality(
        labels=len(labels),
        wrong=sum(not label.right for label in labels),
        brier=measured["brier"],
        augrc=measured["augrc"],
        auroc=None if np.isnan(measured["auroc"]) else measured["auroc"],
        coverage_99=measured["coverage_99"],
        accepted=float(counts @ accepted / counts.sum()),
        accepted_wrong=float(counts @ missed / counts.sum()),
        cost=float(counts @ cost / counts.sum()),
    )
