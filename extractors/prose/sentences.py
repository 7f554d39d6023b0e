"""Sentences of a passage, by their offsets in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extractors.prose.injection import is_injection
from extractors.prose.passages import Passage

# A full stop ends a sentence unless an abbreviation or an initial carries it.
_END = re.compile(r"(?<=[.!?])[\"')\]]?\s+(?=[\"'(\[]?[A-Z0-9•])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|jr|sr|vs|approx|dept|no|pt|hx|fx|tx|rx|dx|inc|ave|blvd|ste|ph|tel|etc|e\.g|i\.e|y\.?o|"
    r"p\.o|b\.i\.d|t\.i\.d|q\.i\.d|q\.d|i\.v|i\.m|s\.c|prof|rev|mt|ft|lbs?|tab|cap|temp|resp|wt|ht)|(?:^|\s)[A-Z])\.$",
    re.I,
)
# Sentences of real notes stay under a thousand characters, lists without full stops under this.
_LONGEST = 2500
_OPENER = re.compile(r"(?:He|She|They|The|Patient|We|I|Continue|Stop|Start|Denies|No|Take|Follow|Return)\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage: `text` is `passage.text[start:end]`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence's own text."""
        return self.passage.text[self.start : self.end]


def sentences(passage: Passage) -> Iterator[Sentence]:
    """The sentences of a passage that address a reader of the record; those that address a program are left out."""
    for start, end in _readable(passage.text):
        yield Sentence(passage, start, end)


# Each reader of a passage asks for its sentences; a handful of passages is alive at a time.
@lru_cache(maxsize=16)
def _readable(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in _spans(text) if not is_injection(text[start:end]))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _END.finditer(text):
        before = text[max(0, found.start() - 12) : found.start()]
        if _ABBREVIATION.search(before) and not _closes(before, text[found.end() :]):
            continue
        yield from _bounded(text, start, found.start())
        start = found.end()
    yield from _bounded(text, start, len(text))


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span in pieces of bounded length, so that the work within a sentence is bounded."""
    while end - start > _LONGEST:
        cut = text.rfind(" ", start, start + _LONGEST)
        cut = cut if cut > start else start + _LONGEST
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end


def _closes(before: str, after: str) -> bool:
    """A sig's abbreviation (`p.o.`, `b.i.d.`) may close a sentence; then a known opener follows."""
    return _OPENER.match(after) is not None and not re.search(r"\b(?:dr|mr|mrs|ms|st)\.$", before, re.I)
