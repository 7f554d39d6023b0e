"""Finds drug names in text: a lexicon of generics and brands, look-alike characters, and names that look like drugs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import ahocorasick
from rapidfuzz import fuzz, process

from extractors.lexicon.overlap import longest
from extractors.lexicon.words import words

# How sure a hit is, by how it was found (features for confidence, not probabilities).
EXACT = 1.0
FOLDED = 0.85  # equal after folding look-alikes: Predn1sone
MISREAD = 0.7  # one character of ten differs, and an amount follows
STEM = 0.6  # unknown word with the ending of a drug name, and an amount follows
OPEN = 0.4  # unknown word before an amount

# Same-length fold, so that spans stay true. `l` and `i` share a class with 1: recognition confuses all three.
_FOLD = str.maketrans("0158|!lqBG6", "oisbiiiqbg6", "")
_WORD = re.compile(r"[A-Za-z0-9|!][\w|!'-]*")
# An amount of a drug (never of a blood level: `mg/dL`), with or without a word like "tablet" before it.
_AMOUNT = re.compile(
    r"[\s,(:-]{1,3}(?:(?:tab(?:let)?s?|cap(?:sule)?s?|pen|inj(?:ection)?|er|xr|sr|dr|ec|odt|hfa|inhaler|cream)\.?\s+)?"
    r"(?P<amount>\d[\d,]*(?:\.\d+)?(?:\s?[-/]\s?\d+(?:\.\d+)?)?\s?(?:mcg|mg|g|units?|iu|meq|ml|"
    r"%)(?![a-z0-9])(?!\s?/\s?dl\b))",
    re.I,
)
# Two neighbouring runs of letters; the second is looked at again as the first of the next pair.
_PAIR = re.compile(r"(?<![A-Za-z0-9'-])([A-Za-z]{2,})(?= ([A-Za-z]{2,})(?![A-Za-z0-9'-]))")
# Two words that happen to spell a drug together are rarer the longer the name is.
_SHORTEST_SPLIT = 8
# What every amount ends with; where it is missing no unknown word needs a look.
_UNIT = re.compile(r"\d\s?(?:mcg|mg|g|units?|iu|meq|ml|%)", re.I)


@dataclass(frozen=True, slots=True)
class DrugHit:
    """A drug name in a text.

    Attributes:
        start, end: span in the text.
        name: the lexicon's generic name, or the printed word in lower case where the lexicon has none.
        score: how it was found (see the constants).
        plain: whether the name alone is enough; else it needs an amount or a medication list (potassium, insulin).
        amount: whether an amount follows at once.
        joined: the name as it should stand where recognition split it (`met formin`); else empty.
    """

    start: int
    end: int
    name: str
    score: float
    plain: bool = True
    amount: bool = False
    joined: str = ""


@dataclass(frozen=True, slots=True)
class _Lexicon:
    exact: ahocorasick.Automaton
    folded: ahocorasick.Automaton
    single: tuple[str, ...]
    generic: dict[str, tuple[str, bool]]
    stems: tuple[str, ...]


@cache
def _lexicon() -> _Lexicon:
    folder = resources.files("extractors.lexicon")
    generic: dict[str, tuple[str, bool]] = {}
    for line in (folder / "drugs.txt").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, others = line.partition(":")
        plain, name = not name.startswith("~"), name.lstrip("~").strip()
        generic.setdefault(name.lower(), (name, plain))
        for other in others.split(","):
            if other.strip():
                generic.setdefault(other.strip().lower(), (name, plain))
    exact, folded = ahocorasick.Automaton(), ahocorasick.Automaton()
    for word in generic:
        exact.add_word(word, word)
        # Short names fold into ordinary words; all but them may hold a misread character.
        if len(word) > 5:
            folded.add_word(_folded(word), word)
    exact.make_automaton()
    folded.make_automaton()
    stems = tuple(
        line.strip()
        for line in (folder / "stems.txt").read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    )
    single = tuple(w for w in generic if len(w) > 6 and " " not in w)
    return _Lexicon(exact, folded, single, generic, stems)


@cache
def _not_drugs() -> frozenset[str]:
    return frozenset(words("not_drugs"))


def generic_name(printed: str) -> str | None:
    """The lexicon's generic name for a printed generic or brand, or None."""
    entry = _lexicon().generic.get(" ".join(printed.lower().split()))
    return None if entry is None else entry[0]


# What tells two products of one substance apart: how it is released, its salt, its kind of insulin.
_PRODUCT = re.compile(
    r"\b(?:er|xr|xl|sr|cr|la|cd|dr|ec|ir|odt|xt|succinate|tartrate|hydrochloride|besylate|sodium|potassium|calcium|"
    r"mono(?:hydrate)?|macrocrystals|extended|delayed|immediate|release)\b"
)


