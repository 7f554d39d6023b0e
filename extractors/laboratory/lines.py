"""A page's printed lines with the place of every word: as much layout as a table of results needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from documents.pages import Page, Word, WordSource

# Words further apart than this many characters stand in two columns, whatever spaces recognition put between them.
_WIDE_GAP = 2.2


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its words left to right, and which of them begin a new column (after a wide gap)."""

    page: int
    text: str
    start: int
    words: tuple[Word, ...]
    heads: frozenset[int]
    from_ocr: bool

    def extent(self, start: int, end: int) -> tuple[float, float]:
        """Left and right edge, in page fractions, of the words that a span of the line's text touches."""
        low, high = self.start + start, self.start + end
        touched = [w.box for w in self.words if w.start < high and low < w.end]
        return (min(b.left for b in touched), max(b.right for b in touched)) if touched else (0.0, 0.0)

    def starts_column(self, at: int) -> bool:
        """Whether a wide gap stands before the word at an offset of the line's text."""
        return self.start + at in self.heads

    def part(self, left: float, right: float) -> Line | None:
        """The part of the line whose words begin between two positions, or None if there is none."""
        words = tuple(w for w in self.words if left <= w.box.left < right)
        if not words:
            return None
        start, end = words[0].start, words[-1].end
        text = self.text[start - self.start : end - self.start]
        return Line(self.page, text, start, words, self.heads, self.from_ocr)


def printed_lines(page: Page) -> Iterator[Line]:
    """The lines of a page, top to bottom; linear in its words."""
    run: list[Word] = []
    for word in page.words:
        if run and "\n" in page.text[run[-1].end : word.start]:
            yield _line(page, run)
            run = []
        run.append(word)
    if run:
        yield _line(page, run)


def _line(page: Page, words: list[Word]) -> Line:
    start, end = words[0].start, words[-1].end
    width = median((w.box.right - w.box.left) / max(1, len(w.text)) for w in words)
    heads = {words[0].start}
    for before, word in pairwise(words):
        between = page.text[before.end : word.start]
        if len(between) > 1 or "|" in between or word.box.left - before.box.right > _WIDE_GAP * width:
            heads.add(word.start)
    return Line(
        page.number, page.text[start:end], start, tuple(words), frozenset(heads), words[0].source is WordSource.OCR
    )
