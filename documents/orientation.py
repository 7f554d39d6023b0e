"""Which way up a page is, from its ink alone: no recognition call is spent on upright or turned pages.

Sideways: in a tile of printed text whole rows are blank (between lines) far more often than whole columns; each tile
votes. Upside down: letters rise above the x-height (capitals, digits, b d f h k l t) far more often than they fall
below the baseline (g j p q y), so the ink above a line's dense middle outweighs the ink below it.

Measured on 145 pages, 9 of them turned: the sideways vote was right on all, the upside-down vote on all but one poor
coarse fax, whose reading then made no sense, so that the second recognition call set it right.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.raster import Gray

_TILE_IN = 0.6  # three or four lines of print; larger tiles feel the skew
_LEAST_DENSE, _MOST_DENSE = 0.03, 0.45  # less is margin, more is a bar or a picture
_LONGEST_STROKE_IN = 0.25  # longer straight runs are rules or streaks, which say nothing about letters
_STRIP_IN = 1.2  # lines are looked for in upright strips, so that columns do not blur each other's baselines
_LINE_HEIGHTS_IN = (0.07, 0.24)  # 6 to 18 points from ascender to descender
_SIDEWAYS_SURE = 0.25
_FEWEST_TILES = 4
_FEWEST_LINES = 8
_UPRIGHT_SURE = 0.08


class Direction(NamedTuple):
    """Degrees clockwise that make the page upright, and whether the ink leaves no doubt."""

    turn: int
    is_sure: bool


def without_strokes(ink: Gray, dpi: float) -> Gray:
    """Ink (255) without long straight strokes."""
    length = round(_LONGEST_STROKE_IN * dpi)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    strokes = cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
    return np.asarray(cv2.subtract(ink, strokes), dtype=np.uint8)


def sideways_vote(letters: Gray, dpi: float) -> float | None:
    """From +1 (lines run across) to -1 (they run down the page); None where there is too little text.

    Args:
        letters: 255 where there is ink, long strokes removed.
        dpi: of both axes, about 100.
    """
    size = round(_TILE_IN * dpi)
    rows, columns = letters.shape[0] // size, letters.shape[1] // size
    tiles = (letters[: rows * size, : columns * size] > 0).reshape(rows, size, columns, size)
    by_row = np.count_nonzero(tiles, axis=3).transpose(0, 2, 1)
    by_column = np.count_nonzero(tiles, axis=1)
    density = by_row.sum(axis=2) / (size * size)
    has_text = (density > _LEAST_DENSE) & (density < _MOST_DENSE)
    if np.count_nonzero(has_text) < _FEWEST_TILES:
        return None
    # One pixel of ink still counts as blank: specks.
    blank = (by_row <= 1).sum(axis=2) - (by_column <= 1).sum(axis=2)
    return float(np.sign(blank[has_text]).mean())


def upright_vote(letters: Gray, dpi: float, skew: float) -> float | None:
    """Positive where the lines stand upright, negative where they hang; None where there are too few lines.

    Args:
        letters: 255 where there is ink, long strokes removed, lines running across.
        dpi: of both axes, about 100.
        skew: degrees by which the lines fall to the right.
    """
    height, width = letters.shape
    shear = np.array([[1.0, 0.0, 0.0], [-np.tan(np.radians(skew)), 1.0, 0.0]])
    level = cv2.warpAffine(letters, shear, (width, height), flags=cv2.INTER_NEAREST)
    strip = round(_STRIP_IN * dpi)
    strips = width // strip
    profiles = np.count_nonzero(level[:, : strips * strip].reshape(height, strips, strip), axis=2)
    above = below = 0.0
    lines = 0
    for profile in profiles.T:
        for line in _lines(profile, dpi):
            middle = np.flatnonzero(line >= 0.5 * np.sort(line)[-3:].mean())
            above += float(line[: middle[0]].sum())
            below += float(line[middle[-1] + 1 :].sum())
            lines += 1
    # 20 pixels: a few specks must not decide.
    return float(np.log((above + 20) / (below + 20))) if lines >= _FEWEST_LINES else None


def _lines(profile: NDArray[np.intp], dpi: float) -> list[NDArray[np.float64]]:
    """The pieces of a strip's row profile that are as high as a line of print and dense enough to be one."""
    inked = np.concatenate(([0], (profile > 1).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(inked))
    lowest, highest = (size * dpi for size in _LINE_HEIGHTS_IN)
    pieces = [
        profile[start:end].astype(np.float64)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if lowest <= end - start <= highest
    ]
    return [piece for piece in pieces if np.sort(piece)[-3:].mean() >= 8]


def is_sideways(vote: float | None) -> tuple[bool, bool]:
    """Whether the lines run down the page, and whether that is sure."""
    if vote is None:
        return False, False
    return vote < -_SIDEWAYS_SURE, abs(vote) > _SIDEWAYS_SURE


def is_upside_down(vote: float | None) -> tuple[bool, bool]:
    """Whether the lines hang, and whether that is sure."""
    if vote is None:
        return False, False
    return vote < -_UPRIGHT_SURE, abs(vote) > _UPRIGHT_SURE
