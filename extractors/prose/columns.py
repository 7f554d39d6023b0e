"""Lists that stand side by side under their own headers (`Home medicines    Allergic to`), each read by itself."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from documents.pages import Page
from extractors.prose.lines import GAP, LIST_MARK, SAYS, Line
from extractors.prose.passages import Passage

# Shares of the page's width: cells begin this near to their header's left edge, or right of it.
_SLACK = 0.015
# A line of a column is full, and the next one goes on with it, from this share of the column's width.
_FULL = 0.7
_LONGEST_HEADER = 45
_MOST_LINES = 14
# A larger gap than this, in heights of the line before, ends the columns.
_WIDEST_GAP = 1.6
# Words over the columns of a table: its rows belong together, so its columns must not be read apart.
OF_A_TABLE = re.compile(
    r"(?i)\b(?:dose|dosage|strength|freq\w*|route|sig|directions|start\w*|stop\w*|end|date|dates|status|codes?|icd\S*|cpt|"
    r"severity|reactions?|substance|allergen|outcomes?|results?|reason|units?|qty|quantity|refills?|reference|range|"
    r"flag|value|instructions?|changes?|actions?|indications?|purpose|relation\w*|condition|taking|last|next|prescriber|response|duration|comments?|name|number|no|id|phone|fax|npi)\b"
)
_NO_HEADER = re.compile(r"[.;:,]$|\d|^[a-z]")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A run of text between wide gaps: offsets into the page's text, edges in [0, 1] of the page's width."""

    start: int
    end: int
    left: float
    right: float


# The section that a cell's text announces and how sure that is; `` for a text that announces none.
SectionOf = Callable[[str], tuple[str, float]]


def side_by_side(
    page: Page, lines: Sequence[Line], section_of: SectionOf, *, from_ocr: bool
) -> tuple[tuple[Passage, ...], int] | None:
    """The columns that the first of the lines is the headers of, or None where it is no such line.

    Returns:
        Their passages, each in its section, and the number of lines that they take, headers included.
    """
    labels = [part for part in GAP.split(lines[0].text) if SAYS.search(part)]
    if not 2 <= len(labels) <= 3 or any(len(t) > _LONGEST_HEADER or _NO_HEADER.search(t) for t in labels):
        return None
    sections = [section_of(label) for label in labels]
    named = [name for name, _ in sections if name]
    if not named or len(set(named)) < len(named):
        return None
    if any(
        OF_A_TABLE.fullmatch(t) or (not name and OF_A_TABLE.search(t))
        for t, (name, _) in zip(labels, sections, strict=True)
    ):
        return None
    heads = _cells(page, lines[0])
    rows = _rows(page, lines[1 : 1 + _MOST_LINES], heads, section_of)
    if not rows:
        return None
    found: list[Passage] = []
    # The last column ends where its longest line does, and is not narrower than the one before it.
    widest = max(c.right for row in rows for c in row)
    edges = [*(c.left for c in heads[1:]), max(widest, 2 * heads[-1].left - heads[-2].left)]
    for number, (label, (section, fit), edge) in enumerate(zip(labels, sections, edges, strict=True)):
        cells = [c for row in rows for c in row if _column(c, heads) == number]
        for group in _entries(page, cells, heads[number].left, edge):
            found.append(_passage(page, group, from_ocr=from_ocr).under(section, fit, label.strip().lower()))
    return tuple(found), 1 + len(rows)


def _rows(page: Page, lines: Sequence[Line], heads: Sequence[_Cell], section_of: SectionOf) -> list[list[_Cell]]:
    """The lines below the headers whose cells stand in the columns, up to the first that does not."""
    rows: list[list[_Cell]] = []
    bottom = None
    for line in lines:
        cells = _cells(page, line)
        if not cells or any(section_of(page.text[c.start : c.end].strip())[0] for c in cells[:2]):
            break
        if any(c.left < heads[0].left - _SLACK or _crosses(c, heads) for c in cells):
            break
        top, low = _height(page, cells[0])
        if rows and bottom is not None and top - bottom > _WIDEST_GAP * (low - top):
            break
        rows.append(cells)
        bottom = low
    return rows


def _column(cell: _Cell, heads: Sequence[_Cell]) -> int:
    return max(n for n, head in enumerate(heads) if n == 0 or head.left - _SLACK <= cell.left)


def _crosses(cell: _Cell, heads: Sequence[_Cell]) -> bool:
    number = _column(cell, heads)
    return number + 1 < len(heads) and cell.right > heads[number + 1].left


def _entries(page: Page, cells: Sequence[_Cell], left: float, edge: float) -> Iterator[list[_Cell]]:
    """The cells of a column, those together of which each but the last fills its line."""
    group: list[_Cell] = []
    for cell in cells:
        marked = LIST_MARK.match(page.text, cell.start) is not None
        if group and (marked or group[-1].right - left < _FULL * (edge - left)):
            yield group
            group = []
        group.append(cell)
    if group:
        yield group


def _passage(page: Page, cells: Sequence[_Cell], *, from_ocr: bool) -> Passage:
    """The cells as one passage: what stands between them on the page is blanked, so that offsets stay true."""
    start, end = cells[0].start, cells[-1].end
    text, at = "", start
    for cell in cells:
        text += " " * (cell.start - at) + page.text[cell.start : cell.end]
        at = cell.end
    item = LIST_MARK.match(text) is not None
    return Passage(page.number, start, text, item, from_ocr=from_ocr, verbatim=page.text[start:end])


def _cells(page: Page, line: Line) -> list[_Cell]:
    cells: list[_Cell] = []
    at = line.start
    for part in GAP.split(line.text):
        start = page.text.index(part, at) if part else at
        at = start + len(part)
        if SAYS.search(part):
            left, right = _edges(page, line, start, at)
            cells.append(_Cell(start, at, left, right))
    return cells


def _edges(page: Page, line: Line, start: int, end: int) -> tuple[float, float]:
    """Left and right edge of a cell: of its words; in plain text, of a line of 120 characters."""
    words = _words(page, start, end)
    if not words:
        return (start - line.start) / 120, (end - line.start) / 120
    boxes = [page.words[n].box for n in words]
    return min(b.left for b in boxes), max(b.right for b in boxes)


def _height(page: Page, cell: _Cell) -> tuple[float, float]:
    boxes = [page.words[n].box for n in _words(page, cell.start, cell.end)]
    return (min(b.top for b in boxes), max(b.bottom for b in boxes)) if boxes else (0.0, 0.0)


def _words(page: Page, start: int, end: int) -> range:
    low = bisect_left(page.words, start, key=lambda w: w.start)
    high = bisect_left(page.words, end, key=lambda w: w.start)
    return range(low, high)
