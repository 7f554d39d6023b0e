"""AllergyIntolerance: each substance the patient is said not to tolerate, and the statement that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.constants import ACTIVE, Profile, System
from fhir_mapping.elements import coding, concept, meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, is_open_box
from fhir_mapping.stated import quoted, stated


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one for each proven substance; `no known allergies` in the document's words, where it says so.

    Both a substance and the statement that there is none contradict each other: then only the substances are written.
    """
    substances = [g for g in proven.groups("allergy") if g.one("substance") is not None]
    for group in substances:
        substance, reactions = group.one("substance"), group.all("reaction")
        resource = present(
            resourceType="AllergyIntolerance",
            id=proven.id("AllergyIntolerance", group.key),
            meta=meta(Profile.ALLERGY),
            # An allergy that a document lists is one the patient has; constraint ait-1 demands the status.
            clinicalStatus=concept(coding(System.ALLERGY_CLINICAL, ACTIVE)),
            code=concept(text=substance),
            patient={"reference": proven.url("Patient")},
            reaction=[{"manifestation": [concept(text=reaction) for reaction in reactions]}] if reactions else None,
        )
        yield Draft(resource)
    if substances:
        return
    for group in proven.groups("allergy"):
        none = group.one("none")
        if none is not None:
            resource = present(
                resourceType="AllergyIntolerance",
                id=proven.id("AllergyIntolerance", group.key),
                meta=meta(Profile.ALLERGY),
                clinicalStatus=concept(coding(System.ALLERGY_CLINICAL, ACTIVE)),
                # `nil` behind a label says nothing without it: then what it was read as.
                code=concept(text=stated(none) if is_open_box(none.quote) else quoted(none)),
                patient={"reference": proven.url("Patient")},
            )
            yield Draft(resource)
