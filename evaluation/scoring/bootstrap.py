"""Intervals by resampling documents: values of one document are not independent, documents are.

A resample is a row of weights: how often each document was drawn (Efron and Tibshirani 1993, percentile method). The
same seed and documents give the same weights, so that two systems are compared on the same resamples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.scoring.corpus import Neutral
from evaluation.scoring.figures import Ratio
from evaluation.scoring.tally import DocumentScore

Array = NDArray[np.float64]
# 95 % of the resamples lie between these percentiles; 1000 of them hold the ends steady to about a tenth of the width.
RESAMPLES = 1000
LOW, HIGH = 2.5, 97.5
SEED = 20_240_701


class Figure(Neutral):
    """A value with its 95 % interval; `of` is the sum that it is a share of. None: there was nothing to judge."""

    value: float | None
    low: float | None = None
    high: float | None = None
    of: float = 0.0


def draws(scores: Sequence[DocumentScore], *, resamples: int = RESAMPLES, seed: int = SEED) -> Array:
    """Weights of documents, a row a resample. The copies of one document on a noise ladder are drawn together.

    There is no resample of a single document: it says nothing about others, and its figures get no interval.
    """
    units: dict[str, int] = {}
    unit_of = [units.setdefault(score.ladder or score.doc_id, len(units)) for score in scores]
    rng = np.random.default_rng([seed, len(units)])
    drawn = rng.multinomial(len(units), np.full(len(units), 1 / len(units)), size=resamples if len(units) > 1 else 0)
    return drawn[:, unit_of].astype(np.float64)


def counts(scores: Sequence[DocumentScore], keys: Sequence[str]) -> Array:
    """Counts by document (rows) and key (columns)."""
    return np.array([[score.tally.get(key, 0.0) for key in keys] for score in scores], dtype=np.float64)


def ratios(sums: Array, keys: Sequence[str], figures: Sequence[Ratio]) -> tuple[Array, Array]:
    """Values and denominators of figures for rows of sums; a value without a denominator is NaN."""
    place = {key: column for column, key in enumerate(keys)}
    above, below = np.zeros((len(keys), len(figures))), np.zeros((len(keys), len(figures)))
    for column, figure in enumerate(figures):
        for weights, matrix in ((figure.top, above), (figure.bottom, below)):
            for key, weight in weights.items():
                if key in place:
                    matrix[place[key], column] = weight
    top, bottom = sums @ above, sums @ below
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0), bottom


def interval(values: Array) -> tuple[float | None, float | None]:
    """The 95 % percentile interval; resamples in which there was nothing to judge are left out."""
    kept = values[~np.isnan(values)]
    if kept.size == 0:
        return None, None
    low, high = np.percentile(kept, (LOW, HIGH))
    return float(low), float(high)


def figure_table(scores: Sequence[DocumentScore], figures: Sequence[Ratio], weights: Array) -> dict[str, Figure]:
    """Each figure over the documents, with its interval."""
    keys = sorted({key for figure in figures for key in (*figure.top, *figure.bottom)})
    table = counts(scores, keys)
    points, bottoms = ratios(table.sum(axis=0, keepdims=True), keys, figures)
    samples, _ = ratios(weights @ table, keys, figures)
    found = {}
    for column, figure in enumerate(figures):
        if np.isnan(points[0, column]):
            found[figure.name] = Figure(value=None)
            continue
        low, high = interval(samples[:, column])
        of = float(bottoms[0, column])
        found[figure.name] = Figure(value=float(points[0, column]), low=low, high=high, of=of)
    return found


def macro_f1(scores: Sequence[DocumentScore], weights: Array) -> Figure:
    """The mean F1 over the fields that gold demands anything of."""
    names = sorted({key.rsplit(".", 1)[0] for score in scores for key in score.tally if key.startswith("field.")})
    keys = [f"{name}.{kind}" for name in names for kind in ("right", "wrong", "missed")]
    if not keys:
        return Figure(value=None)
    table = counts(scores, keys)
    low, high = interval(_macro(weights @ table))
    return Figure(value=float(_macro(table.sum(axis=0, keepdims=True))[0]), low=low, high=high, of=float(len(names)))


def _macro(sums: Array) -> Array:
    right, wrong, missed = (sums[:, offset::3] for offset in range(3))
    demanded = right + missed > 0
    f1 = np.divide(2 * right, 2 * right + wrong + missed, out=np.zeros_like(right), where=demanded)
    many = demanded.sum(axis=1)
    mean: Array = np.divide(f1.sum(axis=1), many, out=np.full(len(many), np.nan), where=many > 0)
    return mean
