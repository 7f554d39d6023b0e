"""The refit against what is known of it: the prior without labels, the truth with many, the optimum's own condition."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.calibration.logistic import Array, Outcomes, most_probable_shift, sigmoid

RNG = np.random.default_rng(7)


def outcomes(count: int, truth: Array) -> Outcomes:
    rows = np.column_stack([np.ones(count), RNG.normal(size=(count, len(truth) - 1))])
    right = (RNG.random(count) < sigmoid(rows @ truth)).astype(np.float64)
    return Outcomes(rows, right, np.ones(count), np.zeros(count))


def test_without_labels_nothing_moves() -> None:
    around = np.array([0.3, -0.2])
    assert most_probable_shift(outcomes(0, around), np.ones(2), around) == pytest.approx(around)


def test_many_labels_find_the_truth_and_few_stay_near_the_prior() -> None:
    truth = np.array([1.0, -2.0, 0.5])
    many = most_probable_shift(outcomes(40_000, truth), np.ones(3), np.zeros(3))
    assert many == pytest.approx(truth, abs=0.06)
    few = most_probable_shift(outcomes(20, truth), np.full(3, 0.1), np.zeros(3))
    assert np.abs(few).max() < 0.2


def test_at_the_optimum_labels_and_prior_pull_alike() -> None:
    seen, spread, around = outcomes(300, np.array([0.5, 1.5])), np.array([0.5, 0.1]), np.array([0.2, 0.0])
    shift = most_probable_shift(seen, spread, around)
    pull = seen.rows.T @ (seen.right - sigmoid(seen.shifted(shift)))
    assert pull == pytest.approx((shift - around) / spread**2, abs=1e-5)


def test_labels_that_part_perfectly_stay_finite() -> None:
    rows = np.column_stack([np.ones(100), np.linspace(-5, 5, 100)])
    seen = Outcomes(rows, (rows[:, 1] > 0).astype(np.float64), np.ones(100), 25 * rows[:, 1])
    assert np.isfinite(most_probable_shift(seen, np.array([10.0, 10.0]), np.zeros(2))).all()
