"""A stray page of another patient: read apart, flagged, and nothing on it accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from documents.pages import Page
from documents.records import FieldStatus, Record, RedFlag
from extractors.backends.rules import BACKEND
from extractors.packets.reading import read_segments
from flows import stages
from tests.extractors.printed import page_of

REQUEST = """PRIOR AUTHORIZATION REQUEST
Patient name: Alma Drummond     DOB: 04/02/1961
Member ID: K55201938
Requesting provider: Nadia Frost, MD   NPI: 1234567893
CPT code: 72148   Diagnosis code: M54.16"""
NOTE = """PROGRESS NOTE
Patient: Alma Drummond   DOB: 04/02/1961
Date of visit: 01/12/2026
Chief complaint: low back pain
Assessment and plan: lumbar radiculopathy, M54.16. MRI."""
STRAY = """PROGRESS NOTE
Patient: Casimir Oyelaran   DOB: 11/30/1948
Date of visit: 01/09/2026
Chief complaint: cough
Assessment and plan: COPD, J44.9. Start tiotropium."""
COVER_OF_ANOTHER = """FAX COVER SHEET
To: Health plan    From: Clinic    Pages including cover: 3
Re: Casimir Oyelaran, DOB 11/30/1948"""
# The names stand below their labels, where splitting does not look.
BOXED = """PRIOR AUTHORIZATION REQUEST                                   Page {number} of 2
Patient name             Date of birth        Member ID
{name:<25}{dob:<21}{member}
CPT code: 72148   Diagnosis code: M54.16"""


def pages(*texts: str) -> list[Page]:
    return [page_of(text, number=i) for i, text in enumerate(texts, 1)]


def records(document: Sequence[Page]) -> tuple[Record, ...]:
    arrived = datetime(2026, 2, 1, 12, tzinfo=UTC)
    zone = ZoneInfo("America/New_York")
    extracted = stages.extract(document, BACKEND)
    received = stages.Received(at=arrived, header_at=None, sender=None)
    return stages.check("d", document, extracted, received=received, facility=stages.Facility(zone))


def test_nothing_of_another_patient_s_page_is_accepted() -> None:
    request, note, stray = records(pages(REQUEST, NOTE, STRAY))
    assert stray.segment.other_patient
    assert not request.segment.other_patient
    assert stray.fields
    assert all(f.status is FieldStatus.REVIEW for f in stray.fields)
    assert all(RedFlag.PATIENT_MISMATCH in {f.flag for f in r.findings} and not r.accepted for r in (request, stray))
    assert not {f.value for r in (request, note) for f in r.fields} & {"Casimir Oyelaran", "J44.9", "1948-11-30"}
    assert any(f.status is FieldStatus.ACCEPTED for f in request.fields)


def test_where_neither_patient_is_plainly_the_document_s_nothing_is_accepted() -> None:
    assert all(f.status is FieldStatus.REVIEW for r in records(pages(NOTE, STRAY)) for f in r.fields)


def test_a_cover_sheet_that_names_another_patient_concerns_the_whole_document() -> None:
    document = pages(COVER_OF_ANOTHER, REQUEST, NOTE)
    assert stages.needs_a_person(stages.extract(document, BACKEND))
    assert all(RedFlag.PATIENT_MISMATCH in {f.flag for f in r.findings} for r in records(document))


def test_two_patients_inside_one_form_are_read_apart() -> None:
    ours = BOXED.format(number=1, name="Alma Drummond", dob="04/02/1961", member="K55201938")
    theirs = BOXED.format(number=2, name="Casimir Oyelaran", dob="11/30/1948", member="Q90017724")
    parts = list(read_segments(pages(ours, theirs), BACKEND))
    assert [(s.page_start, s.page_end, s.other_patient) for s, _ in parts] == [(1, 1, False), (2, 2, True)]
    first = parts[0][1]
    assert first is not None
    assert {c.page for c in first.cited} == {1}


def test_a_document_of_one_patient_has_no_mismatch() -> None:
    document = pages(REQUEST, NOTE)
    assert not any(RedFlag.PATIENT_MISMATCH in {f.flag for f in r.findings} for r in records(document))
