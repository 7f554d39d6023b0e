"""Dates as US healthcare documents print them: month first, ISO, or with the month's name; never guessed.

- `13/05/2026` is no date here: swapping day and month silently is how wrong dates get accepted.
- Partial dates keep their precision: `May 2026` -> `2026-05`, `2026` -> `2026` (a year alone only as a whole text).
- Two-digit years: 00-35 are 2000-2035, 36-99 are 1936-1999 (`PIVOT`). No clock is asked, so that a backfill reads the
  same date; `ambiguous_century` tells which spans depend on the pivot, and a birth date never rests on it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from extractors.grammar.folding import digit_class, mostly_digits, to_digits
from extractors.grammar.match import Match, combs

# Service dates run at most a decade ahead of today's faxes; births before 1936 with a two-digit year are left to a
# person through `ambiguous_century`.
PIVOT = 35
# Nobody alive was born before 1900, and no authorization runs beyond this century.
FIRST_YEAR, LAST_YEAR = 1900, 2099

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<month>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\.?"
)
_MONTH_NAME = re.compile("|".join(_MONTHS), re.IGNORECASE)
_DIGIT = re.compile(r"\d")
# A date is not cut out of a longer number, code or telephone number.
_BEFORE = r"(?<![A-Za-z0-9])(?<![0-9][./-])(?<![0-9]\()"
_AFTER = r"(?![A-Za-z0-9])(?![./-][0-9])"


def find_dates(text: str, *, from_ocr: bool = False) -> Iterator[Match]:
    """Yields the dates of a text in order, the longest reading first where two overlap."""
    if _DIGIT.search(text) is None:  # recognition leaves at least one digit of a date
        return
    taken: list[tuple[int, int]] = []
    hits: list[Match] = []
    named = _MONTH_NAME.search(text) is not None
    for pattern, names_month in _patterns(from_ocr=from_ocr):
        if names_month and not named:
            continue
        for found in pattern.finditer(text):
            if any(found.start() < end and start < found.end() for start, end in taken):
                continue
            value = _value(found.groupdict())
            if value is None:
                continue
            numeric = "".join(filter(None, (found.groupdict().get(k) for k in ("m", "d", "y"))))
            if not mostly_digits(numeric):
                continue
            taken.append(found.span())
            hits.append(Match(value, found.start(), found.end(), folded=not numeric.isdigit()))
    for joined, start, end in combs(text):
        value = _comb_value(joined)
        if value is not None and not any(start < e and s < end for s, e in taken):
            hits.append(Match(value, start, end))
    yield from sorted(hits, key=lambda m: m.start)


def whole_date(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one date only, in a form too bare to be searched for: `20260513`, `2026`."""
    drawn = to_digits(text) if from_ocr and mostly_digits(text) else text
    if not drawn.isdigit():
        return None
    folded = drawn != text
    if len(drawn) == 8:
        value = _full(drawn[:4], drawn[4:6], drawn[6:]) or _full(drawn[4:], drawn[:2], drawn[2:4])
        return None if value is None else Match(value, 0, len(text), folded)
    if len(drawn) == 4 and FIRST_YEAR <= int(drawn) <= LAST_YEAR:
        return Match(drawn, 0, len(text), folded)
    return None


def ambiguous_century(printed: str) -> bool:
    """Whether a printed date has a two-digit year that could as well be in the last century."""
    short = re.search(r"[0-9]{1,2}[-/. ]+(?:[0-9]{1,2}|[A-Za-z]{3,9})[-/., ]+'?([0-9]{2})(?![0-9])", printed)
    return short is not None and int(short.group(1)) <= PIVOT


@cache
def _patterns(*, from_ocr: bool) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The forms of a date, and whether each spells the month's name."""
    d = digit_class(from_ocr=from_ocr)
    sp = r"\s?" if from_ocr else ""  # OCR puts spaces beside separators
    year4, day = rf"(?P<y>{d}{{4}})", rf"(?P<d>{d}{{1,2}})"
    year = rf"(?P<y>{d}{{4}}|{d}{{2}})"
    month = rf"(?P<m>{d}{{1,2}})"
    forms = (
        rf"{year4}{sp}(?P<sep>[-/.]){sp}(?P<m>{d}{{2}}){sp}(?P=sep){sp}(?P<d>{d}{{2}})",
        rf"{month}{sp}(?P<sep>[-/.]){sp}{day}{sp}(?P=sep){sp}{year}",
        # Printed form slots, `05 / 13 / 2026`, and box groups `05 13 2026`.
        rf"{month} ?/ ?{day} ?/ ?{year}",
        rf"(?P<m>{d}{{2}}) {{1,2}}(?P<d>{d}{{2}}) {{1,2}}{year4}",
        rf"{day}(?i:st|nd|rd|th)?[-\s/]{{0,2}}{_NAME}[-\s/,]{{0,2}}{year}",
        rf"{_NAME}\s{{0,2}}{day}(?i:st|nd|rd|th)?[\s,.]{{1,3}}{year4}",
        rf"{_NAME}[\s,]{{1,2}}{year4}",
        rf"{month}{sp}/{sp}{year4}",
    )
    # Only words may be in either case: a look-alike's other case is none (l is a 1, L is not).
    return tuple((re.compile(_BEFORE + form + _AFTER), _NAME in form) for form in forms)


def _value(groups: dict[str, str | None]) -> str | None:
    year, day, named = groups.get("y"), groups.get("d"), groups.get("month")
    if year is None:
        return None
    month = str(_MONTHS.index(named[:3].lower()) + 1) if named else groups.get("m")
    if month is None:
        return None
    return _full(year, month, day)


def _full(year: str, month: str, day: str | None) -> str | None:
    """The ISO date, or None where no such day exists."""
    y, m = int(to_digits(year)), int(to_digits(month))
    if len(year) == 2:
        y += 2000 if y <= PIVOT else 1900
    if not (FIRST_YEAR <= y <= LAST_YEAR and 1 <= m <= 12):
        return None
    if day is None:
        return f"{y:04d}-{m:02d}"
    try:
        return date(y, m, int(to_digits(day))).isoformat()
    except ValueError:
        return None


def _comb_value(joined: str) -> str | None:
    digits = re.sub(r"[./-]", "", joined)
    if len(digits) != 8 or not digits.isdigit():
        return None
    return _full(digits[4:], digits[:2], digits[2:4]) or _full(digits[:4], digits[4:6], digits[6:])
