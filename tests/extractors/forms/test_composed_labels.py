"""Labels that no list holds: each word is one of a field's, and all of them together ask for it."""

from __future__ import annotations

import pytest

from documents.pages import Page, WordSource
from documents.values import Cited, Kind
from extractors.document_type import all_document_types
from extractors.forms.composed import COMPOSED, compose
from extractors.forms.labels import Lexicon
from extractors.forms.reading import read_forms
from extractors.grammar.find import normalise
from tests.extractors.forms.drawing import draw

TYPES = all_document_types()


def cited(page: Page, path: str, *, of: str = "prior_auth_request") -> list[Cited]:
    return [c for c in read_forms([page], TYPES[of]).cited if c.path == path]


@pytest.mark.parametrize(
    ("label", "asked"),
    [
        ("birth day of child", "patient.dob"),
        ("phone to call member", "patient.phone"),
        ("worksheet filled out on", "request.date"),
        ("treatment to begin on or after", "service.start"),
        ("care ends on", "service.end"),
        ("national npi of surgeon", "provider.npi"),
        ("npi of receiving site", "facility.npi"),
        ("policyholder number on card", "patient.member_id"),
        ("coverage tier", "payer.plan"),
        ("physician in charge", "provider.name"),
        ("place where surgery takes place", "facility.name"),
        ("how soon is answer needed", "request.urgency"),
    ],
)
def test_words_of_one_field_ask_for_it(label: str, asked: str) -> None:
    assert compose(label, TYPES["prior_auth_request"].specs)[0] == asked


@pytest.mark.parametrize(
    "label",
    [
        "date of birth of spouse",
        "npi of billing office",
        "birth weight",
        "last menstrual date",
        "birth",
        "order of business",
    ],
)
def test_one_foreign_word_makes_it_no_label(label: str) -> None:
    assert compose(label, TYPES["prior_auth_request"].specs) == ()


def test_only_fields_of_the_type_are_asked_for() -> None:
    assert compose("blood taken on", TYPES["lab_report"].specs) == ("specimen.collected",)
    assert compose("blood taken on", TYPES["prior_auth_request"].specs) == ()


def test_a_composed_label_scores_under_the_neutral_one() -> None:
    found = cited(draw("\n REQUEST DETAILS\n Worksheet filled out on:   03/14/2026\n"), "request.date")
    assert [(c.value, c.features["label_score"]) for c in found] == [("2026-03-14", COMPOSED)]


def test_misread_words_are_taken_for_the_nearest() -> None:
    page = draw(
        "\n PATIENT\n Patient name: Ola Berg\n Phone to reaeh patlent:  (402) 555-0137\n",
        source=WordSource.OCR,
        confidence=0.93,
    )
    assert [c.value for c in cited(page, "patient.phone")] == ["(402) 555-0137"]


def test_a_mark_of_the_required_ends_a_label() -> None:
    page = draw("\n PATIENT\n Legal name(!) Ola M. Berg\n Insurer§ Prairie Mutual\n Member ID† KLM4471903\n")
    assert [c.value for c in cited(page, "patient.name")] == ["Ola M Berg"]
    assert [c.value for c in cited(page, "payer.name")] == ["Prairie Mutual"]
    assert [c.value for c in cited(page, "patient.member_id")] == ["KLM4471903"]


def test_capitals_after_small_letters_begin_the_value() -> None:
    page = draw("\n PRESCRIBER\n Ordering provider Lena Zhou, NP\n Practice specialty Hepatology\n")
    assert [c.value for c in cited(page, "provider.name")] == ["Lena Zhou"]
    assert [c.value for c in cited(page, "provider.specialty")] == ["Hepatology"]
    assert cited(draw("\n Physician Services Group\n Lena Zhou\n"), "provider.name") == []


