"""Pages fall into segments by title and content, and strangers are not forced into a type."""

from __future__ import annotations

import pytest

from documents.pages import Page
from documents.records import Segment
from extractors.document_type import all_document_types
from extractors.packets.splitting import split
from tests.extractors.printed import page_of

COVER = """FACSIMILE TRANSMITTAL SHEET
To: Health plan
From: Clinic
Total pages: 4
Confidentiality notice: if you have received this fax in error, call us"""
REQUEST = """PRIOR AUTHORIZATION REQUEST FORM
Member ID: X123
Requesting provider: A Smith NPI 1234567893
CPT 72148 ICD-10 M54.16
Review type: standard"""
SUPPLEMENT = """Member: Jane Doe
Six weeks of physical therapy were completed without relief.
X-ray showed narrowing."""
NOTE = """PROGRESS NOTE
Chief complaint: back pain
History of present illness: pain for six weeks
Assessment and plan: MRI"""
DENIAL = """NOTICE OF DENIAL OF MEDICAL COVERAGE
We have denied the request for CPT 72148.
You have the right to file an appeal."""
LAB = "LABORATORY REPORT\nSpecimen collected 1/2/2026\nGlucose 99 mg/dL reference range 70-99"
REFERRAL = "REFERRAL REQUEST\nReason for referral: evaluate\nThank you for seeing this patient"
MESSAGE = "PATIENT PORTAL MESSAGE\nHello doctor, when is my appointment?"
POLICY = """MEDICAL POLICY
MRI of the spine is considered medically necessary when all coverage criteria are met.
CPT 72148"""
HEADER = "Received: 7/31/2026 14:26 6355550113 -> 18665550146 page {} of 2"
REQUEST_ON_COVER = """FAX
Please review
prior authorization request
Member ID X1 NPI 1234567893
CPT 72148 ICD-10 M54.16
expedited"""


def pages(*texts: str) -> list[Page]:
    return [page_of(text, number=i) for i, text in enumerate(texts, 1)]


def shape(segments: tuple[Segment, ...]) -> list[tuple[str, int, int]]:
    return [(s.document_type, s.page_start, s.page_end) for s in segments]


def test_a_packet_falls_into_its_parts() -> None:
    assert shape(split(pages(COVER, REQUEST, SUPPLEMENT, NOTE))) == [
        ("cover_sheet", 1, 1),
        ("prior_auth_request", 2, 3),
        ("clinical_note", 4, 4),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DENIAL, "denial_letter"),
        (LAB, "lab_report"),
        (REFERRAL, "referral"),
        (MESSAGE, "patient_message"),
        (POLICY, "payer_policy"),
        ("GRECO'S DELI\nLunch specials this week", "unknown"),
    ],
)
def test_a_document_alone_has_its_type(text: str, expected: str) -> None:
    assert shape(split(pages(text))) == [(expected, 1, 1)]


def test_a_lab_page_in_a_packet_is_its_own_segment() -> None:
    assert shape(split(pages(REQUEST, LAB, NOTE))) == [
        ("prior_auth_request", 1, 1),
        ("lab_report", 2, 2),
        ("clinical_note", 3, 3),
    ]


def test_numbered_pages_of_one_form_stay_together_and_page_one_starts_another() -> None:
    first, second = f"{REQUEST}\nPage 1 of 2", f"{REQUEST}\nPage 2 of 2"
    assert shape(split(pages(first, second, first, second))) == [
        ("prior_auth_request", 1, 2),
        ("prior_auth_request", 3, 4),
    ]


def test_the_fax_machine_s_page_count_is_not_the_form_s() -> None:
    stamped = [f"{HEADER.format(i)}\n{text}" for i, text in ((1, REQUEST), (2, SUPPLEMENT))]
    assert shape(split(pages(*stamped))) == [("prior_auth_request", 1, 2)]


def test_titles_survive_misread_letters() -> None:
    misread = REQUEST.replace("AUTHORIZATION REQUEST", "AUTH0RIZATI0N REOUEST")
    assert shape(split(pages(misread)))[0][0] == "prior_auth_request"


def test_a_cover_sheet_that_holds_a_request_is_not_closed_unread() -> None:
    assert shape(split(pages(REQUEST_ON_COVER)))[0][0] != "cover_sheet"


def test_every_page_is_in_exactly_one_segment_and_confidence_follows_the_evidence() -> None:
    document = pages(COVER, "", REQUEST, "???", NOTE, DENIAL, "")
    segments = split(document)
    held = [n for s in segments for n in range(s.page_start, s.page_end + 1)]
    assert held == list(range(1, 8))
    assert all(0 <= s.confidence <= 0.99 and s.document_type in all_document_types() for s in segments)
    clear, vague = split(pages(REQUEST))[0], split(pages("prior authorization of something"))[0]
    assert clear.confidence > 0.9 > vague.confidence


