"""How long and how much a sentence says, beside a phrase."""

from __future__ import annotations

import re
from typing import NamedTuple

_SPELT = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(),  # noqa: SIM905 - numbers in order
        start=1,
    )
} | {"several": 0, "few": 0, "couple": 0, "a": 1, "an": 1, "eighteen": 18, "twenty": 20, "thirty": 30}
_DAYS = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}
_NUMBER = rf"[0-9]+(?:\.[0-9]+)?|{'|'.join(_SPELT)}"
_RANGE_END = rf"(?:\s?\([0-9]+\))?\+?(?:\s?(?:-|–|to)\s?(?:{_NUMBER})(?:\s?\([0-9]+\))?)?"
_DURATION = re.compile(
    rf"(?<![\w.$/-])(?P<n>{_NUMBER}){_RANGE_END}[\s-]{{0,2}}"
    r"(?:full |consecutive |continuous |additional |more )?(?P<unit>days?|weeks?|wks?|months?|mos?|years?|yrs?)\b",
    re.I,
)
# A point in time, an age or a rhythm is no length: `6 weeks ago`, `in the last 6 months`, `58 years old`,
# `every 2 weeks`.
_POINT_AFTER = re.compile(
    r"\W{0,3}(?:ago|old|of age|earlier|later|prior\b|before|from now|out\b|post|hence|until|away)", re.I
)
_POINT_BEFORE = re.compile(
    r"\b(?:(?:last|past|previous|preceding|next|coming)|within|every|each|per|q|in|after|in about|since|aged?|at|until|"
    r"return)\W{0,3}$",
    re.I,
)
_FOR_THE_PAST = re.compile(
    r"\bfor (?:at least |about |approximately |over |more than )?(?:the )?(?:last|past)\W{0,2}$", re.I
)
# Less than what is said: such a length proves nothing.
_LESS = re.compile(
    r"(?:\b(?:less than|under|up to|almost|nearly|not quite|fewer than|close to|at most)|<)\W{0,3}$", re.I
)
_VALUE = re.compile(
    r"(?P<gap>[^0-9.;\n]{0,40}?)(?P<sign>[<>≤≥]=?)?\s?(?P<n>[0-9]{1,6}(?:\.[0-9]+)?)(?![0-9,]|\.[0-9]|\s?[/-]\s?[0-9])"
)
_UNSURE_VALUE = re.compile(
    r"\b(?:goal|target|normal|range|reference|ref|if|until|below|above|less|under|over|than)\b", re.I
)


class Length(NamedTuple):
    """A length of time in days, and its span in the text; `least` is false where the text says less than that."""

    days: float
    start: int
    end: int
    least: bool


def lengths(text: str) -> list[Length]:
    """The lengths of time that a text states, the lower end of a range; points in time and ages are none."""
    found = []
    for match in _DURATION.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if _POINT_AFTER.match(text, match.end()):
            continue
        if _POINT_BEFORE.search(before) and not _FOR_THE_PAST.search(before):
            continue
        said = match["n"].lower()
        number = float(_SPELT[said]) if said in _SPELT else float(said)
        days = number * _DAYS[match["unit"][0].lower()]
        found.append(Length(days, match.start(), match.end(), not _LESS.search(before)))
    return found


def nearest_length(text: str, start: int, end: int) -> Length | None:
    """The length that stands nearest to a span of the text."""
    return min(lengths(text), key=lambda each: max(each.start - end, start - each.end, 0), default=None)


class Amount(NamedTuple):
    """A number after a phrase, its sign if one is printed, and its span in the text."""

    number: float
    sign: str
    start: int
    end: int


def amount_after(text: str, end: int) -> Amount | None:
    """The number that follows a span in the text; None where it is a goal, a bound of something else, or a date."""
    match = _VALUE.match(text, end)
    if match is None or _UNSURE_VALUE.search(match["gap"]):
        return None
    start = match.start("sign") if match["sign"] else match.start("n")
    return Amount(float(match["n"]), (match["sign"] or "")[:1].replace("≤", "<").replace("≥", ">"), start, match.end())
