"""What the notes and titles of the ICD-10-CM tabular list say about a code: what is never coded with it, and for whom.

Only what the classification itself prints is used here; edits of Medicare's code editor (MCE) are payment rules and not
part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_CODE = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{0,4})?"
# `M54.1-`, `E10.-`, `D71-`, `A00-A09`, `B38.0-B38.2`, `F98.2.-F98.3`, alone or in a list. Whatever else stands in the
# brackets (`with fifth character 6`, `in`) makes the note conditional, and no pair follows from it.
_PART = re.compile(rf"(?P<low>{_CODE})\.?(?:-(?P<high>{_CODE}))?\.?-?")
_BRACKETS = re.compile(r"\(([^()]*)\)\s*$")


class CodeRange(NamedTuple):
    """Codes from `low` to `high`, written without dots, each with everything below it."""

    low: str
    high: str

    def holds(self, bare: str) -> bool:
        """Whether a code without its dot lies in the range."""
        return self.low <= bare and bare[: len(self.high)] <= self.high


def code_ranges(note: str) -> tuple[CodeRange, ...]:
    """The codes that a note ends with, none if it names none or only some of a category's."""
    found = _BRACKETS.search(note)
    if found is None:
        return ()
    ranges = []
    for part in re.split(r"[,;]\s*", found.group(1).strip()):
        match = _PART.fullmatch(part.strip())
        if match is None:
            return ()
        low = match["low"].replace(".", "")
        ranges.append(CodeRange(low, (match["high"] or low).replace(".", "")))
    return tuple(ranges)


# Titles that name a sex without meaning the patient: other people, and phenotypes at odds with the karyotype.
_OTHERS = re.compile(r"^(?:Family history|Counseling)|\bperpetrator\b|\bphenotype\b|\bpseudohermaphroditism\b", re.I)
_FEMALE = re.compile(r"\bfemales?\b", re.I)
_MALE = re.compile(r"\bmales?\b", re.I)
# Chapter 15: "Codes from this chapter are for use only on maternal records"; Z33 "Pregnant state", Z34 "Encounter for
# supervision of normal pregnancy", Z36 "Encounter for antenatal screening of mother", Z37 "on the mother's record",
# Z39 "Encounter for maternal postpartum care", Z3A "Weeks of gestation of pregnancy", F53 "... with the puerperium",
# Z87.5 "Personal history of complications of pregnancy, childbirth and the puerperium".
_MATERNAL = ("O", "Z33", "Z34", "Z36", "Z37", "Z39", "Z3A", "F53", "Z875")


def patient_sex(bare: str, titles: Sequence[str]) -> str | None:
    """`female` or `male` where the titles of a code, its parents and its block say so of the patient; else None.

    Args:
        bare: the code without its dot.
        titles: its own, then those of its parents up to the block, nearest first.
    """
    if bare.startswith(_MATERNAL):
        return "female"
    for title in titles:
        if _OTHERS.search(title):
            return None
        female, male = bool(_FEMALE.search(title)), bool(_MALE.search(title))
        if female and male:  # `(female) (male)` leaves it open, whatever the broader titles say
            return None
        if female or male:
            return "female" if female else "male"
    return None


class AgeLimit(NamedTuple):
    """For which ages a code is, in days from birth, both inclusive; None leaves that end open."""

    codes: CodeRange
    youngest: int | None
    oldest: int | None
    source: str


_NEONATAL = 28  # "within the neonatal period (the first 28 days of life)", note to Z05
_YEAR = 365.25
# The classification says adult and child without an age. These are ages at which nobody means the other word; between
# them a code is never doubted.
_SURELY_NO_ADULT = int(15 * _YEAR)
_SURELY_NO_CHILD = int(21 * _YEAR)
_TWENTY = int(20 * _YEAR)  # note to Z68: adult codes from 20 years on, pediatric ones for 2 to 19 years

_AGES: tuple[tuple[str, int | None, int | None, str], ...] = (
    ("O", _NEONATAL + 1, None, "chapter 15: never on newborn records"),
    ("P", None, _SURELY_NO_CHILD, "chapter 16: on newborn records only (even if morbidity occurs later)"),
    ("Z00110", None, 7, "Z00.110: under 8 days old"),
    ("Z00111", 8, _NEONATAL, "Z00.111: 8 to 28 days old"),
    ("Z0011", None, _NEONATAL, "Z00.11: under 29 days old"),
    ("Z0012", _NEONATAL + 1, _SURELY_NO_CHILD, "Z00.12: child over 28 days old"),
    ("Z05", None, _NEONATAL, "Z05: within the first 28 days of life"),
    ("Z38", None, _NEONATAL, "Z38: on the initial birth record only"),
    ("Z000", _SURELY_NO_ADULT, None, "Z00.0: adult"),
    ("Z681", _TWENTY, None, "Z68.1: adult, 20 years or older"),
    ("Z682", _TWENTY, None, "Z68.2: adult, 20 years or older"),
    ("Z683", _TWENTY, None, "Z68.3: adult, 20 years or older"),
    ("Z684", _TWENTY, None, "Z68.4: adult, 20 years or older"),
    ("Z685", int(2 * _YEAR), _TWENTY, "Z68.5: pediatric, 2 to 19 years"),
    ("Z762", None, _SURELY_NO_CHILD, "Z76.2: healthy infant and child"),
    ("R627", _SURELY_NO_ADULT, None, "R62.7: adult"),
    ("R6251", _NEONATAL + 1, _SURELY_NO_CHILD, "R62.51: child over 28 days old (P92.6 before)"),
    ("P926", None, _NEONATAL, "P92.6: newborn; over 28 days old it is R62.51"),
)
_LIMITS = {prefix: AgeLimit(CodeRange(prefix, prefix), *rest) for prefix, *rest in _AGES}  # type: ignore[arg-type]


def age_limit(bare: str) -> AgeLimit | None:
    """The narrowest statement about the patient's age that holds for a code without its dot."""
    return next((_LIMITS[bare[:n]] for n in range(len(bare), 0, -1) if bare[:n] in _LIMITS), None)


def age_sources() -> Iterator[str]:
    """What the limits rest on, for the documentation."""
    yield from (limit.source for limit in _LIMITS.values())
