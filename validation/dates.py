"""Dates as printed: a partial date stands for all the days it may mean."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import NamedTuple

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Days(NamedTuple):
    """The days a date may mean; the same day twice for a full date."""

    first: date
    last: date


def read_days(value: str) -> Days | None:
    """The days of a normalised date (`2026`, `2026-04`, `2026-04-12`); None if it is none."""
    match = _ISO.fullmatch(value)
    if match is None:
        return None
    year, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        if year is None or month is None:
            return Days(date(int(value), 1, 1), date(int(value), 12, 31))
        if day is None:
            return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        return Days(date(year, month, day), date(year, month, day))
    except (ValueError, calendar.IllegalMonthError):
        return None