def test_the_number_behind_the_insurer_is_the_members() -> None:
    page = draw("\n COVERAGE\n Insurance:  Prairie Mutual, no. 88231907\n")
    assert [c.value for c in cited(page, "payer.name")] == ["Prairie Mutual"]
    assert [c.value for c in cited(page, "patient.member_id")] == ["88231907"]
    product = draw("\n COVERAGE\n Insurance:  Prairie Mutual / Choice PPO 2000\n")
    assert cited(product, "patient.member_id") == []


@pytest.mark.parametrize("text", ["Person Covered", "TELEPHONE ENCOUNTER", "Operation Record", "Person to be seen"])
def test_headings_are_nobody(text: str) -> None:
    assert normalise(Kind.PERSON_NAME, text) is None


def test_labels_are_composed_for_each_type_apart() -> None:
    label = Lexicon(TYPES["referral"]).read("Clinician sending")
    assert label is not None
    assert label.paths == ("provider.name",)


URGENCY = """
 Timeline:  < > {usual}    <x> {fast}
"""


@pytest.mark.parametrize(
    ("usual", "fast"),
    [
        ("Within 14 days", "Within 24 hours"),
        ("Normal review", "A wait could endanger the patient's life"),
        ("Ordinary turnaround", "Exigent"),
        ("No rush", "Urgent care, answer wanted in 2 days"),
    ],
)
def test_choices_of_urgency_in_other_words(usual: str, fast: str) -> None:
    page = draw(URGENCY.format(usual=usual, fast=fast))
    assert [c.value for c in cited(page, "request.urgency")] == ["expedited"]
    turned = draw(URGENCY.format(usual=fast, fast=usual))
    assert [c.value for c in cited(turned, "request.urgency")] == ["standard"]


def test_choices_of_something_else_are_no_urgency() -> None:
    page = draw("\n Visits:  < > Within 14 days    <x> Within 24 hours\n")
    assert cited(page, "request.urgency") == []


BARE = """
 Member ID KLM4471903              Rx Group G56549
 Patient Address 118 Cottonwood Bend Rd, Lincoln, NE 68510
 Patient Phone 402-555-0137        Insurance Prairie Mutual
 Date Submitted 03/14/2026         Prescriber Specialty Hepatology
"""


def test_where_a_form_prints_no_colons_its_labels_end_at_their_values() -> None:
    found = {
        c.path: c.value for c in read_forms([draw(" Intake" + "\n" * 10 + BARE)], TYPES["prior_auth_request"]).cited
    }
    assert found["patient.address"] == "118 Cottonwood Bend Rd, Lincoln, NE 68510"
    assert found["payer.name"] == "Prairie Mutual"
    assert found["provider.specialty"] == "Hepatology"
    lone = draw(" Intake" + "\n" * 10 + " Specialty Pharmacy Enrollment\n")
    assert cited(lone, "provider.specialty") == []


ABOVE = """
 RENDERING SITE
 Tri-Rivers Open MRI            1932102084             02/03/2026
+-----------------------------+ +--------------------+ +---------------------+
 Facility Name*                 Facility NPI           Anticipated Date of Service
 Setting  <x> Outpatient hospital  < > Office
"""


def test_a_row_of_labels_under_their_values_is_no_row_of_headings() -> None:
    found = {c.path: c.value for c in read_forms([draw(ABOVE)], TYPES["prior_auth_request"]).cited}
    assert found["facility.name"] == "Tri-Rivers Open MRI"
    assert found["facility.npi"] == "1932102084"
    assert found["service.start"] == "2026-02-03"


@pytest.mark.parametrize(
    ("label", "text"), [("Performed at", "main laboratory. Call 800-555-0142"), ("Site", "left lower leg, weeping")]
)
def test_a_remark_is_no_organization(label: str, text: str) -> None:
    assert cited(draw(f"\n {label}: {text}\n"), "facility.name") == []


def test_a_bare_id_may_be_the_practices() -> None:
    found = cited(draw("\n Patient: Ola Berg   ID#: E5317660\n"), "patient.member_id")
    assert all(c.features["label_score"] < 0.5 for c in found)
