"""What a side by side gave, as values for the report and the JSON."""

from __future__ import annotations

from evaluation.scoring.corpus import Neutral


class GroundingResult(Neutral):
    """How one grounder judged claims about pages.

    Attributes:
        name: of the package or the mode of it; `version` of the package.
        near_misses, accepted: wrong claims that look right, and how many of them it took for proven.
        right, passed: right claims about damaged text, and how many of them it took for proven.
        ms: CPU milliseconds a claim.
    """

    name: str
    version: str
    near_misses: int
    accepted: int
    right: int
    passed: int
    ms: float


class FormResult(Neutral):
    """How one reader of forms did on the same fields of the same documents; `ms` is CPU milliseconds a page."""

    name: str
    version: str
    documents: int
    right: int
    wrong: int
    missed: int
    ms: float

    @property
    def f1(self) -> float | None:
        """2 right / (2 right + wrong + missed); None where there was nothing to find and nothing was said."""
        of = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / of if of else None


class SideBySide(Neutral):
    """All of it.

    Attributes:
        grounding: one result a grounder, ours first.
        forms: one a reader of forms, ours first; empty where no digital form was among the documents.
        absent: what could not be compared, because it is not installed.
    """

    grounding: tuple[GroundingResult, ...]
    forms: tuple[FormResult, ...] = ()
    absent: tuple[str, ...] = ()
