"""Rules about drugs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.records import Severity
from validation.requests import asks_for_decision
from validation.rule import Case, Place, rule
from validation.supply import supply_fits

_BARE_NUMBER = re.compile(r"[0-9][0-9.,/ -]*")


@rule(
    "MED-001",
    Severity.ERROR,
    title="A strength or dose has no unit",
    remedy="compare it with the page; ask the sender if the unit is not printed",
)
def no_unit(case: Case) -> Iterator[Place]:
    """A strength or dose that is a number alone."""
    for field in case.values("medication.strength", "medication.dose"):
        if _BARE_NUMBER.fullmatch(field.value):
            yield Place(field.path, field.group)


@rule(
    "MED-002",
    Severity.WARNING,
    title="A strength, dose or frequency belongs to no drug",
    remedy="look at the page for the drug it was printed with",
)
def no_drug(case: Case) -> Iterator[Place]:
    """Attributes of a drug in a group without one."""
    for group in case.groups("medication"):
        if not group.all("drug"):
            yield Place("medication.drug", group.key)


@rule(
    "MED-003",
    Severity.WARNING,
    title="A drug is requested without a quantity",
    remedy="look for it on the page, or ask the sender for it",
)
def no_quantity(case: Case) -> Iterator[Place]:
    """A requested drug in a request, without quantity."""
    if asks_for_decision(case.record):
        for group in case.groups("medication"):
            asked = any(f.value == "requested" for f in group.all("status"))
            if asked and group.all("drug") and not group.all("quantity"):
                yield Place("medication.quantity", group.key)


@rule(
    "MED-004",
    Severity.WARNING,
    title="Quantity, frequency and days supply do not fit together",
    remedy="compare the three with the page; one of them may be misread",
)
def supply_does_not_fit(case: Case) -> Iterator[Place]:
    """A quantity that is far from dose x frequency x days, where a dose is a known number of tablets or the like."""
    for group in case.groups("medication"):
        read = {leaf: group.one(leaf) for leaf in ("dose", "strength", "form", "frequency", "quantity", "days_supply")}
        stated = {leaf: f.value for leaf, f in read.items() if f is not None}
        if supply_fits(stated) is False:
            yield Place("medication.quantity", group.key)
            yield Place("medication.days_supply", group.key)
