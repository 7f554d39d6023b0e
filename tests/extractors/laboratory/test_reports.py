"""Whole laboratory reports: who ordered, when it was drawn and reported, why, and results that stay apart."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from documents.pages import Page
from documents.records import Field, Record, Segment
from documents.values import Alignment, Kind
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from extractors.grammar.find import find_values, normalise
from extractors.grounding.proof import ground
from extractors.records.assembly import ExtractionContext, build_record
from tests.extractors.forms.drawing import draw

REPORT = """
 TIDEWATER CLINICAL LABORATORIES                     FINAL REPORT

 Patient: OYELARAN, TERRENCE              Ordering: LINDQVIST, BRIT MD
 DOB: 05/06/1959       Sex: M             NPI: 1457389206
 MRN: 4471920                             Specimen collected: 04/11/2026 08:59
 Received in lab: 04/11/2026              Date reported: 04/12/2026
 ICD-10 codes on requisition: E11.65, I10

 Test               Units      01/05/2026    04/11/2026    Ref Range
 Creatinine         mg/dL      1.4 H         1.4 H         0.6-1.3
 Potassium          mmol/L     4.1           5.3 H         3.5-5.1
"""


def record_of(page: Page) -> Record:
    """The record that the embedded backend makes of a page."""
    reading = BACKEND.read([page], all_document_types()["lab_report"])
    segment = Segment(document_type="lab_report", page_start=1, page_end=1, confidence=0.95)
    context = ExtractionContext(received_at=datetime(2026, 4, 13, tzinfo=UTC), today=date(2026, 4, 13), time_zone=UTC)
    return build_record("f" * 64, segment, [page], Readings(first=reading), context=context)


@pytest.fixture(scope="module")
def fields() -> tuple[Field, ...]:
    return record_of(draw(REPORT)).fields


def said(fields: tuple[Field, ...], path: str) -> list[str]:
    return [f.value for f in fields if f.path == path]


def test_the_head_of_a_report(fields: tuple[Field, ...]) -> None:
    assert said(fields, "provider.name") == ["BRIT LINDQVIST"]
    assert said(fields, "provider.npi") == ["1457389206"]
    assert said(fields, "provider.role") == ["ordering"]
    assert said(fields, "specimen.collected") == ["2026-04-11"]
    assert said(fields, "specimen.received") == ["2026-04-11"]
    assert said(fields, "report.date") == ["2026-04-12"]
    assert said(fields, "diagnosis.code") == ["E11.65", "I10"]


def test_equal_results_of_two_days_stay_two_results(fields: tuple[Field, ...]) -> None:
    groups: dict[str, dict[str, str]] = {}
    for field in fields:
        if field.path.startswith("observation."):
            groups.setdefault(field.group or "", {})[field.path.removeprefix("observation.")] = field.value
    assert sorted((g["name"], g["date"], g["value"], g.get("flag")) for g in groups.values()) == [
        ("Creatinine", "2026-01-05", "1.4", "H"),
        ("Creatinine", "2026-04-11", "1.4", "H"),
        ("Potassium", "2026-01-05", "4.1", None),
        ("Potassium", "2026-04-11", "5.3", "H"),
    ]


def test_a_known_test_under_a_header_needs_no_person(fields: tuple[Field, ...]) -> None:
    values = [f for f in fields if f.path in ("observation.name", "observation.value", "observation.unit")]
    assert values
    assert all(f.usable for f in values)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("12.4", "12.4"),
        ("12.4H", "12.4"),
        ("1,250 HH", "1250"),
        ("< 0.5", "<0.5"),
        (">OR= 60", ">=60"),
        ("1:160", "1:160"),
        ("3+", "3+"),
        ("Not Detected", "Not Detected"),
        ("non-reactive", "non-reactive"),
        ("mg/dL", None),
        ("H", None),
        ("seen in clinic", None),
    ],
)
def test_normal_forms_of_results(printed: str, value: str | None) -> None:
    assert normalise(Kind.RESULT, printed) == value


def test_a_result_is_not_cut_out_of_its_opposite() -> None:
    assert [m.value for m in find_values(Kind.RESULT, "Not Detected")] == ["Not Detected"]
    page = draw("SARS-CoV-2 PCR   Not Detected")
    cut = ground("Detected", "Detected", pages=[page], kind=Kind.RESULT)
    assert cut.alignment is Alignment.NONE or cut.reason == "negated_context"
    assert ground("104", "104", pages=[draw("Glucose  1104")], kind=Kind.RESULT).alignment is Alignment.NONE


def test_the_laboratory_that_performed_the_tests_is_not_where_the_patient_is_treated() -> None:
    sites = " Facility: Elm Street Clinic               Performing site: Tidewater Laboratories\n"
    page = REPORT.replace(" ICD-10", f"{sites} ICD-10")
    names = [f.value for f in record_of(draw(page)).fields if f.path == "facility.name"]
    assert names == ["Elm Street Clinic"]
