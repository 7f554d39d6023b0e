"""AllergyIntolerance: each substance the patient is said not to tolerate, and the statement that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from documents.values import Assertion
from fhir_mapping.constants import ACTIVE, Profile, System
from fhir_mapping.elements import coding, concept, meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, is_open_box, is_placeholder
from fhir_mapping.stated import quoted, stated
from validation.groups import readings

_OF_AN_ALLERGY = frozenset({"allergy.substance", "allergy.reaction"})
_OF_NOBODY_HERE = frozenset({Assertion.NEGATED, Assertion.FAMILY})


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one for each proven substance; `no known allergies` in the document's words, where it says so.

    Both a substance and the statement that there is none contradict each other: then only the substances are written,
    and nothing while they are not proven.
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
    if substances or _is_contradicted(proven):
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


def _is_contradicted(proven: ProvenRecord) -> bool:
    """Whether a substance or a reaction was read, proven or not, that is not denied."""
    return any(
        f.path in _OF_AN_ALLERGY and f.assertion not in _OF_NOBODY_HERE and not is_placeholder(f)
        for f in readings(proven.record)
    )
