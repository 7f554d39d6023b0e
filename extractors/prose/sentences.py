"""Sentences of a passage, by their offsets in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from extractors.layout.injection import is_injection
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
_DIGIT = re.compile(r"\d")
_OPENER = re.compile(r"(?:He|She|They|The|Patient|We|I|Continue|Stop|Start|Denies|No|Take|Follow|Return)\b")


_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage.

    Attributes:
        passage: the passage it stands in.
        start, end: its span in the passage.
        text: `passage.text[start:end]`.
        low: the text in lower case.
        words: the runs of letters in it, lower case: a cheap test before a costly pattern.
        digits: whether it holds a digit.
    """

    passage: Passage = field(repr=False)
    start: int
    end: int
    text: str
    low: str = field(compare=False)
    words: frozenset[str] = field(compare=False)
    digits: bool = field(compare=False)


# Each reader of a passage asks for its sentences; a handful of passages is alive at a time.
@lru_cache(maxsize=16)
def sentences(passage: Passage) -> tuple[Sentence, ...]:
    """The sentences of a passage that address a reader of the record; those that address a program are left out."""
    found = (_sentence(passage, start, end) for start, end in _spans(passage.text))
    return tuple(s for s in found if not is_injection(s.text, s.words))


def _sentence(passage: Passage, start: int, end: int) -> Sentence:
    own = passage.text[start:end]
    low = own.lower()
    words = frozenset(_LETTERS.findall(low.replace("a.i.", "ai")))
    return Sentence(passage, start, end, own, low, words, _DIGIT.search(own) is not None)


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
