"""Rules about what a document of its type must state."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Severity
from validation.requests import asks_for_decision
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


@rule(
    "REQ-002",
    Severity.ERROR,
    title="An item that the payer requires is not stated",
    remedy="look for it on the page, or ask the sender for it",
)
def missing_for_payer(case: Case) -> Iterator[Place]:
    """None of the alternative paths of a requirement of the payer's pack was read in a request."""
    if case.pack is None or not asks_for_decision(case.record):
        return
    stated = {f.path for f in case.fields}
    for paths in case.pack.required:
        alternatives = paths.split(" | ")
        if stated.isdisjoint(alternatives):
            yield Place(alternatives[0], note=f"pack {case.pack.name}")


@rule(
    "PACK-001",
    Severity.INFO,
    title="No approved pack holds for the payer and the date, so the payer's own requirements were not checked",
    remedy="nothing, or have a pack written for this payer",
)
def no_pack(case: Case) -> Iterator[Place]:
    """A request that names a payer, in an installation with packs of which none holds for it."""
    if case.packs_loaded and case.pack is None and not case.pack_unclear and asks_for_decision(case.record):
        yield from (Place(f.path, f.group) for f in case.values("payer.name")[:1])


@rule(
    "PACK-002",
    Severity.WARNING,
    title="Packs of different payers or plans might hold, so none was used",
    remedy="see which payer and plan the request is for",
)
def several_packs(case: Case) -> Iterator[Place]:
    """A request whose payer or plan is stated in two ways that lead to different packs."""
    if case.pack_unclear and asks_for_decision(case.record):
        yield Place("payer.name")
