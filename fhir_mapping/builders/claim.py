"""Claim: the request for prior authorization as a draft; only where patient, provider and coverage can be named."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.organization import FACILITY, PAYER
from fhir_mapping.builders.service_request import place_concept, procedure_concept, service_lines
from fhir_mapping.constants import (
    ATTACHMENT,
    CLAIM_USE,
    RequestStatus,
    System,
)
from fhir_mapping.elements import Element, absent_concept, coding, concept, meta, period, present, quantity, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from fhir_mapping.source import instant
from fhir_mapping.stated import stated
from fhir_mapping.tables import Table, tabled
from validation.code_shapes import ProcedureSystem, modifier_system
from validation.groups import Group

_MODIFIER_SYSTEMS = {ProcedureSystem.CPT: System.CPT, ProcedureSystem.HCPCS: System.HCPCS}


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one Claim over all requested services, or none if a mandatory reference cannot be made.

    `created` is the day of receipt, a fact about our record; `type` is not stated on a fax and said to be unknown.
    """
    coverages = drafts_of(built, "Coverage")
    provider = _provider(proven, built)
    lines = list(service_lines(proven))
    if not coverages or provider is None or not lines:
        return
    conditions, payers = drafts_of(built, "Condition"), drafts_of(built, "Organization", PAYER)
    urgency, reference = proven.one("request.urgency"), proven.one("case.reference_number")
    dates = [*proven.service_dates, proven.one("service.place")]
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
        priority=_priority(urgency),
        supportingInfo=[_attachment(proven)],
        diagnosis=[
            {"sequence": number, "diagnosisCodeableConcept": condition.resource["code"]}
            for number, condition in enumerate(conditions, start=1)
        ],
        insurance=[{"sequence": 1, "focal": True, "coverage": coverages[0].reference}],
        item=[_item(number, line, len(conditions), dates) for number, line in enumerate(lines, start=1)],
    )
    yield Draft(resource)


def _provider(proven: ProvenRecord, built: Built) -> Draft | None:
    """Who asks; or the only facility, where no clinician does."""
    if proven.requester is not None:
        found = drafts_of(built, "Practitioner", proven.requester.key or "")
        if found:
            return found[0]
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


def _item(
    number: int, line: tuple[Group, Field | None, Field | None], diagnoses: int, dates: list[Field | None]
) -> Element:
    group, code, description = line
    start, end, place = dates
    one_code = len({f.value for f in group.all("code")}) <= 1
    return present(
        sequence=number,
        diagnosisSequence=list(range(1, diagnoses + 1)),
        productOrService=procedure_concept(code, description),
        modifier=[modifier_concept(f) for f in {f.value: f for f in group.all("modifier")}.values()]
        if one_code
        else None,
        servicedDate=None if end else text_of(start),
        servicedPeriod=period(start, end) if end else None,
        locationCodeableConcept=place_concept(place) if place else None,
        quantity=quantity(group.one("units")) if one_code else None,
    )


def modifier_concept(field: Field) -> Element:
    """The modifier in the system whose shape it has; another shape is text."""
    system = modifier_system(field.value)
    return concept(coding(_MODIFIER_SYSTEMS[system], stated(field))) if system else concept(text=field)
