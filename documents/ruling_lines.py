"""Where the ruling lines of forms and tables run."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from documents.pages import Box, Orientation, RulingLine
from documents.raster import Gray

PixelBox = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom exclusive

# The bars of a 24-point capital are 0.2 in long; nothing printed as text runs 0.4 in without a gap.
_SHORTEST_HORIZONTAL_IN = 0.4
# Capitals of a 24-point title are 0.24 in high.
_SHORTEST_VERTICAL_IN = 0.35
# A cell's side may be as short as one line of small print; it counts if it joins horizontal rules.
_SHORTEST_CELL_IN = 0.15
_THICKEST_IN = 0.045  # 3-point rules plus the spread of a fax; anything thicker is a bar or a picture
_WIDEST_GAP_IN = 0.25  # pieces of one line, broken by a faint transmission, are this close
_CROSSING_IN = 0.05  # ink that runs further than this across a line belongs to a letter
_OWN_SHARE = 0.8  # of a rule's columns hold nothing but the rule; in a row of bold letters half are stems


def find_rules(ink: Gray, dpi: float, bars: Sequence[PixelBox] = ()) -> tuple[list[PixelBox], list[PixelBox]]:
    """Horizontal and vertical ruling lines of a straight page, as pixel boxes.

    Args:
        ink: 255 where there is ink, else 0; 100 to 150 dpi.
        dpi: of both axes.
        bars: printed bars that were inverted; lines that begin or end at them belong to the form.
    """
    horizontal = [line for line in _lines(ink, dpi, _SHORTEST_HORIZONTAL_IN) if _is_alone(ink, line, dpi)]
    turned = np.ascontiguousarray(ink.T)
    vertical: list[PixelBox] = []
    # The same search on the transposed page; its boxes are turned back.
    for line in _lines(turned, dpi, _SHORTEST_CELL_IN):
        left, top, right, bottom = line
        long_enough = right - left >= _SHORTEST_VERTICAL_IN * dpi
        if (long_enough or _is_held(line, [*horizontal, *bars], dpi)) and _is_alone(turned, line, dpi):
            vertical.append((top, left, bottom, right))
    return horizontal, vertical


def _lines(ink: Gray, dpi: float, shortest_in: float) -> list[PixelBox]:
    """Horizontal lines: unbroken runs that are thin, collinear neighbours joined."""
    thickest = max(2.0, _THICKEST_IN * dpi) + 2
    # A line that climbs, or a ragged one of a coarse fax, changes row on its way and must still be one run.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(shortest_in * dpi)), np.uint8))
    outlines, _ = cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes: list[PixelBox] = []
    for outline in outlines:
        left, top, width, height = cv2.boundingRect(outline)
        if height <= thickest + width / 40:  # a residual skew of 1.4 degrees
            boxes.append((left, top + 1, left + width, max(top + 2, top + height - 1)))
    return _joined(boxes, _WIDEST_GAP_IN * dpi)


def _joined(boxes: list[PixelBox], gap: float) -> list[PixelBox]:
    """Joins pieces of one line: a small gap between them and rows that touch."""
    result: list[PixelBox] = []
    for box in sorted(boxes):
        for i in range(len(result) - 1, -1, -1):
            left, top, right, bottom = result[i]
            if box[0] - right <= gap and box[1] <= bottom and box[3] >= top:
                result[i] = (left, min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
                break
        else:
            result.append(box)
    return result


def _is_alone(ink: Gray, line: PixelBox, dpi: float) -> bool:
    """Whether a horizontal line is more than the bars of letters: little ink crosses it."""
    left, top, right, bottom = line
    reach = max(3, round(_CROSSING_IN * dpi))
    first, last = max(0, top - reach), min(ink.shape[0], bottom + reach)
    band = np.ascontiguousarray(ink[first:last, left:right])
    crossing = cv2.morphologyEx(band, cv2.MORPH_OPEN, np.ones((reach, 1), np.uint8))
    rows = slice(top - first, bottom - first)
    inked = np.count_nonzero(band[rows].any(axis=0))
    alone = np.count_nonzero(cv2.subtract(band[rows], crossing[rows]).any(axis=0))
    return bool(inked > 0 and alone >= _OWN_SHARE * inked)


def _is_held(upright: PixelBox, across: Sequence[PixelBox], dpi: float) -> bool:
    """Whether a vertical line (transposed: its left is its upper end) belongs to the form's horizontal lines.

    It does if both its ends are at one of them, or if two of them begin or end at it; a streak merely crosses them.
    """
    reach = _CROSSING_IN * dpi
    start, x, end, _ = upright
    near = [box for box in across if box[0] - reach <= x <= box[2] + reach]
    ends = sum(any(top - reach <= tip <= bottom + reach for _, top, _, bottom in near) for tip in (start, end))
    corners = sum(
        start - reach <= top <= end + reach and min(abs(left - x), abs(right - x)) <= 2 * reach
        for left, top, right, _ in near
    )
    return ends == 2 or corners >= 2


def fractions(box: PixelBox, width: int, height: int) -> Box:
    """A pixel box as page fractions."""
    left, top, right, bottom = box
    return Box(max(0.0, left / width), max(0.0, top / height), min(1.0, right / width), min(1.0, bottom / height))


def ruling_lines(
    horizontal: Sequence[PixelBox], vertical: Sequence[PixelBox], width: int, height: int
) -> tuple[RulingLine, ...]:
    """The lines as page fractions, horizontal ones first."""
    found = [(box, Orientation.HORIZONTAL) for box in horizontal] + [(box, Orientation.VERTICAL) for box in vertical]
    return tuple(RulingLine(box=fractions(box, width, height), orientation=side) for box, side in found)
