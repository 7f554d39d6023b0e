"""DocumentReference: the document as received, by its hashes and size; its bytes stay in the store."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.builders.encounter import stay
from fhir_mapping.constants import (
    CURRENT,
    DOCUMENT_NAMES,
    LOINC_OF,
    NULL_UNKNOWN,
    OTHER_DOCUMENT,
    SETTLED_TYPE,
    DocumentCategory,
    Profile,
    System,
)
from fhir_mapping.elements import Element, canonicals, coding, concept, meta, period, present, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from fhir_mapping.source import instant
from fhir_mapping.stated import stated

# Where a document prints its own date.
_DATED = ("letter.date", "report.date", "policy.revision_date")

_NOTES = frozenset({"clinical_note", "referral"})


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields it always; the profile demands a subject and is claimed only if there is a Patient."""
    patients, encounters = drafts_of(built, "Patient"), drafts_of(built, "Encounter")
    source, title, number = proven.source, proven.one("policy.title"), proven.one("policy.number")
    attachment = present(
        contentType=source.media_type,
        url=source.name,
        size=source.size,
        hash=source.sha1_base64,
        creation=text_of(next((f for path in _DATED if (f := proven.date(path))), None)),
    )
    seen = proven.date("encounter.date")
    start, end = (seen, seen) if seen else stay(proven)
    draft = Draft(
        present(
            resourceType="DocumentReference",
            id=proven.id("DocumentReference"),
            identifier=[{"value": stated(number)}] if number else None,
            status=CURRENT,
            type=_type(proven),
            category=[_category(proven)],
            subject=patients[0].reference if patients else None,
            date=instant(source.received_at),
            description=text_of(title),
            content=[{"attachment": attachment}],
            context=present(encounter=[d.reference for d in encounters], period=period(start, end)),
        )
    )
    profiles = [Profile.DOCUMENT_REFERENCE] if patients else []
    # It is a fact about our record, and under no label, as long as nothing in it was read.
    about = meta(*profiles) if draft.fields else present(profile=canonicals(*profiles))
    yield Draft(present(**draft.resource, meta=about))


def _type(proven: ProvenRecord) -> Element:
    """Our name for what the document is, coded where the type is settled and the listed table has it.

    No fax prints a LOINC code of its own type: without one it is the value set's own "unknown".
    """
    segment = proven.record.segment
    code = LOINC_OF.get(segment.document_type) if segment.confidence >= SETTLED_TYPE else None
    known = coding(System.LOINC, code) if code else coding(System.NULL_FLAVOR, NULL_UNKNOWN)
    return concept(known, text=_name(proven))


def _category(proven: ProvenRecord) -> Element:
    """A note of a clinician is one of US Core's clinical notes; a letter, a form or a report is not."""
    if proven.record.segment.document_type in _NOTES:
        return concept(coding(System.DOCUMENT_CATEGORY, DocumentCategory.CLINICAL_NOTE))
    return concept(text=_name(proven))


def _name(proven: ProvenRecord) -> str:
    return DOCUMENT_NAMES.get(proven.record.segment.document_type, OTHER_DOCUMENT)
