"""The words of a packet's pages by their stems, with their places, and where a phrase stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from documents.pages import Page
from extractors.evidence.stems import stem

_WORD = re.compile(r"[A-Za-z0-9]+(?:[.'/][A-Za-z0-9]+)*")
_BETWEEN = "..."
_LONGEST_ABBREVIATION = 5


class Hit(NamedTuple):
    """A phrase's words on a page: offsets into the page's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageWords:
    """One page's words in order: their stems and offsets, and where each stem stands."""

    page: Page
    stems: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    places: dict[str, tuple[int, ...]]


def index_page(page: Page) -> PageWords:
    """The words of a page; `C-reactive` is two words, `1/2` and `M54.16` are one each."""
    stems: list[str] = []
    spans: list[tuple[int, int]] = []
    places: dict[str, list[int]] = {}
    for found in _WORD.finditer(page.text):
        word = stem(found.group().lower().removesuffix("'s"))
        places.setdefault(word, []).append(len(stems))
        stems.append(word)
        spans.append(found.span())
    return PageWords(page, tuple(stems), tuple(spans), {word: tuple(at) for word, at in places.items()})


class Term(NamedTuple):
    """A phrase's word: its stem, and the word itself where capitals belong to it (`PT` is not `Pt`)."""

    stem: str
    exact: str = ""


def phrase_parts(phrase: str) -> tuple[tuple[Term, ...], ...]:
    """The runs of words of a phrase; `...` separates runs that may stand apart in a sentence."""
    runs = (tuple(_term(word) for word in _WORD.findall(part)) for part in phrase.split(_BETWEEN))
    return tuple(run for run in runs if run)


def _term(word: str) -> Term:
    abbreviated = word.isupper() and word.isalpha() and len(word) <= _LONGEST_ABBREVIATION
    return Term(stem(word.lower().removesuffix("'s")), word if abbreviated else "")


def find_run(words: PageWords, run: Sequence[Term]) -> Iterator[Hit]:
    """Where the words of a run stand side by side."""
    stems = tuple(term.stem for term in run)
    for at in words.places.get(stems[0], ()):
        if words.stems[at : at + len(run)] != stems:
            continue
        spans = words.spans[at : at + len(run)]
        if all(not t.exact or words.page.text[s:e] == t.exact for t, (s, e) in zip(run, spans, strict=True)):
            yield Hit(spans[0][0], spans[-1][1])
