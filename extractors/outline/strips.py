"""The printed lines of a segment in reading order: columns apart, without what every page repeats.

Boxes are page fractions, origin top left (see `documents.pages`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from documents.pages import Box, Page, Word, WordSource
from extractors.layout.exclusions import is_fax_header, text_lines
from extractors.outline.columns import in_columns

# Page numbers, copyright and confidentiality notices: printed on every page, said of no case.
_FURNITURE = re.compile(
    r"^\W*(?:page|pg\.?|p\.)\s*\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?\W*$|^\W*\d{1,3}\s*(?:of|/)\s*\d{1,3}\W*$"
    r"|\ball rights reserved\b|^\W*(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:19|20)\d\d|^\W*proprietary\b"
    r"|\bconfidential (?:and|&) proprietary\b"
    r"|^\W*(?:continued|continues) (?:on|from) (?:the )?(?:next|previous|page)\b|^\W*\(continued\)\W*$"
    r"|^\W*-+\s*\d{1,3}\s*-+\W*$",
    re.IGNORECASE,
)
# A running head or foot stands in the outer lines of a page.
_OUTER_LINES = 3
# The same but for its digits: `Page 2 of 7`, a print date.
_DIGITS = re.compile(r"\d+")
# A bullet that stands on a line of its own: set lower than its item, or a glyph that its font does not name.
_LONE_BULLET = re.compile(r"(?:[•◦▪▫·‣○●■□➢➤►✓✔☐☑☒*-]|\(cid:\d+\))")
# It belongs to the line whose middle is this near, in its height, and which begins right of it.
_BESIDE = 1.0
# The gap above the first line of a column: more than any gap within one.
FIRST_OF_COLUMN = 9.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A run of words without a wide gap: its span in the page's text and its horizontal extent."""

    start: int
    end: int
    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Strip:
    """One printed line of one column.

    Attributes:
        page: 1-based page number.
        cells: its runs of words, left to right; runs without a letter or digit are left out.
        top, bottom: vertical extent.
        column_right: where full lines of its column end.
        gap: vertical distance from the strip before it in its column, in pitches of that column's lines; 1.0 for
            neighbours, `FIRST_OF_COLUMN` for the first of a column.
        from_ocr: whether its characters were recognised.
        source: the page's own text of the line.
        bullet: whether a bullet stands before it that is no part of its text.
    """

    page: int
    cells: tuple[Cell, ...]
    top: float
    bottom: float
    source: str
    column_right: float = 1.0
    gap: float = FIRST_OF_COLUMN
    from_ocr: bool = False
    bullet: bool = False

    @property
    def start(self) -> int:
        """Offset of its first character in the page's text."""
        return self.cells[0].start

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.cells[-1].end

    @property
    def text(self) -> str:
        """The page's text of it, wide gaps and all."""
        return self.source

    @property
    def left(self) -> float:
        """Left edge."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Right edge."""
        return self.cells[-1].right

    @property
    def height(self) -> float:
        """Height of its tallest word."""
        return self.bottom - self.top

    @property
    def box(self) -> Box:
        """Its rectangle."""
        return Box(self.left, self.top, self.right, self.bottom)


def strips_of(pages: Sequence[Page]) -> list[Strip]:
    """The content lines of a segment in reading order."""
    by_page = [(page, list(_bulleted(list(_page_strips(page))))) for page in pages]
    repeated = _repeated([strips for _, strips in by_page])
    ordered: list[Strip] = []
    for _, strips in by_page:
        kept = [s for i, s in enumerate(strips) if not _is_furniture(s, i, len(strips), repeated)]
        for column in in_columns(kept):
            ordered += _placed(column)
    return ordered


def _page_strips(page: Page) -> Iterator[Strip]:
    for indexes in text_lines(page.words, page.text):
        words = [page.words[i] for i in indexes]
        line = page.text[words[0].start : words[-1].end]
        if is_fax_header(line, words[0].box):
            continue
        cells = tuple(_cells(page, words))
        if cells:
            yield _strip(page, cells, words)


