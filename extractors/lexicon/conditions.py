"""Finds names of conditions in text: a lexicon of chronic and episodic conditions, and names built on a head word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import ahocorasick

from extractors.lexicon.overlap import longest
from extractors.lexicon.words import words

_SUFFIXES = (
    "itis", "osis", "emia", "oma", "omas", "opathy", "pathies", "plegia", "iasis", "algia", "rrhagia", "ectasis",
    "penia", "sclerosis", "malacia", "megaly", "stenosis", "trophy", "thyroidism", "glycemia", "natremia", "kalemia",
    "uria", "rrhea", "asthenia", "phagia", "phasia", "plasia",
)  # fmt: skip
_WORD = re.compile(r"(?<![\w-])[a-z][\w'-]*(?<!-)")
# How far before a name its qualifiers are looked for, in characters a step.
_QUALIFIER_REACH = 40
_BEFORE = re.compile(r"([^\s,;:.()\[\]]+)\s+$")
# After the name: "of the left knee", "with hyperglycemia", "without aura, intractable".
_TAIL = re.compile(
    r"(?:\s+of\s+(?:the\s+|both\s+|his\s+|her\s+)?[a-z][\w'-]*(?:\s+(?:and|or|&)\s+[a-z][\w'-]*)?(?:\s+(?:knee|"
    r"hip|shoulder|wrist|ankle|spine|region|intestine|lung|"
    r"breast|eye|leg|arm|foot|hand|joint|joints|lobe|artery|vein|tract))?)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ConditionHit:
    """A condition's name in a text: span, whether it is chronic, and how sure (1.0 lexicon, less for a pattern)."""

    start: int
    end: int
    chronic: bool
    score: float


@dataclass(frozen=True, slots=True)
class _Lexicon:
    automaton: ahocorasick.Automaton
    chronic: frozenset[str]
    heads: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    lists: dict[str, set[str]] = {}
    current = ""
    for line in (resources.files("extractors.lexicon") / "conditions.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[] \n")
        elif line.strip() and not line.startswith("#"):
            lists.setdefault(current, set()).update(w.strip() for w in line.split(",") if w.strip())
    automaton = ahocorasick.Automaton()
    for word in lists["chronic"] | lists["episodic"]:
        automaton.add_word(word, word)
    automaton.make_automaton()
    return _Lexicon(automaton, frozenset(lists["chronic"]), frozenset(lists["head"]))


@cache
def _qualifiers() -> re.Pattern[str]:
    return re.compile("|".join(words("qualifiers")), re.IGNORECASE)


@lru_cache(maxsize=4096)
def _qualifies(word: str) -> bool:
    return _qualifiers().fullmatch(word) is not None


@cache
def _excluded() -> frozenset[str]:
    return frozenset(words("not_conditions"))


def find_conditions(text: str) -> list[ConditionHit]:
    """Names of conditions in a text, longest first where they overlap, in order, with their qualifiers."""
    lowered = text.lower()
    if len(lowered) != len(text):
        return []
    known = _lexicon()
    hits: list[ConditionHit] = []
    for last, word in known.automaton.iter(lowered):
        start, end = last - len(word) + 1, last + 1
        if _inside_word(text, start, end):
            continue
        # Abbreviations count only in capitals: PE and MI are conditions, "pe" and "als" are not.
        if len(word) <= 4 and word.isalpha() and word not in ("gout", "acne", "gerd") and not _capital(text[start:end]):
            continue
        hits.append(ConditionHit(start, end, word in known.chronic, 1.0))
    hits += _built(text, lowered)
    # Lexicon hits stand first in the list, so they win over a pattern of the same span.
    return longest((_widened(text, h) for h in hits), len(text))


def _built(text: str, lowered: str) -> Iterator[ConditionHit]:
    """Names that the lexicon does not hold: a head word with a qualifier, or a word with a condition's ending."""
    heads, excluded = _lexicon().heads, _excluded()
    for found in _WORD.finditer(lowered):
        word = found.group()
        if (word in heads and _named(text, found.start())) or (word.endswith(_SUFFIXES) and word not in excluded):
            yield ConditionHit(found.start(), found.end(), False, 0.8)


def _capital(printed: str) -> bool:
    return sum(c.isupper() for c in printed) * 2 > len(printed)


def _inside_word(text: str, start: int, end: int) -> bool:
    return bool(
        (start and (text[start - 1].isalnum() or text[start - 1] == "-")) or (end < len(text) and text[end].isalnum())
    )


def _named(text: str, start: int) -> bool:
    """Whether a bare head word has a word before it that makes it a name: `disease` alone is none."""
    return _qualifier_at(text, start) is not None


def _qualifier_at(text: str, start: int) -> int | None:
    """Where the qualifier right before an offset starts, or None; never across punctuation."""
    low = max(0, start - _QUALIFIER_REACH)
    before = _BEFORE.search(text, low, start)
    if before is None or not _qualifies(before[1]):
        return None
    return before.start(1)


def _widened(text: str, hit: ConditionHit) -> ConditionHit:
    start = hit.start
    while (at := _qualifier_at(text, start)) is not None:
        start = at
    tail = _TAIL.match(text, hit.end)
    return ConditionHit(start, tail.end() if tail else hit.end, hit.chronic, hit.score)
