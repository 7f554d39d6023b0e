"""Whether a drug's quantity, frequency and days supply fit together, where a dose is a known number of pieces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Span(NamedTuple):
    """The least and the most that a wording may mean."""

    low: float
    high: float


# Quantities are rounded to packages, and a month is 28 to 31 days: only what is a quarter off is not explained so.
_LEAST, _MOST = 0.75, 1.34

_PIECE = (
    r"(?:tab(?:let)?s?|cap(?:sule)?s?|caplets?|softgels?|pills?|patch(?:es)?|lozenges?|suppositor(?:y|ies)|films?|"
    r"packets?|sachets?|vials?|pens?|syringes?|(?:auto-?)?injectors?)"
)
_PIECES = re.compile(rf"(?P<low>[0-9]+(?:\.[0-9]+)?)(?:\s?(?:-|to)\s?(?P<high>[0-9]+(?:\.[0-9]+)?))?\s{_PIECE}", re.I)
_SOLID = re.compile(rf"(?:[a-z -]+\s)?{_PIECE}(?:\s[a-z-]+)?", re.I)
_AMOUNT = re.compile(r"(?P<n>[0-9]+(?:\.[0-9]+)?)\s?(?P<unit>mg|mcg|g|units?)", re.I)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")

_TIMES = {"once": 1, "one time": 1, "twice": 2, "two times": 2, "three times": 3, "four times": 4}
_EACH = {"day": 1.0, "daily": 1.0, "week": 7.0, "weekly": 7.0, "month": 30.0, "monthly": 30.0}
_COUNTS = {"two": 2, "three": 3, "four": 4, "six": 6, "eight": 8, "twelve": 12, "other": 2}
_UNIT_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0}
# Open-ended wordings: as needed, scales, loading schedules.
_OPEN = re.compile(r"needed|prn|p\.r\.n|scale|directed|then|weeks? [0-9]|meals|stat|\bonce$", re.I)
_ABBREVIATED = (
    (re.compile(r"b\.?i\.?d\.?", re.I), 2.0),
    (re.compile(r"t\.?i\.?d\.?", re.I), 3.0),
    (re.compile(r"q\.?i\.?d\.?", re.I), 4.0),
    (re.compile(r"q\.?o\.?d\.?", re.I), 0.5),
    (re.compile(r"q\.?\s?(?:d|day|am|pm|hs|h\.s|a\.m|p\.m)\.?", re.I), 1.0),
    (re.compile(r"nightly|at bedtime|at night|in the (?:morning|evening)|every (?:morning|evening|night)", re.I), 1.0),
    (re.compile(r"daily(?: (?:in the (?:morning|evening)|at bedtime))?", re.I), 1.0),
    (re.compile(r"weekly|every (?:mon|tues|wednes|thurs|fri|satur|sun)day", re.I), 1 / 7),
    (re.compile(r"monthly", re.I), 1 / 30),
)
_N_TIMES = re.compile(
    r"(?P<n>once|twice|one time|two times|three times|four times|[1-6])\s?-?(?:x|times)?\s?-?(?:an?|per|each|every|/)?"
    r"\s?-?(?P<each>daily|day|weekly|week|monthly|month)(?: (?:in the (?:morning|evening)|at bedtime|with food))?",
    re.I,
)
_EVERY = re.compile(
    r"(?:every|q\.?)\s?(?P<n>[0-9]{1,2}|two|three|four|six|eight|twelve|other)?(?:\s?(?:-|to)\s?(?P<m>[0-9]{1,2}))?\s?"
    r"(?P<unit>h(?:ou)?rs?|h|days?|d|weeks?|wks?|w|months?|mos?)",
    re.I,
)


def doses_a_day(frequency: str) -> Span | None:
    """How often a day a frequency means; None for what has no fixed number (as needed, scales)."""
    said = frequency.strip().rstrip(".")
    if _OPEN.search(said):
        return None
    if found := _N_TIMES.fullmatch(said):
        times = _TIMES.get(found["n"].lower()) or int(found["n"])
        rate = times / _EACH[found["each"].lower()]
        return Span(rate, rate)
    if found := _EVERY.fullmatch(said):
        unit = _UNIT_DAYS[found["unit"][0].lower()]
        low = _COUNTS.get((found["n"] or "").lower()) or int(found["n"] or 1)
        high = int(found["m"] or low)
        return Span(1 / (max(low, high) * unit), 1 / (min(low, high) * unit))
    rate_of = next((rate for pattern, rate in _ABBREVIATED if pattern.fullmatch(said)), None)
    return None if rate_of is None else Span(rate_of, rate_of)


def pieces_a_dose(stated: Mapping[str, str]) -> Span | None:
    """How many tablets or the like one dose is; None where that is not known."""
    dose, strength = stated.get("dose", ""), stated.get("strength", "")
    if found := _PIECES.fullmatch(dose):
        return Span(float(found["low"]), float(found["high"] or found["low"]))
    if _SOLID.fullmatch(stated.get("form", "")) is None:
        return None
    if not dose:
        return Span(1.0, 1.0)
    each, whole = _AMOUNT.fullmatch(strength), _AMOUNT.fullmatch(dose)
    if each is None or whole is None or each["unit"].lower() != whole["unit"].lower() or not float(each["n"]):
        return None
    count = float(whole["n"]) / float(each["n"])
    return Span(count, count) if count * 2 == int(count * 2) and count > 0 else None


def supply_fits(stated: Mapping[str, str]) -> bool | None:
    """Whether quantity = dose x frequency x days within packaging; None where one of them is not known.

    Args:
        stated: values by leaf: dose, strength, form, frequency, quantity, days_supply.
    """
    quantity, days = (_NUMBER.fullmatch(stated.get(leaf, "")) for leaf in ("quantity", "days_supply"))
    rate, pieces = doses_a_day(stated.get("frequency", "")), pieces_a_dose(stated)
    if quantity is None or days is None or rate is None or pieces is None or not float(days.group()):
        return None
    low, high = (round(p * r * float(days.group()), 6) for p, r in zip(pieces, rate, strict=True))
    return low * _LEAST <= float(quantity.group()) <= max(high, 1.0) * _MOST