def test_nothing_to_split() -> None:
    assert split([]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Neurology Clinic\nRe: DOE, JANE\nDear colleague,\nThank you for sending Ms. Doe for an opinion.\n"
            "She is a 40-year-old teacher.\nOn examination:\nreflexes symmetric.\nMy impression:\nMigraine (G43.709)",
            "clinical_note",
        ),
        ("Summary of Hospital Stay\nPATIENT: Jane Doe\nHospital Course\nwas admitted with pneumonia", "clinical_note"),
        (
            "Notice of Adverse Decision\nMember: Doe, Jane\nDear Ms. Doe:\nThe request is denied.\n"
            "You may appeal until 4/13/2026. Prior authorization is required.",
            "denial_letter",
        ),
        (
            "PRE-SERVICE AUTHORIZATION FAX FORM\nBeneficiary: Jane Doe\nOrdering provider: A. Smith, MD",
            "prior_auth_request",
        ),
    ],
)
def test_titles_and_wording_nobody_listed_together_still_tell_the_type(text: str, expected: str) -> None:
    assert [s.document_type for s in split(pages(text))] == [expected]


def test_a_cover_sheet_stays_one_when_its_subject_line_names_a_request() -> None:
    text = "Main Street Clinic\nFAX COVER SHEET\nTO: Health Plan\nSUBJECT: Prior authorization request\n4 pages in all"
    assert split(pages(text))[0].document_type == "cover_sheet"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Infusion Suite Coverage Worksheet", "prior_auth_request"),
        ("REQ FOR CARDIOLOGY CONSULT", "referral"),
        ("Front Desk Call Log", "patient_message"),
    ],
)
def test_a_title_put_together_of_a_subject_and_a_paper_announces_a_type(title: str, expected: str) -> None:
    assert split(pages(f"{title}\nName: Jo Elm\nBorn: 1/2/1960"))[0].document_type == expected


@pytest.mark.parametrize("head", ["ELM, JO   PROGRESS NOTE (cont.)", "ELM, JO   PROGRESS NOTE   2/2"])
def test_a_running_head_says_that_the_document_goes_on(head: str) -> None:
    first = f"{NOTE}\nDictated, not read\n1/2" if head.endswith("2/2") else NOTE
    assert shape(split(pages(first, f"{head}\nPlan of care\nStart therapy. Return in May."))) == [
        ("clinical_note", 1, 2)
    ]


def test_two_messages_on_one_template_are_told_apart_by_their_times() -> None:
    sheet = (
        "ClinicLine inbox\nSender: Jo Elm, 1/2/1960\nReceived: {}\nHello,\nI ran out of my insulin. Please call me.\nJo"
    )
    found = split(pages(sheet.format("1/5/2026"), sheet.format("2/9/2026")))
    assert shape(found) == [("patient_message", 1, 1), ("patient_message", 2, 2)]


def test_a_short_visit_after_an_order_of_the_same_clinic_is_its_own_note() -> None:
    order = REQUEST.replace(
        "PRIOR AUTHORIZATION REQUEST FORM", "Elm Street Clinic\nExternal order, authorization needed"
    )
    visit = "Elm Street Clinic\nJo Elm 1/2/1960\nS: worse cough\nO: wheezes, BP 120/80\nA: asthma\nP: steroid"
    later = (
        f"Elm Street Clinic\nDOS: 2/2/2026\n{NOTE}\nLungs clear. Denies fever or chest pain. Abdomen soft, gait normal."
    )
    found = [s.document_type for s in split(pages(order, visit, later))]
    assert found == ["prior_auth_request", "clinical_note", "clinical_note"]


def test_a_label_of_one_word_among_others_is_no_cover_sheet() -> None:
    form = f"{REQUEST.replace('FORM', 'FORM (PRF)')}\nVoice   Facsimile\n318 555 0101   318 555 0102"
    assert shape(split(pages(COVER, form))) == [("cover_sheet", 1, 1), ("prior_auth_request", 2, 2)]


@pytest.mark.parametrize("label", ["RE:", "Subject", "About:"])
def test_what_stands_below_the_label_of_a_subject_is_no_title(label: str) -> None:
    sheet = (
        f"FAX COVER SHEET\nTo:   From:\nHarbor Plan   Elm Clinic\nPages 2\n{label}\nPrior authorization\nPlease reply"
    )
    assert split(pages(sheet))[0].document_type == "cover_sheet"


STRAY = "Progress note, page 2 of 2\nPlan continued:\nContinue the inhaler. Return in a month.\nSigned Ada Voss MD"


def test_a_page_of_an_earlier_document_is_not_merged_into_the_one_before_it() -> None:
    ours = "Progress Note\nPatient: Odell Brannigan  DOB 03/09/1957\nAssessment: asthma"
    theirs = "Lab Results\nPatient: Marta Oyelaran  DOB 11/20/1980\nTSH 2.2 uIU/mL 0.4-4.5\nHgb A1c 9.8 % 4.0-5.6"
    found = split(pages(ours, theirs, STRAY))
    assert shape(found) == [("clinical_note", 1, 1), ("lab_report", 2, 2), ("clinical_note", 3, 3)]
    assert [segment.other_patient for segment in found] == [False, True, False]
    same = split(pages(ours, theirs.replace("Marta Oyelaran  DOB 11/20/1980", "Odell Brannigan"), STRAY))
    assert shape(same) == shape(found)


def test_a_page_that_counts_on_under_no_other_title_goes_on() -> None:
    lab = LAB + "\nTSH 2.2 uIU/mL 0.4-4.5"
    assert shape(split(pages(lab, "Laboratory report, page 2 of 2\nFerritin 20 ng/mL 15-150"))) == [
        ("lab_report", 1, 2)
    ]
