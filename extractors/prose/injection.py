"""Text that gives orders to a program that reads it: it is never read for facts."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    raw = tomllib.loads((resources.files("extractors.prose") / "rules" / "injection.toml").read_text("utf-8"))
    return tuple(re.compile(p.replace(" ", r"\s+"), re.I) for p in raw["patterns"])


def is_injection(sentence: str) -> bool:
    """Whether a sentence addresses a program (its instructions, its output, its role) and not a clinician."""
    return any(p.search(sentence) for p in _patterns())
