"""Signatures, summaries and lists that a form asks for: left blank, signed, or written elsewhere."""

from __future__ import annotations

import pytest

from documents.pages import Page, WordSource
from extractors.document_type import all_document_types
from extractors.forms.reading import read_forms
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]


def blank(text: str, source: WordSource = WordSource.OCR, quality: float = 0.9) -> tuple[str, ...]:
    page: Page = draw(text, source=source, confidence=0.93)
    return read_forms([page.model_copy(update={"quality": quality})], TYPE).blank


SIGNATURE = """
+--------------------------------------------+---------------------+
| Signature of ordering practitioner         | Date signed         |
| {ink} | 02/03/2026          |
+--------------------------------------------+---------------------+
"""


@pytest.mark.parametrize(
    ("ink", "missing"),
    [
        (" " * 42, True),
        ("  .            ," + " " * 26, True),  # specks
        ("   Ur2ula 0kafr" + " " * 27, False),
        ("   ~~-«—»~.-—~" + " " * 28, False),  # a scrawl
    ],
)
def test_a_signature_line(ink: str, missing: bool) -> None:
    assert ("provider.signature" in blank(SIGNATURE.format(ink=ink))) is missing


def test_a_text_layer_says_nothing_about_ink() -> None:
    assert "provider.signature" not in blank(SIGNATURE.format(ink=" " * 42), WordSource.TEXT_LAYER)


def test_a_members_own_signature_is_not_the_providers() -> None:
    assert blank("\n Patient signature:\n") == ()


def test_handwriting_that_was_not_recognised_is_not_called_blank() -> None:
    assert blank(SIGNATURE.format(ink=" " * 42), quality=0.5) == ()


SUMMARY = """
+------------------------------------------------------------------+
| D. PERTINENT CLINICAL INFORMATION                                |
+------------------------------------------------------------------+
| {line}
|                                                                  |
+------------------------------------------------------------------+
| Authorized signature: Ursula Okafor, MD                          |
+------------------------------------------------------------------+
"""


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        (" " * 65 + "|", True),
        ("see attached chart notes".ljust(65) + "|", True),
        ("Three flares since June, each needing a steroid taper.".ljust(65) + "|", False),
    ],
)
def test_a_box_for_the_summary(line: str, missing: bool) -> None:
    text = SUMMARY.format(line=line)
    assert ("clinical.summary" in blank(text)) is missing
    assert ("clinical.summary" in blank(text, WordSource.TEXT_LAYER)) is missing


TRIED = """
 DRUGS TRIED AND FAILED (list each with dates)
+----------------------+-------------+---------------------+----------------------+
| Medication           | Strength    | Dates of use        | Reason stopped       |
+----------------------+-------------+---------------------+----------------------+
| {drug} | {strength} |                     |                      |
+----------------------+-------------+---------------------+----------------------+
"""


@pytest.mark.parametrize(
    ("drug", "strength", "missing"),
    [
        (" " * 20, " " * 11, True),
        ("Sulfasalazine".ljust(20), "500 mg".ljust(11), False),
        ("None".ljust(20), " " * 11, True),
    ],
)
def test_a_list_of_drugs_tried(drug: str, strength: str, missing: bool) -> None:
    assert ("medication.tried" in blank(TRIED.format(drug=drug, strength=strength))) is missing


def test_the_next_box_is_no_answer_where_the_labels_own_has_room() -> None:
    text = """
+----------------------+------------------+------------------+
| Member name          | Date of birth    | Sx               |
| Ola Berg             |                  | F                |
+----------------------+------------------+------------------+
"""
    assert "patient.dob" in blank(text)


def test_a_title_right_over_its_text_is_not_blank() -> None:
    text = "\n Clinical rationale\n Patient Name: Ola Berg\n"
    assert blank(text, WordSource.TEXT_LAYER) == ()
    assert blank(text.replace("rationale", "rationale:"), WordSource.TEXT_LAYER) == ("clinical.summary",)


@pytest.mark.parametrize(("label", "missing"), [("Quantity per fill: ", True), ("Quantity per fill 3", False)])
def test_a_number_at_the_end_of_a_label_is_its_value(label: str, missing: bool) -> None:
    text = f"\n DRUG REQUESTED\n Drug name: Emgality\n Strength: 120 mg/mL\n {label}\n Refills: 2\n"
    assert ("medication.quantity" in blank(text, WordSource.TEXT_LAYER)) is missing


def test_choices_in_unknown_words_answer_their_label() -> None:
    boxes = "<x> within the customary period   < > fast lane"
    assert "request.urgency" not in blank(f"\n Review priority:  {boxes}\n", WordSource.TEXT_LAYER)
    assert "request.urgency" in blank("\n Review priority:\n", WordSource.TEXT_LAYER)


def test_what_was_not_read_is_not_called_blank() -> None:
    text = "\n PLEA FOR COVERAGE\n I write on behalf of somebody whose name stands in the letter's first line.\n"
    assert blank(text, WordSource.TEXT_LAYER) == ()
