"""Predictions name groups once in a document, and a window without what it runs from."""

from __future__ import annotations

from documents.records import Record, Segment
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from extractors.records.assembly import build_record
from flows.predictions import prediction
from tests.extractors.printed import page_of
from tests.extractors.records_of import CONTEXT
from tests.ledger.made import field
from tests.ledger.made import record as request

NOTE = "PROGRESS NOTE\nPatient: Nora Quill\n\nMEDICATIONS:\n- furosemide 40 mg PO BID\n- {other} daily\n"


def note(number: int, other: str) -> Record:
    page = page_of(NOTE.format(other=other), number=number)
    segment = Segment(document_type="clinical_note", page_start=number, page_end=number, confidence=0.97)
    reading = BACKEND.read((page,), all_document_types()["clinical_note"])
    return build_record("0" * 64, segment, (page,), Readings(first=reading), context=CONTEXT)


def test_a_drug_of_two_parts_has_one_group() -> None:
    records = [note(1, "lisinopril 10 mg"), note(2, "atenolol 25 mg")]
    written = prediction("x", pages=(), segments=[r.segment for r in records], records=records, needs_review=True)
    drugs = [(f["value"], f["group"]) for f in written["fields"] if f["field"] == "medication.drug"]
    groups = {value.lower(): {g for v, g in drugs if v.lower() == value.lower()} for value, _ in drugs}
    assert len(groups["furosemide"]) == 1
    assert len({g for _, g in drugs}) == 3


def test_a_window_is_its_time_alone() -> None:
    text = "NOTICE OF DENIAL\nMay 4, 2026\nYour request is denied. You may appeal within 45 days of this notice."
    page = page_of(text, number=1)
    segment = Segment(document_type="denial_letter", page_start=1, page_end=1, confidence=0.97)
    reading = BACKEND.read((page,), all_document_types()["denial_letter"])
    record = build_record("0" * 64, segment, (page,), Readings(first=reading), context=CONTEXT)
    assert [f.value for f in record.values("appeal.window")] == ["45 days of this notice"]
    written = prediction("x", pages=(), segments=[segment], records=[record], needs_review=True)
    assert [f["value"] for f in written["fields"] if f["field"] == "appeal.window"] == ["45 days"]


def test_what_is_said_of_another_patient_is_not_this_ones() -> None:
    own, stranger = note(1, "lisinopril"), note(2, "warfarin")
    stranger = stranger.model_copy(update={"segment": stranger.segment.model_copy(update={"other_patient": True})})
    records = [own, stranger]
    written = prediction("x", pages=(), segments=[r.segment for r in records], records=records, needs_review=True)
    assert {f.get("page") for f in written["fields"] if "page" in f} == {1}
    assert len(written["segments"]) == 2


def test_what_a_person_entered_for_a_payer_is_no_prediction() -> None:
    made = request("fax", field("patient.name", "Ann Smith", at=1), field("submission.claim_type", "professional"))
    written = prediction("x", pages=(), segments=[made.segment], records=[made], needs_review=False)
    assert [f["field"] for f in written["fields"]] == ["patient.name"]
