"""Records as extraction yields them, written out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from documents.pages import Box
from documents.records import Field, FieldStatus, Record, Segment
from documents.values import Alignment, Assertion, Evidence, Kind
from extractors.document_type import all_document_types
from fhir_mapping.bundle import build_bundle
from fhir_mapping.source import SoftwareIdentity, SourceDocumentReference

RECORDED = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
SOFTWARE = SoftwareIdentity(name="fax2fhir", version="0.1.0")
SOURCE = SourceDocumentReference(
    document_id="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    sha1="a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    size=48_213,
    media_type="application/pdf",
    received_at=datetime.fromisoformat("2026-11-19T14:02:11-05:00"),
    page_count=3,
)

# What the document types declare of their fields.
KINDS: dict[str, Kind] = {
    path: spec.reads.kind for each in all_document_types().values() for path, spec in each.specs.items()
}


def field(
    path: str,
    value: str,
    group: str | None = None,
    *,
    quote: str | None = None,
    status: FieldStatus = FieldStatus.ACCEPTED,
    assertion: Assertion = Assertion.PRESENT,
    at: tuple[int, int] = (1, 0),
) -> Field:
    quote = value if quote is None else quote
    page, start = at
    return Field(
        path=path,
        group=group,
        value=value,
        kind=KINDS.get(path, Kind.TEXT),
        quote=quote,
        evidence=(Evidence(page=page, start=start, end=start + len(quote), quote=quote, boxes=(Box(0, 0, 1, 1),)),),
        alignment=Alignment.EXACT,
        assertion=assertion,
        confidence=0.99,
        status=status,
    )


def plain(value: Any) -> Any:
    """A resource, or part of one, without the ids of its elements."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: plain(member) for name, member in value.items() if name != "id" or "resourceType" in value}
    return {name: member for name, member in kept.items() if not (name.startswith("_") and member == {})}


def resources(read: Record, resource_type: str, **options: Any) -> list[dict[str, Any]]:
    """The resources of a type in a record's bundle, without the ids of their elements."""
    bundle = json.loads(build_bundle(read, SOURCE, recorded=RECORDED, software=SOFTWARE, **options))
    found = (entry["resource"] for entry in bundle["entry"])
    return [plain(resource) for resource in found if resource["resourceType"] == resource_type]


def record(fields: Iterable[Field], document_type: str = "prior_auth_request") -> Record:
    return Record(
        id="r-0001",
        document_id=SOURCE.document_id,
        segment=Segment(document_type=document_type, page_start=1, page_end=3, confidence=0.98),
        fields=tuple(fields),
    )


