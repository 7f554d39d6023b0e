"""The rows of a table: the lines under its heads, their texts placed in columns, wrapped cells joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.forms.labels import Label
from extractors.forms.questions import Question
from extractors.forms.sheet import Sheet, is_closed
from extractors.layout.chunks import Chunk

# Rows follow each other within this many line heights; an empty ruled row may lie between.
FARTHEST_ROW = 3.6
# A text this far from its head, as a share of the page's width, is not aligned with it.
_ASIDE = 0.06
# Words that the second line of a head consists of.
_HEAD_END = re.compile(
    r"\(?(?:codes?|numbers?|no\.?|requested|needed|ordered|visits?|units?|name|date|supply|dispensed|description|form|"
    r"(?:of|or|per|in) (?:service|units|visits|item|procedure|fill|days))\)?\*?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header's question and label (None for an unknown header), the field it holds, and its extent."""

    question: Question | None
    label: Label | None
    path: str | None
    left: float
    right: float
    head: Chunk


def rows_under(columns: tuple[Column, ...], sheet: Sheet) -> Iterator[dict[int, list[Chunk]]]:
    """The rows under a header: lines of one ruled row, or a line and those that continue it."""
    row: dict[int, list[Chunk]] = {}
    for inside in _lines_under(columns, sheet):
        cells: dict[int, list[Chunk]] = {}
        if _is_in_order(inside, columns):
            cells = {position: [chunk] for position, chunk in enumerate(inside)}
        for chunk in inside if not cells else ():
            for position, piece in _place(chunk, columns):
                cells.setdefault(position, []).append(piece)
        if row and _continues(cells, row, columns):
            for position, chunks in cells.items():
                row.setdefault(position, []).extend(chunks)
        else:
            if row:
                yield row
            row = cells
    if row:
        yield row


def _is_in_order(inside: list[Chunk], columns: tuple[Column, ...]) -> bool:
    """Whether a line has a text for every column, and plain text where nothing is aligned but by its order."""
    if len(inside) != len(columns) or any(is_closed(c.cell) for c in inside):
        return False
    aside = [abs(c.box.left - column.head.box.left) > _ASIDE for c, column in zip(inside, columns, strict=True)]
    return any(aside) and all(c.box.left >= columns[0].left for c in inside)


def _lines_under(columns: tuple[Column, ...], sheet: Sheet) -> Iterator[list[Chunk]]:
    """The lines of a table's body: until a heading, other labels, choices or a gap."""
    left, right = columns[0].left, columns[-1].right
    bottom, fresh = max(c.head.box.bottom for c in columns), True
    for line in sheet.lines_below(columns[0].head):
        within = [c for c in line if left - 0.01 <= c.box.left < right and any(ch.isalnum() for ch in c.text)]
        inside = [c for c in within if c.index not in sheet.claimed]
        if within and not inside:
            return
        if not inside or (fresh and is_rest_of_head(inside)):
            continue
        fresh = False
        if _runs_across(inside, columns):
            return
        gap = inside[0].box.top - bottom
        if gap > FARTHEST_ROW * sheet.line_height or _is_other(inside, sheet):
            return
        yield inside
        bottom = max(c.box.bottom for c in inside)


def is_rest_of_head(line: Sequence[Chunk]) -> bool:
    """Whether a line right under heads goes on with them: words that heads end in (`CPT/HCPCS` over `Code`)."""
    return all(_HEAD_END.fullmatch(chunk.text.strip()) for chunk in line)


def _runs_across(inside: list[Chunk], columns: tuple[Column, ...]) -> bool:
    """Whether a line is a sentence or a heading under the table: one chunk that heeds no column."""
    if len(inside) > 1 or len(columns) < 2:
        return False
    chunk = inside[0]
    letters = [c for c in chunk.text if c.isalpha()]
    capital = bool(letters) and sum(c.isupper() for c in letters) >= 0.8 * len(letters)
    if capital and len(chunk.text.split()) >= 2 and len(letters) >= 8 and not is_closed(chunk.cell):
        return True
    crossed = sum(1 for c in columns if chunk.box.left < c.head.box.right and c.head.box.left < chunk.box.right)
    starts = min(abs(chunk.box.left - c.head.box.left) for c in columns) < 0.02
    return len(chunk.words) >= 5 and (crossed >= 3 or (crossed >= 2 and not starts))


