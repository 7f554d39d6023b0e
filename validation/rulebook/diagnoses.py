"""Rules about ICD-10-CM codes."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import RedFlag, Severity
from validation.icd10cm import description_agreement, is_billable, lookup
from validation.rule import Case, Place, rule

# Below this, a printed wording speaks of something else than its code: half a percent of right pairs fall below it and
# all but half a percent of unrelated ones (figures at `description_agreement`).
DISAGREES_BELOW = 0.5


@rule(
    "DX-001",
    Severity.ERROR,
    title="The diagnosis code is a category and cannot be billed",
    remedy="look at the page for the missing characters, or ask the sender for the full code",
    flag=RedFlag.NONBILLABLE_DIAGNOSIS_CODE,
)
def nonbillable(case: Case) -> Iterator[Place]:
    """A code of the release that has children."""
    for group in case.groups("diagnosis"):
        for field in group.all("code"):
            entry = lookup(field.value)
            if group.is_current_fact and entry is not None and not entry.billable:
                yield Place(field.path, field.group)


@rule(
    "DX-003",
    Severity.ERROR,
    title="The diagnosis code is unknown in the loaded ICD-10-CM release",
    remedy="compare it with the page; it may be misread, mistyped, or newer than the release",
    flag=RedFlag.INVALID_DIAGNOSIS_CODE,
)
def unknown_in_release(case: Case) -> Iterator[Place]:
    """A code that the release does not hold."""
    for group in case.groups("diagnosis"):
        for field in group.all("code"):
            if group.is_current_fact and lookup(field.value) is None:
                yield Place(field.path, field.group)


@rule(
    "DX-004",
    Severity.WARNING,
    title="The diagnosis code and the wording printed with it speak of different things",
    remedy="compare both with the page; one of them is misread or the sender mixed them up",
)
def wording_disagrees(case: Case) -> Iterator[Place]:
    """A billable code whose printed wording agrees too little with the release's; a category's is its child's."""
    for group in case.groups("diagnosis"):
        description = group.one("description")
        for field in group.all("code"):
            if description is None or not group.is_current_fact or not is_billable(field.value):
                continue
            if description_agreement(field.value, description.value) < DISAGREES_BELOW:
                yield Place(field.path, field.group)
