"""Reflow: a page's lines as passages, so that a phrase split over two lines is found.

A passage's text has the length of the page text it stands for: line ends and indents become spaces, so an offset in
the passage plus the passage's start is an offset in the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from documents.pages import Page
from extractors.prose.lines import LIST_MARK, SAYS, Line, lines_of

_DIGIT = re.compile(r"\d")
# A rule of signs, or a bullet that the font does not name.
_RULE = re.compile(r"[\s\-_=*~.·—–|]{3,}|\s*\(cid:\d+\)\s*")
_SPECKS = re.compile(r"\n[^\w\n]*(?=\n)")
# A line that ends before this share of the page's usual line length ends its paragraph.
_SHORT_LINE = 0.72
# No line shorter than this is full, however short the page's lines are; a sentence may still run on from half of it.
_FULL_LINE = 45
_CONTINUES = re.compile(
    r"(?:[,&/(–-]|\b(?:and|or|of|the|a|an|with|for|to|in|by|on|at|from|is|was|has|had|no|not|per))\s*$"
)
# A list's entry or a sentence is complete here; the next line begins another even in lower case.
_ENTRY_END = re.compile(
    r"(?:[.:;\d)]|\b(?:mg|mcg|ml|g|units?|daily|bid|tid|qid|prn|qhs|tabs?|tablets?|caps?|capsules?|weekly|"
    r"monthly|bedtime|"
    r"morning|evening|night|meals|needed|once|twice))\s*$",
    re.I,
)
_NEW_PAIR = re.compile(r"\s*[A-Z][\w/&'().# -]{1,40}:(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, list item or table row.

    Attributes:
        page: 1-based page number.
        start: offset of `text` in the page's text.
        text: same length as the page text it stands for, on one line.
        item: it began with a list mark.
        row: cells separated by wide gaps on one line.
        after_blank: a blank line or a rule stands before it.
        from_ocr: the page was recognised from pixels.
        section: canonical section name, `` when none was announced.
        label: the printed header it stands under, lower case.
        section_fit: 1.0 under an exact header, less for a fuzzy or inherited one.
        verbatim: the page's text of the passage, line ends and all.
    """

    page: int
    start: int
    text: str
    item: bool = False
    row: bool = False
    after_blank: bool = False
    from_ocr: bool = False
    section: str = ""
    label: str = ""
    section_fit: float = 0.0
    verbatim: str = ""

    def quote(self, start: int, end: int) -> str:
        """The page's own text of a span of the passage, line ends included."""
        return self.verbatim[start:end]

    @property
    def digits(self) -> bool:
        """Whether it holds a digit."""
        return _DIGIT.search(self.text) is not None

    def cut(self, start: int, end: int, *, item: bool | None = None) -> Passage:
        """The part of the passage between two of its offsets; `item` where the part is one and the whole is not."""
        # Spelt out: `dataclasses.replace` costs more than the reading of a short line.
        return Passage(
            self.page,
            self.start + start,
            self.text[start:end],
            self.item if item is None else item,
            self.row,
            self.after_blank,
            self.from_ocr,
            self.section,
            self.label,
            self.section_fit,
            self.verbatim[start:end],
        )

    def under(self, section: str, fit: float, label: str) -> Passage:
        """The same passage under a header."""
        return Passage(
            self.page,
            self.start,
            self.text,
            self.item,
            self.row,
            self.after_blank,
            self.from_ocr,
            section,
            label,
            fit,
            self.verbatim,
        )


# Passages of columns that begin with the first line, and how many lines they take; None where no columns begin.
Beside = Callable[[Page, Sequence[Line], bool], tuple[tuple[Passage, ...], int] | None]


@dataclass(slots=True)
class _Open:
    """The passage being collected."""

    lines: list[Line] = field(default_factory=list)
    after_blank: bool = False


