"""MedicationRequest: drugs asked for as proposals, drugs taken as reported; tried, failed and stopped ones are not.

A drug is text: nothing is coded that the document does not print.
"""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field, FieldStatus
from fhir_mapping.constants import DAY, UCUM_DAY, Profile, RequestIntent, RequestStatus, System
from fhir_mapping.elements import Element, decimal, meta, present, quantity
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of, fields_of
from fhir_mapping.stated import Stated, StatedDecimal, stated_together
from validation.groups import Group

_REQUESTED = "requested"
_CURRENT = "current"
_MOST = 2_147_483_647  # of an unsignedInt: FHIR R4, data types


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields a MedicationRequest for each drug that is requested or current; without a status nothing is claimed."""
    requester = proven.requester
    for group in proven.groups("medication"):
        drug, status = group.one("drug"), group.one("status")
        if drug is None or status is None or status.value not in (_REQUESTED, _CURRENT):
            continue
        requested = status.value == _REQUESTED
        asks = drafts_of(built, "Practitioner", requester.key or "") if requested and requester else ()
        strength, form = group.one("strength"), group.one("form")
        sig = _sig(group)
        amounts = [group.one(leaf) for leaf in ("quantity", "days_supply", "refills")] if requested else [None] * 3
        resource = present(
            resourceType="MedicationRequest",
            id=proven.id("MedicationRequest", group.key),
            meta=meta(Profile.MEDICATION_REQUEST),
            status=RequestStatus.DRAFT if requested else RequestStatus.UNKNOWN,
            intent=RequestIntent.PROPOSAL if requested else RequestIntent.PLAN,
            reportedBoolean=True,  # read from a document, not entered by the one who orders
            medicationCodeableConcept={"text": stated_together(*fields_of(drug, strength, form))},
            subject={"reference": proven.url("Patient")},
            requester=asks[0].reference if asks else None,
            dosageInstruction=[{"text": Stated(" ".join(map(_wording, sig)), *sig)}] if sig else None,
            dispenseRequest=_dispense(*amounts),
        )
        yield Draft(resource, (status,))


def requested_drugs(proven: ProvenRecord) -> Iterator[Group]:
    """Yields the group of each drug that the record asks for."""
    for group in proven.groups("medication"):
        drug, status = group.one("drug"), group.one("status")
        if drug is not None and status is not None and status.value == _REQUESTED:
            yield group


def _sig(group: Group) -> list[Field]:
    """Dose, route and frequency in the order of the page; a wording that another one holds is said once."""
    parts = [f for leaf in ("dose", "route", "frequency") if (f := group.one(leaf)) is not None]
    parts.sort(key=lambda f: (f.evidence[0].page, f.evidence[0].start) if f.evidence else (0, 0))
    kept: list[Field] = []
    for part in sorted(parts, key=lambda f: -len(_wording(f))):
        if not any(_wording(part) in _wording(other) for other in kept):
            kept.append(part)
    return [part for part in parts if part in kept]


def _wording(field: Field) -> str:
    """Verbatim as printed; what a person confirmed or corrected, in the person's words."""
    verified = field.status is FieldStatus.VERIFIED
    return " ".join((field.value if verified or not field.quote else field.quote).split())


def _dispense(amount: Field | None, days: Field | None, refills: Field | None) -> Element:
    repeats, supply = decimal(refills), decimal(days)
    return present(
        # unsignedInt: a fraction of a refill is a misread one
        numberOfRepeatsAllowed=StatedDecimal(int(repeats), *repeats.fields)
        if repeats is not None and repeats <= _MOST and repeats == int(repeats)
        else None,
        quantity=quantity(amount),
        expectedSupplyDuration=None
        if supply is None
        else {"value": supply, "unit": DAY, "system": System.UCUM, "code": UCUM_DAY},
    )
