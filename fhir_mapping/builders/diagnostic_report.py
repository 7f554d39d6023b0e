"""DiagnosticReport: a laboratory's report as one thing over its results."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.builders.observation import LAB_REPORT
from fhir_mapping.constants import DOCUMENT_NAMES, LABORATORY_SECTION, OBSERVATION_STATUS, Profile, System
from fhir_mapping.elements import coding, concept, meta, present, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one over a laboratory report's results, or none where no result is proven."""
    results = drafts_of(built, "Observation")
    if proven.record.segment.document_type != LAB_REPORT or not results:
        return
    collected = proven.date("specimen.collected")
    resource = present(
        resourceType="DiagnosticReport",
        id=proven.id("DiagnosticReport"),
        meta=meta(Profile.LABORATORY_REPORT),
        status=OBSERVATION_STATUS,
        category=[concept(coding(System.DIAGNOSTIC_SERVICE, LABORATORY_SECTION))],
        # No LOINC panel is printed; our name for the document, as in its DocumentReference.
        code=concept(text=DOCUMENT_NAMES[LAB_REPORT]),
        subject={"reference": proven.url("Patient")},
        effectiveDateTime=text_of(collected),
        specimen=[draft.reference for draft in drafts_of(built, "Specimen")],
        result=[draft.reference for draft in results],
    )
    yield Draft(resource, tuple(f for draft in results for f in draft.fields))
