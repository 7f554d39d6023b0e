"""Checkboxes and radio marks, found by their outline and judged by the ink inside."""

from __future__ import annotations

from typing import Any, NamedTuple

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
_LONG_SIDE = 0.7  # of the longest stroke in its direction: a tick's piece of it is shorter
_SIDE_STRAIGHT = 0.6  # of each side lies in a single row or column: residual skew and fax jitter spread it over two
_SMALLEST_CIRCLE_IN = 0.1  # a capital O in print of 8 to 10 points is smaller
_ROUND_SPREAD = 0.06  # standard deviation of an outline's distance from its centre, as a share of the mean
_RINGED_EIGHTHS = 6  # of the turn around a radio button's dot show paper: two may be lost to the grid of pixels
_ROOM_IN = 0.035  # letters of a word stand closer together; a label keeps at least half a space from its mark
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


def find_marks(ink: Gray, dpi: float) -> tuple[FoundMark, ...]:
    """Finds square and round marks on a straight page.

    Args:
        ink: 255 where there is ink, else 0.
        dpi: of both axes; 100 is enough.
    """
    squares = _squares(ink, dpi)
    circles = [box for box in _circles(ink, dpi) if not any(_overlap(box, square) for square in squares)]
    found = [_judged(ink, box, is_round=False) for box in squares] + [
        _judged(ink, box, is_round=True) for box in circles
    ]
    return tuple(sorted(found, key=lambda mark: (mark.box[1], mark.box[0])))


def _squares(ink: Gray, dpi: float) -> list[PixelBox]:
    shortest = round(_SMALLEST_IN * dpi * 0.8)
    longest = round(_LARGEST_IN * dpi * 1.3)
    # Straight strokes only: a tick that leaves its box must not widen it; nor must a rule that the box stands on.
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    across = cv2.subtract(across, cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, longest), np.uint8)))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((shortest, 1), np.uint8))
    down = cv2.subtract(down, cv2.morphologyEx(down, cv2.MORPH_OPEN, np.ones((longest, 1), np.uint8)))
    found = _outlines(np.asarray(cv2.bitwise_or(across, down), dtype=np.uint8))
    smallest = _SMALLEST_IN * dpi
    near = (
        (left, top, right, bottom)
        for left, top, right, bottom in found
        if smallest <= right - left <= longest and smallest <= bottom - top <= longest
    )
    boxes = (box for box in (_sides(across, down, box) for box in near) if _fits(box, dpi))
    return [box for box in boxes if _has_four_sides(_piece(ink, box)) and _stands_alone(ink, box, dpi, share=0.35)]


def _sides(across: NDArray[Any], down: NDArray[Any], box: PixelBox) -> PixelBox:
    """The box between the outermost long sides: a tick that passes a corner lengthens a side, or joins one."""
    left, top, right, bottom = box
    columns = np.count_nonzero(down[top:bottom, left:right], axis=0)
    rows = np.count_nonzero(across[top:bottom, left:right], axis=1)
    if not columns.any() or not rows.any():
        return box
    x = np.flatnonzero(columns >= _LONG_SIDE * columns.max())
    y = np.flatnonzero(rows >= _LONG_SIDE * rows.max())
    return left + int(x[0]), top + int(y[0]), left + int(x[-1]) + 1, top + int(y[-1]) + 1


def _outlines(ink: Gray) -> list[PixelBox]:
    found, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [(x, y, x + w, y + h) for x, y, w, h in (cv2.boundingRect(outline) for outline in found)]


def _piece(ink: Gray, box: PixelBox) -> Gray:
    return ink[box[1] : box[3], box[0] : box[2]]


def _fits(box: PixelBox, dpi: float) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    shorter, longer = min(width, height), max(width, height)
    return shorter >= _SMALLEST_IN * dpi and longer <= _LARGEST_IN * dpi and shorter >= _LEAST_SQUARE * longer


