"""Finds names of analytes, vital signs and scores in text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import ahocorasick

from extractors.lexicon.overlap import longest

# Recognition reads A1c as Alc; both spellings fold to one.
_FOLD = str.maketrans("1|", "ll")


@dataclass(frozen=True, slots=True)
class AnalyteHit:
    """An analyte's name in a text; `vital` tells vital signs from results."""

    start: int
    end: int
    vital: bool


@cache
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    vital = False
    for line in (resources.files("extractors.lexicon") / "analytes.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            vital = line.startswith("[vital]")
        elif line.strip() and not line.startswith("#"):
            for name in (n.strip() for n in line.split(",")):
                if name and (folded := name.translate(_FOLD)) not in automaton:
                    automaton.add_word(folded, (name, vital))
    automaton.make_automaton()
    return automaton


def find_analytes(text: str) -> list[AnalyteHit]:
    """Names of analytes at word boundaries, the longest where they overlap, in order.

    Names of one or two letters (`K`, `P`, `Hb`) count only as printed in capitals.
    """
    lowered = text.translate(_FOLD).lower()
    if len(lowered) != len(text):
        return []
    hits: list[AnalyteHit] = []
    for last, (name, vital) in _automaton().iter(lowered):
        start, end = last - len(name) + 1, last + 1
        if start and (text[start - 1].isalnum() or text[start - 1] in "-/"):
            continue
        if end < len(text) and (text[end].isalnum() or (text[end] == "-" and text[end + 1 : end + 2].isalpha())):
            continue
        if len(name) <= 3 and not text[start].isupper() and name != "pain":
            continue
        hits.append(AnalyteHit(start, end, vital))
    return longest(hits, len(text))
