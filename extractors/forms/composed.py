"""Labels that no list holds, read word by word: `Sheet filled out`, `Phone to reach patient`, `Perform on or after`.

The words are data with a version (`label_words.toml`). A label counts only if all its words are those of one field.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_name("label_words.toml")
# A label score under the neutral .8: the wording is understood, not known.
COMPOSED = 0.7
_FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One way of asking for fields.

    Attributes:
        paths: what it asks for.
        needs: sets of words; the label holds one of each.
        allowed: all words that it may hold.
        without: words that it must not hold.
    """

    paths: tuple[str, ...]
    needs: tuple[frozenset[str], ...]
    allowed: frozenset[str]
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Grammar:
    version: str
    patterns: tuple[_Pattern, ...]
    vocabulary: frozenset[str]


@cache
def _grammar() -> _Grammar:
    """The patterns of the data file, in its order."""
    data = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    people = {f"@{name}": words.split() for name, words in data["people"].items()}
    fillers = frozenset(data["fillers"].split())

    def spelled(words: str) -> frozenset[str]:
        return frozenset(w for token in words.split() for w in people.get(token, (token,)))

    patterns = []
    for entry in data["label"]:
        needs = tuple(spelled(words) for words in entry["needs"])
        allowed = frozenset().union(fillers, spelled(entry.get("with", "")), *needs)
        patterns.append(_Pattern(tuple(entry["gives"].split()), needs, allowed, spelled(entry.get("without", ""))))
    return _Grammar(data["version"], tuple(patterns), frozenset().union(*(p.allowed for p in patterns)))


def composed_version() -> str:
    """The version of the words."""
    return _grammar().version


def composed_vocabulary() -> frozenset[str]:
    """Every word that such labels are made of; misread words are taken for the nearest of them."""
    return _grammar().vocabulary


def compose(words: str, specs: Mapping[str, object]) -> tuple[str, ...]:
    """The fields among `specs` that a label of these canonical words asks for, or none."""
    tokens = frozenset(words.split())
    grammar = _grammar()
    if len(tokens) < _FEWEST_WORDS or not tokens <= grammar.vocabulary:
        return ()
    return next(_asked(tokens, grammar, specs), ())


def _asked(tokens: frozenset[str], grammar: _Grammar, specs: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    for pattern in grammar.patterns:
        paths = tuple(p for p in pattern.paths if p in specs)
        if not paths or not tokens <= pattern.allowed or not tokens.isdisjoint(pattern.without):
            continue
        if all(not tokens.isdisjoint(need) for need in pattern.needs):
            yield paths
