"""Values from closed lists: sex, urgency, place of service and the choices that a schema declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractors.grammar.match import Match, squeeze

Choices = Sequence[tuple[str, Sequence[str]]]

SEX: Choices = (("female", ("female", "f", "woman", "fem")), ("male", ("male", "m", "man")))
URGENCY: Choices = (
    (
        "expedited",
        (
            "expedited",
            "urgent",
            "stat",
            "emergent",
            "emergency",
            "rush",
            "exigent",
            "accelerated",
            "fast track",
            "asap",
        ),
    ),
    (
        "standard",
        (
            "standard",
            "routine",
            "elective",
            "non-urgent",
            "nonurgent",
            "non urgent",
            "regular",
            "ordinary",
            "non-emergent",
            "non-expedited",
        ),
    ),
)
# CMS place-of-service codes that requests name in words; the code itself is taken as printed.
PLACES: Choices = (
    ("02", ("telehealth", "telehealth not in patient's home")),
    ("10", ("telehealth in patient's home", "telehealth home")),
    ("11", ("office", "physician office", "doctor's office", "clinic")),
    ("12", ("home", "patient's home", "home health", "home infusion")),
    ("13", ("assisted living", "assisted living facility")),
    ("19", ("off campus outpatient hospital", "off-campus outpatient hospital")),
    ("20", ("urgent care", "urgent care facility")),
    ("21", ("inpatient", "inpatient hospital", "inpatient facility", "acute inpatient")),
    (
        "22",
        (
            "outpatient",
            "outpatient hospital",
            "hospital outpatient",
            "on campus outpatient hospital",
            "on-campus outpatient hospital",
            "outpatient facility",
        ),
    ),
    ("23", ("emergency room", "emergency department")),
    ("24", ("ambulatory surgical center", "ambulatory surgery center", "asc", "surgery center")),
    ("31", ("skilled nursing facility", "snf")),
    ("32", ("nursing facility", "nursing home")),
    ("34", ("hospice",)),
    ("49", ("independent clinic",)),
    ("50", ("federally qualified health center", "fqhc")),
    ("61", ("inpatient rehabilitation facility", "comprehensive inpatient rehabilitation facility")),
    ("62", ("outpatient rehabilitation facility",)),
    ("65", ("dialysis center", "end-stage renal disease treatment facility")),
    ("81", ("independent laboratory", "laboratory")),
)
_PLACE_CODES = frozenset(
    re.findall(
        r"\S+",
        """
        01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 31 32 33
        34 41 42 49 50 51 52 53 54 55 56 57 58 60 61 62 65 66 71 72 81 99
        """,
    )
)

_TWO_DIGITS = re.compile(r"(?<![A-Za-z0-9./-])[0-9]{2}(?![A-Za-z0-9./])(?!-[0-9])")


def find_choices(text: str, choices: Choices) -> Iterator[Match]:
    """Yields each printed wording of a choice, the longest first where two overlap."""
    taken: list[tuple[int, int]] = []
    hits: list[Match] = []
    low = text.lower()
    for first, pattern, value in _wordings(tuple((value, tuple(words)) for value, words in choices)):
        for found in pattern.finditer(text) if first in low else ():
            if not any(found.start() < end and start < found.end() for start, end in taken):
                taken.append(found.span())
                hits.append(Match(value, found.start(), found.end()))
    yield from sorted(hits, key=lambda m: m.start)


@lru_cache(maxsize=256)
def _wordings(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """The wordings' first words, their patterns and what they mean, the longest wording first."""
    said = sorted(
        ((wording or value, value) for value, words in choices for wording in (*words, value)), key=lambda w: -len(w[0])
    )
    return tuple((wording.lower().split()[0], _pattern(wording), value) for wording, value in said)


def _pattern(wording: str) -> re.Pattern[str]:
    """Bare word boundaries; `urgent` is not found in `non-urgent`, nor `male` in `female`."""
    inner = r"\s+".join(re.escape(part) for part in wording.split())
    return re.compile(rf"(?<![A-Za-z0-9])(?<!non-)(?<!non )(?<!not )(?<!no ){inner}(?![A-Za-z0-9])", re.IGNORECASE)


def whole_choice(text: str, choices: Choices) -> Match | None:
    """A text that is one choice's wording or value."""
    said = squeeze(text).casefold()
    for value, wordings in choices:
        if said == value.casefold() or any(said == w.casefold() for w in wordings):
            return Match(value, 0, len(text))
    return None


def find_places(text: str) -> Iterator[Match]:
    """Yields place-of-service codes (two digits of the CMS list) and their wordings as the code."""
    codes = [
        Match(found.group(), found.start(), found.end())
        for found in _TWO_DIGITS.finditer(text)
        if found.group() in _PLACE_CODES
    ]
    yield from codes or find_choices(text, PLACES)


def whole_place(text: str) -> Match | None:
    """A text that names one place of service: its code, its wording, or both."""
    said = squeeze(text)
    if said in _PLACE_CODES:
        return Match(said, 0, len(text))
    both = re.fullmatch(r"([0-9]{2})\s?[-–:(]?\s?[A-Za-z].*", said)
    if both and both.group(1) in _PLACE_CODES:
        return Match(both.group(1), 0, len(text))
    return whole_choice(said, PLACES)
