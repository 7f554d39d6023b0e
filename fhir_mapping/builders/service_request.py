"""ServiceRequest: each requested service as a proposal, until a person releases it."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.constants import DOCUMENT_NAMES, Profile, RequestIntent, RequestStatus
from fhir_mapping.elements import Element, concept, meta, present, quantity
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from fhir_mapping.requested import (
    REFERRAL,
    asked,
    modifier_concepts,
    performers,
    place_concept,
    procedure_concept,
    requested_lines,
    roles,
)
from validation.code_shapes import is_device
from validation.groups import Group


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one for each requested service that is no device, and one for a referral itself if it says why."""
    for group, code, description in requested_lines(proven):
        if code is None or not is_device(code.value):
            yield _of_line(proven, built, group, code=code, description=description)
    if proven.record.segment.document_type == REFERRAL and _says_why(proven, built):
        # What is asked of the colleague is the referral; no code for it is printed.
        yield Draft(_request(proven, built, concept(text=DOCUMENT_NAMES[REFERRAL]), parts=(REFERRAL,)), roles(proven))


def _of_line(
    proven: ProvenRecord, built: Built, group: Group, *, code: Field | None, description: Field | None
) -> Draft:
    several = len({f.value for f in group.all("code")}) > 1
    what = procedure_concept(code, description)
    resource = _request(proven, built, what, parts=(group.key, code.value if code and several else None))
    details = present(
        orderDetail=modifier_concepts(group), quantityQuantity=None if several else quantity(group.one("units"))
    )
    return Draft(resource | details, roles(proven))


def _request(proven: ProvenRecord, built: Built, code: Element, *, parts: tuple[str | None, ...]) -> Element:
    place = proven.one("service.place")
    return present(
        resourceType="ServiceRequest",
        id=proven.id("ServiceRequest", *parts),
        meta=meta(Profile.SERVICE_REQUEST),
        status=RequestStatus.DRAFT,
        intent=RequestIntent.PROPOSAL,
        code=code,
        performer=performers(proven, built),
        locationCode=[place_concept(place)] if place else None,
        locationReference=[d.reference for d in drafts_of(built, "Location")],
        **asked(proven, built),
    )


def _says_why(proven: ProvenRecord, built: Built) -> bool:
    return proven.one("referral.reason") is not None or bool(drafts_of(built, "Condition"))
