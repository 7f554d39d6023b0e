"""How a usable value becomes a cell: by its column's type, or by a named rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from fhir_mapping.units import UCUM_OF
from flows.tabular.columns import Cell, ColumnType
from validation.dates import read_days

# A number in its normal form, with a comparator perhaps (`<0.5`).
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*(-?[0-9]+(?:\.[0-9]+)?|-?\.[0-9]+)")


def full_date(value: str) -> date | None:
    """The day of a normalised date; None of one that names a month or year only."""
    days = read_days(value)
    return days.first if days is not None and days.first == days.last else None


def number(value: str) -> float | None:
    """The number of a result, without its comparator; None of anything else."""
    found = _NUMBER.fullmatch(value)
    return float(found[2]) if found else None


def comparator(value: str) -> str | None:
    """The comparator before a number."""
    found = _NUMBER.fullmatch(value)
    return found[1] if found else None


def icd_category(value: str) -> str:
    """The category of an ICD-10-CM code: its first three characters."""
    return value[:3]


OF_TYPE: Mapping[ColumnType, Callable[[str], Cell]] = {
    ColumnType.STRING: str,
    ColumnType.FLOAT: number,
    ColumnType.DATE: full_date,
    ColumnType.BOOLEAN: bool,
}
RULES: Mapping[str, Callable[[str], Cell]] = {
    "comparator": comparator,
    "icd_category": icd_category,
    "ucum": UCUM_OF.get,
    "whole": str,
}
