"""Spans of time as payers print them (`five (5) business days`), and the event from which they run.

A duration's value is its printed words (`five (5) business days`); two are equal if number and unit are. A window is a
duration with its anchor; only a window that runs from the date of the very letter can be resolved from the letter, and
only in units that need no calendar of holidays.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from extractors.grammar.folding import digit_class, mostly_digits, to_digits
from extractors.grammar.match import Match, squeeze

_COUNTED = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_NUMBERS = {name: n for n, name in enumerate(_COUNTED, start=1)} | {
    "thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60, "seventy-two": 72, "ninety": 90, "twenty-four": 24,
    "forty-eight": 48, "one hundred eighty": 180, "one hundred and eighty": 180, "one hundred twenty": 120,
    "one-hundred eighty": 180,
}  # fmt: skip
_WORDED = "|".join(sorted((re.escape(w).replace(r"\ ", r"\s+") for w in _NUMBERS), key=len, reverse=True))
_UNIT = (
    r"(?P<kind>(?:calendar|business|working|consecutive|plan)[\s-]+)?"
    r"(?P<unit>hours?|hrs?|days?|weeks?|wks?|months?|mos?|years?|yrs?)"
)
_UNITS = {"h": "hour", "d": "day", "w": "week", "m": "month", "y": "year"}
# No duration of a letter or a policy is longer; a longer number belongs to something else.
_LONGEST = 999

# What the time runs from. `this notice` is the letter in hand; when it was received, no document tells.
_LETTER = r"(?:(?:denial|determination|decision)\s+)?(?:letter|notice|notification|correspondence|fax|communication)"
_THIS = rf"(?:this|the\s+enclosed|the\s+attached)\s+{_LETTER}"
_ON = r"(?:of|on|printed\s+on|shown\s+on|at\s+the\s+top\s+of|listed\s+on|appearing\s+on|that\s+appears\s+on)"
_RECEIPT = (
    r"(?:date\s+(?:of\s+)?)?(?:(?:your|the|its|their|our)\s+)?(?:receipt|receiving|received)(?:\s+of)?"
    r"|(?:date|day)\s+(?:that\s+|on\s+which\s+)?(?:you|it\s+is|the\s+\w+)\s+(?:receives?|received|gets?|got)"
    r"|(?:when\s+)?you\s+(?:receive|get|got)"
)
_EVENT = (
    rf"{_LETTER}|denial|decision|determination|action|request|service|mailing|postmark|approval|discharge|admission"
    r"|start|date"
)
_QUALIFIED = r"(?:initial|original|adverse|organization|benefit|coverage|written|final)\s+"
_ANCHOR = re.compile(
    r"\s*,?\s*(?P<words>(?:from|of|after|following|beginning(?:\s+on)?|starting(?:\s+(?:on|from))?|since)\s+"
    rf"(?:the\s+)?(?:(?P<got>(?:{_RECEIPT})\b(?:\s+(?:this|the|our|an?)\s+{_LETTER}\b)?)"
    rf"|(?P<sent>(?:date|day)\s+{_ON}\s+(?:the\s+(?:top|front)\s+of\s+)?{_THIS}|{_THIS}(?:['’]s)?(?:\s+date)?|(?:notice|letter)\s+date)\b"
    r"|(?P<other>(?:(?:date|mailing)\s+(?:of|on)\s+|postmark\s+)?(?:(?:the|this|our|an?|your)\s+)?"
    rf"(?:{_QUALIFIED})*(?:{_EVENT})s?)\b))",
    re.IGNORECASE,
)


class Anchor(StrEnum):
    """What a window runs from."""

    LETTER = "letter"  # the date of the letter that says so
    RECEIPT = "receipt"  # when somebody receives something: no document tells
    OTHER = "other"  # another event
    NONE = "none"  # not stated


@dataclass(frozen=True, slots=True)
class Window:
    """A duration, what it runs from, and its span in the text with the anchor's words."""

    number: int
    unit: str
    anchor: Anchor
    start: int
    end: int
    folded: bool = False

    @property
    def length(self) -> tuple[int, str]:
        """How long it is: a number of units; `day` and `calendar day` are one unit."""
        return self.number, self.unit.removeprefix("calendar ")