FULL: tuple[Field, ...] = (
    field("patient.name", "Maria Elena Testpatient"),
    field("patient.dob", "1969-04-12", quote="04/12/1969"),
    field("patient.sex", "female", quote="F"),
    field("patient.member_id", "W123456789"),
    field("patient.mrn", "00482-19"),
    field("patient.phone", "(806) 555-0167"),
    field("patient.address", "8324 Harbor View Ct Apt 29A, Lubbock, TX 79441"),
    field("payer.name", "Example Health Plan"),
    field("payer.plan", "Gold PPO"),
    field("payer.group_number", "GRP-4471"),
    field("subscriber.name", "Juan Testpatient"),
    field("subscriber.relationship", "Spouse"),
    field("provider.name", "Ana Testdoc, MD", "p1"),
    field("provider.npi", "1234567893", "p1"),
    field("provider.role", "requesting", "p1", quote="Requesting Provider"),
    field("provider.phone", "(806) 555-0112", "p1"),
    field("provider.fax", "(806) 555-0113", "p1"),
    field("provider.specialty", "Orthopedic Surgery", "p1"),
    field("provider.name", "Lee van der Berg", "p2", at=(2, 0)),
    field("provider.npi", "1245319599", "p2", at=(2, 0)),
    field("provider.role", "servicing", "p2", quote="Servicing Provider", at=(2, 0)),
    field("facility.name", "Example Surgery Center", "f1"),
    field("facility.npi", "1003000126", "f1"),
    field("request.date", "2026-11-18", quote="11/18/2026"),
    field("request.urgency", "expedited", quote="URGENT"),
    field("service.start", "2026-12-15", quote="12/15/2026"),
    field("service.end", "2027-01-15", quote="1/15/2027"),
    field("service.place", "22"),
    field("case.reference_number", "REF-88-1203"),
    field("diagnosis.code", "M17.11", "d1"),
    field("diagnosis.description", "Primary osteoarthritis, right knee", "d1"),
    field("diagnosis.status", "active", "d1", quote="M17.11"),
    field("diagnosis.code", "E11.9", "d2"),
    field("procedure.code", "27447", "s1"),
    field("procedure.system", "CPT", "s1"),
    field("procedure.description", "Total knee arthroplasty", "s1"),
    field("procedure.modifier", "RT", "s1"),
    field("procedure.modifier", "59", "s1"),
    field("procedure.units", "1", "s1"),
    field("procedure.code", "L1833", "s2"),
    field("procedure.units", "2", "s2"),
    field("medication.drug", "adalimumab", "m1", quote="Humira (adalimumab)"),
    field("medication.strength", "40 mg/0.8 mL", "m1"),
    field("medication.form", "pen", "m1"),
    field("medication.route", "subcutaneous", "m1", quote="SC", at=(1, 20)),
    field("medication.dose", "40 mg", "m1", quote="inject 40 mg", at=(1, 0)),
    field("medication.frequency", "every other week", "m1", quote="every other week", at=(1, 30)),
    field("medication.quantity", "1.60", "m1"),
    field("medication.days_supply", "28", "m1"),
    field("medication.refills", "05", "m1"),
    field("medication.status", "requested", "m1", quote="Medication requested"),
    field("medication.drug", "metformin", "m2", at=(3, 0)),
    field("medication.strength", "500 mg", "m2", at=(3, 0)),
    field("medication.frequency", "twice daily", "m2", quote="BID", at=(3, 0)),
    field("medication.status", "current", "m2", quote="Current medications", at=(3, 0)),
    field("medication.drug", "ibuprofen", "m3", at=(3, 0)),
    field("medication.status", "tried-failed", "m3", quote="tried and failed", at=(3, 0)),
    field("medication.drug", "naproxen", "m4", at=(3, 0)),
    field("medication.status", "discontinued", "m4", quote="stopped", at=(3, 0)),
    field("allergy.substance", "penicillin", "a1"),
    field("observation.name", "Hemoglobin A1c", "o1"),
    field("observation.value", "7.20", "o1"),
)

LABORATORY: tuple[Field, ...] = (
    field("patient.name", "Maria Elena Testpatient"),
    field("patient.dob", "1969-04-12", quote="04/12/1969"),
    field("facility.name", "Example Family Clinic", "f1"),
    field("specimen.collected", "2026-11-02", quote="11/02/2026"),
    field("report.date", "2026-11-03", quote="11/03/2026"),
    field("observation.name", "Potassium", "o1"),
    field("observation.value", "5.90", "o1"),
    field("observation.unit", "mmol/L", "o1"),
    field("observation.range", "3.5-5.1", "o1"),
    field("observation.flag", "H", "o1"),
    field("observation.name", "Ferritin", "o2", at=(2, 0)),
    field("observation.value", "<0.5", "o2", at=(2, 0)),
    field("observation.unit", "ng/mL", "o2", at=(2, 0)),
    field("observation.name", "Urine nitrite", "o3", at=(2, 0)),
    field("observation.value", "Negative", "o3", at=(2, 0)),
    field("observation.name", "Reticulocytes", "o4", at=(2, 0)),
    field("observation.value", "1.2", "o4", at=(2, 0)),
    field("observation.unit", "parts", "o4", at=(2, 0)),
    field("observation.flag", "see comment", "o4", at=(2, 0)),
    field("observation.name", "Sodium", "o5", at=(2, 0)),
    field("observation.value", "140", "o5", at=(2, 0), status=FieldStatus.REVIEW),
)


