"""Printed lines of a page's text, and the marks that begin an entry of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A list mark at the start of a line: "1.", "2)", "(3)", "#4", "a.", "-", "*", bullets, and the "+", "e", "»", "¢" that
# recognition makes of a bullet (only before two spaces or a lower-case drug line, so never a lone letter).
LIST_MARK = re.compile(
    r"\s*(?:[-*•◦▪·‣○●■□➢>–—~+»¢«®©@°›‹▸►▶◆◇❖✓✔→∙⋅⁃]+(?:\s+[eo.,·'](?=\s))*|\(?\d{1,2}[.)](?!\d)|\d{1,2},(?=\s+[A-Z])"
    r"|#\s?\d{1,2}[.:)]?|[a-hA-H][.)]|[eo](?=\s+[a-z]{4}))\s+(?=\S)"
)
SAYS = re.compile(r"[^\W_]")
GAP = re.compile(r"\s{2,}|\t")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: offsets into the page's text, without its line end."""

    start: int
    end: int
    text: str

    @property
    def cells(self) -> int:
        """How many runs of text wide gaps separate."""
        # Specks that recognition makes of dirt are no cells.
        stripped = self.text.strip()
        if "  " not in stripped and "\t" not in stripped:
            return 1 if SAYS.search(stripped) else 0
        return sum(SAYS.search(cell) is not None for cell in GAP.split(stripped))


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a page's text with their offsets, blank ones included."""
    start = 0
    for part in text.split("\n"):
        yield Line(start, start + len(part), part)
        start += len(part) + 1
