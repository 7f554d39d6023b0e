"""A value found in text, and the spellings that every family of values shares: comb boxes and ragged edges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """One value in a text.

    Attributes:
        value: in normal form (see `documents.values.Kind`).
        start, end: span in the text that was searched.
        folded: whether a look-alike character was read as the class the grammar demands there.
    """

    value: str
    start: int
    end: int
    folded: bool = False


# Forms print one character per box; a reader then sees single characters with spaces between (and sometimes the
# box walls as bars). Four or more in a row are a comb, fewer are ordinary words such as `A 5`.
_COMB = re.compile(r"(?<!\S)(?:[A-Za-z0-9][ |]{1,3}|[./-] {1,3}){3,}[A-Za-z0-9](?!\S)")

# What may stand around a value in a cell without being part of it: label colons, fill-in lines, brackets.
EDGES = " \t\r\n:;,.*_|()[]{}<>\"'`~=-"


def combs(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields each comb of the text as (characters joined, start, end)."""
    for found in _COMB.finditer(text):
        yield re.sub(r"[ |]+", "", found.group()), found.start(), found.end()


def whole_comb(text: str) -> str | None:
    """The characters of a text that is one comb and nothing else."""
    return re.sub(r"[ |]+", "", text) if _COMB.fullmatch(text) else None


def squeeze(text: str) -> str:
    """The text with every run of whitespace as one space, none at its ends."""
    return " ".join(text.split())


def trimmed_span(text: str, edges: str = EDGES) -> tuple[int, int]:
    """The span of the text without the characters of `edges` at its two ends."""
    end = len(text.rstrip(edges))
    start = len(text) - len(text.lstrip(edges))
    return min(start, end), end