def _is_other(inside: list[Chunk], sheet: Sheet) -> bool:
    """Whether a line under a table is a heading or asks for other things: labels with a colon, or mostly labels."""
    if any(c.index in sheet.sections.headings for c in inside):
        return True
    questions = [q for c in inside for q in sheet.questions_of(c) if q.fills]
    if not questions:
        return False
    if any(":" in q.chunk.text and (q.label.paths or q.label.parts or q.label.words != "?") for q in questions):
        return True
    return len(questions) * 2 > len(inside) or (len(questions) == len(inside))


def _place(chunk: Chunk, columns: tuple[Column, ...]) -> Iterator[tuple[int, Chunk]]:
    """The column of a chunk; a chunk that runs over several headers is divided between them by its words."""
    crossed = [
        i
        for i, c in enumerate(columns)
        if min(chunk.box.right, c.head.box.right) - max(chunk.box.left, c.head.box.left) > 0
    ]
    if len(crossed) <= 1 or len(chunk.words) < 2:
        yield _column_of(chunk, columns), chunk
        return
    pieces: dict[int, list[int]] = {}
    current = 0
    for index, word in enumerate(chunk.words):
        position = max((i for i, c in enumerate(columns) if c.left <= word.box.left + 0.004), default=0)
        current = max(current, position)
        pieces.setdefault(current, []).append(index)
    # Dividing must leave each column with a value that starts under its own header; else the chunk is one long value.
    starts = all(abs(chunk.words[i[0]].box.left - columns[p].head.box.left) < 0.03 for p, i in pieces.items())
    if not starts:
        yield _column_of(chunk, columns), chunk
        return
    for position, indexes in pieces.items():
        yield position, _part(chunk, indexes)


def _part(chunk: Chunk, indexes: list[int]) -> Chunk:
    words = tuple(chunk.words[i] for i in indexes)
    offset = chunk.start
    start, end = words[0].start, words[-1].end
    box = words[0].box._replace(right=words[-1].box.right)
    text = chunk.text[start - offset : end - offset]
    return Chunk(chunk.page, chunk.index, chunk.line, start, end, text, box, chunk.cell, words)


def _column_of(chunk: Chunk, columns: tuple[Column, ...]) -> int:
    middle = (chunk.box.left + chunk.box.right) / 2

    def fit(position: int) -> tuple[float, float]:
        column = columns[position]
        shared = min(chunk.box.right, column.right) - max(chunk.box.left, column.left)
        return shared / max(chunk.box.right - chunk.box.left, 1e-6), -abs(column.head.box.left - chunk.box.left)

    inside = [i for i, c in enumerate(columns) if c.left <= chunk.box.left + 0.006 and chunk.box.left < c.right]
    if inside:
        return max(inside, key=lambda i: columns[i].left)
    return max(range(len(columns)), key=lambda i: (fit(i), -abs(columns[i].left - middle)))


def _continues(cells: dict[int, list[Chunk]], row: dict[int, list[Chunk]], columns: tuple[Column, ...]) -> bool:
    """Whether a line continues the row above: same ruled row, or only text where the row has text already."""
    first = next(iter(cells.values()))[0]
    before = next(iter(row.values()))[0]
    if is_closed(first.cell) and is_closed(before.cell):
        return abs(first.cell.top - before.cell.top) < 0.004
    if len(cells) != 1:
        return False
    position = next(iter(cells))
    path = columns[position].path
    wordy = path is None or path.endswith((".description", ".frequency", ".name", ".drug"))
    shaped = any(ch.isdigit() for ch in first.text[:4]) and path is not None and path.endswith(".name")
    return wordy and position in row and position != 0 and not shaped
