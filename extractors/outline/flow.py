"""Text that runs over lines, columns and pages, and the verbatim quote of any part of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from documents.values import Cited
from extractors.outline.mending import mended
from extractors.prose.passages import Passage
from extractors.prose.sentences import sentences

# Between two pages of a quote; between two lines of one column, where the page's text has another column's words.
PAGE_BREAK, LINE_BREAK = "\f", "\n"


class Piece(NamedTuple):
    """A part of a flow as one page prints it: `text` is that page's text at `start`."""

    page: int
    start: int
    text: str

    @property
    def end(self) -> int:
        """Offset after its last character in the page's text."""
        return self.start + len(self.text)


class Span(NamedTuple):
    """Offsets of a part of a flow's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Pieces of printed text that belong together.

    Attributes:
        pieces: in reading order.
        text: the pieces joined by one space, of the same length; in recognised text, common words are mended.
        from_ocr: whether its characters were recognised.
    """

    pieces: tuple[Piece, ...]
    text: str
    from_ocr: bool = False

    def sentences(self) -> Iterator[Span]:
        """The sentences that address a reader of the document; orders to a program are left out."""
        passage = Passage(page=self.pieces[0].page, start=0, text=self.text, from_ocr=self.from_ocr)
        for sentence in sentences(passage):
            yield Span(sentence.start, sentence.end)

    def parts(self, span: Span) -> Iterator[Piece]:
        """The printed pieces of a span."""
        starts = _starts(self.pieces)
        for index in range(max(0, bisect_right(starts, span.start) - 1), len(self.pieces)):
            at = starts[index]
            if at >= span.end:
                return
            piece = self.pieces[index]
            first, last = max(span.start, at) - at, min(span.end - at, len(piece.text))
            body = piece.text[first:last]
            if body.strip():
                lead = len(body) - len(body.lstrip())
                yield Piece(piece.page, piece.start + first + lead, body.strip())


@lru_cache(maxsize=64)
def _starts(pieces: tuple[Piece, ...]) -> tuple[int, ...]:
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece.text) + 1
    return tuple(starts)


def flow_of(pieces: Iterable[Piece], *, from_ocr: bool = False) -> Flow:
    """The flow of some pieces, in their order."""
    held = tuple(pieces)
    text = " ".join(re.sub(r"[\n\t]", " ", p.text) for p in held)
    return Flow(held, mended(text) if from_ocr else text, from_ocr)


def trimmed(text: str, span: Span, edges: str = " \t,;:") -> Span:
    """The span without characters of `edges` at its ends."""
    start, end = span
    while start < end and text[start] in edges:
        start += 1
    while end > start and text[end - 1] in edges:
        end -= 1
    return Span(start, end)


def quote_of(parts: Sequence[Piece], page_text: dict[int, str]) -> str:
    """The verbatim quote of some pieces: one run of a page's text where nothing else is printed between them."""
    pages: list[list[Piece]] = []
    for part in parts:
        if pages and pages[-1][-1].page == part.page:
            pages[-1].append(part)
        else:
            pages.append([part])
    return PAGE_BREAK.join(_on_page(run, page_text[run[0].page]) for run in pages)


def _on_page(run: Sequence[Piece], text: str) -> str:
    between = [text[a.end : b.start] for a, b in pairwise(run)]
    if all(a.end <= b.start for a, b in pairwise(run)) and not any(c.isalnum() for gap in between for c in gap):
        return text[run[0].start : run[-1].end]
    return LINE_BREAK.join(" ".join(p.text.split()) for p in run)


class Told(NamedTuple):
    """What a span of a flow says."""

    flow: Flow
    span: Span

    @property
    def text(self) -> str:
        """The words as printed, on one line."""
        return " ".join(" ".join(part.text for part in self.flow.parts(self.span)).split())


@dataclass(frozen=True, slots=True)
class Citing:
    """Makes cited values; `page_text` holds the pages' texts by number."""

    page_text: dict[int, str]

    def cite(
        self, path: str, told: Told, *, value: str | None = None, group: str | None = None, score: float = 1.0
    ) -> Cited:
        """The value that some words say; `value` is its normal form where that differs from the words.

        `score` tells how well heading and wording fit: 1.0 for a known one.
        """
        parts = list(told.flow.parts(told.span))
        return Cited(
            path=path,
            group=group,
            value=told.text if value is None else value,
            quote=quote_of(parts, self.page_text),
            page=parts[0].page,
            start=parts[0].start,
            features={"label_score": score},
        )
