"""What a heading announces, by wordings that are data; recognised text may differ by a letter or two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from extractors.outline.flow import Told
from extractors.outline.markers import marker_of

# One wrong letter in seven; shorter headings would match by chance.
_FUZZY_CUT, _FUZZY_LENGTH = 86.0, 7
_LONGEST = 12
_NOT_WORDS = re.compile(r"[^a-z0-9' ]+")
_NUMBERING = re.compile(r"^\s*(?:section|part|article)\s+[\divx]+[.:)]?\s*|^\s*(?:[IVX]{1,4}|[A-Z]|\d{1,2})[.)]\s+")


def plain_words(text: str) -> str:
    """The words of a heading: lower case, without numbering and punctuation."""
    bare = _NUMBERING.sub("", text).lower().replace("’", "'").replace("&", " and ").replace("-", " ").replace("/", " ")
    return " ".join(_NOT_WORDS.sub(" ", bare).split())


class Topics:
    """The headings that one type of document prints.

    Args:
        wordings: topic -> wordings separated by bars.
        stems: topic and the pattern that a heading of it has, for wordings that nobody listed.
    """

    def __init__(self, wordings: Mapping[str, str], stems: Sequence[tuple[str, str]] = ()) -> None:
        self._wordings = {plain_words(w): topic for topic, listed in wordings.items() for w in listed.split("|")}
        self._stems = tuple((topic, re.compile(pattern)) for topic, pattern in stems)
        self.topic = lru_cache(maxsize=2048)(self._topic)

    def _topic(self, text: str, from_ocr: bool, loose: bool = False) -> str | None:
        """What a line announces that is a heading and nothing else, or None.

        `loose`: the line looks like a heading, so that a word in it is enough.
        """
        marker = marker_of(text)
        if marker is not None and not text[marker.end :][:1].isupper():
            return None
        words = plain_words(text)
        if not words or len(words.split()) > _LONGEST or text.rstrip().endswith((",", ";")):
            return None
        known = self._wordings.get(words)
        if known is not None:
            return known
        if from_ocr and len(words) >= _FUZZY_LENGTH:
            best = process.extractOne(words, self._wordings.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY_CUT)
            if best is not None:
                return self._wordings[best[0]]
        if text.rstrip().endswith(".") or not loose:
            return None
        return next((topic for topic, pattern in self._stems if pattern.fullmatch(words)), None)

    def label(self, text: str, *, from_ocr: bool) -> tuple[str, int] | None:
        """The topic of the words before a colon or a dash (`Reason for denial: ...`) and where the rest begins."""
        found = re.match(r"\s*(?P<label>[^:\n]{3,70}?)\s*(?::|\s[–—-]\s)\s*(?=\S)", text)
        topic = self.topic(found["label"], from_ocr, True) if found else None
        return None if found is None or topic is None else (topic, found.end())


def said_once(told: Iterable[Told]) -> Iterator[Told]:
    """What is said twice, once: the page's own words, but for case and punctuation."""
    said: set[str] = set()
    for one in told:
        words = plain_words(one.text)
        if words and words not in said:
            said.add(words)
            yield one