def _bulleted(strips: Sequence[Strip]) -> Iterator[Strip]:
    """The strips without lone bullets; a bullet marks the line that it stands before."""
    lone = {i for i, s in enumerate(strips) if not s.from_ocr and _LONE_BULLET.fullmatch(s.source.strip())}
    marked = set()
    for i in lone:
        beside = [
            n for n in (i - 1, i + 1) if 0 <= n < len(strips) and n not in lone and _is_beside(strips[i], strips[n])
        ]
        marked.update(beside[:1])
    for i, strip in enumerate(strips):
        if i not in lone:
            yield replace(strip, bullet=True) if i in marked else strip


def _is_beside(bullet: Strip, strip: Strip) -> bool:
    middle = (bullet.top + bullet.bottom) / 2
    near = abs(middle - (strip.top + strip.bottom) / 2) < _BESIDE * strip.height
    return near and strip.left >= bullet.left


def _strip(page: Page, cells: tuple[Cell, ...], words: Sequence[Word]) -> Strip:
    inside = [w for w in words if cells[0].start <= w.start < cells[-1].end]
    return Strip(
        page=page.number,
        cells=cells,
        top=min(w.box.top for w in inside),
        bottom=max(w.box.bottom for w in inside),
        source=page.text[cells[0].start : cells[-1].end],
        from_ocr=words[0].source is WordSource.OCR,
    )


def _cells(page: Page, words: Sequence[Word]) -> Iterator[Cell]:
    run: list[Word] = []
    for word in [*words, None]:
        if run and (word is None or "  " in page.text[run[-1].end : word.start]):
            text = page.text[run[0].start : run[-1].end]
            # A lone bullet belongs to its item; other specks are dirt.
            if any(c.isalnum() for c in text) or run[0] is words[0]:
                yield Cell(run[0].start, run[-1].end, text, run[0].box.left, run[-1].box.right)
            run = []
        if word is not None:
            run.append(word)


def _repeated(pages: Sequence[Sequence[Strip]]) -> frozenset[str]:
    """Outer lines that at least two pages, and half of them, print alike."""
    if len(pages) < 2:
        return frozenset()
    counted: Counter[str] = Counter()
    for strips in pages:
        outer = [*strips[:_OUTER_LINES], *strips[-_OUTER_LINES:]]
        counted.update({_signature(s) for s in outer if len(_signature(s)) > 3})
    return frozenset(line for line, n in counted.items() if n >= max(2, len(pages) / 2))


def _signature(strip: Strip) -> str:
    return _DIGITS.sub("#", " ".join(strip.source.lower().split()))


def _is_furniture(strip: Strip, index: int, count: int, repeated: frozenset[str]) -> bool:
    if _FURNITURE.search(strip.source) or not any(c.isalnum() for c in strip.source):
        return True
    head, foot = index < _OUTER_LINES, index >= count - _OUTER_LINES
    # The first page's own head is read: it may be the only place that names the payer or the title.
    return (foot or (head and strip.page != 1)) and bool(repeated) and _signature(strip) in repeated


def _placed(column: Iterable[Strip]) -> Iterator[Strip]:
    """The strips of a column with their distances and the column's right edge."""
    strips = list(column)
    tops = [b.top - a.top for a, b in pairwise(strips) if b.top > a.top]
    pitch = sorted(tops)[len(tops) // 3] if tops else 0.02
    # Lines of two cells are heads and tables; what is set full is told by the others.
    rights = sorted([s.right for s in strips if len(s.cells) == 1] or [s.right for s in strips])
    # The usual full line: a few over-long ones (a head over two columns) do not decide.
    edge = rights[(len(rights) * 9) // 10]
    previous: Strip | None = None
    for strip in strips:
        gap = FIRST_OF_COLUMN if previous is None else min(8.0, (strip.top - previous.top) / max(pitch, 1e-6))
        yield replace(strip, column_right=edge, gap=gap)
        previous = strip
