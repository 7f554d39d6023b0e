"""MedicationStatement: drugs that were stopped or tried before, never as drugs that the patient takes."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.constants import StatementStatus
from fhir_mapping.elements import meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, fields_of

# A trial that failed may have ended or not; the document's own words stand as the reason.
_STATUS = {"discontinued": StatementStatus.STOPPED, "tried-failed": StatementStatus.UNKNOWN}


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one for each discontinued or failed drug whose status is proven."""
    for group in proven.groups("medication"):
        drug, status = group.one("drug"), group.one("status")
        if drug is None or status is None or status.value not in _STATUS:
            continue
        strength, form = group.one("strength"), group.one("form")
        words = " ".join(status.quote.split()) or status.value
        resource = present(
            resourceType="MedicationStatement",
            id=proven.id("MedicationStatement", group.key),
            meta=meta(),
            status=_STATUS[status.value],
            statusReason=[{"text": words}],
            medicationCodeableConcept={"text": " ".join(f.value for f in fields_of(drug, strength, form))},
            subject={"reference": proven.url("Patient")},
        )
        yield Draft(resource, fields_of(drug, status, strength, form))
