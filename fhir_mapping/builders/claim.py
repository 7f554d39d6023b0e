"""Claim: the request for prior authorization as a draft; only where patient, provider and coverage can be named."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.medication_request import drug_text, requested_drugs
from fhir_mapping.builders.organization import FACILITY, PAYER
from fhir_mapping.constants import (
    ATTACHMENT,
    CLAIM_USE,
    RequestStatus,
    System,
)
from fhir_mapping.elements import Element, absent_concept, coding, concept, meta, present, quantity
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of, role_of
from fhir_mapping.requested import modifier_concepts, procedure_concept, requesters, service_lines, serviced
from fhir_mapping.source import instant
from fhir_mapping.stated import stated
from fhir_mapping.tables import Table, tabled
from validation.code_shapes import is_drug
from validation.requests import asks_for_decision


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one Claim over all requested services and drugs, or none if a mandatory reference cannot be made.

    `created` is the day of receipt, a fact about our record; `type` is not stated on a fax and said to be unknown.
    """
    coverages = drafts_of(built, "Coverage")
    provider, products = _provider(proven, built), [*_services(proven), *_drugs(proven)]
    if not coverages or provider is None or not products:
        return
    conditions, payers = drafts_of(built, "Condition"), drafts_of(built, "Organization", PAYER)
    reference = proven.one("case.reference_number")
    resource = present(
        resourceType="Claim",
        id=proven.id("Claim"),
        meta=meta(),
        identifier=[{"value": stated(reference)}] if reference else None,
        status=RequestStatus.DRAFT,
        type=absent_concept(),
        use=CLAIM_USE,
        patient={"reference": proven.url("Patient")},
        created=instant(proven.source.received_at),
        insurer=payers[0].reference if payers else None,
        provider=provider.reference,
        priority=_priority(proven.one("request.urgency")),
        supportingInfo=[_attachment(proven)],
        diagnosis=[
            {"sequence": number, "diagnosisCodeableConcept": condition.resource["code"]}
            for number, condition in enumerate(conditions, start=1)
        ],
        insurance=[{"sequence": 1, "focal": True, "coverage": coverages[0].reference}],
        item=[
            present(sequence=number, diagnosisSequence=list(range(1, len(conditions) + 1)), **product)
            for number, product in enumerate(products, start=1)
        ],
    )
    yield Draft(resource, role_of(proven.requester))


def _provider(proven: ProvenRecord, built: Built) -> Draft | None:
    """Who asks; or the only facility, where no clinician does."""
    asks = requesters(proven, built)
    if asks:
        return asks[0]
    facilities = drafts_of(built, "Organization", FACILITY)
    return facilities[0] if len(facilities) == 1 else None


def _priority(urgency: Field | None) -> Element:
    code = tabled(urgency, Table.PROCESS_PRIORITY)
    return concept(coding(System.PROCESS_PRIORITY, code)) if code else absent_concept()


def _attachment(proven: ProvenRecord) -> Element:
    return {
        "sequence": 1,
        "category": concept(coding(System.CLAIM_INFORMATION, ATTACHMENT)),
        "valueReference": {"reference": proven.url("DocumentReference")},
    }


def _services(proven: ProvenRecord) -> Iterator[Element]:
    for group, code, description in service_lines(proven):
        shared = len({f.value for f in group.all("code")}) > 1
        yield present(
            productOrService=procedure_concept(code, description),
            modifier=modifier_concepts(group),
            **serviced(proven),
            quantity=None if shared else quantity(group.one("units")),
        )


def _drugs(proven: ProvenRecord) -> Iterator[Element]:
    """The drugs asked for by name; none where a service line bears a drug's code, which may be the same one's."""
    if not asks_for_decision(proven.record) or any(
        code and is_drug(code.value) for _, code, _ in service_lines(proven)
    ):
        return
    for group in requested_drugs(proven):
        yield present(
            productOrService=concept(text=drug_text(group)),
            **serviced(proven),
            quantity=quantity(group.one("quantity")),
        )
