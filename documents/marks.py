"""Checkboxes and radio marks, found by their outline and judged by the ink inside."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.pages import Tick
from documents.raster import Gray
from documents.ruling_lines import PixelBox

# Printed boxes measure 2.5 to 6 mm; fax spread and a pen that retraces the border add a little.
_SMALLEST_IN = 0.085
_LARGEST_IN = 0.27
_LEAST_SQUARE = 0.72  # shorter side / longer side: 204x98 dpi faxes squeeze a square by up to a quarter
_SIDE_COVERED = 0.75  # of each side is ink: a box of a poor fax has gaps, a letter with four such sides does not exist
_ROUND_SPREAD = 0.12  # standard deviation of an outline's distance from its centre, as a share of the mean
_BORDER_SHARE = 0.24  # of the side, on each edge: border, its spread, and half a pixel of misplacement
# Share of ink inside. A speck or two of a fax make 4 %; the thinnest pen stroke corner to corner makes 10 %.
_EMPTY_BELOW = 0.05
_TICKED_FROM = 0.10


class FoundMark(NamedTuple):
    """A mark in pixels of the ink it was found in."""

    box: PixelBox
    tick: Tick
    ink: float
    is_round: bool


def find_marks(ink: Gray, lines: Gray, dpi: float) -> tuple[FoundMark, ...]:
    """Finds square and round marks on a straight page.

    Args:
        ink: 255 where there is ink, else 0.
        lines: the ink of ruling lines; a box may touch one.
        dpi: of both axes; 100 is enough.
    """
    squares = _squares(ink, lines, dpi)
    circles = [box for box in _circles(ink, dpi) if not any(_overlap(box, square) for square in squares)]
    found = [_judged(ink, box, is_round=False) for box in squares] + [_judged(ink, box, is_round=True) for box in circles]
    return tuple(sorted(found, key=lambda mark: (mark.box[1], mark.box[0])))


def _squares(ink: Gray, lines: Gray, dpi: float) -> list[PixelBox]:
    shortest = round(_SMALLEST_IN * dpi * 0.8)
    free = cv2.bitwise_and(ink, cv2.bitwise_not(lines))
    # Straight strokes only: a tick that leaves its box must not widen it.
    strokes = cv2.morphologyEx(free, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    strokes |= cv2.morphologyEx(free, cv2.MORPH_OPEN, np.ones((shortest, 1), np.uint8))
    boxes = _components(strokes, dpi)
    return [box for box in boxes if _has_four_sides(ink[box[1] : box[3], box[0] : box[2]])]


def _components(ink: Gray, dpi: float) -> list[PixelBox]:
    """Connected pieces of the size and proportion of a mark."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    shorter, longer = np.minimum(width, height), np.maximum(width, height)
    fits = (shorter >= _SMALLEST_IN * dpi) & (longer <= _LARGEST_IN * dpi) & (shorter >= _LEAST_SQUARE * longer)
    fits[0] = False
    return [(x, y, x + w, y + h) for x, y, w, h in stats[fits][:, :4].tolist()]


def _has_four_sides(piece: Gray) -> bool:
    inked = piece > 0
    edge = max(2, round(0.12 * min(piece.shape)))
    sides = (inked[:edge].any(axis=0), inked[-edge:].any(axis=0), inked[:, :edge].any(axis=1), inked[:, -edge:].any(axis=1))
    if min(float(side.mean()) for side in sides) < _SIDE_COVERED:
        return False
    # Round letters have sides, but no corners.
    corners = (inked[:edge, :edge], inked[:edge, -edge:], inked[-edge:, :edge], inked[-edge:, -edge:])
    return sum(bool(corner.any()) for corner in corners) == 4


def _circles(ink: Gray, dpi: float) -> list[PixelBox]:
    return [box for box in _components(ink, dpi) if _is_round(ink[box[1] : box[3], box[0] : box[2]])]


def _is_round(piece: NDArray[np.uint8]) -> bool:
    height, width = piece.shape
    if min(height, width) < 0.85 * max(height, width):
        return False
    outlines, _ = cv2.findContours(np.ascontiguousarray(piece), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len).reshape(-1, 2).astype(np.float64)
    distance = np.hypot(outline[:, 0] - (width - 1) / 2, outline[:, 1] - (height - 1) / 2)
    return bool(distance.std() <= 0.5 * _ROUND_SPREAD * distance.mean())


def _judged(ink: Gray, box: PixelBox, *, is_round: bool) -> FoundMark:
    left, top, right, bottom = box
    margin_x = max(2, round((right - left) * _BORDER_SHARE))
    margin_y = max(2, round((bottom - top) * _BORDER_SHARE))
    inside = ink[top + margin_y : bottom - margin_y, left + margin_x : right - margin_x]
    share = float(np.count_nonzero(inside)) / inside.size if inside.size else 0.0
    tick = Tick.EMPTY if share < _EMPTY_BELOW else Tick.TICKED if share >= _TICKED_FROM else Tick.UNCLEAR
    return FoundMark(box, tick, share, is_round)


def _overlap(one: PixelBox, other: PixelBox) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
