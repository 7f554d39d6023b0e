"""Plain text files become pages: decoded, cut at form feeds, each word with the box of a typed page."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from documents.pages import Box, Page, PageFlag, Word, WordSource
from documents.text_marks import text_marks
from documents.unprintable import shown

ENGINE = "plain_text/1"

# A 500-page typed document has 2 MB; beyond ten times that the file is no fax.
MAX_BYTES = 20_000_000

# A typed letter page: ten characters and six lines to the inch. Wider or longer texts get a finer grid.
_COLUMNS, _ROWS = 80, 66
_WIDTH_PT, _HEIGHT_PT = 612.0, 792.0
_MARGIN = 0.04  # of the page on each side, so that no box touches the paper's edge
_LINE_FILL = 0.8  # share of a line's pitch that its letters take

_TAB = 8
# Characters without a width: a mark of the byte order, and where a line may be broken.
_DROPPED = dict.fromkeys((0xFEFF, 0x200B))
# Once the sign for a file's end.
_END = "\x1a"
_WORD = re.compile(r"\S+")
# Two spaces after a full stop are typing habit, elsewhere they separate columns.
_SENTENCE_END = (".", "!", "?")

_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# American documents hold a few accents, dashes and curly quotes, a short one perhaps one letter in ten; a text with
# more is in an encoding that nobody told us.
_WINDOWS_SHARE = 0.15


class _Grid(NamedTuple):
    columns: int
    rows: int

    def box(self, row: int, first: int, last: int) -> Box:
        """The box of columns `first` to `last` (exclusive) of a row."""
        span = 1 - 2 * _MARGIN
        top = _MARGIN + span * row / self.rows
        return Box(
            _MARGIN + span * first / self.columns,
            top,
            _MARGIN + span * last / self.columns,
            top + span * _LINE_FILL / self.rows,
        )


def decode(content: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 with a byte order mark, or Windows-1252; None if it is in none of them."""
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        windows = _decode_windows(content)
        if windows is None:
            return None
        text = windows
    return None if "\0" in text else text


def _decode_windows(content: bytes) -> str | None:
    """Windows-1252, unless the bytes are rather a damaged UTF-8 or UTF-16."""
    high = sum(1 for byte in content if byte >= 0x80)
    if b"\0" in content or high > _WINDOWS_SHARE * len(content) or _UTF8_SEQUENCE.search(content):
        return None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return None


def split_pages(text: str) -> list[str]:
    """The pages of a text: cut at form feeds, U+FFFD for what cannot be read; a form feed at the very end adds none."""
    unified = text.rstrip(_END).replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)
    pages = [shown(page) for page in unified.split("\f")]
    if len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    return pages


def text_page(content: str, number: int) -> Page:
    """One page of plain text with its words on a typed page's grid; blank lines keep their place but no text."""
    lines = [line.expandtabs(_TAB).rstrip() for line in content.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    grid = _Grid(max([_COLUMNS, *map(len, lines)]), max(_ROWS, len(lines)))
    pieces: list[str] = []
    words: list[Word] = []
    position = 0
    for row, line in enumerate(lines):
        previous: re.Match[str] | None = None
        for match in _WORD.finditer(line):
            joint = _joint(previous, match) if previous else ""
            start = position + len(joint)
            position = start + len(match.group())
            pieces += (joint, match.group())
            words.append(
                Word(
                    text=match.group(),
                    box=grid.box(row, *match.span()),
                    confidence=1.0,
                    source=WordSource.PLAIN_TEXT,
                    start=start,
                    end=position,
                )
            )
            previous = match
        if previous:
            pieces.append("\n")
            position += 1
    page_text = "".join(pieces[:-1])
    return Page(
        number=number,
        width_pt=_WIDTH_PT,
        height_pt=_HEIGHT_PT,
        text=page_text,
        words=tuple(words),
        marks=text_marks(page_text, words),
        flags=() if words else (PageFlag.BLANK,),
        engine=ENGINE,
    )


def _joint(previous: re.Match[str], match: re.Match[str]) -> str:
    gap = match.start() - previous.end()
    if gap == 1 or (gap == 2 and previous.group().endswith(_SENTENCE_END)):
        return " "
    return "  "
