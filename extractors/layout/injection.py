"""Text that gives orders to a program that reads it: it is never read for facts."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class _Rules:
    patterns: tuple[re.Pattern[str], ...]
    always: frozenset[int]
    by_word: dict[str, frozenset[int]]


@cache
def _rules() -> _Rules:
    raw = tomllib.loads((resources.files("extractors.layout") / "injection.toml").read_text("utf-8"))
    patterns, by_word = [], defaultdict(set)
    for number, rule in enumerate(raw["rule"]):
        patterns.append(re.compile(rule["pattern"].replace(" ", r"\s+"), re.I | re.M))
        for word in rule["words"].split():
            by_word[word].add(number)
    always = frozenset(n for n, rule in enumerate(raw["rule"]) if not rule["words"])
    return _Rules(tuple(patterns), always, {word: frozenset(numbers) for word, numbers in by_word.items()})


@cache
def rules_version() -> str:
    """The version of these rules, as their file states it."""
    raw = tomllib.loads((resources.files("extractors.layout") / "injection.toml").read_text("utf-8"))
    return str(raw["version"])


def is_injection(sentence: str, words: frozenset[str] | None = None) -> bool:
    """Whether a sentence addresses a program (its instructions, its output, its role) and not a clinician.

    `words` are its runs of letters in lower case, where the caller has them.
    """
    return next(find_injections(sentence, words), None) is not None


def find_injections(text: str, words: frozenset[str] | None = None) -> Iterator[tuple[int, int]]:
    """Yields the spans that address a program, rule by rule; `words` as in `is_injection`."""
    said = frozenset(_LETTERS.findall(text.lower().replace("a.i.", "ai"))) if words is None else words
    rules = _rules()
    tried = set(rules.always)
    for word in said & rules.by_word.keys():
        tried |= rules.by_word[word]
    for number in sorted(tried):
        yield from (found.span() for found in rules.patterns[number].finditer(text))
