"""Observation: each result or measurement with its value as printed; coded in LOINC only if the document prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.constants import (
    OBSERVATION_STATUS,
    ObservationCategory,
    Profile,
    System,
)
from fhir_mapping.elements import Element, coding, concept, meta, present, text_of
from fhir_mapping.proven import SODIUM, Built, Draft, ProvenRecord, fields_of, in_calendar
from fhir_mapping.stated import Stated, StatedDecimal, stated, stated_together
from fhir_mapping.tables import Table, tabled
from validation.groups import readings

LAB_REPORT = "lab_report"
# A number as printed, with a comparator (`<0.5`); FHIR writes the comparator apart.
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)")


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields an Observation for each named value; without a name, with two values or an unproven unit it is left out.

    A result of a laboratory's report is categorised as laboratory and claims the profile; what a note quotes is not,
    since nothing says by whom it was measured. A vital sign is one by its printed name; the profiles of vital signs fix
    LOINC codes that no document prints, so none of them is claimed. Who measured is left out: the facility of a
    laboratory's report is the one that ordered the tests.
    """
    laboratory = proven.record.segment.document_type == LAB_REPORT
    collected = proven.date("specimen.collected")
    unsure = _of_unsure_unit(proven)
    for group in proven.groups("observation"):
        name, value = group.one("name"), group.one("value")
        if name is None or value is None or group.key in unsure:
            continue
        unit, flag, reference = group.one("unit"), group.one("flag"), group.one("range")
        if name.value.upper() == SODIUM and unit is None:
            continue  # as likely an open box
        # Where its own date is not beyond doubt, the specimen's is none the better.
        measured = in_calendar(group.one("date")) if group.all("date") else collected if laboratory else None
        resource = present(
            resourceType="Observation",
            id=proven.id("Observation", group.key),
            meta=meta(Profile.LABORATORY_RESULT) if laboratory else meta(),
            status=OBSERVATION_STATUS,
            category=_category(name, laboratory=laboratory),
            code=concept(text=_called(name, unit)),
            subject={"reference": proven.url("Patient")},
            effectiveDateTime=text_of(measured),
            **_value(value, unit),
            interpretation=[_interpretation(flag)] if flag else None,
            referenceRange=[{"text": stated(reference)}] if reference else None,
        )
        yield Draft(resource)


def _of_unsure_unit(proven: ProvenRecord) -> frozenset[str | None]:
    """The results whose unit was read and is not proven: a bare number would leave out what the page says of it."""
    read = readings(proven.record)
    return frozenset(f.group for f in read if f.path == "observation.unit" and not f.usable)


def _called(name: Field, unit: Field | None) -> Stated:
    """The name as printed; of sodium with its unit, lest a reader takes it for "not available"."""
    return stated_together(*fields_of(name, unit)) if name.value.upper() == SODIUM else stated(name)


def _category(name: Field, *, laboratory: bool) -> list[Element]:
    """A laboratory's report holds results; elsewhere the name tells a vital sign, and nothing tells a result."""
    code = ObservationCategory.LABORATORY if laboratory else tabled(name, Table.OBSERVATION_CATEGORY)
    return [concept(coding(System.OBSERVATION_CATEGORY, code))] if code else []


def _value(value: Field, unit: Field | None) -> Element:
    """A quantity where the value is a number with a unit; else the words as printed."""
    number = _NUMBER.fullmatch(value.value)
    if number is None or unit is None:
        return {"valueString": stated_together(*fields_of(value, unit))}
    code = tabled(unit, Table.UCUM)
    comparator = number.group(1)
    return {
        "valueQuantity": present(
            value=StatedDecimal(number.group(2), value),
            comparator=Stated(comparator, value) if comparator else None,
            unit=stated(unit),
            system=System.UCUM if code else None,
            code=code,
        )
    }


def _interpretation(flag: Field) -> Element:
    code = tabled(flag, Table.INTERPRETATION)
    return concept(*([coding(System.INTERPRETATION, code)] if code else []), text=flag)
