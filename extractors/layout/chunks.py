"""A page as chunks: runs of words that a wide gap, a vertical rule or a mark separates, each in its ruled cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from documents.pages import Box, Mark, Orientation, Page, Word, WordSource
from extractors.layout.exclusions import Exclusions, find_exclusions, text_lines
from extractors.layout.marks import text_marks
from extractors.layout.nearby import Along, Walls, upright
from extractors.layout.options import Option, find_options

# Rules found in fax pixels end a little short of, or beyond, the border they belong to (page fractions).
_RULE_SLACK = 0.006
# Text may touch the rule below it by a descender; a rule counts as above or below by the text's middle.
_MIN_COMB_RUN = 4
_BAR_INSIDE = re.compile(r"[A-Za-z0-9.)][|{}]+[A-Za-z0-9(]")
# What OCR makes of rules, specks and box corners: no letter, digit or sign that carries meaning by itself.
_NOISE = re.compile(r"[^\w%#&+/$@-]+|[-_]{1,2}|[—–=~]+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of words on one line.

    Attributes:
        page: 1-based page number.
        index: position in the page's reading order.
        line: index of its line on the page.
        start, end: offsets into the page's text; `text` is that span verbatim.
        box: union of its words' boxes.
        cell: the ruled cell around it; a side without a rule is the page's edge.
        words: its words.
    """

    page: int
    index: int
    line: int
    start: int
    end: int
    text: str
    box: Box
    cell: Box
    words: tuple[Word, ...]

    @property
    def from_ocr(self) -> bool:
        """Whether its characters were recognised and may be confused."""
        return self.words[0].source is WordSource.OCR


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What a page looks like.

    Attributes:
        page: the page itself.
        chunks: in reading order, without excluded words.
        lines: the chunks of each line, left to right.
        options: marks with their labels.
        exclusions: what was left out, and why.
        line_height: median height of a word, page fractions.
        char_width: median width of a character, page fractions.
    """

    page: Page
    chunks: tuple[Chunk, ...]
    lines: tuple[tuple[Chunk, ...], ...]
    options: tuple[Option, ...]
    exclusions: Exclusions
    line_height: float
    char_width: float


def lay_out(page: Page) -> PageLayout:
    """Builds a page's layout; linear in its words but for the rules, which are compared as arrays."""
    marks = text_marks(page)
    page = page if marks == page.marks else page.model_copy(update={"marks": marks})
    exclusions = find_exclusions(page)
    content = (w for i, w in enumerate(page.words) if i not in exclusions.words)
    inked = Along(page.marks, lambda mark: (mark.box.top, mark.box.bottom))
    kept = [p for w in content for p in _split_at_bars(w) if not _is_noise(p, inked)]
    runs = _runs(page, kept)
    boxes = [_union([w.box for w in run]) for _, run in runs]
    cells = _cells(boxes, page)
    chunks: list[Chunk] = []
    for index, ((line, run), box, cell) in enumerate(zip(runs, boxes, cells, strict=True)):
        start, end = run[0].start, run[-1].end
        chunks.append(Chunk(page.number, index, line, start, end, page.text[start:end], box, cell, tuple(run)))
    return PageLayout(
        page=page,
        chunks=tuple(chunks),
        lines=tuple(_group(chunks)),
        options=tuple(find_options(page, kept)),
        exclusions=exclusions,
        line_height=median(w.box.bottom - w.box.top for w in kept) if kept else 0.012,
        char_width=median((w.box.right - w.box.left) / len(w.text) for w in kept) if kept else 0.01,
    )


def _group(chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, ...]]:
    line: list[Chunk] = []
    for chunk in chunks:
        if line and line[-1].line != chunk.line:
            yield tuple(line)
            line = []
        line.append(chunk)
    if line:
        yield tuple(line)


def _split_at_bars(word: Word) -> Iterator[Word]:
    """A recognised word that holds a table's border (`hour|1`) as the words on its two sides."""
    if word.source is not WordSource.OCR or not _BAR_INSIDE.search(word.text):
        yield word
        return
    width = (word.box.right - word.box.left) / len(word.text)
    for part in re.finditer(r"[^|{}]+", word.text):
        left, right = word.box.left + part.start() * width, word.box.left + part.end() * width
        box = word.box._replace(left=left, right=right)
        start = word.start + part.start()
        yield replace(word, text=part.group(), box=box, start=start, end=start + len(part.group()))


def _is_noise(word: Word, marks: Along[Mark]) -> bool:
    """Whether the word is no writing: a mark's inside, or a speck that recognition made characters of."""
    if word.source is WordSource.OCR and _NOISE.fullmatch(word.text):
        return True
    return _is_mark(word, marks)


