"""Form fields side by side: what is counted, and what openmed's extractor is shown."""

from __future__ import annotations

import pytest

from documents.pages import Page
from documents.plain_text import text_page
from documents.records import Segment
from evaluation.side_by_side.forms import FormComparison, labelled, openmed_fields
from evaluation.side_by_side.results import FormResult
from extractors.document_type import all_document_types
from tests.evaluation.scoring.labels import entry, gold_of, prediction, said

KIND = "prior_auth_request"
TEXT = "Date of Birth: 05/19/1957\nMember ID: QLM55120934\nPhone: (928) 555-0131"
SEGMENT = Segment(document_type=KIND, page_start=1, page_end=1, confidence=1.0)
LABELS = (entry("patient.dob", "1957-05-19"), entry("patient.member_id", "QLM55120934"), entry("payer.name", "Kestrel"))


def compared(rendition: str = "txt", *, openmed: bool = False) -> dict[str, FormResult]:
    gold = gold_of(*LABELS, entry("patient.sex", "female", optional=True), text=TEXT, rendition=rendition)
    ours = prediction(
        said("patient.dob", "5/19/1957", status="accepted"),
        said("patient.dob", "1957-05-19", status="review"),
        said("patient.member_id", "QLM55120935"),
        said("patient.member_id", "QLM 55120935"),
        said("patient.sex", "F"),
        said("diagnosis.status", "active"),
    )
    comparison = FormComparison(openmed=openmed)
    comparison.add(gold, [text_page(TEXT, 1)], [SEGMENT], ours=ours, ms=12.0)
    return {each.name: each for each in comparison.results()}


def test_labelled_fields_are_counted_once_each() -> None:
    found = compared()["fax2fhir"]
    assert (found.documents, found.right, found.wrong, found.missed) == (1, 1, 1, 2)
    assert found.f1 == pytest.approx(0.4)
    assert found.ms == 12.0


def test_documents_that_were_on_paper_are_left_out() -> None:
    assert compared("fax_fine") == {}


def test_openmed_finds_what_a_line_says() -> None:
    pytest.importorskip("openmed", reason="the extra `comparison` is not installed")
    kind = all_document_types()[KIND]
    assert "patient.dob" in labelled(kind)
    page: Page = text_page(TEXT, 1)
    assert dict(openmed_fields([page], [kind]))["patient.dob"] == ["05/19/1957"]
    found = compared(openmed=True)["openmed"]
    assert (found.right, found.missed) == (2, 1)
