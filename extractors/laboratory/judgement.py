"""Whether a result, its flag and its range agree: a misread digit seldom keeps all three in order."""

from __future__ import annotations

import re

from extractors.laboratory.rows import Row

_NUMBER = r"-?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
_SPAN = re.compile(rf"({_NUMBER})\s?(?:%\s?)?(?:-|–|—|to)\s?<?({_NUMBER})")
_BELOW = re.compile(rf"(?:<|≤|less than|up to|under|below)\s?=?\s*(?:or equal to )?({_NUMBER})", re.IGNORECASE)
_ABOVE = re.compile(
    rf"(?:>|≥|greater than|more than|over|above|at least)\s?=?\s*(?:or equal to )?({_NUMBER})", re.IGNORECASE
)
_FLAG_SIDES = (
    (re.compile(r"(?i)(?:critical(?:ly)?|very|panic|alert)?[ -]?(?:h|hh|hi|high|above)|↑+|▲"), 1),
    (re.compile(r"(?i)(?:critical(?:ly)?|very|panic|alert)?[ -]?(?:l|ll|lo|low|below)|↓+|▼"), -1),
)


def fits(row: Row) -> bool | None:
    """Whether the value lies where its flag says; None where there is no range to compare it with."""
    text = row.line.text
    if row.range is None:
        return None
    number = re.search(_NUMBER, text[slice(*row.value)])
    limits = _limits(text[slice(*row.range)])
    if number is None or limits is None:
        return text[slice(*row.value)].casefold() == text[slice(*row.range)].casefold() or None
    value = float(number.group().replace(",", ""))
    low, high = limits
    side = -1 if low is not None and value < low else 1 if high is not None and value > high else 0
    return side == _said(text[slice(*row.flag)] if row.flag is not None else "", side)


def _said(flag: str, side: int) -> int:
    """The side of the range that a flag names; a flag without a side (`A`, `*`) names the one the value is on."""
    for pattern, said in _FLAG_SIDES:
        if pattern.fullmatch(flag.strip()):
            return said
    return side if flag.strip() and side else 0


def _limits(printed: str) -> tuple[float | None, float | None] | None:
    """The lower and upper limit of a printed range, or None where it is in words."""
    if found := _SPAN.search(printed):
        return _number(found.group(1)), _number(found.group(2))
    if found := _BELOW.search(printed):
        return None, _number(found.group(1))
    if found := _ABOVE.search(printed):
        return _number(found.group(1)), None
    return None


def _number(printed: str) -> float:
    return float(printed.replace(",", ""))
