"""Ruling lines of forms and tables: where they run, and which of their pixels may go without hurting a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.pages import Box, Orientation, RulingLine
from documents.raster import Gray

PixelBox = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom exclusive

# The bars of a 24-point capital are 0.2 in long; nothing printed as text runs 0.4 in without a gap.
_SHORTEST_HORIZONTAL_IN = 0.4
# Capitals of a 24-point title are 0.24 in high.
_SHORTEST_VERTICAL_IN = 0.35
# A cell's side may be as short as one line of small print; it counts if it joins two horizontal rules.
_SHORTEST_CELL_IN = 0.15
_THICKEST_IN = 0.045  # 3-point rules plus the spread of a fax; anything thicker is a bar or a picture
_WIDEST_GAP_IN = 0.25  # pieces of one line, broken by a faint transmission, are this close
_CROSSING_IN = 0.045  # ink that runs further than this across a line belongs to a letter, not to the line
_OWN_SHARE = 0.8  # of a rule's columns hold nothing but the rule; in a row of bold letters half are stems
_SEARCH_DPI = 100.0  # lines are searched for at this resolution (a quarter of the pixels) and erased at full


class Rules(NamedTuple):
    """Lines as pixel boxes, and the ink that is theirs alone (255): what crosses a line is part of a letter."""

    horizontal: tuple[PixelBox, ...]
    vertical: tuple[PixelBox, ...]
    own_ink: Gray


def find_rules(ink: Gray, dpi: float, bars: Sequence[PixelBox] = ()) -> Rules:
    """Finds ruling lines on a straight page.

    Args:
        ink: 255 where there is ink, else 0.
        dpi: of both axes.
        bars: printed bars that were inverted; lines that begin or end at them belong to the form.
    """
    factor = max(1, round(dpi / _SEARCH_DPI))
    small = _pooled(ink, factor)
    reach = round(_CROSSING_IN * dpi)
    own = np.zeros_like(ink)
    across = _scaled(_lines(small, dpi / factor, _SHORTEST_HORIZONTAL_IN), factor)
    horizontal = [line for line in across if _claim(ink, own, line, reach=reach, among_letters=True)]
    vertical: list[PixelBox] = []
    # The same search on the transposed page; its boxes are turned back.
    for line in _scaled(_lines(cv2.transpose(small), dpi / factor, _SHORTEST_CELL_IN), factor):
        left, top, right, bottom = line
        held = _is_held(line, [*horizontal, *bars], reach)
        if (held or right - left >= _SHORTEST_VERTICAL_IN * dpi) and _claim(
            ink.T, own.T, line, reach=reach, among_letters=held
        ):
            vertical.append((top, left, bottom, right))
    _claim_junctions(ink, own, horizontal, vertical)
    return Rules(tuple(horizontal), tuple(vertical), own)


def _pooled(ink: Gray, factor: int) -> Gray:
    """Shrinks ink so that a thin line survives: a pixel is ink if any of those it stands for was."""
    if factor == 1:
        return ink
    rows, columns = (size // factor * factor for size in ink.shape)
    shrunk = cv2.resize(ink[:rows, :columns], None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    return cv2.threshold(shrunk, 0, 255, cv2.THRESH_BINARY)[1]


def _scaled(boxes: list[PixelBox], factor: int) -> tuple[PixelBox, ...]:
    return tuple((l * factor, t * factor, r * factor, b * factor) for l, t, r, b in boxes)


def _lines(ink: Gray, dpi: float, shortest_in: float) -> list[PixelBox]:
    """Horizontal lines: unbroken runs that are thin, collinear neighbours joined."""
    length = round(shortest_in * dpi)
    thickest = max(2.0, _THICKEST_IN * dpi)
    # A line that climbs, or a ragged one of a coarse fax, changes row on its way and must still be one run.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    boxes: list[PixelBox] = []
    for left, top, width, height, area in stats[1:].tolist():
        # Mean thickness: a long line may climb a few pixels, which makes its box higher than the line is thick.
        if area <= (thickest + 2) * width and height <= thickest + 2 + width / 40:
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


def _is_held(upright: PixelBox, across: list[PixelBox], reach: int) -> bool:
    """Whether a vertical line (transposed: its left is its upper end) belongs to the form's horizontal lines.

    It does if both its ends are at one of them, or if two of them begin or end at it; a streak merely crosses them.
    """
    start, x, end, _ = upright
    near = [box for box in across if box[0] - reach <= x <= box[2] + reach]
    ends = sum(any(top - reach <= tip <= bottom + reach for _, top, _, bottom in near) for tip in (start, end))
    corners = sum(
        start - reach <= top <= end + reach and min(abs(left - x), abs(right - x)) <= 2 * reach
        for left, top, right, _ in near
    )
    return ends == 2 or corners >= 2


def _claim(ink: Gray, own: Gray, line: PixelBox, *, reach: int, among_letters: bool) -> bool:
    """Adds the line's own ink to `own`, unless too little of it is its own: then it is a row of letters.

    A rule of a form may go right beside a letter, only not where they touch (`among_letters`); a streak of the
    scanner runs through letters and hides some of their strokes, so it goes only where no letter is near.
    """
    left, top, right, bottom = line
    first, last = max(0, top - 1 - reach), min(ink.shape[0], bottom + 1 + reach)
    band = np.ascontiguousarray(ink[first:last, left:right])
    rows = slice(max(0, top - 1) - first, min(ink.shape[0], bottom + 1) - first)
    inked = band[rows].any(axis=0)
    mine = band & ~_longer_across(band, reach)
    if np.count_nonzero(mine[rows].any(axis=0)) < max(1.0, _OWN_SHARE * np.count_nonzero(inked)):
        return False
    piece = 8 * reach  # a line may climb; over this length it stays in its rows
    for start in range(0, right - left, piece):
        part = band[:, start : start + piece]
        profile = part[rows].mean(axis=1)
        core = np.flatnonzero(profile >= max(0.4 * float(profile.max()), 1.0))
        if not core.size:
            continue
        low, high = max(0, rows.start + int(core[0]) - 1), rows.start + int(core[-1]) + 2
        if among_letters:  # thicker than the line and its ragged fringe: a letter that touches it
            letters = _longer_across(part, high - low + 1)[low:high].any(axis=0)
        else:
            letters = part[:low].any(axis=0) | part[high:].any(axis=0)
        near = cv2.dilate(letters.astype(np.uint8)[None, :], np.ones((1, reach), np.uint8))[0] > 0
        part = part.copy()
        part[:, near] = 0
        own[first + low : first + high, left + start : left + start + part.shape[1]] |= part[low:high]
    return True


def _claim_junctions(ink: Gray, own: Gray, horizontal: list[PixelBox], vertical: list[PixelBox]) -> None:
    """Where two lines meet, each looks like a letter on the other; both are lines."""
    for left, top, right, bottom in vertical:
        for x0, y0, x1, y1 in horizontal:
            if x0 - 4 <= right and left <= x1 + 4 and y0 - 4 <= bottom and top <= y1 + 4:
                at = (slice(max(0, y0 - 2), y1 + 2), slice(max(0, left - 2), right + 2))
                own[at] |= ink[at]


def _longer_across(band: NDArray[np.uint8], length: int) -> Gray:
    """The ink in runs of at least this length across a horizontal line."""
    return cv2.morphologyEx(band, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))


def ruling_lines(rules: Rules, width: int, height: int) -> tuple[RulingLine, ...]:
    """The lines as page fractions, horizontal ones first."""
    found = [(box, Orientation.HORIZONTAL) for box in rules.horizontal]
    found += [(box, Orientation.VERTICAL) for box in rules.vertical]
    return tuple(
        RulingLine(
            box=Box(left / width, top / height, min(1.0, right / width), min(1.0, bottom / height)),
            orientation=orientation,
        )
        for (left, top, right, bottom), orientation in found
    )
