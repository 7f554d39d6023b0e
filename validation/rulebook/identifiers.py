"""Rules about identifiers with a check digit."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import RedFlag, Severity
from validation.npi import is_valid_npi
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