def is_same_drug(one: str, other: str) -> bool:
    """Whether two printed names are of one substance, brand beside generic, and name no different products of it."""
    a, b = substance(one), substance(other)
    products = [set(_PRODUCT.findall(name.lower())) for name in (one, other)]
    return a is not None and a == b and (not all(products) or products[0] == products[1])


@lru_cache(maxsize=8192)
def substance(printed: str) -> str | None:
    """The one generic name that a printed drug is or holds (`Humira (adalimumab)`), or None."""
    name = generic_name(printed)
    if name is not None:
        return name
    names = {hit.name for hit in find_drugs(printed) if hit.score >= FOLDED}
    return names.pop() if len(names) == 1 else None


def find_drugs(text: str, *, from_ocr: bool = False) -> list[DrugHit]:
    """Every drug name in a text, longest first where names overlap, in order.

    Unknown words count only before an amount; `from_ocr` admits names with a misread character.
    """
    hits: list[DrugHit] = list(_named(text, text.lower(), _lexicon().exact, EXACT))
    if from_ocr or any(c.isdigit() or c in "|!" for c in text):
        hits += _named(text, _folded(text), _lexicon().folded, FOLDED)
    if from_ocr:
        hits += _split(text)
    taken = longest(hits, len(text))
    covered = bytearray(len(text))
    for hit in taken:
        covered[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
    taken += [h for h in _unknown(text, from_ocr=from_ocr) if not any(covered[h.start : h.end])]
    return sorted(taken, key=lambda h: h.start)


def _folded(text: str) -> str:
    lowered = text.translate(_FOLD).lower()
    # str.lower changes the length of a few foreign letters; then spans would lie.
    return lowered.replace("l", "i") if len(lowered) == len(text) else text.lower().ljust(len(text))[: len(text)]


def _named(text: str, searched: str, automaton: ahocorasick.Automaton, score: float) -> Iterator[DrugHit]:
    if len(searched) != len(text):
        return
    known = _lexicon().generic
    for last, word in automaton.iter(searched):
        start, end = last - len(word) + 1, last + 1
        if start and (text[start - 1].isalnum() or text[start - 1] in "-'"):
            continue
        if end < len(text) and (text[end].isalnum() or (text[end] == "-" and text[end + 1 : end + 2].isalpha())):
            continue
        # An abbreviation in capitals (ASA, INH, PTU) is a drug only in capitals; "soma" and "all" are words.
        if len(word) <= 4 and not (text[start:end].isupper() or text[start].isupper()):
            continue
        name, plain = known[word]
        yield DrugHit(start, end, name, score, plain, _AMOUNT.match(text, end) is not None)


def _split(text: str) -> Iterator[DrugHit]:
    """Names that recognition cut in two: two runs of letters with one blank that are one name, and neither a drug."""
    known = _lexicon().generic
    for found in _PAIR.finditer(text):
        glued = (found[1] + found[2]).lower()
        if len(glued) < _SHORTEST_SPLIT or glued not in known or found[1].lower() in known or found[2].lower() in known:
            continue
        name, plain = known[glued]
        joined = found[1] + found[2]
        amount = _AMOUNT.match(text, found.end(2)) is not None
        yield DrugHit(found.start(), found.end(2), name, FOLDED, plain, amount, joined)


def _unknown(text: str, *, from_ocr: bool) -> Iterator[DrugHit]:
    if _UNIT.search(text) is None:
        return
    not_drugs = _not_drugs()
    for found in _WORD.finditer(text):
        word = found.group()
        if found.start() and not (text[found.start() - 1].isspace() or text[found.start() - 1] in "([/•*-"):
            continue
        if len(word) < 4 or not word[0].isalpha() or word.lower() in not_drugs:
            continue
        if _AMOUNT.match(text, found.end()) is None:
            continue
        if from_ocr and (near := _nearest(word.lower())) is not None:
            yield DrugHit(found.start(), found.end(), near, MISREAD, True, True)
        elif word.replace("-", "").isalpha():
            stemmed = len(word) > 6 and word.lower().endswith(_lexicon().stems)
            yield DrugHit(found.start(), found.end(), word.lower(), STEM if stemmed else OPEN, True, True)


@lru_cache(maxsize=4096)
def _nearest(word: str) -> str | None:
    """The one lexicon name within a character of ten of a misread word; None if several are as near."""
    if len(word) <= 6:
        return None
    best = process.extract(word, _lexicon().single, scorer=fuzz.ratio, score_cutoff=88, limit=2)
    if not best or (len(best) > 1 and best[1][1] == best[0][1]):
        return None
    return _lexicon().generic[best[0][0]][0]
