"""What a document asks for or decides on, line by line, and what it says of all of its lines at once."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.organization import FACILITY, REQUESTER
from fhir_mapping.constants import System
from fhir_mapping.elements import Element, coding, concept, period, present, text_of
from fhir_mapping.proven import Built, ProvenRecord, drafts_of, having, role_of, with_role
from fhir_mapping.stated import stated
from fhir_mapping.tables import Table, tabled
from validation.code_shapes import ProcedureSystem, is_place_of_service, modifier_system, procedure_system
from validation.groups import Group
from validation.requests import asks_for_decision

REFERRAL = "referral"

# A service line: its group, its code, and its wording.
Line = tuple[Group, Field | None, Field | None]

_SYSTEMS = {ProcedureSystem.CPT: System.CPT, ProcedureSystem.HCPCS: System.HCPCS}


def printed_lines(proven: ProvenRecord) -> Iterator[Line]:
    """Each service that the document names: its group, its code, its wording (None where it cannot be told whose)."""
    for group in proven.groups("procedure"):
        description = group.one("description")
        codes = {field.value: field for field in group.all("code")}
        for code in codes.values():
            yield group, code, description if len(codes) == 1 else None
        if not codes and description is not None:
            yield group, None, description


def service_lines(proven: ProvenRecord) -> Iterator[Line]:
    """The services that a payer is asked for."""
    if asks_for_decision(proven.record):
        yield from printed_lines(proven)


def requested_lines(proven: ProvenRecord) -> Iterator[Line]:
    """The services that a payer or a colleague is asked for; a note that names a service asks for none."""
    if asks_for_decision(proven.record) or proven.record.segment.document_type == REFERRAL:
        yield from printed_lines(proven)


def procedure_concept(code: Field | None, description: Field | None) -> Element:
    """The code in the system whose shape it has, with the printed wording; another shape is text."""
    system = procedure_system(code.value) if code else None
    if code is None or system is None:
        return concept(text=description or code)
    return concept(coding(_SYSTEMS[system], stated(code)), text=description)


def modifier_concepts(group: Group) -> list[Element]:
    """The modifiers of a line, each once; none where several codes share them."""
    if len({f.value for f in group.all("code")}) > 1:
        return []
    return [modifier_concept(field) for field in {f.value: f for f in group.all("modifier")}.values()]


def modifier_concept(field: Field) -> Element:
    """The modifier in the system whose shape it has; another shape is text."""
    system = modifier_system(field.value)
    return concept(coding(_SYSTEMS[system], stated(field))) if system else concept(text=field)


def place_concept(place: Field) -> Element:
    """A place of service; one that CMS has not assigned is text."""
    if is_place_of_service(place.value):
        return concept(coding(System.PLACE_OF_SERVICE, stated(place)))
    return concept(text=place)


def serviced(proven: ProvenRecord) -> Element:
    """When and where the lines of a Claim or its answer are served, as far as it is stated."""
    (start, end), place = proven.service_dates, proven.one("service.place")
    return present(
        servicedDate=None if end else text_of(start),
        servicedPeriod=period(start, end) if end else None,
        locationCodeableConcept=place_concept(place) if place else None,
    )


def asked(proven: ProvenRecord, built: Built) -> Element:
    """The members that every requested service and device of a document shares."""
    (start, end), authored = proven.service_dates, proven.date("request.date")
    asks = requesters(proven, built)
    return present(
        priority=tabled(proven.one("request.urgency"), Table.REQUEST_PRIORITY),
        subject={"reference": proven.url("Patient")},
        occurrenceDateTime=None if end else text_of(start),
        occurrencePeriod=period(start, end) if end else None,
        authoredOn=text_of(authored),
        requester=asks[0].reference if asks else None,
        reasonCode=[concept(text=reason)] if (reason := proven.one("referral.reason")) else None,
        reasonReference=[d.reference for d in drafts_of(built, "Condition")],
    )


def requesters(proven: ProvenRecord, built: Built) -> Built:
    """Who asks, if it is known and can be named: one Practitioner or Organization, or none."""
    if proven.requester is None:
        return ()
    return drafts_of(built, "Practitioner", proven.requester.key or "") or drafts_of(built, "Organization", REQUESTER)


def roles(proven: ProvenRecord) -> tuple[Field, ...]:
    """What decided who asks and who is to give the service."""
    return role_of(proven.requester, *having(proven, "servicing"))


def performers(proven: ProvenRecord, built: Built) -> list[Element]:
    """Who is to give the service: those with that role, and the facilities of a request to a payer.

    The practices that a referral names are the sender's as well as the colleague's.
    """
    facilities = drafts_of(built, "Organization", FACILITY) if asks_for_decision(proven.record) else ()
    return [d.reference for d in (*with_role(proven, built, "servicing"), *facilities)]