def passages(page: Page, is_header: Callable[[str], bool], beside: Beside | None = None) -> Iterator[Passage]:
    """Joins a page's lines into passages, in reading order; every line with a letter or digit is in exactly one.

    `is_header` tells a line that is nothing but a section's header: it stands alone. `beside` reads lists that stand
    side by side, which no line of the page holds together.
    """
    lines = list(lines_of(page.text))
    lengths = sorted(len(line.text.rstrip()) for line in lines if line.text.strip())
    # The usual full line: the upper decile, so that a few over-long lines (a header across two columns) do not decide.
    usual = lengths[(len(lengths) * 9) // 10] if lengths else 0
    begun = at = 0
    while at < len(lines):
        columns = beside(page, lines[at:], page.from_ocr) if beside is not None and "  " in lines[at].text else None
        if columns is None:
            at += 1
            continue
        yield from _reflowed(page, lines[begun:at], is_header, usual=usual)
        found, taken = columns
        yield from found
        begun = at = at + taken
    yield from _reflowed(page, lines[begun:], is_header, usual=usual)


def _reflowed(page: Page, lines: Sequence[Line], is_header: Callable[[str], bool], *, usual: int) -> Iterator[Passage]:
    current = _Open()
    blank = True
    for line in lines:
        header = is_header(line.text)
        ends = not line.text.strip() or _RULE.fullmatch(line.text) is not None
        if current.lines and (
            ends or header or not (_hangs(current.lines[0], line) or _joins(current.lines[-1], line, usual))
        ):
            # A line of specks neither ends a passage nor belongs to one.
            if not ends and not header and not _has_text(line):
                continue
            yield _closed(page, current)
            current = _Open()
        blank = blank or ends
        if ends or not _has_text(line):
            continue
        if not current.lines:
            current.after_blank = blank
        current.lines.append(line)
        blank = False
        if header:
            yield _closed(page, current)
            current = _Open()
    if current.lines:
        yield _closed(page, current)


def _has_text(line: Line) -> bool:
    return SAYS.search(line.text) is not None


def _closed(page: Page, current: _Open) -> Passage:
    first, last = current.lines[0], current.lines[-1]
    verbatim = page.text[first.start : last.end]
    # Specks between two joined lines are blanked with the line ends.
    text = verbatim if len(current.lines) == 1 else _SPECKS.sub(lambda m: " " * len(m.group()), verbatim)
    text = text.replace("\n", " ").replace("\t", " ")
    return Passage(
        page=page.number,
        start=first.start,
        text=text,
        item=LIST_MARK.match(text) is not None,
        row=len(current.lines) == 1 and first.cells > 1,
        after_blank=current.after_blank,
        from_ocr=page.from_ocr,
        verbatim=verbatim,
    )


def _hangs(first: Line, line: Line) -> bool:
    """Whether a line is indented below a list item that another line began."""
    if LIST_MARK.match(first.text) is None or LIST_MARK.match(line.text) or line.cells > 1:
        return False
    return _indent(line) > _indent(first)


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _joins(before: Line, line: Line, usual: int) -> bool:
    """Whether a line continues the one before it."""
    if LIST_MARK.match(line.text) or _NEW_PAIR.match(line.text):
        return False
    # Rows of a table or of a two-column header never flow on.
    if line.cells > 2 or before.cells > 2:
        return False
    stripped = line.text.strip()
    length = len(before.text.rstrip())
    full = length >= max(usual * _SHORT_LINE, _FULL_LINE)
    if stripped[0].islower() and length * 2 >= _FULL_LINE and not _ENTRY_END.search(before.text):
        return length >= usual * _SHORT_LINE
    if not full or _CONTINUES.search(before.text):
        return full
    # A line in capitals only is a header or a title, never the middle of a sentence.
    titles = stripped.isupper() != before.text.strip().isupper() and (len(stripped) > 3 or not stripped.isupper())
    return not titles and not before.text.rstrip().endswith(":")