@cache
def _pattern(*, from_ocr: bool) -> re.Pattern[str]:
    d = rf"{digit_class(from_ocr=from_ocr)}{{1,3}}"
    number = (
        rf"(?:(?P<worded>{_WORDED})(?:[\s-]*\(\s*(?P<repeated>{d})\s*\))?"
        rf"|(?P<digits>{d})(?:\s*\(\s*(?P<words>{_WORDED})\s*\))?)"
    )
    return re.compile(rf"(?<![\w.,/$-]){number}[\s-]*{_UNIT}\b(?![/-]\d)", re.IGNORECASE)


def find_windows(text: str, *, from_ocr: bool = False) -> Iterator[Window]:
    """Yields the durations of a text in order, each with what it runs from.

    A number in words that contradicts the digits beside it (`five (6) days`) is no duration.
    """
    for found in _pattern(from_ocr=from_ocr).finditer(text):
        number, folded = _number(found)
        if number:
            anchor, end = _anchor(text, found.end())
            yield Window(number, _unit(found), anchor, found.start(), end, folded)


def find_durations(text: str, *, from_ocr: bool = False) -> Iterator[Match]:
    """Yields the durations of a text as printed, without what they run from."""
    for found in _pattern(from_ocr=from_ocr).finditer(text):
        number, folded = _number(found)
        if number:
            yield Match(_value(found, number, folded=folded), found.start(), found.end(), folded)


def whole_duration(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one duration and nothing else."""
    found = _pattern(from_ocr=from_ocr).fullmatch(text)
    number, folded = _number(found) if found else (0, False)
    return Match(_value(found, number, folded=folded), 0, len(text), folded) if found and number else None


def same_duration(one: str, other: str) -> bool:
    """Whether two texts are durations of the same number and unit, in words or digits."""
    found = [list(find_windows(text)) for text in (one, other)]
    return all(len(w) == 1 for w in found) and found[0][0].length == found[1][0].length


def _number(found: re.Match[str]) -> tuple[int, bool]:
    """The number, 0 where none can be read, and whether a look-alike was read as a digit."""
    worded, digits = found["worded"] or found["words"], found["digits"] or found["repeated"]
    said = _NUMBERS[" ".join(worded.lower().split())] if worded else None
    if digits is None:
        return said or 0, False
    plain = to_digits(digits)
    number = int(plain) if plain.isdigit() and mostly_digits(digits) else 0
    if number > _LONGEST or (said is not None and said != number):
        return 0, False
    return number, plain != digits


def _unit(found: re.Match[str]) -> str:
    kind = (found["kind"] or "").strip(" -\n").lower()
    kind = {"consecutive": "", "plan": "", "working": "business"}.get(kind, kind)
    return f"{kind} {_UNITS[found['unit'][0].lower()]}".strip()


def _value(found: re.Match[str], number: int, *, folded: bool) -> str:
    """The printed words; where a look-alike was read as a digit, the number and the unit that they mean."""
    return f"{number} {_unit(found)}{'' if number == 1 else 's'}" if folded else squeeze(found.group())


def _anchor(text: str, end: int) -> tuple[Anchor, int]:
    found = _ANCHOR.match(text, end)
    if found is None:
        return Anchor.NONE, end
    kind = Anchor.RECEIPT if found["got"] else Anchor.LETTER if found["sent"] else Anchor.OTHER
    return kind, found.end("words")


def resolved(window: Window, letter: date) -> date | None:
    """The last day of a window that runs from the date of the letter; None where the letter alone does not tell.

    Days without a kind are calendar days; business days depend on a calendar of holidays that no letter prints; hours
    depend on the time of day.
    """
    if window.anchor is not Anchor.LETTER:
        return None
    if window.unit in ("day", "calendar day"):
        return letter + timedelta(days=window.number)
    if window.unit in ("week", "calendar week"):
        return letter + timedelta(weeks=window.number)
    if window.unit in ("month", "calendar month", "year", "calendar year"):
        return _months_later(letter, window.number * (12 if window.unit.endswith("year") else 1))
    return None


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
