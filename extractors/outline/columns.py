"""Newspaper columns: whether a page is set in two, and its lines in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.outline.strips import Cell, Strip

# The gutter of a two-column page lies in its middle third.
_FIRST, _LAST, _STEP = 0.34, 0.66, 0.01
# A column of running text has at least this many lines of this many words; a table's codes and labels do not.
_LINES, _WORDS = 8, 3.5
# Titles and a letterhead may run over both columns.
_CROSSING = 0.25
# Left edges of a column's lines agree within this, list indents apart.
_EDGE, _ALIGNED = 0.02, 0.5


def in_columns(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    """Yields the columns of a page in reading order; one for a page that is not set in two."""
    gutter = _gutter(strips)
    if gutter is None:
        if strips:
            yield list(strips)
        return
    left: list[Strip] = []
    right: list[Strip] = []
    for strip in strips:
        before = tuple(c for c in strip.cells if c.right <= gutter)
        after = tuple(c for c in strip.cells if c.left >= gutter)
        if len(before) + len(after) < len(strip.cells):
            yield from (side for side in (left, right) if side)
            left, right = [], []
            yield [strip]
            continue
        if before:
            left.append(_part(strip, before))
        if after:
            right.append(_part(strip, after))
    yield from (side for side in (left, right) if side)


def _gutter(strips: Sequence[Strip]) -> float | None:
    """Where the gutter is, or None: the place that the fewest lines cross, with running text on both sides."""
    if len(strips) < 2 * _LINES // 2:
        return None
    steps = round((_LAST - _FIRST) / _STEP)
    places = [_FIRST + i * _STEP for i in range(steps + 1)]
    crossed = [sum(any(c.left < x < c.right for c in s.cells) for s in strips) for x in places]
    fewest = min(crossed)
    if fewest > _CROSSING * len(strips):
        return None
    best = [x for x, n in zip(places, crossed, strict=True) if n == fewest]
    middle = best[len(best) // 2]
    sides = (
        [c for s in strips for c in s.cells if c.right <= middle],
        [c for s in strips for c in s.cells if c.left >= middle],
    )
    return middle if all(_is_running_text(side) for side in sides) else None


def _is_running_text(cells: Sequence[Cell]) -> bool:
    if len(cells) < _LINES:
        return False
    words = sum(len(c.text.split()) for c in cells) / len(cells)
    edges = sorted(c.left for c in cells)
    edge = edges[len(edges) // 3]
    return words >= _WORDS and sum(abs(c.left - edge) <= _EDGE for c in cells) >= _ALIGNED * len(cells)


def _part(strip: Strip, cells: tuple[Cell, ...]) -> Strip:
    if cells == strip.cells:
        return strip
    offset = cells[0].start - strip.start
    return replace(strip, cells=cells, source=strip.source[offset : cells[-1].end - strip.start])
