"""Rules about identifiers: check digits, and the masks of payers."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import RedFlag, Severity
from validation.npi import is_valid_npi
from validation.packs.masks import fits
from validation.rule import Case, Place, rule


@rule(
    "ID-001",
    Severity.ERROR,
    title="The NPI's check digit is wrong",
    remedy="compare the ten digits with the page, or look the provider up in NPPES",
    flag=RedFlag.INVALID_NPI,
)
def npi_check_digit(case: Case) -> Iterator[Place]:
    """An NPI of a provider or a facility that is not ten digits with the right check digit."""
    for field in case.values("provider.npi", "facility.npi"):
        if not is_valid_npi(field.value):
            yield Place(field.path, field.group)


@rule(
    "ID-002",
    Severity.ERROR,
    title="The member id has not the shape of this payer's ids",
    remedy="compare it with the page, character by character; it may be misread, or of another payer",
)
def member_id_mask(case: Case) -> Iterator[Place]:
    """A member id that fits none of the masks in the payer's pack."""
    if case.pack is None or not case.pack.member_id:
        return
    for field in case.values("patient.member_id"):
        if not any(fits(each.mask, field.value) for each in case.pack.member_id):
            yield Place(field.path, field.group, f"pack {case.pack.name}")