def _has_four_sides(piece: Gray) -> bool:
    inked = piece > 0
    edge = max(2, round(0.18 * min(piece.shape)))
    strips = (inked[:edge], inked[-edge:], inked[:, :edge].T, inked[:, -edge:].T)
    if min(float(strip.any(axis=0).mean()) for strip in strips) < _SIDE_COVERED:
        return False
    # Each side is one straight stroke: the fullest row of the strip. Round letters have sides but no straight ones.
    if min(float(strip.mean(axis=1).max()) for strip in strips) < _SIDE_STRAIGHT:
        return False
    # The tips of three corners, each turned to the top left: a bold letter o has all but the tips.
    corners = (inked, inked[:, ::-1], inked[::-1], inked[::-1, ::-1])
    tips = [bool(corner[0, 0] or corner[0, 1] or corner[1, 0]) for corner in corners]
    return sum(tips) >= 3


def _stands_alone(ink: Gray, box: PixelBox, dpi: float, *, share: float) -> bool:
    """Whether the strips left and right of it are mostly paper: letters have neighbours, marks have room."""
    left, top, right, bottom = box
    room = max(2, round(_ROOM_IN * dpi))
    return all(
        float((strip > 0).any(axis=1).mean()) <= share if strip.size else True
        for strip in (
            ink[top:bottom, max(0, left - room) : max(0, left - 1)],
            ink[top:bottom, right + 1 : right + room],
        )
    )


def _circles(ink: Gray, dpi: float) -> list[PixelBox]:
    found, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    circles: list[PixelBox] = []
    # An outline's points number a little under three diameters; most letters are out before they cost anything.
    fewest, most = 2 * _SMALLEST_CIRCLE_IN * dpi, 4 * _LARGEST_IN * dpi
    for outline in (outline for outline in found if fewest <= len(outline) <= most):
        x, y, width, height = cv2.boundingRect(outline)
        box = (x, y, x + width, y + height)
        if min(width, height) < _SMALLEST_CIRCLE_IN * dpi or not _fits(box, dpi) or not _is_round(outline, box):
            continue
        if _has_gap(_piece(ink, box)) and _stands_alone(ink, box, dpi, share=0.1):
            circles.append(box)
    return circles


def _is_round(outline: NDArray[Any], box: PixelBox) -> bool:
    left, top, right, bottom = box
    if min(right - left, bottom - top) < 0.85 * max(right - left, bottom - top):
        return False
    points = outline.reshape(-1, 2).astype(np.float64)
    distance = np.hypot(points[:, 0] - (left + right - 1) / 2, points[:, 1] - (top + bottom - 1) / 2)
    return bool(distance.std() <= _ROUND_SPREAD * distance.mean())


def _has_gap(piece: Gray) -> bool:
    """Whether paper shows between the outline and what is inside: not a bullet, nor a filled dot."""
    height, width = piece.shape
    y, x = np.ogrid[:height, :width]
    radius = np.hypot((x - (width - 1) / 2) / (width / 2), (y - (height - 1) / 2) / (height / 2))
    ring = piece[(radius > 0.55) & (radius < 0.75)]
    return bool(ring.size and np.count_nonzero(ring) <= 0.5 * ring.size) or _is_ringed(piece)


def _is_ringed(piece: Gray) -> bool:
    """Whether paper that the outline encloses runs around a dot: a gap thinner than a pixel leaves no free ring."""
    paper = np.pad(piece == 0, 1, constant_values=True).astype(np.uint8)
    parts = cv2.connectedComponents(paper, connectivity=4)[1]  # the outline may be one pixel wide and run askew
    y, x = np.nonzero((paper > 0) & (parts != parts[0, 0]))
    middle_y, middle_x = (paper.shape[0] - 1) / 2, (paper.shape[1] - 1) / 2
    turns = np.floor((np.arctan2(y - middle_y, x - middle_x) + np.pi) / (np.pi / 4)).astype(int) % 8
    return len(set(turns.tolist())) >= _RINGED_EIGHTHS


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