def without(*paths: str) -> tuple[Field, ...]:
    """The full record's fields except those at the paths or below the entities."""
    return tuple(f for f in FULL if f.path not in paths and f.path.split(".")[0] not in paths)


VARIANTS: dict[str, Record] = {
    "full": record(FULL),
    "empty": record(()),
    "nothing-proven": record(f.model_copy(update={"status": FieldStatus.REVIEW}) for f in FULL),
    "note": record(
        (*without("procedure", "request", "service"), field("encounter.date", "2026-11-02")), "clinical_note"
    ),
    "unknown-type": record(FULL, "unknown"),
    "laboratory": record(LABORATORY, "lab_report"),
    "family": record(
        (
            field("patient.name", "Maria Testpatient"),
            field("diagnosis.description", "breast cancer", "d1"),
            field("diagnosis.status", "family_history", "d1", quote="mother had"),
        ),
        "clinical_note",
    ),
    "no-allergies": record(
        (field("patient.name", "Maria Testpatient"), field("allergy.none", "none known", "a1", quote="NKDA"))
    ),
    "reactions": record(
        (
            field("allergy.substance", "latex", "a1"),
            field("allergy.reaction", "hives", "a1"),
            field("allergy.none", "none known", "a2", quote="NKDA"),
        )
    ),
    "name-only": record([field("patient.name", "Maria Testpatient")]),
    "no-patient": record(without("patient")),
    "no-patient-name": record(without("patient.name")),
    "one-word-name": record((*without("patient.name", "provider.name"), field("patient.name", "Cher"))),
    "no-member-id": record(without("patient.member_id")),
    "no-identifiers": record(without("patient.member_id", "patient.mrn")),
    "no-payer": record(without("payer")),
    "no-coverage": record(without("payer", "patient.member_id")),
    "no-providers": record(without("provider")),
    "no-provider-no-facility": record(without("provider", "facility")),
    "no-npi": record(without("provider.npi", "facility.npi")),
    "bad-npi": record((*without("provider.npi"), field("provider.npi", "1234567890", "p1"))),
    "npi-only": record(without("provider.name", "facility.name")),
    "no-urgency-no-dates": record(without("request", "service")),
    "start-only": record(without("service.end")),
    "end-only": record(without("service.start")),
    "partial-dates": record((*without("patient.dob", "service"), field("patient.dob", "1969"))),
    "impossible-dates": record((*without("patient.dob"), field("patient.dob", "1969-02-30"))),
    "end-before-start": record((*without("service.end"), field("service.end", "2026-01-01"))),
    "no-diagnosis": record(without("diagnosis")),
    "wordings-only": record((*without("diagnosis.code", "procedure.code"),)),
    "drugs-only": record(without("procedure")),
    "nothing-asked-for": record(without("procedure", "medication")),
    "unassigned-place": record((*without("service.place"), field("service.place", "Office"))),
    "odd-shapes": record(
        (
            *without("procedure", "diagnosis"),
            field("procedure.code", "ABC", "s1"),
            field("procedure.modifier", "!", "s1"),
            field("procedure.units", "two", "s1"),
            field("diagnosis.code", "M1711", "d1"),
        )
    ),
    "negated": record(
        f.model_copy(update={"assertion": Assertion.NEGATED}) if f.path.startswith("diagnosis") else f for f in FULL
    ),
    "two-codes-in-a-group": record(
        (*FULL, field("diagnosis.code", "E78.5", "d2"), field("procedure.code", "97110", "s2"))
    ),
    "verified": record(f.model_copy(update={"status": FieldStatus.VERIFIED}) for f in FULL),
}
