"""Spans of time as packs state them: turnarounds in hours, calendar or business days; ages in days to years."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, WithJsonSchema

TURNAROUND_PATTERN = r"^[1-9][0-9]{0,3} (hours?|calendar days?|business days?)$"
AGE_PATTERN = r"^[1-9][0-9]{0,3} (days?|weeks?|months?|years?)$"
# Average lengths; "6 months" is 182 days here, a day less than the shortest half-year, so that none is called too old
# or too short by the calendar's unevenness alone.
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
_SATURDAY = 5


class Unit(StrEnum):
    """What a turnaround counts."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar days"
    BUSINESS_DAYS = "business days"


class Within(NamedTuple):
    """A turnaround in numbers."""

    amount: int
    unit: Unit


def read_turnaround(text: str) -> Within | None:
    """`72 hours`, `7 calendar days`, `3 business days`; None for anything else (plain `days` may mean either)."""
    if re.fullmatch(TURNAROUND_PATTERN, text) is None:
        return None
    amount, unit = text.split(" ", 1)
    return Within(int(amount), next(u for u in Unit if u.value.startswith(unit.rstrip("s"))))


def read_age(text: str) -> int | None:
    """Days in `90 days`, `6 weeks`, `12 months`, `1 year`; None for anything else."""
    if re.fullmatch(AGE_PATTERN, text) is None:
        return None
    amount, unit = text.split(" ")
    return int(int(amount) * _DAYS[unit.rstrip("s")])


def _checked_turnaround(text: str) -> str:
    if read_turnaround(text) is None:
        raise ValueError("write a number and hours, calendar days or business days, e.g. 72 hours")
    return text


def _checked_age(text: str) -> str:
    if read_age(text) is None:
        raise ValueError("write a number and days, weeks, months or years, e.g. 6 weeks")
    return text


TurnaroundText = Annotated[
    str, AfterValidator(_checked_turnaround), WithJsonSchema({"type": "string", "pattern": TURNAROUND_PATTERN})
]
AgeText = Annotated[str, AfterValidator(_checked_age), WithJsonSchema({"type": "string", "pattern": AGE_PATTERN})]


def due_at(start: datetime, within: Within, *, zone: tzinfo, closed: Collection[date] = ()) -> datetime:
    """When a turnaround that starts then ends, in `zone`.

    Hours are elapsed hours. Days end at the same time of the day; business days leave out Saturdays, Sundays and the
    payer's closed days, and one that starts on such a day starts at the next day's beginning.
    """
    if within.unit is Unit.HOURS:
        return (start.astimezone(UTC) + timedelta(hours=within.amount)).astimezone(zone)
    local = start.astimezone(zone)
    if within.unit is Unit.CALENDAR_DAYS:
        return (local + timedelta(days=within.amount)).astimezone(UTC).astimezone(zone)
    while not _is_open(local.date(), closed):
        local = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    for _ in range(within.amount):
        local += timedelta(days=1)
        while not _is_open(local.date(), closed):
            local += timedelta(days=1)
    return local.astimezone(UTC).astimezone(zone)


def _is_open(day: date, closed: Collection[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in closed
