"""Rules about requested services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.records import Severity
from validation.code_shapes import is_place_of_service, modifier_system, procedure_system
from validation.requests import asks_for_decision, is_about_a_patient
from validation.rule import Case, Place, rule

# Units are counted: more than four digits is a code or an amount of money in the wrong column.
_COUNT = re.compile(r"0*[1-9][0-9]{0,3}(?:\.[0-9]+)?|0?\.[0-9]*[1-9]")


@rule(
    "PX-001",
    Severity.WARNING,
    title="Services are requested without a diagnosis",
    remedy="look for the diagnosis on the other pages, or ask the sender for it",
)
def no_diagnosis(case: Case) -> Iterator[Place]:
    """A procedure code and no current diagnosis."""
    if not is_about_a_patient(case.record):
        return
    if case.values("procedure.code") and not any(
        g.is_current_fact and (g.all("code") or g.all("description")) for g in case.groups("diagnosis")
    ):
        yield Place("diagnosis.code")


@rule(
    "PX-002",
    Severity.ERROR,
    title="The procedure code has the shape of neither CPT nor HCPCS, or not of the system printed with it",
    remedy="compare it with the page",
)
def code_shape(case: Case) -> Iterator[Place]:
    """A code that no system can hold, or that belongs to another system than the stated one."""
    for group in case.groups("procedure"):
        stated = group.one("system")
        for field in group.all("code"):
            system = procedure_system(field.value)
            if system is None or (stated is not None and stated.value != system):
                yield Place(field.path, field.group)


@rule(
    "PX-003",
    Severity.ERROR,
    title="The modifier has the shape of neither a CPT nor a HCPCS modifier",
    remedy="compare it with the page",
)
def modifier_shape(case: Case) -> Iterator[Place]:
    """A modifier that is not two characters of a known shape."""
    for field in case.values("procedure.modifier"):
        if modifier_system(field.value) is None:
            yield Place(field.path, field.group)


@rule(
    "PX-004",
    Severity.ERROR,
    title="The units are not a count between 0 and 10,000",
    remedy="compare the line with the page; columns may be mixed up",
)
def units(case: Case) -> Iterator[Place]:
    """Units that are zero, negative, too many or no number."""
    for field in case.values("procedure.units"):
        if not _COUNT.fullmatch(field.value):
            yield Place(field.path, field.group)


@rule(
    "PX-005",
    Severity.ERROR,
    title="The place of service is not an assigned code",
    remedy="compare it with the page and the CMS Place of Service code set",
)
def place_of_service(case: Case) -> Iterator[Place]:
    """A place of service outside the CMS set."""
    for field in case.values("service.place"):
        if not is_place_of_service(field.value):
            yield Place(field.path, field.group)


@rule(
    "PX-006",
    Severity.WARNING,
    title="A service is requested without saying how much of it",
    remedy="look for units or visits on the page, or ask the sender for them",
)
def no_units(case: Case) -> Iterator[Place]:
    """A procedure code in a request, without units."""
    if asks_for_decision(case.record):
        for group in case.groups("procedure"):
            if group.is_current_fact and group.all("code") and not group.all("units"):
                yield Place("procedure.units", group.key)
