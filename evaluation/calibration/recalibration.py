"""What came of a recalibration: the weights in force, and each family's fate in figures and words."""

from __future__ import annotations

from documents.value import Value
from evaluation.calibration.quality import Quality
from extractors.records.weighting import Certificate, Mode, Weights


class FamilyRefit(Value):
    """What became of a family.

    Attributes:
        family: its name.
        mode: in force afterwards.
        labels, held_out: how many there were, and how many of them, the latest, only judged the outcome.
        replaced: whether its weights are new.
        before, after: quality on the held-out labels, of the weights so far and of the refit (taken or not); None
            where nothing was fitted.
        certificates: in force afterwards.
        why: one sentence.
    """

    family: str
    mode: Mode
    labels: int
    held_out: int
    replaced: bool
    before: Quality | None = None
    after: Quality | None = None
    certificates: tuple[Certificate, ...] = ()
    why: str


class Recalibration(Value):
    """What came of it.

    Attributes:
        weights: in force afterwards.
        replaced: whether they differ from those before.
        families: each family's fate.
        before, after: quality of the weights so far and of the new ones on the held-out labels; None where no
            label judges.
    """

    weights: Weights
    replaced: bool
    families: tuple[FamilyRefit, ...]
    before: Quality | None = None
    after: Quality | None = None

    @property
    def why(self) -> str:
        """A sentence a family."""
        return " ".join(f"{each.family}: {each.why}" for each in self.families)
