"""Finds drug names in text: a lexicon of generics and brands, look-alike characters, and names that look like drugs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import ahocorasick
from rapidfuzz import fuzz, process

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
    r"(?P<amount>\d[\d,]*(?:\.\d+)?(?:\s?[-/]\s?\d+(?:\.\d+)?)?\s?(?:mcg|mg|g|units?|iu|meq|ml|%)(?![a-z0-9])(?!\s?/\s?dl\b))",
    re.I,
)
# Words that stand before an amount in notes and are no drugs.
_NOT_DRUGS = frozenset(
    "from taking take takes took to of the and or with dose doses dosed dosing strength quantity total daily about at by "
    "cholesterol triglycerides salt intake level levels glucose sugar alcohol caffeine sodium potassium calcium protein "
    "lost loss gained gain weight fluid water urine output volume ebl blood under over than below above least most max "
    "maximum minimum is was were are be been increased decreased increase decrease reduced titrated up down down-titrated "
    "switched changed currently now for on in per every each approximately approx around only another additional "
    "additionally tablet tablets tab tabs capsule capsules cap caps vial pen syringe injection injections inject patch "
    "solution suspension cream ointment gel inhaler spray drops kit hemoglobin hematocrit creatinine albumin ferritin "
    "bilirubin wbc rbc hgb ldl hdl a1c bun ast alt tsh inr psa egfr crp esr prn po iv im sq sc bid tid qid qd daily "
    "nodule mass lesion size measuring measures diameter length stage grade line up-to goal using use used give gives "
    "given received receives start started starting stop stopped continue continued resume hold held add added apply "
    "contrast saline x trough peak random fasting lab labs value result score fev fev1 spo2 sat o2 oxygen fio2 room air "
    "estimated he she they it his her their patient we i this that these those no not and/or lowest highest starting "
    "morning evening night bedtime breakfast lunch dinner first second third initial maintenance loading induction "
    "weekly daily monthly nightly hourly days day weeks week months month years year hours hour minutes once twice thrice "
    "target current previous prior requested new old same full half low high moderate standard".split()
)


@dataclass(frozen=True, slots=True)
class DrugHit:
    """A drug name in a text.

    Attributes:
        start, end: span in the text.
        name: the lexicon's generic name, or the printed word in lower case where the lexicon has none.
        score: how it was found (see the constants).
        plain: whether the name alone is enough; else it needs an amount or a medication list (potassium, insulin).
        amount: whether an amount follows at once.
    """

    start: int
    end: int
    name: str
    score: float
    plain: bool = True
    amount: bool = False


@dataclass(frozen=True, slots=True)
class _Lexicon:
    exact: ahocorasick.Automaton
    folded: ahocorasick.Automaton
    words: tuple[str, ...]
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
    words = tuple(w for w in generic if len(w) > 6 and " " not in w)
    return _Lexicon(exact, folded, words, generic, stems)


def generic_name(printed: str) -> str | None:
    """The lexicon's generic name for a printed generic or brand, or None."""
    entry = _lexicon().generic.get(" ".join(printed.lower().split()))
    return None if entry is None else entry[0]


def find_drugs(text: str, *, from_ocr: bool = False) -> list[DrugHit]:
    """Every drug name in a text, longest first where names overlap, in order.

    Unknown words count only before an amount; `from_ocr` admits names with a misread character.
    """
    hits: list[DrugHit] = list(_named(text, text.lower(), _lexicon().exact, EXACT))
    if from_ocr or any(c.isdigit() or c in "|!" for c in text):
        hits += _named(text, _folded(text), _lexicon().folded, FOLDED)
    taken = _longest(hits)
    covered = [(h.start, h.end) for h in taken]
    for hit in _unknown(text, from_ocr=from_ocr):
        if all(hit.end <= s or hit.start >= e for s, e in covered):
            taken.append(hit)
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
        if len(word) <= 4 and not (text[start:end].isupper() or text[start].isupper()):  # noqa: PLR2004
            continue
        name, plain = known[word]
        yield DrugHit(start, end, name, score, plain, _AMOUNT.match(text, end) is not None)


def _longest(hits: list[DrugHit]) -> list[DrugHit]:
    kept: list[DrugHit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, -h.score, h.start)):
        if all(hit.end <= k.start or hit.start >= k.end for k in kept):
            kept.append(hit)
    return kept


def _unknown(text: str, *, from_ocr: bool) -> Iterator[DrugHit]:
    for found in _WORD.finditer(text):
        word = found.group()
        if found.start() and not (text[found.start() - 1].isspace() or text[found.start() - 1] in "([/•*-"):
            continue
        if len(word) < 4 or not word[0].isalpha() or word.lower() in _NOT_DRUGS:  # noqa: PLR2004
            continue
        if _AMOUNT.match(text, found.end()) is None:
            continue
        if from_ocr and (near := _nearest(word.lower())) is not None:
            yield DrugHit(found.start(), found.end(), near, MISREAD, True, True)
        elif word.replace("-", "").isalpha():
            stemmed = len(word) > 6 and word.lower().endswith(_lexicon().stems)  # noqa: PLR2004
            yield DrugHit(found.start(), found.end(), word.lower(), STEM if stemmed else OPEN, True, True)


@lru_cache(maxsize=4096)
def _nearest(word: str) -> str | None:
    """The one lexicon name within a character of ten of a misread word; None if several are as near."""
    if len(word) <= 6:  # noqa: PLR2004 - short names are too near each other
        return None
    best = process.extract(word, _lexicon().words, scorer=fuzz.ratio, score_cutoff=88, limit=2)
    if not best or (len(best) > 1 and best[1][1] == best[0][1]):
        return None
    return _lexicon().generic[best[0][0]][0]
