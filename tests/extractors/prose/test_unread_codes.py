"""A code that nobody read sends the record to a person, and nothing else does."""

import pytest

from documents.plain_text import text_page
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from tests.extractors.prose.reads import page_of

_NOTE = "ASSESSMENT: Gout, unspecified (M10.9).\n"


def _rules(text: str) -> list[str]:
    return [f.rule for f in BACKEND.read([page_of(text)], all_document_types()["clinical_note"]).findings]


@pytest.mark.parametrize(
    "sentence",
    [
        "Thinking of her shoulder, somebody scribbled 23472 on the chart.",
        "Her aunt's leaflet speaks of L1833 at length.",
        "The neighbour's paper says Z96.641 in green ink.",
        "Talk of Dr. Lee, MD  and others\n23472 was scribbled below.",
        "Blood sample drawn, aunt says Z96.641.",
    ],
)
def test_a_code_that_no_field_holds_is_asked_about(sentence: str) -> None:
    assert _rules(_NOTE + sentence) == ["READ-040"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Gout again, M10.9, as said.",
        "She lives in Boise, 1D 83702 now.",
        "Group: £40123.",
        "Weight 12345 mg.",
        "Release 10.4 of the record system.",
        "Lives at: 12 Birch Ct, Macon, GA  Cell: (478) 555-0100\n31204\nCovered by: Example Health",
        "Lives at: 12 Birch Ct, Macon, GA\n31204-1234  Cell: (478) 555-0100",
    ],
)
def test_what_is_read_excluded_or_no_code_is_not(sentence: str) -> None:
    assert _rules(_NOTE + sentence) == []


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("Sample ICD-10 entry: Z96.641", False),
        ("Sample code: Z96.641", False),
        ("Blood sample drawn, code Z96.641", True),
    ],
)
def test_a_sample_shows_how_to_write_a_code(sentence: str, asked: bool) -> None:
    page = text_page(_NOTE + sentence, 1)
    findings = BACKEND.read([page], all_document_types()["clinical_note"]).findings
    assert [f.rule for f in findings] == (["READ-040"] if asked else [])


def test_the_finding_names_the_page_and_no_text_of_it() -> None:
    pages = [page_of(_NOTE), page_of("A slip says 23472.", number=2)]
    (finding,) = BACKEND.read(pages, all_document_types()["clinical_note"]).findings
    assert "page 2" in finding.message
    assert "23472" not in finding.message
    assert finding.path is None
