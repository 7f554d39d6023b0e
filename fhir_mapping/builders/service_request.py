"""ServiceRequest: each requested service as a proposal, until a person releases it."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.organization import FACILITY
from fhir_mapping.constants import (
    Profile,
    RequestIntent,
    RequestStatus,
    System,
)
from fhir_mapping.elements import Element, coding, concept, meta, period, present, quantity, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from fhir_mapping.stated import stated
from fhir_mapping.tables import Table, tabled
from validation.code_shapes import ProcedureSystem, is_place_of_service, procedure_system
from validation.groups import Group
from validation.requests import asks_for_decision

_SYSTEMS = {ProcedureSystem.CPT: System.CPT, ProcedureSystem.HCPCS: System.HCPCS}


def service_lines(proven: ProvenRecord) -> Iterator[tuple[Group, Field | None, Field | None]]:
    """Each requested service: its group, its code, and its wording (None where it cannot be told whose it is)."""
    if not asks_for_decision(proven.record):
        return
    for group in proven.groups("procedure"):
        description = group.one("description")
        codes = {field.value: field for field in group.all("code")}
        for code in codes.values():
            yield group, code, description if len(codes) == 1 else None
        if not codes and description is not None:
            yield group, None, description


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields a ServiceRequest for each requested service line."""
    requester, urgency, authored = proven.requester, proven.one("request.urgency"), proven.date("request.date")
    (start, end), place = proven.service_dates, proven.one("service.place")
    priority = tabled(urgency, Table.REQUEST_PRIORITY)
    asks = drafts_of(built, "Practitioner", requester.key or "") if requester else ()
    for group, code, description in service_lines(proven):
        units = group.one("units")
        several = len({f.value for f in group.all("code")}) > 1
        resource = present(
            resourceType="ServiceRequest",
            id=proven.id("ServiceRequest", group.key, code.value if code and several else None),
            meta=meta(Profile.SERVICE_REQUEST),
            status=RequestStatus.DRAFT,
            intent=RequestIntent.PROPOSAL,
            priority=priority,
            code=procedure_concept(code, description),
            quantityQuantity=None if several else quantity(units),
            subject={"reference": proven.url("Patient")},
            **occurrence(start, end),
            authoredOn=text_of(authored),
            requester=asks[0].reference if asks else None,
            performer=_performers(proven, built),
            locationCode=[place_concept(place)] if place else None,
            reasonReference=[d.reference for d in drafts_of(built, "Condition")],
        )
        yield Draft(resource)


def procedure_concept(code: Field | None, description: Field | None) -> Element:
    """The code in the system whose shape it has, with the printed wording; another shape is text."""
    system = procedure_system(code.value) if code else None
    if code is None or system is None:
        return concept(text=description or code)
    return concept(coding(_SYSTEMS[system], stated(code)), text=description)


def place_concept(place: Field) -> Element:
    """A place of service; one that CMS has not assigned is text."""
    if is_place_of_service(place.value):
        return concept(coding(System.PLACE_OF_SERVICE, stated(place)))
    return concept(text=place)


def occurrence(start: Field | None, end: Field | None) -> Element:
    """When the service is to be given: a day if no end is stated, else a period."""
    if start is not None and end is None:
        return {"occurrenceDateTime": stated(start)}
    return present(occurrencePeriod=period(start, end))


def _performers(proven: ProvenRecord, built: Built) -> list[Element]:
    servicing = {
        g.key or "" for g in proven.groups("provider") if (role := g.one("role")) and role.value == "servicing"
    }
    facilities = drafts_of(built, "Organization", FACILITY)
    people = [d for d in drafts_of(built, "Practitioner") if d.role in servicing]
    return [d.reference for d in (*people, *facilities)]
