"""DeviceRequest: each requested device or supply as a proposal, until a person releases it."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.constants import DeviceParameter, RequestIntent, RequestStatus
from fhir_mapping.elements import Element, concept, meta, present, quantity
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.requested import (
    asked,
    modifier_concepts,
    performers,
    procedure_concept,
    requested_lines,
    roles,
)
from validation.code_shapes import is_device
from validation.groups import Group


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one for each requested line whose HCPCS code is a device's or a supply's; it is no ServiceRequest then."""
    gives = performers(proven, built)
    for group, code, description in requested_lines(proven):
        if code is None or not is_device(code.value):
            continue
        several = len({f.value for f in group.all("code")}) > 1
        resource = present(
            resourceType="DeviceRequest",
            id=proven.id("DeviceRequest", group.key, code.value if several else None),
            meta=meta(),
            status=RequestStatus.DRAFT,
            intent=RequestIntent.PROPOSAL,
            codeCodeableConcept=procedure_concept(code, description),
            parameter=None if several else _parameters(group),
            performer=gives[0] if len(gives) == 1 else None,  # R4 has room for one
            **asked(proven, built),
        )
        yield Draft(resource, roles(proven))


def _parameters(group: Group) -> list[Element]:
    """How many and with which modifiers: a DeviceRequest has no elements of its own for them."""
    count = quantity(group.one("units"))
    counted = [{"code": concept(text=DeviceParameter.QUANTITY), "valueQuantity": count}] if count else []
    modified = [
        {"code": concept(text=DeviceParameter.MODIFIER), "valueCodeableConcept": modifier}
        for modifier in modifier_concepts(group)
    ]
    return [*counted, *modified]
