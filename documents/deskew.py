"""How far a page is turned by a few degrees, from its ink alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LARGEST_SKEW = 6.0  # degrees; a sheet that passed a feeder is seldom off by more than 3
_COARSE_STEP = 0.5
_FINE_STEP = 0.05  # 0.05 degrees move one end of a letter line by 1.5 pixels at 200 dpi
_FEWEST_POINTS = 200  # with less ink any angle fits


def skew_degrees(ink: NDArray[np.bool_]) -> float:
    """The angle by which text lines fall to the right, in degrees (positive: clockwise on the page).

    Postl's criterion: sheared by the right angle, ink falls into the fewest rows, so the squared differences of
    neighbouring rows' ink are largest.

    Args:
        ink: square pixels, about 100 dpi, true where there is ink.
    """
    # Upper edges only: a letter counts once however bold it is, and so does a bar.
    rows, columns = np.nonzero(ink[1:] & ~ink[:-1])
    if rows.size < _FEWEST_POINTS:
        return 0.0
    x = columns.astype(np.float32)
    y = rows.astype(np.float32)
    coarse = np.arange(-_LARGEST_SKEW, _LARGEST_SKEW + 1e-6, _COARSE_STEP)
    best = _best(x, y, coarse, ink.shape)
    fine = np.arange(best - _COARSE_STEP, best + _COARSE_STEP + 1e-6, _FINE_STEP)
    return float(_best(x, y, fine, ink.shape))


def _best(x: NDArray[np.float32], y: NDArray[np.float32], angles: NDArray[np.float64], shape: tuple[int, int]) -> float:
    scores = [sharpness(x, y, float(angle), shape) for angle in angles]
    return float(angles[int(np.argmax(scores))])


def sharpness(x: NDArray[np.float32], y: NDArray[np.float32], angle: float, shape: tuple[int, int]) -> float:
    """How sharply rows of ink alternate with paper when lines are taken to fall by `angle` degrees."""
    slope = np.float32(np.tan(np.radians(angle)))
    margin = int(abs(slope) * shape[1]) + 1
    profile = np.bincount((y - slope * x + margin).astype(np.int32), minlength=shape[0] + 2 * margin)
    steps = np.diff(profile.astype(np.float64))
    return float(np.dot(steps, steps))
