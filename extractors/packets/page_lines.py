"""A page as lines of words: where each stands, how large it is printed, and which the fax machine printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from documents.pages import Page, Word
from extractors.prose.headers import header_of

# Letters and digits, and the signs that stand for a word (`H&P`).
_TOKEN = re.compile(r"[a-z0-9]+|&")
# The machine's own line is within the first two lines of a page, some print it last.
_HEADER_LINES = 2
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b[A-Za-z]{3}[ -]\d{1,2}[ ,-]+\d{4}\b")
_PHONE = re.compile(r"(?<!\d)\+?1?[-. (]*\d{3}[-. )]*\d{3}[-. ]?\d{4}(?!\d)")
_PAGE = re.compile(r"\b(?:pg?s?|page|pp?)[.:]?\s*\d{1,3}\s*(?:/|of|-)\s*\d{1,3}\b|\bp\.\s?\d{1,3}\b", re.IGNORECASE)
_SENT = re.compile(r"\b(?:from|to|fax|received|rcvd|sent|csid|job|tsi|efax|rightfax)\b\s*[:#]?|->|=>", re.IGNORECASE)
# A record system stamps its prints too, and counts its own pages there.
_PRINTED = re.compile(r"\b(?:printed|generated|print date|signed|collected|reported)\b", re.IGNORECASE)
# A heading is short; what follows a colon, a dash or a wide gap is its text.
_SHORT_LABEL, _HEADING_WORDS = 42, 5
_HEAD_END = re.compile(r":|\s[-–—]\s|\s{2,}")
_SOAP = re.compile(r"^\W{0,2}([SOAP580])\s*[:.)-](?!\d)", re.MULTILINE)
_LETTERS = {
    "S": "subjective",
    "O": "objective",
    "A": "assessment",
    "P": "plan",
    "5": "subjective",
    "8": "subjective",
    "0": "objective",
}
_SOAP_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line.

    Attributes:
        text: as read.
        tokens: its words, lower case, without punctuation.
        top: where it stands, 0 (top) to 1; by its number among the lines where words have no boxes.
        size: height of its words over the page's usual one; 1.0 where unknown.
        centred: whether its middle is the page's.
    """

    text: str
    tokens: tuple[str, ...]
    top: float
    size: float = 1.0
    centred: bool = False


@dataclass(frozen=True)
class PageLines:
    """What splitting looks at: the lines of one page without the fax machine's own, and the page they came from."""

    page: Page
    lines: tuple[Line, ...]

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """All words in reading order, across lines."""
        return tuple(token for line in self.lines for token in line.tokens)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different words."""
        return frozenset(self.tokens)

    @cached_property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def running(self) -> str:
        """The words as one line, for phrases that run across lines."""
        return " ".join(self.text.split())

    @cached_property
    def sections(self) -> frozenset[str]:
        """A note's sections whose headings begin a line; single letters only where they make S, O, A and P."""
        found = {section for line in self.lines if (section := _section(line.text)) is not None}
        letters = set(_SOAP.findall(self.text))
        return frozenset(found | ({_LETTERS[letter] for letter in letters} if len(letters) >= _SOAP_LETTERS else set()))

    @property
    def recognised(self) -> bool:
        """Whether the words come from OCR, so that letters may be wrong."""
        return self.page.from_ocr


def tokens_of(text: str) -> tuple[str, ...]:
    """The words of a text, lower case, without punctuation; `&` counts as one."""
    return tuple(_TOKEN.findall(text.lower()))


def page_lines(page: Page) -> PageLines:
    """The lines of a page that hold a word, without the fax machine's."""
    lines = list(_lines(page))
    edge = {*range(_HEADER_LINES), len(lines) - 1}
    return PageLines(page, tuple(line for i, line in enumerate(lines) if i not in edge or not is_fax_header(line.text)))


def is_fax_header(line: str) -> bool:
    """Whether a line is what the fax machine printed: the time, beside numbers, page or the words that it uses."""
    if _TIME.search(line) is None or _PRINTED.search(line):
        return False
    return sum(pattern.search(line) is not None for pattern in (_DATE, _PHONE, _PAGE, _SENT)) >= 2


def _lines(page: Page) -> Iterator[Line]:
    heights = sorted(w.box.bottom - w.box.top for w in page.words)
    usual = heights[len(heights) // 2] if heights else 0.0
    texts = page.text.split("\n")
    offset = index = 0
    for number, text in enumerate(texts):
        end = offset + len(text)
        printed = []
        while index < len(page.words) and page.words[index].start < end:
            printed.append(page.words[index])
            index += 1
        offset = end + 1
        if text.strip():
            yield _line(text, printed, usual, fallback=number / max(len(texts), 60))


def _line(text: str, printed: Sequence[Word], usual: float, *, fallback: float) -> Line:
    if not printed or usual <= 0:
        return Line(text, tokens_of(text), fallback)
    height = sum(w.box.bottom - w.box.top for w in printed) / len(printed)
    centre = (min(w.box.left for w in printed) + max(w.box.right for w in printed)) / 2
    return Line(text, tokens_of(text), printed[0].box.top, height / usual, abs(centre - 0.5) < 0.08)


def _section(line: str) -> str | None:
    """The section that the beginning of a line announces: a listed heading; where it stands alone, any like one."""
    stripped = line.strip()
    head = _HEAD_END.split(stripped, maxsplit=1)[0]
    if not 1 < len(head) <= _SHORT_LABEL:
        return None
    alone = len(head) >= len(stripped) - 1 and head[:1].isupper() and len(head.split()) <= _HEADING_WORDS
    header = header_of(head, stems=alone)
    return None if header is None else header.section
