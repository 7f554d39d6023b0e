"""Rules about drugs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.records import Severity
from validation.rule import Case, Place, rule

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
