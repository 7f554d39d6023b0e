"""Red flags of a note: danger said of the patient in a sentence, and results beyond a critical limit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from documents.records import Field
from documents.values import Assertion
from extractors.prose.assertion import assert_mention
from extractors.prose.sentences import Sentence

# A doubt ("concern for pulmonary embolism") is a reason to look, too; what may come ("return if ...") is none.
_SAID = frozenset({Assertion.PRESENT, Assertion.UNCERTAIN})
# Sections that speak of others, of long ago, or of what the reader should watch for.
_CLOSED = frozenset(
    [
        "family_history",
        "pmh",
        "psh",
        "resolved_problems",
        "negatives",
        "allergies",
        "administrative",
        "closing",
        "medications",
    ]
)
# So many times a critical limit is beyond what any of these can be.
_IMPOSSIBLE = 20
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Limit:
    flag: str
    units: tuple[str, ...]
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class _Rules:
    version: str
    flags: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]
    limits: dict[str, _Limit]


@cache
def rules() -> _Rules:
    """The red flags, compiled once."""
    raw: dict[str, Any] = tomllib.loads(
        (resources.files("extractors.prose") / "rules" / "red_flags.toml").read_text("utf-8")
    )
    flags = tuple(
        (flag["name"], tuple(re.compile(rf"(?<![\w-])(?:{p})(?![\w-])", re.I) for p in flag["all"]))
        for flag in raw["flag"]
    )
    limits = {
        name: _Limit(value["flag"], tuple(value["units"]), value.get("low"), value.get("high"))
        for value in raw["value"]
        for name in value["names"]
    }
    return _Rules(raw["version"], flags, limits)


def rules_version() -> str:
    """The version of the list, as its file states it."""
    return rules().version


def said_flags(sentence: Sentence) -> Iterator[str]:
    """Names of the red flags that a sentence raises."""
    section = sentence.passage.section
    if section in _CLOSED:
        return
    for name, groups in rules().flags:
        if all(_says(group, sentence.text, section) for group in groups):
            yield name


def _says(group: re.Pattern[str], text: str, section: str) -> bool:
    return any(assert_mention(text, *m.span(), section=section) in _SAID for m in group.finditer(text))


def critical_results(fields: Sequence[Field]) -> Iterator[tuple[str, Field, Field]]:
    """Red flag, name and value of the observations at or beyond a critical limit; units that differ are left alone."""
    groups: dict[str, dict[str, Field]] = {}
    for field in fields:
        if field.path.startswith("observation.") and field.group is not None and field.evidence:
            groups.setdefault(field.group, {})[field.path.removeprefix("observation.")] = field
    for parts in groups.values():
        name, value, unit = parts.get("name"), parts.get("value"), parts.get("unit")
        if name is None or value is None:
            continue
        limit = rules().limits.get(" ".join(name.value.lower().split()))
        if limit is not None and _fits(limit, unit) and _beyond(limit, value.value):
            yield limit.flag, name, value


def _fits(limit: _Limit, unit: Field | None) -> bool:
    return unit is None or not limit.units or unit.value.lower().lstrip().startswith(limit.units)


def _beyond(limit: _Limit, value: str) -> bool:
    printed = _NUMBER.match(value.strip())
    if printed is None:
        return False
    number = float(printed.group())
    # No reading of a living person: recognition lost a point or a slash ("BP 12471").
    if limit.high is not None and number > _IMPOSSIBLE * limit.high:
        return False
    return (limit.low is not None and number <= limit.low) or (limit.high is not None and number >= limit.high)
