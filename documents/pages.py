"""A page as a reader sees it: words with boxes and confidences, and what only the pixels tell.

Coordinates: every box is in [0, 1] on both axes, origin top left, of the page *as displayed* (after the rotation and
the repairs recorded on the page). `Page.to_source` maps a displayed point back to the page as it arrived.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice, takewhile
from typing import NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from documents.value import Value

# From this first confidence (0..1) on a word is never read again: of 1,016 values as sure none held a misread word.
SURE_WORD = 0.95


class Box(NamedTuple):
    """A rectangle in page fractions, origin top left: 0 <= left <= right <= 1 and 0 <= top <= bottom <= 1."""

    left: float
    top: float
    right: float
    bottom: float


class Affine(NamedTuple):
    """x' = a*x + b*y + c and y' = d*x + e*y + f, both points in page fractions."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float


class WordSource(StrEnum):
    """Where a word's characters come from."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    PLAIN_TEXT = "plain_text"


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", hide_input_in_errors=True))
class Word:
    """One printed word; a dataclass, for a long document has 100,000 of them and a model takes five times the memory.

    Attributes:
        text: as read, never normalised.
        box: page fractions (see module).
        confidence: 0..1; 1.0 for a text layer or plain text, Tesseract's own (undiminished, / 100) for OCR.
        source: where the characters come from.
        start, end: offsets into the page's text; `page.text[start:end] == text`.
    """

    text: str
    box: Box
    confidence: float
    source: WordSource
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", hide_input_in_errors=True))
class SecondReading:
    """What recognition made of some words of a page when it read them by themselves: see `documents.second_reading`.

    Attributes:
        start, end: the words, by their offsets into the page's text.
        text: as read the second time, words joined by one space; empty where nothing was recognised.
        confidence: 0..1, the lowest of its words; 0 without any.
    """

    start: int
    end: int
    text: str
    confidence: float


class Orientation(StrEnum):
    """Direction of a ruling line."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class RulingLine(Value):
    """A straight printed line (form rule, table border), found in the pixels; `box` is its thin bounding box."""

    box: Box
    orientation: Orientation


class Tick(StrEnum):
    """Whether a choice mark is chosen. UNCLEAR goes to a person."""

    TICKED = "ticked"
    EMPTY = "empty"
    UNCLEAR = "unclear"


class Mark(Value):
    """A checkbox or radio mark seen in the pixels (or printed as text: `[X]`, `( )`, a ballot-box glyph).

    Attributes:
        box: the mark's own rectangle, without its label.
        tick: chosen or not.
        ink: share of dark pixels inside the mark, 0..1 (None where it was read from text).
        start, end: span in the page's text where the mark itself is printed as text or misread by OCR, else None.
    """

    box: Box
    tick: Tick
    ink: float | None = None
    start: int | None = None
    end: int | None = None


class PageFlag(StrEnum):
    """What a later stage or a reviewer must know about how a page was read."""

    BLANK = "blank"
    HIDDEN_TEXT = "hidden_text"  # text that a parser sees and a reader does not; it is not in `words`
    TEXT_LAYER_REJECTED = "text_layer_rejected"  # absent or at odds with the pixels, so the page was read by OCR
    OCR_TIMEOUT = "ocr_timeout"
    OCR_FAILED = "ocr_failed"
    ORIENTATION_UNSURE = "orientation_unsure"
    LOW_QUALITY = "low_quality"
    ALL_BLACK = "all_black"
    DROPOUT = "dropout"  # a band of lines without ink crosses the page: values there are missing, never guessed


class Repair(Value):
    """One step of fax repair that was kept, and its amount (degrees for rotation and skew, counts for specks)."""

    name: str
    amount: float


class Page(Value):
    """One page of a document.

    Attributes:
        number: 1-based within the document.
        width_pt, height_pt: displayed size in points (1/72 inch).
        text: the words in reading order, lines joined by a newline, wide gaps by two spaces, others by one.
        words: in reading order, each with its offsets into `text`.
        second: critical words that were read a second time, in text order, none overlapping another.
        rules: ruling lines.
        marks: checkboxes and radio marks.
        struck: regions of struck-out text; a word whose box they cover is not a value.
        dropout: horizontal bands where the transmission lost ink (full-width boxes).
        rotation: degrees clockwise that were applied to the page as it arrived: 0, 90, 180 or 270.
        repairs: the repair steps that were kept, in order.
        to_source: displayed page fractions -> fractions of the page as it arrived (None: identity).
        flags: see PageFlag.
        quality: 0..1, mean word confidence weighted by length; 1.0 for a trusted text layer.
        engine: name and version of what read the page.
    """

    number: int
    width_pt: float
    height_pt: float
    text: str
    words: tuple[Word, ...] = ()
    second: tuple[SecondReading, ...] = ()
    rules: tuple[RulingLine, ...] = ()
    marks: tuple[Mark, ...] = ()
    struck: tuple[Box, ...] = ()
    dropout: tuple[Box, ...] = ()
    rotation: int = 0
    repairs: tuple[Repair, ...] = ()
    to_source: Affine | None = None
    flags: tuple[PageFlag, ...] = ()
    quality: float = 1.0
    engine: str = ""

    @property
    def from_ocr(self) -> bool:
        """Whether its words come from OCR, so that characters may be confused."""
        return bool(self.words) and self.words[0].source is WordSource.OCR

    def words_at(self, start: int, end: int) -> range:
        """Indexes of the words that a span of the text touches."""
        first = bisect_left(self.words, start, key=lambda w: w.end - 1)
        return range(first, bisect_left(self.words, end, lo=first, key=lambda w: w.start))

    def second_in(self, start: int, end: int) -> Iterator[SecondReading]:
        """The second readings of words that a span of the text touches, in order."""
        first = bisect_left(self.second, start, key=lambda reading: reading.end - 1)
        return takewhile(lambda reading: reading.start < end, islice(self.second, first, None))

    def words_in(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that a span of the text touches, in order."""
        touched = self.words_at(start, end)
        return self.words[touched.start : touched.stop]
