"""PractitionerRole: a clinician's specialty, in the words of the document; that one reviews for the payer."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.builders.organization import PAYER
from fhir_mapping.builders.practitioner import REVIEWER
from fhir_mapping.constants import REVIEWS
from fhir_mapping.elements import concept, meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one for each Practitioner whose specialty is proven; no taxonomy code is printed, so none is claimed."""
    for group in proven.groups("provider"):
        specialty = group.one("specialty")
        people = drafts_of(built, "Practitioner", group.key or "")
        if specialty is None or len(people) != 1:
            continue
        resource = present(
            resourceType="PractitionerRole",
            id=proven.id("PractitionerRole", group.key),
            meta=meta(),
            practitioner=people[0].reference,
            specialty=[concept(text=specialty)],
        )
        yield Draft(resource, role=group.key or "")
    payers = drafts_of(built, "Organization", PAYER)
    for reviewer in drafts_of(built, "Practitioner", REVIEWER):
        resource = present(
            resourceType="PractitionerRole",
            id=proven.id("PractitionerRole", REVIEWER, reviewer.resource["id"]),
            meta=meta(),
            practitioner=reviewer.reference,
            organization=payers[0].reference if payers else None,
            code=[concept(text=REVIEWS)],
        )
        yield Draft(resource, role=REVIEWER)