def _is_mark(word: Word, marks: Along[Mark]) -> bool:
    """Whether the word is a mark that OCR took for letters: short, and mostly inside the mark's box."""
    if len(word.text) > 3:
        return False
    width = max(word.box.right - word.box.left, 1e-9)
    height = max(word.box.bottom - word.box.top, 1e-9)
    for mark in marks.over(word.box.top, word.box.bottom):
        across = min(word.box.right, mark.box.right) - max(word.box.left, mark.box.left)
        down = min(word.box.bottom, mark.box.bottom) - max(word.box.top, mark.box.top)
        if across > 0.6 * width and down > 0.4 * height:
            return True
    return False


def _runs(page: Page, words: Sequence[Word]) -> list[tuple[int, list[Word]]]:
    """Splits each line of words at wide gaps, vertical rules, marks and excluded words."""
    walls = Walls([*upright(page), *(m.box for m in page.marks)])
    runs: list[tuple[int, list[Word]]] = []
    for number, line in enumerate(text_lines(words, page.text)):
        run: list[Word] = []
        pieces: list[list[Word]] = []
        for index in line:
            word = words[index]
            if run and (_parted(page.text[run[-1].end : word.start]) or walls.between(run[-1].box, word.box)):
                pieces.append(run)
                run = []
            run.append(word)
        pieces.append(run)
        runs.extend((number, piece) for piece in _join_combs(pieces))
    return runs


def _parted(between: str) -> bool:
    """Whether the text between two words sets them apart: a wide gap, a bar, or words that are no content."""
    return "  " in between or "|" in between or any(c.isalnum() for c in between)


def _join_combs(pieces: list[list[Word]]) -> list[list[Word]]:
    """Joins runs of single characters, as printed one to a box in comb fields, into one chunk."""
    joined: list[list[Word]] = []
    index = 0
    while index < len(pieces):
        last = index
        while last < len(pieces) and _is_comb(pieces[last]):
            last += 1
        if last - index >= _MIN_COMB_RUN and _evenly_spaced([p[0] for p in pieces[index:last]]):
            joined.append([word for piece in pieces[index:last] for word in piece])
            index = last
        else:
            joined.append(pieces[index])
            index += 1
    return joined


def _is_comb(piece: list[Word]) -> bool:
    return all(len(w.text) == 1 and (w.text.isalnum() or w.text in "/-.") for w in piece)


def _evenly_spaced(words: Sequence[Word]) -> bool:
    """Whether the steps between single characters vary by less than the widest comb's tolerance."""
    steps = [b.box.left - a.box.left for a, b in pairwise(words)]
    return max(steps) <= 2.5 * max(min(steps), 1e-6)  # a separator box between digit groups doubles one step


def _union(boxes: Sequence[Box]) -> Box:
    return Box(
        min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes)
    )


def _cells(boxes: Sequence[Box], page: Page) -> list[Box]:
    """The ruled cell around each box: the nearest rules on its four sides that span its middle."""
    if not boxes:
        return []
    array = np.array(boxes, dtype=np.float64)
    x, y = (array[:, 0] + array[:, 2]) / 2, (array[:, 1] + array[:, 3]) / 2
    level = _rule_array(page, Orientation.HORIZONTAL)
    upright = _rule_array(page, Orientation.VERTICAL)
    top, bottom = _nearest(y, x, along=level[:, [0, 2]], at=(level[:, 1] + level[:, 3]) / 2)
    left, right = _nearest(x, y, along=upright[:, [1, 3]], at=(upright[:, 0] + upright[:, 2]) / 2)
    return [Box(*map(float, row)) for row in np.stack([left, top, right, bottom], axis=1)]


def _rule_array(page: Page, orientation: Orientation) -> NDArray[np.float64]:
    rows = [r.box for r in page.rules if r.orientation is orientation]
    return np.array(rows, dtype=np.float64).reshape(len(rows), 4)


def _nearest(
    position: NDArray[np.float64], cross: NDArray[np.float64], *, along: NDArray[np.float64], at: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions of the nearest rule before and after each point, among the rules that span it crosswise."""
    if not len(at):
        return np.zeros_like(position), np.ones_like(position)
    spans = (along[None, :, 0] - _RULE_SLACK <= cross[:, None]) & (cross[:, None] <= along[None, :, 1] + _RULE_SLACK)
    before = np.where(spans & (at[None, :] <= position[:, None]), at[None, :], 0.0).max(axis=1)
    after = np.where(spans & (at[None, :] > position[:, None]), at[None, :], 1.0).min(axis=1)
    return before, after
