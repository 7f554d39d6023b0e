"""MedicationStatement: drugs that were stopped or tried before, never as drugs that the patient takes."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.builders.medication_request import dosage, drug_text
from fhir_mapping.elements import meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.stated import worded
from fhir_mapping.tables import Table, tabled


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one for each discontinued or failed drug whose status is proven."""
    for group in proven.groups("medication"):
        drug, status = group.one("drug"), group.one("status")
        code = tabled(status, Table.STATEMENT_STATUS)
        if drug is None or status is None or code is None:
            continue
        resource = present(
            resourceType="MedicationStatement",
            id=proven.id("MedicationStatement", group.key),
            meta=meta(),
            status=code,
            statusReason=[{"text": worded(status)}],
            medicationCodeableConcept={"text": drug_text(group)},
            subject={"reference": proven.url("Patient")},
            dosage=dosage(group),
        )
        yield Draft(resource)
