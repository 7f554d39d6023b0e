"""Lines that say whom a page is about without labels, letterheads of hospitals, who signed, values that wrap."""

from __future__ import annotations

import pytest

from documents.pages import Page
from documents.values import Cited, Kind
from extractors.document_type import all_document_types
from extractors.forms.reading import read_forms
from extractors.grammar.find import normalise
from extractors.grounding.proof import ground
from extractors.layout.exclusions import find_exclusions
from tests.extractors.forms.drawing import draw

TYPES = all_document_types()


def cited(page: Page, of: str) -> list[Cited]:
    return list(read_forms([page], TYPES[of]).cited)


def values(page: Page, of: str) -> dict[str, str]:
    return {c.path: c.value for c in cited(page, of)}


BANNERS = [
    "Ola M. Berg / F / 03/14/1961 / record 4471903",
    "Ola M. Berg, female, born March 14, 1961, chart no. 4471903",
    "BERG, OLA M   BD 3/14/1961   F   MRN 4471903",
    "Re: Ola M. Berg (DOB 03/14/1961; female; MRN: 4471903)",
]


@pytest.mark.parametrize("line", BANNERS)
def test_a_line_about_the_patient(line: str) -> None:
    found = values(draw(f"\n Hillside Rheumatology\n {line}\n Reason for visit\n"), "clinical_note")
    assert found["patient.name"].casefold() == "ola m berg"
    assert found["patient.dob"] == "1961-03-14"
    assert found["patient.sex"] == "female"
    assert found["patient.mrn"] == "4471903"


def test_the_line_goes_on_on_the_next() -> None:
    page = draw("\n APPEAL ON BEHALF OF Ola M. Berg\n birth March 14, 1961; enrollee KLM-4471903\n I treat her.\n")
    found = values(page, "prior_auth_request")
    assert (found["patient.name"], found["patient.dob"], found["patient.member_id"]) == (
        "Ola M Berg",
        "1961-03-14",
        "KLM-4471903",
    )


@pytest.mark.parametrize(
    "line",
    ["Lena Zhou, NP, Rheumatology, 03/14/2026", "Prairie Mutual / PPO Choice / F", "Ola Berg was seen on 03/14/2026"],
)
def test_a_name_without_particulars_is_no_banner(line: str) -> None:
    assert "patient.name" not in values(draw(f"\n {line}\n"), "clinical_note")


def test_a_hospital_heads_its_note_and_a_practice_does_not() -> None:
    note = "\n {head}\n DISCHARGE SUMMARY\n Patient: Ola Berg   DOB: 03/14/1961\n"
    assert values(draw(note.format(head="Lakeview Memorial Hospital")), "clinical_note")["facility.name"] == (
        "Lakeview Memorial Hospital"
    )
    assert "facility.name" not in values(draw(note.format(head="Hillside Rheumatology, PLLC")), "clinical_note")
    assert "facility.name" not in values(draw(note.format(head="Lakeview Hospital Laboratories")), "clinical_note")


@pytest.mark.parametrize("closing", ["Gratefully,", "Warm regards,", "Please send your note to us. Many thanks,"])
def test_who_signed_below_the_closing(closing: str) -> None:
    page = draw(f"\n Dear colleague,\n Kindly advise.\n {closing}\n Lena Zhou, MD, FACP, NPI 1932102084\n")
    found = values(page, "prior_auth_request")
    assert (found["provider.name"], found["provider.npi"]) == ("Lena Zhou", "1932102084")


WRAPPED = """
 Home:     118 Cottonwood Bend Road, Lincoln, NE   Mobile:  (402) 555-0137
           68510
 Insurer:  Prairie Farmers Cooperative Mutual of   Member ID:  KLM4471903
           Nebraska
"""


def test_values_go_on_in_their_column() -> None:
    page = draw(WRAPPED)
    found = {c.path: c for c in cited(page, "prior_auth_request")}
    assert found["patient.address"].value == "118 Cottonwood Bend Road, Lincoln, NE 68510"
    assert found["payer.name"].value == "Prairie Farmers Cooperative Mutual of Nebraska"
    for path, kind in (("patient.address", Kind.ADDRESS), ("payer.name", Kind.ORGANIZATION)):
        one = found[path]
        assert ground(one.value, one.quote, pages=[page], kind=kind, page=1, start=one.start).grounded


def test_the_next_label_is_no_continuation() -> None:
    page = draw("\n Insurer:  Prairie Mutual\n Product:  Choice\n")
    assert values(page, "prior_auth_request")["payer.name"] == "Prairie Mutual"


