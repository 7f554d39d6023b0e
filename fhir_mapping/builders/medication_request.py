"""MedicationRequest: drugs asked for as proposals, drugs taken as reported; tried, failed and stopped ones are not.

A drug is text: nothing is coded that the document does not print.
"""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.constants import DAY, UCUM_DAY, Profile, RequestIntent, RequestStatus, System
from fhir_mapping.elements import Element, decimal, meta, present, quantity
from fhir_mapping.proven import Built, Draft, ProvenRecord, fields_of, role_of
from fhir_mapping.requested import requesters
from fhir_mapping.stated import Stated, StatedDecimal, stated_together, worded
from validation.groups import Group

REQUESTED = "requested"
_CURRENT = "current"
_MOST = 2_147_483_647  # of an unsignedInt: FHIR R4, data types


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields a MedicationRequest for each drug that is requested or current; without a status nothing is claimed."""
    for group in proven.groups("medication"):
        drug, status = group.one("drug"), group.one("status")
        if drug is None or status is None or status.value not in (REQUESTED, _CURRENT):
            continue
        requested = status.value == REQUESTED
        asks = requesters(proven, built) if requested else ()
        amounts = [group.one(leaf) for leaf in ("quantity", "days_supply", "refills")] if requested else [None] * 3
        resource = present(
            resourceType="MedicationRequest",
            id=proven.id("MedicationRequest", group.key),
            meta=meta(Profile.MEDICATION_REQUEST),
            status=RequestStatus.DRAFT if requested else RequestStatus.UNKNOWN,
            intent=RequestIntent.PROPOSAL if requested else RequestIntent.PLAN,
            reportedBoolean=True,  # read from a document, not entered by the one who orders
            medicationCodeableConcept={"text": drug_text(group)},
            subject={"reference": proven.url("Patient")},
            requester=asks[0].reference if asks else None,
            dosageInstruction=dosage(group),
            dispenseRequest=_dispense(*amounts),
        )
        yield Draft(resource, (status, *(role_of(proven.requester) if asks else ())))


def requested_drugs(proven: ProvenRecord) -> Iterator[Group]:
    """Yields the group of each drug that the record asks for."""
    for group in proven.groups("medication"):
        drug, status = group.one("drug"), group.one("status")
        if drug is not None and status is not None and status.value == REQUESTED:
            yield group


def product_fields(group: Group) -> tuple[Field, ...]:
    """What names a drug's product, in the order of the page: `nizatidine 15 mg/mL oral solution`.

    A form that only the dose names (`takes 1-2 tablets`) is no part of it; a route that stands within it is.
    """
    drug, form, route = group.one("drug"), group.one("form"), group.one("route")
    form = None if form is None or _stands_in(form, group.one("dose")) else form
    parts = list(fields_of(drug, group.one("strength"), form))
    places = [_place(part) for part in parts]
    if any(place is None for place in places):
        return tuple(parts)
    at = _place(route) if route else None
    if route is not None and at is not None and min(p for p in places if p) < at < max(p for p in places if p):
        parts.append(route)
    return tuple(sorted(parts, key=lambda part: _place(part) or (0, 0)))


def _place(field: Field) -> tuple[int, int] | None:
    return (field.evidence[0].page, field.evidence[0].start) if field.evidence else None


def _stands_in(part: Field, whole: Field | None) -> bool:
    """Whether the words of one field are among those of another one, at the same place of the page."""
    if whole is None or not part.evidence or not whole.evidence:
        return False
    inner, outer = part.evidence[0], whole.evidence[0]
    if inner.quote not in outer.quote:
        return False
    return inner.page == outer.page and outer.start <= inner.start and inner.end <= outer.end


def drug_text(group: Group) -> Stated:
    """A drug with its strength and form, as far as they are stated."""
    return stated_together(*product_fields(group))


def dosage(group: Group) -> list[Element]:
    """The directions verbatim; how they are to be timed is not parsed out of them."""
    sig = _sig(group, product_fields(group))
    return [{"text": Stated(" ".join(map(worded, sig)), *sig)}] if sig else []


def _sig(group: Group, product: tuple[Field, ...]) -> list[Field]:
    """Dose, route and frequency in the order of the page, each said once, and not if the product's name says it."""
    parts = [f for leaf in ("dose", "route", "frequency") if (f := group.one(leaf)) is not None and f not in product]
    parts.sort(key=lambda f: _place(f) or (0, 0))
    kept: list[Field] = []
    for part in sorted(parts, key=lambda f: -len(worded(f))):
        if not any(worded(part) in worded(other) for other in kept):
            kept.append(part)
    return [part for part in parts if part in kept]


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
