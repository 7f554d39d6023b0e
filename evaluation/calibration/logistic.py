"""Logistic regression around a prior, by Newton's method: the most probable shift of weights, given labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# Newton's method converges in about six steps; the bound is for data without sense.
_STEPS = 50
_CONVERGED = 1e-8
# Log-odds beyond this are certainty; it keeps exp() finite.
_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Labels as numbers.

    Attributes:
        rows: labels x features; the first column is 1.
        right: 1.0 or 0.0 by label.
        counts: how much each label counts.
        log_odds: what the prior says of each.
    """

    rows: Array
    right: Array
    counts: Array
    log_odds: Array

    def shifted(self, shift: Array) -> Array:
        """The log-odds under weights so much higher."""
        moved: Array = self.log_odds + self.rows @ shift
        return moved

    def only(self, chosen: NDArray[np.bool_]) -> Outcomes:
        """The labels that are chosen."""
        return Outcomes(self.rows[chosen], self.right[chosen], self.counts[chosen], self.log_odds[chosen])


def sigmoid(log_odds: Array) -> Array:
    """Probabilities."""
    found: Array = 1 / (1 + np.exp(-np.clip(log_odds, -_LIMIT, _LIMIT)))
    return found


def most_probable_shift(seen: Outcomes, spread: Array, around: Array) -> Array:
    """The shift of the weights that labels make most probable (MAP).

    Args:
        seen: the labels.
        spread: standard deviation of each weight's shift before any label is seen, in log-odds.
        around: the shift that is most probable before any label is seen.
    """
    precision = 1 / spread**2
    shift = around.copy()
    loss = _loss(seen, shift, around, precision)
    for _ in range(_STEPS):
        p = sigmoid(seen.shifted(shift))
        slope = seen.rows.T @ (seen.counts * (seen.right - p)) - precision * (shift - around)
        curve = (seen.rows.T * (seen.counts * p * (1 - p))) @ seen.rows + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        while True:  # halved until it helps: far from the optimum a full step may overshoot
            ahead = _loss(seen, shift + step, around, precision)
            if ahead <= loss or np.abs(step).max() < _CONVERGED:
                break
            step = step / 2
        shift, loss = shift + step, ahead
        if np.abs(step).max() < _CONVERGED:
            break
    return shift


def _loss(seen: Outcomes, shift: Array, around: Array, precision: Array) -> float:
    log_odds = seen.shifted(shift)
    surprise = seen.counts @ (np.logaddexp(0.0, log_odds) - seen.right * log_odds)
    return float(surprise + precision @ (shift - around) ** 2 / 2)
