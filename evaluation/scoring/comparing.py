"""Two evaluations of the same documents side by side: what changed, how surely, and whether it may pass.

Documents are resampled in pairs: a resample draws the same documents for both, so that what both find hard does not
blur the difference. The gate looks at the difference itself, which is a fact about these documents; the interval says
whether other documents of the kind would show it too. Results of other documents or other labels are refused: what
was left out might be what became worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from documents.value import Value
from evaluation.errors import EvaluationInputError
from evaluation.scoring.bootstrap import Array, counts, draws, interval, ratios
from evaluation.scoring.confidence import NAMES, Ranking
from evaluation.scoring.evaluation import Evaluation
from evaluation.scoring.figures import Ratio, catalogue
from evaluation.scoring.tally import DocumentScore

FORMAT = "fax2fhir-comparison/1"
# One percentage point: on a hundred documents a change of a rule that helps moves F1 by about as much.
DEFAULT_BOUND = 0.01
# What a person will never see again may get worse by a tenth of that only.
STRICT = 0.1
# Figures that must not get worse, and how strictly; costs are watched but differ from machine to machine.
GUARDED: Mapping[str, float] = {
    "accepted.wrong_share": STRICT,
    "hallucination.accepted_rate": STRICT,
    "ungrounded.accepted_rate": STRICT,
    "fields.f1": 1.0,
    "codes.f1": 1.0,
    "medications.f1": 1.0,
    "linked.f1": 1.0,
    "missing_field.f1": 1.0,
    "red_flag.f1": 1.0,
    "type.accuracy": 1.0,
    "boundary.f1": 1.0,
    "splits.over": 1.0,
    "splits.under": 1.0,
    "traps.passed": 1.0,
    "accepted.recall": 1.0,
    "hallucination.rate": 1.0,
    "confidence.auroc": 1.0,
    "confidence.augrc": STRICT,
}
_CONFIDENCE_RISES = {
    "auroc": True,
    "augrc": False,
    "coverage_99": True,
    "coverage_95": True,
    "brier": False,
    "ece": False,
}


class Outcome(StrEnum):
    """BETTER and WORSE where the interval leaves out no change, else SAME; REGRESSED breaks a guarded bound."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    REGRESSED = "regressed"
    CHANGED = "changed"


class Difference(Value):
    """One figure before and after; `change` is after less before, with its paired 95 % interval where there is one."""

    name: str
    before: float
    after: float
    change: float
    low: float | None
    high: float | None
    bound: float | None
    outcome: Outcome


class Comparison(Value):
    """All differences, and over how many documents."""

    format: str = FORMAT
    documents: int
    differences: tuple[Difference, ...]

    @property
    def regressions(self) -> tuple[Difference, ...]:
        """The guarded figures that are worse than their bound allows."""
        return tuple(each for each in self.differences if each.outcome is Outcome.REGRESSED)


def compare(before: Evaluation, after: Evaluation, *, bound: float = DEFAULT_BOUND) -> Comparison:
    """Compares two evaluations of the same documents.

    Args:
        before: of the same gold, the earlier one.
        after: the later one.
        bound: by how much a guarded figure may get worse (a fraction: 0.01 is one percentage point).

    Raises:
        EvaluationInputError: they hold different documents, or were judged against different labels.
    """
    old = {score.doc_id: score for score in before.documents}
    new = {score.doc_id: score for score in after.documents}
    alone = len(old.keys() ^ new.keys())
    if alone:
        raise EvaluationInputError(f"the two results are of different sets: {alone} documents are in one of them only")
    relabelled = sum(old[name].labels != new[name].labels for name in old)
    if relabelled:
        raise EvaluationInputError(f"the labels of {relabelled} documents differ between the two results")
    pairs = [old[name] for name in sorted(old)], [new[name] for name in sorted(old)]
    weights = draws(pairs[0])
    found = [*_of_counts(*pairs, weights, bound), *_of_confidence(*pairs, weights, bound)]
    return Comparison(documents=len(old), differences=tuple(found))


def _of_counts(
    before: Sequence[DocumentScore], after: Sequence[DocumentScore], weights: Array, bound: float
) -> list[Difference]:
    keys = sorted({key for score in (*before, *after) for key in score.tally})
    figures = catalogue(keys)
    tables = counts(before, keys), counts(after, keys)
    points = [ratios(table.sum(axis=0, keepdims=True), keys, figures)[0][0] for table in tables]
    samples = [ratios(weights @ table, keys, figures)[0] for table in tables]
    return [
        _difference(figure, (points[0][i], points[1][i]), samples[1][:, i] - samples[0][:, i], bound)
        for i, figure in enumerate(figures)
        if not np.isnan(points[0][i]) and not np.isnan(points[1][i])
    ]


def _of_confidence(
    before: Sequence[DocumentScore], after: Sequence[DocumentScore], weights: Array, bound: float
) -> list[Difference]:
    rankings = tuple(Ranking([score.confidences for score in scores]) for scores in (before, after))
    if not all(len(ranking.right) for ranking in rankings):
        return []
    once = np.ones((1, len(before)))
    points = [ranking.measure(once) for ranking in rankings]
    samples = [ranking.measure(weights) for ranking in rankings]
    found = []
    for name in NAMES:
        values = float(points[0][name][0]), float(points[1][name][0])
        if not np.isnan(values).any():
            figure = Ratio(f"confidence.{name}", {}, {}, _CONFIDENCE_RISES[name])
            found.append(_difference(figure, values, samples[1][name] - samples[0][name], bound))
    return found


def _difference(figure: Ratio, values: tuple[float, float], samples: Array, bound: float) -> Difference:
    change = float(values[1] - values[0])
    low, high = interval(samples)
    strictness = GUARDED.get(figure.name)
    limit = None if strictness is None else bound * strictness
    difference = Difference(
        name=figure.name,
        before=float(values[0]),
        after=float(values[1]),
        change=change,
        low=low,
        high=high,
        bound=limit,
        outcome=Outcome.SAME,
    )
    return difference.model_copy(update={"outcome": _outcome(difference, figure.rising)})


def _outcome(found: Difference, rising: bool | None) -> Outcome:
    """Guarded figures by their bound first; whatever is within chance counts as the same."""
    loss = -found.change if rising else found.change
    # A rounding error of the subtraction is no regression.
    if found.bound is not None and rising is not None and loss > found.bound + 1e-12:
        return Outcome.REGRESSED
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return Outcome.SAME
    if rising is None:
        return Outcome.CHANGED
    return Outcome.WORSE if loss > 0 else Outcome.BETTER
