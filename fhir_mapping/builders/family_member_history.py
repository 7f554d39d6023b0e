"""FamilyMemberHistory: conditions that the document states of the patient's family, never as the patient's own."""

from __future__ import annotations

from collections.abc import Iterator

from documents.values import Assertion
from fhir_mapping.builders.condition import diagnosis_concept
from fhir_mapping.constants import FAMILY_HISTORY_STATUS, FAMILY_MEMBER, System
from fhir_mapping.elements import coding, concept, meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord
from validation.groups import group_fields

_FAMILY = "family_history"


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one for each condition with the proven status `family_history`; which relative had it is not read."""
    for group in group_fields(proven.fields, "diagnosis"):
        code, description, status = group.one("code"), group.one("description"), group.one("status")
        if status is None or status.value != _FAMILY or (code is None and description is None):
            continue
        if any(f.assertion not in (Assertion.PRESENT, Assertion.FAMILY) for f in group.fields):
            continue  # `no family history of` states nothing that happened
        resource = present(
            resourceType="FamilyMemberHistory",
            id=proven.id("FamilyMemberHistory", group.key),
            meta=meta(),
            status=FAMILY_HISTORY_STATUS,
            patient={"reference": proven.url("Patient")},
            relationship=concept(coding(System.ROLE_CODE, FAMILY_MEMBER)),
            condition=[{"code": diagnosis_concept(code, description)}],
        )
        yield Draft(resource, (status,))
