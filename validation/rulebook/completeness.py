"""Rules about what a document of its type must state."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Severity
from validation.rule import Case, Place, rule


@rule(
    "REQ-001",
    Severity.ERROR,
    title="A required item is not stated",
    remedy="look for it on the page, or ask the sender for it",
)
def missing(case: Case) -> Iterator[Place]:
    """None of the alternative paths of a requirement was read; the place is the first of them."""
    stated = {f.path for f in case.fields}
    for alternatives in case.required:
        if stated.isdisjoint(alternatives):
            yield Place(alternatives[0])
