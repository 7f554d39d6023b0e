"""Condition: the patient's current diagnoses; negated, uncertain, family and past ones are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.constants import ENCOUNTER_DIAGNOSIS, Profile, System
from fhir_mapping.elements import Element, coding, concept, meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.stated import stated
from fhir_mapping.tables import Table, tabled

# A code as ICD-10-CM writes it, with its dot; anything else is kept as text.
_ICD_10_CM = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields a Condition for each code, or for the wording where no code is proven."""
    for group in proven.groups("diagnosis"):
        description, status = group.one("description"), group.one("status")
        codes = {field.value: field for field in group.all("code")}
        if len(codes) > 1:
            description = None  # it belongs to one of them, and nothing says to which
        for code in codes.values() or ([None] if description else []):
            resource = present(
                resourceType="Condition",
                id=proven.id("Condition", group.key, code.value if code and len(codes) > 1 else None),
                meta=meta(Profile.CONDITION),
                clinicalStatus=_clinical_status(status),
                category=[concept(coding(System.CONDITION_CATEGORY, ENCOUNTER_DIAGNOSIS))],
                code=diagnosis_concept(code, description),
                subject={"reference": proven.url("Patient")},
            )
            yield Draft(resource)


def diagnosis_concept(code: Field | None, description: Field | None) -> Element:
    """The code in its system with the printed wording as text; a code of another shape is text."""
    if code is None:
        return concept(text=description)
    if _ICD_10_CM.fullmatch(code.value) is None:
        return concept(text=description or code)
    return concept(coding(System.ICD_10_CM, stated(code)), text=description)


def _clinical_status(status: Field | None) -> Element | None:
    code = tabled(status, Table.CONDITION_CLINICAL)
    return concept(coding(System.CONDITION_CLINICAL, code)) if code else None
