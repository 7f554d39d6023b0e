"""Codes that stand on a page and were read as nobody's: a record that looks complete without them is not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from documents.pages import Page
from documents.records import Finding, Severity
from documents.values import Cited, Kind
from extractors.grammar.find import find_values
from extractors.grammar.match import Match
from extractors.layout.nearby import Along
from validation.icd10cm import lookup

# The fields whose codes are looked for, and what a reviewer calls them.
_CODED = {"diagnosis.code": (Kind.DIAGNOSIS_CODE, "diagnosis"), "procedure.code": (Kind.PROCEDURE_CODE, "procedure")}

# Five digits behind these are a ZIP code whose state was misread (`Boise, 1D 83790`), or follow a misread letter.
_NO_CODE = re.compile(r",\s{0,2}[^\s,;]{0,2}\.?\s{1,2}$|[£€#&*]$")
_BEFORE = 12
# An address in a narrow column: its ZIP code stands alone at the left, below the column that ends with the state.
_WRAPPED = re.compile(r"^[^\n]*,\s?[A-Z]{2}(?:[ \t]{2}[^\n]*)?\n[ \t]*\Z", re.MULTILINE)
_ALONE = re.compile(r"(?:-\d{4})?(?:[ \t]*\n|[ \t]{2}|[ \t]*\Z)")

Spans = Sequence[tuple[int, int]]


def unread_codes(
    pages: Sequence[Page], cited: Sequence[Cited], forbidden: Mapping[int, Spans], paths: Collection[str]
) -> Iterator[Finding]:
    """A finding for each page that prints a code of one of the paths that neither a value nor an exclusion covers.

    A code that was read elsewhere in the document is no other one. Shapes are strict, on recognised pages too: what has
    to be folded to look like a code proves nothing.
    """
    known = {c.value.upper() for c in cited}
    for page in pages:
        covered = [*forbidden.get(page.number, ()), *_spans(cited, page.number)]
        for path in sorted(_CODED.keys() & set(paths)):
            kind, name = _CODED[path]
            hits = [m for m in find_values(kind, page.text) if m.value.upper() not in known and _is_code(kind, m, page)]
            if hits and _uncovered(hits, covered):
                yield Finding(
                    rule="READ-040",
                    severity=Severity.ERROR,
                    message=f"What looks like a {name} code on page {page.number} was read as no field's value: "
                    "look at it, and add it if it belongs to the record",
                )


def _spans(cited: Sequence[Cited], number: int) -> Iterator[tuple[int, int]]:
    for item in cited:
        if item.page == number and item.start is not None:
            yield item.start, item.start + len(item.quote)


def _is_code(kind: Kind, match: Match, page: Page) -> bool:
    """Whether more than its shape says so: the release knows a diagnosis code, and no number is a ZIP code."""
    if kind is Kind.DIAGNOSIS_CODE:
        return "." in page.text[match.start : match.end] and lookup(match.value) is not None
    return not (match.value.isdigit() and _is_zip(page.text, match))


def _is_zip(text: str, match: Match) -> bool:
    if _NO_CODE.search(text, max(0, match.start - _BEFORE), match.start):
        return True
    above = text.rfind("\n", 0, max(0, text.rfind("\n", 0, match.start))) + 1
    return _WRAPPED.fullmatch(text, above, match.start) is not None and _ALONE.match(text, match.end) is not None


def _uncovered(hits: Sequence[Match], covered: Spans) -> bool:
    near = Along(covered, lambda span: span)
    return any(not any(a < m.end and m.start < b for a, b in near.over(m.start, m.end)) for m in hits)
