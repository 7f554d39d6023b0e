"""What a note's summary is made of: sections in order, and words that pick a sentence. Data, versioned."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from documents.records import SummaryHeading


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that pick a sentence, and the sections that pick it, or keep it out, by themselves."""

    sections: frozenset[str]
    words: re.Pattern[str]
    closed: frozenset[str]
    never: re.Pattern[str] | None
    within: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class SummaryRules:
    """A summary's parts and cues."""

    version: str
    parts: tuple[tuple[SummaryHeading, frozenset[str], int], ...]
    skip: re.Pattern[str]
    changed: Cue
    follow_up: Cue


@cache
def rules() -> SummaryRules:
    """What a summary is made of, loaded once."""
    raw: dict[str, Any] = tomllib.loads(
        (resources.files("extractors.prose") / "rules" / "summary.toml").read_text("utf-8")
    )
    parts = tuple((SummaryHeading(p["heading"]), frozenset(p["sections"]), int(p["most"])) for p in raw["part"])
    skip = re.compile(rf"(?<![\w-])(?:{raw['skip']['words']})", re.I)
    return SummaryRules(raw["version"], parts, skip, _cue(raw["changed"]), _cue(raw["follow_up"]))


def _cue(raw: dict[str, Any]) -> Cue:
    words = re.compile(rf"(?<![\w-])(?:{raw['words']})(?![\w-])", re.I)
    never, within = (
        re.compile(rf"(?<![\w-])(?:{raw[name]})(?![\w-])", re.I) if name in raw else None
        for name in ("never", "within")
    )
    return Cue(frozenset(raw["sections"]), words, frozenset(raw["closed"]), never, within)


def rules_version() -> str:
    """The version of the summary's rules, as their file states it."""
    return rules().version
