"""Finds names of conditions in text: a lexicon of chronic and episodic conditions, and names built on a head word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import ahocorasick

from extractors.lexicon.overlap import longest
from extractors.lexicon.words import words

_SUFFIX = re.compile(
    r"(?<![\w-])[A-Za-z][\w'-]*?(?:itis|osis|emia|oma|omas|opathy|pathies|plegia|iasis|algia|rrhagia|ectasis|"
    r"penia|sclerosis|malacia|megaly|stenosis|"
    r"trophy|thyroidism|glycemia|natremia|kalemia|uria|rrhea|asthenia|phagia|phasia|plasia)(?![\w-])",
    re.I,
)
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
    head: re.Pattern[str]


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
    heads = "|".join(sorted(lists["head"], key=len, reverse=True))
    return _Lexicon(automaton, frozenset(lists["chronic"]), re.compile(rf"(?<![\w-])(?:{heads})(?![\w-])", re.I))


@cache
def _qualifier() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words('qualifiers'))})\s+$", re.IGNORECASE)


def find_conditions(text: str) -> list[ConditionHit]:
    """Names of conditions in a text, longest first where they overlap, in order, with their qualifiers."""
    lowered = text.lower()
    if len(lowered) != len(text):
        return []
    known, excluded = _lexicon(), frozenset(words("not_conditions"))
    hits: list[ConditionHit] = []
    for last, word in known.automaton.iter(lowered):
        start, end = last - len(word) + 1, last + 1
        if _inside_word(text, start, end):
            continue
        # Abbreviations count only in capitals: PE and MI are conditions, "pe" and "als" are not.
        if len(word) <= 4 and word.isalpha() and word not in ("gout", "acne", "gerd") and not _capital(text[start:end]):
            continue
        hits.append(ConditionHit(start, end, word in known.chronic, 1.0))
    hits += [ConditionHit(m.start(), m.end(), False, 0.8) for m in known.head.finditer(text) if _named(text, m.start())]
    hits += [
        ConditionHit(m.start(), m.end(), False, 0.8)
        for m in _SUFFIX.finditer(text)
        if m.group().lower() not in excluded
    ]
    # Lexicon hits stand first in the list, so they win over a pattern of the same span.
    return longest((_widened(text, h) for h in hits), len(text))


def _capital(printed: str) -> bool:
    return sum(c.isupper() for c in printed) * 2 > len(printed)


def _inside_word(text: str, start: int, end: int) -> bool:
    return bool(
        (start and (text[start - 1].isalnum() or text[start - 1] == "-")) or (end < len(text) and text[end].isalnum())
    )


def _named(text: str, start: int) -> bool:
    """Whether a bare head word has a word before it that makes it a name: `disease` alone is none."""
    return _qualifier().search(text[max(0, start - 40) : start]) is not None


def _widened(text: str, hit: ConditionHit) -> ConditionHit:
    start = hit.start
    while (found := _qualifier().search(text[max(0, start - 40) : start])) is not None:
        # A qualifier is a whole word, on the same side of any punctuation.
        at = max(0, start - 40) + found.start()
        if at and (text[at - 1].isalnum() or text[at - 1] == "-"):
            break
        start = at
    tail = _TAIL.match(text, hit.end)
    return ConditionHit(start, tail.end() if tail else hit.end, hit.chronic, hit.score)
