"""DocumentReference: the document as received, by its hashes and size; its bytes stay in the store."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.constants import (
    CURRENT,
    DOCUMENT_NAMES,
    NULL_UNKNOWN,
    OTHER_DOCUMENT,
    DocumentCategory,
    Profile,
    System,
)
from fhir_mapping.elements import coding, concept, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from fhir_mapping.source import instant


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields it always; the profile demands a subject and is claimed only if there is a Patient."""
    patients = drafts_of(built, "Patient")
    source = proven.source
    kind = DOCUMENT_NAMES.get(proven.record.segment.document_type, OTHER_DOCUMENT)
    resource = present(
        resourceType="DocumentReference",
        id=proven.id("DocumentReference"),
        meta={"profile": [Profile.DOCUMENT_REFERENCE]} if patients else None,
        status=CURRENT,
        # No LOINC document type is printed on a fax: the value set's own "unknown", and our name for it.
        type=concept(coding(System.NULL_FLAVOR, NULL_UNKNOWN), text=kind),
        category=[concept(coding(System.DOCUMENT_CATEGORY, DocumentCategory.CLINICAL_NOTE))],
        subject=patients[0].reference if patients else None,
        date=instant(source.received_at),
        content=[
            {
                "attachment": {
                    "contentType": source.media_type,
                    "url": source.name,
                    "size": source.size,
                    "hash": source.sha1_base64,
                }
            }
        ],
    )
    yield Draft(resource)
