"""Word lists of this folder: comma-separated, one text file a list, lines that begin with # are remarks."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources


@cache
def words(name: str) -> tuple[str, ...]:
    """The entries of a list, in the file's order."""
    lines = (resources.files("extractors.lexicon") / f"{name}.txt").read_text("utf-8").splitlines()
    kept = (line for line in lines if not line.startswith("#"))
    return tuple(word.strip() for line in kept for word in line.split(",") if word.strip())


@cache
def any_of(name: str) -> re.Pattern[str]:
    """A pattern that finds an entry of a list of regular expressions as a whole word, in any case."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words(name))})(?![\w])", re.IGNORECASE)
