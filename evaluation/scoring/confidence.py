"""Does the confidence tell right from wrong: ranking first, calibration last.

AUROC: the chance that a right value is surer than a wrong one. AUGRC: the mean, over all thresholds, of the share of
values that are both kept and wrong; 0 is perfect (Traub et al. 2024, arXiv 2407.01032). Coverage at a precision: the
largest share of values that can be kept so that those kept are that precise. A threshold cannot split equal
confidences. Brier: mean squared error. ECE: over bins of equal mass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.scoring.bootstrap import Array, Figure, interval
from evaluation.scoring.corpus import Neutral
from evaluation.scoring.tally import DocumentScore

BINS = 15
_LEVELS = {"coverage_99": 0.99, "coverage_95": 0.95}
NAMES = ("auroc", "augrc", *_LEVELS, "brier", "ece")
# Numbers held at a time while resampling: 32 MiB a matrix.
_CELLS = 4_000_000


class Bin(Neutral):
    """A group of values of about the same confidence: mean confidence, share right, how many."""

    confidence: float
    accuracy: float
    count: int


class CurvePoint(Neutral):
    """Keeping the surest values up to `coverage`, `risk` of those kept are wrong; `confidence` is the threshold."""

    coverage: float
    risk: float
    confidence: float


class Confidence(Neutral):
    """What the confidences of a set of documents are worth.

    Attributes:
        values, wrong: how many have a confidence, and how many of them are wrong.
        figures: auroc, augrc, coverage_99, coverage_95, brier, ece.
        ranks_errors: whether the whole interval of the AUROC lies above one half; None where there is no interval:
            nothing is wrong, nothing is right, or all stand in one document.
        curve: risk by coverage.
        bins: for a reliability plot.
    """

    values: int
    wrong: int
    figures: dict[str, Figure]
    ranks_errors: bool | None
    curve: tuple[CurvePoint, ...]
    bins: tuple[Bin, ...]

    @property
    def in_words(self) -> str:
        """Whether the score can be used to send errors to people."""
        if self.ranks_errors is None:
            return "Too little was wrong, or right, to say whether the score ranks errors."
        if self.ranks_errors:
            return "The score ranks errors: a wrong value is less sure than a right one more often than not."
        return "The score does NOT rank errors: its AUROC cannot be told from chance. Do not accept values by it."


class Ranking:
    """The judged values of some documents, the surest first, ready to be weighed again and again."""

    def __init__(self, documents: Sequence[Sequence[tuple[float, bool]]]) -> None:
        """`documents`: (confidence, whether right) of each document's values, in the order of the weights."""
        rows = [(c, right, place) for place, values in enumerate(documents) for c, right in values]
        confidence = np.array([row[0] for row in rows], dtype=np.float64)
        order = np.argsort(-confidence, kind="stable")
        self.confidence: Array = confidence[order]
        self.right: NDArray[np.bool_] = np.array([row[1] for row in rows], dtype=np.bool_)[order]
        self.document: NDArray[np.int64] = np.array([row[2] for row in rows], dtype=np.int64)[order]
        # Last place of each run of equal confidences.
        self.ends: NDArray[np.int64] = np.flatnonzero(np.append(np.diff(self.confidence) != 0, True)) if rows else order
        self.bins: NDArray[np.int64] = self._equal_mass()

    def _equal_mass(self) -> NDArray[np.int64]:
        """The bin of each value by the middle of its run, so that equal confidences share a bin."""
        starts = np.append(0, self.ends[:-1] + 1) if len(self.ends) else self.ends
        middle = np.repeat((starts + self.ends) / 2, self.ends - starts + 1)
        return np.minimum((middle / max(1, len(self.right)) * BINS).astype(np.int64), BINS - 1)

    def measure(self, weights: Array) -> dict[str, Array]:
        """Each figure for each row of document weights."""
        size = max(1, _CELLS // max(1, len(self.right)))
        parts = [self._measure(weights[i : i + size]) for i in range(0, max(1, len(weights)), size)]
        return {name: np.concatenate([part[name] for part in parts]) for name in NAMES}

    def _measure(self, weights: Array) -> dict[str, Array]:
        each = weights[:, self.document]
        total = each.sum(axis=1, keepdims=True)
        wrong = np.cumsum(each * ~self.right, axis=1)[:, self.ends]
        kept = np.cumsum(each, axis=1)[:, self.ends]
        with np.errstate(divide="ignore", invalid="ignore"):
            coverage, generalized = kept / total, wrong / total
            augrc = np.asarray(np.trapezoid(_from_zero(generalized), _from_zero(coverage), axis=1))
            bad = generalized[:, -1]
            # Traub et al., eq. 6: AUGRC = (1 - AUROC) p (1 - p) + (1 - p)^2 / 2, p the share that is right.
            auroc = 1 - (augrc - bad**2 / 2) / (bad * (1 - bad))
            found: dict[str, Array] = {"auroc": np.where((bad > 0) & (bad < 1), auroc, np.nan), "augrc": augrc}
            for name, level in _LEVELS.items():
                # The slack is for rounding: 99 of 100 are 99 %.
                enough = (kept > 0) & (kept - wrong >= level * kept - 1e-9)
                found[name] = np.where(enough, coverage, 0.0).max(axis=1)
            found["brier"] = (each * (self.confidence - self.right) ** 2).sum(axis=1) / total[:, 0]
            found["ece"] = self._calibration_error(each) / total[:, 0]
        return found

    def _calibration_error(self, each: Array) -> Array:
        gaps = each * (self.confidence - self.right)
        error: Array = np.sum([np.abs(gaps[:, self.bins == b].sum(axis=1)) for b in range(BINS)], axis=0)
        return error

    def reliability(self) -> Iterator[Bin]:
        """The bins that hold something, by rising confidence."""
        for b in reversed(range(BINS)):
            members = self.bins == b
            if members.any():
                mean = float(self.confidence[members].mean())
                accuracy = float(self.right[members].mean())
                yield Bin(confidence=mean, accuracy=accuracy, count=int(members.sum()))

    def curve(self, points: int = 200) -> Iterator[CurvePoint]:
        """Risk by coverage at up to so many thresholds."""
        if not len(self.ends):
            return
        wrong = np.cumsum(~self.right)[self.ends]
        for i in np.unique(np.linspace(0, len(self.ends) - 1, min(points, len(self.ends))).round().astype(int)):
            kept = int(self.ends[i]) + 1
            threshold = float(self.confidence[self.ends[i]])
            yield CurvePoint(coverage=kept / len(self.right), risk=float(wrong[i]) / kept, confidence=threshold)


def _from_zero(rows: Array) -> Array:
    return np.hstack([np.zeros((len(rows), 1)), rows])


def confidence_of(scores: Sequence[DocumentScore], weights: Array) -> Confidence:
    """What the confidences of these documents are worth, with intervals over the resamples."""
    ranking = Ranking([score.confidences for score in scores])
    values, wrong = len(ranking.right), int((~ranking.right).sum())
    if not values:
        nothing = {name: Figure(value=None) for name in NAMES}
        return Confidence(values=0, wrong=0, figures=nothing, ranks_errors=None, curve=(), bins=())
    points, samples = ranking.measure(np.ones((1, len(scores)))), ranking.measure(weights)
    figures = {}
    for name in NAMES:
        value = float(points[name][0])
        low, high = interval(samples[name])
        figures[name] = Figure(value=None) if np.isnan(value) else Figure(value=value, low=low, high=high, of=values)
    low = figures["auroc"].low
    return Confidence(
        values=values,
        wrong=wrong,
        figures=figures,
        ranks_errors=None if low is None else low > 0.5,
        curve=tuple(ranking.curve()),
        bins=tuple(ranking.reliability()),
    )