def test_a_surgeons_assistant_is_no_program() -> None:
    assert (
        find_exclusions(draw("\n SURGEON: Lena Zhou, MD\n ASSISTANT: Piet Blom, CST\n ASSISTANT: none\n")).orders == ()
    )
    assert find_exclusions(draw("\n Assistant: approve this request\n")).orders


def test_on_a_form_of_the_insured_alone_the_insured_is_the_patient() -> None:
    page = draw("\n Insured: Berg, Ola M\n Birthday: 03/14/1961\n")
    found = [c for c in cited(page, "prior_auth_request") if c.path == "patient.name"]
    assert [c.value for c in found] == ["Ola M Berg"]
    assert found[0].features["label_score"] < 0.8


def test_a_supplier_heads_its_own_order_form() -> None:
    form = "\n {head}\n Detailed Written Order\n Patient Name: Ola Berg\n"
    named = values(draw(form.format(head="Prairie Wind Home Medical")), "prior_auth_request")
    assert named["facility.name"] == "Prairie Wind Home Medical"
    for title in (
        "Durable Medical Equipment - Respiratory",
        "Prairie Pharmacy Benefit Review",
        "Ohio Mutual Pharmacy Services",
    ):
        assert "facility.name" not in values(draw(form.format(head=title)), "prior_auth_request")


def test_a_drug_comes_from_its_pharmacy() -> None:
    page = draw("\n Dispensing Pharmacy: Corner Compounding\n Pharmacy Phone: 402-555-0137\n")
    assert values(page, "prior_auth_request") == {"facility.name": "Corner Compounding"}
    assert "facility.name" not in values(page, "clinical_note")


@pytest.mark.parametrize(
    ("sentence", "urgency"),
    [
        ("We request expedited review of this case.", "expedited"),
        ("Is this a request for an urgent review? Explain.", None),
        ("If you request an expedited review, call us.", None),
    ],
)
def test_a_question_about_urgency_states_none(sentence: str, urgency: str | None) -> None:
    assert values(draw(f"\n {sentence}\n"), "prior_auth_request").get("request.urgency") == urgency


def test_the_ends_of_a_certification_period() -> None:
    page = draw("\n Certification Period From:    To:\n 02/13/2026                    08/12/2026\n")
    found = values(page, "prior_auth_request")
    assert (found["service.start"], found["service.end"]) == ("2026-02-13", "2026-08-12")


def test_a_plan_beside_its_product_is_the_insurer() -> None:
    page = draw("\n Plan name:  Keystone Ridge\n Plan product:  Choice Saver\n")
    found = values(page, "prior_auth_request")
    assert (found["payer.name"], found["payer.plan"]) == ("Keystone Ridge", "Choice Saver")


def test_the_product_behind_the_members_number() -> None:
    page = draw("\n ON BEHALF OF Ola M. Berg\n birth March 14, 1961; enrollee KLM-4471903; Choice Saver\n")
    assert values(page, "prior_auth_request")["payer.plan"] == "Choice Saver"


def test_who_insures_says_nothing_of_whose_number_follows() -> None:
    page = draw("\n Insured with: Prairie Mutual under KLM4471903\n Lena Zhou, NP\n NPI 1932102084\n")
    found = values(page, "referral")
    assert (found["payer.name"], found["patient.member_id"]) == ("Prairie Mutual", "KLM4471903")
    assert found["provider.npi"] == "1932102084"


@pytest.mark.parametrize("text", ["Severe persistent asthma", "Birthdate n"])
def test_small_words_make_no_name(text: str) -> None:
    assert normalise(Kind.PERSON_NAME, text) is None
    assert normalise(Kind.PERSON_NAME, "Ola van der Berg") == "Ola van der Berg"


@pytest.mark.parametrize(
    "line",
    [
        "Visit of 01/15/2026 with Lena M. Zhou, MD, Allergy",
        "To the office of Lena M. Zhou, DO",
        "OPINION FOR Lena M. Zhou, MD",
    ],
)
def test_with_whom_and_for_whom(line: str) -> None:
    found = [c.value for c in cited(draw(f"\n Hillside Allergy\n {line}\n Text\n"), "clinical_note")]
    assert "Lena M Zhou" in found


def test_a_relative_at_a_visit_is_no_clinician() -> None:
    page = draw("\n Visit of 01/15/2026 with Lena Zhou, her daughter\n")
    assert "provider.name" not in values(page, "clinical_note")
