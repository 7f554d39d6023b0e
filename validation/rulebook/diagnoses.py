"""Rules about ICD-10-CM codes."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field, RedFlag, Severity
from validation.dates import Days, read_days
from validation.icd10cm import bare_code, description_agreement, excluded_together, is_billable, lookup
from validation.icd10cm_releases import loaded_releases
from validation.rule import Case, Place, rule
from validation.tabular_notes import AgeLimit, age_limit

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
            entry = lookup(field.value, case.release.name)
            if group.is_current_fact and entry is not None and not entry.billable:
                yield Place(field.path, field.group)


@rule(
    "DX-002",
    Severity.WARNING,
    title="Two diagnosis codes are never coded together (Excludes1)",
    remedy="compare both with the page; both stand only if the conditions are unrelated",
)
def excluded_pair(case: Case) -> Iterator[Place]:
    """Two current codes of which an Excludes1 note names one at the other, its parents, block or chapter."""
    codes = [f for f in _current_codes(case) if lookup(f.value, case.release.name) is not None]
    for at, later in enumerate(codes):
        if any(excluded_together(earlier.value, later.value, case.release.name) for earlier in codes[:at]):
            yield Place(later.path, later.group)


@rule(
    "DX-003",
    Severity.ERROR,
    title="The diagnosis code is unknown in the loaded ICD-10-CM release",
    remedy="compare it with the page; it may be misread, mistyped, or newer than the release",
    flag=RedFlag.INVALID_DIAGNOSIS_CODE,
)
def unknown_in_release(case: Case) -> Iterator[Place]:
    """A code that the release of the day of service does not hold, nor any other one that is loaded."""
    for field in _unknown(case):
        if not _elsewhere(field.value):
            yield Place(field.path, field.group, f"release {case.release.name}")


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


@rule(
    "DX-005",
    Severity.WARNING,
    title="The loaded ICD-10-CM release is older than the service, so an unknown code may be a new one",
    remedy="look the code up in the release of the service's date, or have its table built",
)
def release_too_old(case: Case) -> Iterator[Place]:
    """An unknown code of a service after the last day on which the newest loaded release holds."""
    if case.day > case.release.last:
        for field in _unknown(case):
            yield Place(field.path, field.group, f"release {case.release.name} ends {case.release.last.isoformat()}")


@rule(
    "DX-006",
    Severity.ERROR,
    title="The diagnosis code belongs to another ICD-10-CM release than the one of the service's date",
    remedy="compare code and date with the page; ask the sender for the code that held on that day",
    flag=RedFlag.INVALID_DIAGNOSIS_CODE,
)
def wrong_release(case: Case) -> Iterator[Place]:
    """A code unknown in the release of the day of service and known in another loaded one."""
    for field in _unknown(case):
        if _elsewhere(field.value):
            yield Place(field.path, field.group, f"release {case.release.name}")


@rule(
    "DX-007",
    Severity.WARNING,
    title="ICD-10-CM names another sex for the diagnosis code than the document states",
    remedy="compare the code and the sex with the page; pages of another person may be among them",
)
def other_sex(case: Case) -> Iterator[Place]:
    """A current code that the classification's titles give to the other sex."""
    stated = {f.value for f in case.values("patient.sex")}
    if len(stated) != 1:
        return
    for field in _current_codes(case):
        entry = lookup(field.value, case.release.name)
        if entry is not None and entry.sex is not None and entry.sex not in stated:
            yield Place(field.path, field.group)


@rule(
    "DX-008",
    Severity.WARNING,
    title="ICD-10-CM gives the diagnosis code to another age than the patient's",
    remedy="compare the code and the date of birth with the page; pages of another person may be among them",
)
def other_age(case: Case) -> Iterator[Place]:
    """A current code whose titles or notes name an age that the patient does not have on the day of service."""
    births = [days for f in case.values("patient.dob") if (days := read_days(f.value)) is not None]
    if len(births) != 1:
        return
    for field in _current_codes(case):
        limit = age_limit(bare_code(field.value))
        if limit is not None and _outside(limit, births[0], case):
            yield Place(field.path, field.group)


@rule(
    "DX-009",
    Severity.WARNING,
    title="Codes for maternal records and codes for newborn records stand together",
    remedy="see whose diagnoses these are: mother and child have records of their own",
)
def mother_and_child(case: Case) -> Iterator[Place]:
    """Codes of chapter 15 (never on newborn records) beside codes of chapter 16 (never on maternal records)."""
    codes = _current_codes(case)
    if any(f.value.startswith("O") for f in codes):
        yield from (Place(f.path, f.group) for f in codes if f.value.startswith("P"))


def _current_codes(case: Case) -> list[Field]:
    return [f for group in case.groups("diagnosis") if group.is_current_fact for f in group.all("code")]


def _unknown(case: Case) -> list[Field]:
    return [f for f in _current_codes(case) if lookup(f.value, case.release.name) is None]


def _elsewhere(code: str) -> bool:
    return any(lookup(code, release.name) is not None for release in loaded_releases())


def _outside(limit: AgeLimit, birth: Days, case: Case) -> bool:
    """Whether every day that the birth may mean gives an age outside the limit."""
    youngest, oldest = (case.day - birth.last).days, (case.day - birth.first).days
    if oldest < 0:  # a birth after the service is another rule's
        return False
    too_young = limit.youngest is not None and oldest < limit.youngest
    return too_young or (limit.oldest is not None and youngest > limit.oldest)
