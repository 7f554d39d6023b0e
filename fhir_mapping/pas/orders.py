"""The order behind each line, as a person released it: ServiceRequest, DeviceRequest or MedicationRequest."""

from __future__ import annotations

from fhir_mapping.builders import medication_request
from fhir_mapping.elements import Element, decimal, present
from fhir_mapping.pas.answers import Answers, only
from fhir_mapping.pas.constants import ACTIVE, ORDER, PasProfile, PasSystem
from fhir_mapping.pas.gaps import Gap, IssueType, partial
from fhir_mapping.pas.lines import RequestedLine
from fhir_mapping.pas.members import profiled
from fhir_mapping.pas.site_values import LineKind
from fhir_mapping.proven import Draft
from validation.entered_paths import QUANTITY_UNIT
from validation.groups import Group

Order = Draft | None

# Where a drug's order says what its group states.
_STATED_AT = {
    "strength": "medicationCodeableConcept",
    "form": "medicationCodeableConcept",
    "dose": "dosageInstruction",
    "route": "dosageInstruction",
    "frequency": "dosageInstruction",
    "quantity": "dispenseRequest",
    "days_supply": "dispenseRequest",
    "refills": "dispenseRequest",
}


def order(answers: Answers, requested: RequestedLine, asks: Draft | None) -> Order:
    """The order of a line; None where its code is missing, which the line itself says.

    Args:
        answers: the record and the site's table.
        requested: the line.
        asks: who asks, None where it cannot be told.
    """
    if isinstance(requested.product, Gap):
        return None
    if requested.drug is not None:
        return _medication(answers, requested, asks)
    device = requested.line.kind is LineKind.DEVICE
    kind = "DeviceRequest" if device else "ServiceRequest"
    resource = present(
        resourceType=kind,
        id=answers.proven.id(kind, requested.line.group, requested.line.code if requested.shared else None),
        meta=profiled(PasProfile.DEVICE_REQUEST if device else PasProfile.SERVICE_REQUEST),
        status=ACTIVE,
        intent=ORDER,
        code=None if device else requested.product,
        codeCodeableConcept=requested.product if device else None,
        quantityQuantity=None if device else quantity(answers, requested),
        subject={"reference": answers.proven.url("Patient")},
    )
    return Draft(resource)


def _medication(answers: Answers, requested: RequestedLine, asks: Draft | None) -> Order:
    """The drug as the internal bundle has it, with its directions and amounts, as an order."""
    group = requested.drug
    if group is None:
        return None
    wanted = answers.proven.id("MedicationRequest", group.key)
    for draft in medication_request.build(answers.proven, ()):
        if draft.resource["id"] == wanted:
            kept = {name: value for name, value in draft.resource.items() if name != "reportedBoolean"}
            released = present(
                meta=profiled(PasProfile.MEDICATION_REQUEST),
                status=ACTIVE,
                intent=ORDER,
                # Constraint us-core-21: an order names who asks for it.
                requester=asks.reference if asks is not None else None,
            )
            return Draft({**kept, **released, **_two_ways(group)}, draft.deciding)
    return None


def _two_ways(group: Group) -> Element:
    """The members of a drug's order for which two ways are stated, with the gaps; a dose left out is a wrong one."""
    found: dict[str, list[Gap]] = {}
    for leaf, member in _STATED_AT.items():
        said = only(group, leaf)
        if isinstance(said, Gap):
            found.setdefault(member, []).append(said)
    return found


def quantity(answers: Answers, requested: RequestedLine) -> Element | Gap | None:
    """How much a line asks for; of a drug only with the unit that a person or the table gives for it.

    The number of pens on a prescription is not the number of billing units.
    """
    unit = answers.give(QUANTITY_UNIT, requested.line)
    group, leaf = (requested.service, "units") if requested.service is not None else (requested.drug, "quantity")
    if group is None or not group.all(leaf) or (requested.service is None and unit is None):
        return None
    path = f"{group.entity}.{leaf}"
    if requested.shared:
        return Gap(path, "The group names several codes: say for which the units are.", group.key, IssueType.CONFLICT)
    amount = only(group, leaf)
    if amount is None or isinstance(amount, Gap):
        return amount
    number = decimal(amount)
    if number is None or number <= 0:
        return partial(amount, "Enter the number of units as a positive number.")
    return present(value=number, system=PasSystem.X12_QUANTITY_UNIT if unit else None, code=unit)
