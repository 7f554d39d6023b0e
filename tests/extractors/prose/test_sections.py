"""Headers of notes and letters, in the wordings and positions in which they are printed."""

import pytest

from extractors.prose.headers import header_of
from extractors.prose.passages import passages
from extractors.prose.sections import sectioned
from tests.extractors.prose.reads import page_of

WORDINGS = [
    ("HISTORY OF PRESENT ILLNESS", "hpi"),
    ("HPI", "hpi"),
    ("Interval History", "hpi"),
    ("Past Medical History", "pmh"),
    ("PMHx", "pmh"),
    ("Past Medical Hx", "pmh"),
    ("PAST SURGICAL HISTORY", "psh"),
    ("Family Hx", "family_history"),
    ("FHx", "family_history"),
    ("Social History", "social_history"),
    ("Current Medications", "medications"),
    ("Home Meds", "medications"),
    ("Current Outpatient Medications", "medications"),
    ("Discharge Meds", "discharge_medications"),
    ("Medications at Discharge", "discharge_medications"),
    ("Discontinued Medications", "discontinued_medications"),
    ("Stopped since last visit", "discontinued_medications"),
    ("HOLD / DISCONTINUED", "discontinued_medications"),
    ("Medications stopped today", "discontinued_medications"),
    ("Tried and Failed", "tried_failed"),
    ("Prior Treatments", "tried_failed"),
    ("Previous biologic therapies", "tried_failed"),
    ("Allergies", "allergies"),
    ("Drug Allergies / Intolerances", "allergies"),
    ("ALLERGIES & ADVERSE REACTIONS", "allergies"),
    ("ROS", "ros"),
    ("Review of Systems", "ros"),
    ("Vital Signs", "vitals"),
    ("Physical Examination", "exam"),
    ("Labs", "results"),
    ("Laboratory Data", "results"),
    ("Pertinent Results", "results"),
    ("Assessment", "assessment"),
    ("IMPRESSION", "assessment"),
    ("Assessment and Plan", "assessment_and_plan"),
    ("ASSESSMENT & PLAN", "assessment_and_plan"),
    ("Assessment/Plan", "assessment_and_plan"),
    ("A/P", "assessment_and_plan"),
    ("A & P", "assessment_and_plan"),
    ("Impression and Recommendations", "assessment_and_plan"),
    ("Plan of Care", "plan"),
    ("Recommendations", "plan"),
    ("Hospital Course", "hospital_course"),
    ("Brief Hospital Course", "hospital_course"),
    ("Discharge Diagnoses", "diagnoses"),
    ("Pre-operative Diagnosis", "diagnoses"),
    ("Active Problem List", "diagnoses"),
    ("Differential Diagnosis", "rule_outs"),
    ("Resolved Problems", "resolved_problems"),
    ("Procedure(s) Performed", "procedures"),
    ("Indications for Surgery", "indications"),
    ("Clinical Summary", "clinical_summary"),
    ("Statement of Medical Necessity", "clinical_summary"),
    ("Disposition and Follow-Up", "follow_up"),
    ("1. History of Present Illness", "hpi"),
    ("II. Past Medical History", "pmh"),
    ("Plan (continued)", "plan"),
    ("What has been attempted", "tried_failed"),
    ("Conservative management to date", "tried_failed"),
    ("Earlier drug therapy", "tried_failed"),
    ("Medication without success", "tried_failed"),
    ("No longer used", "discontinued_medications"),
    ("Off since the last review", "discontinued_medications"),
    ("Sensitivities", "allergies"),
    ("Medicine reactions on file", "allergies"),
    ("Parents and siblings", "family_history"),
    ("Flowsheet", "results"),
    ("Latest readings", "results"),
]


@pytest.mark.parametrize(("label", "section"), WORDINGS, ids=[w[0] for w in WORDINGS])
def test_wording_names_its_section(label: str, section: str) -> None:
    header = header_of(label)
    assert header is not None
    assert header.section == section


@pytest.mark.parametrize(
    "label", ["The patient was seen", "Blood pressure", "Tuesday", "Note to the reader", "Example of a diagnosis"]
)
def test_other_labels_are_no_headers(label: str) -> None:
    assert header_of(label) is None


@pytest.mark.parametrize(
    ("label", "section"),
    [
        ("ASSESSMENT AND PLAM", "assessment_and_plan"),
        ("HISTORY 0F PRESENT lLLNESS", "hpi"),
        ("Discharqe Medications", "discharge_medications"),
    ],
)
def test_a_damaged_header_is_known_in_recognised_text_only(label: str, section: str) -> None:
    header = header_of(label, fuzzy=True, stems=False)
    assert header is not None
    assert header.section == section
    assert header.fit < 1.0
    assert header_of(label, stems=False) is None


def _placed(text: str, *, from_ocr: bool = False) -> list[tuple[str, str]]:
    return [(p.section, " ".join(p.text.split())) for p in sectioned([page_of(text, from_ocr=from_ocr)])]


def test_soap_letters_on_their_own_and_before_their_text() -> None:
    assert _placed("S\nFeels well.\nO: BP 120/80\nA - none\nP: Return.") == [
        ("subjective", "Feels well."),
        ("objective", "BP 120/80"),
        ("assessment", "none"),
        ("plan", "Return."),
    ]


def test_apso_order() -> None:
    sections = [
        s for s, _ in _placed("ASSESSMENT:\nGout.\n\nPLAN:\nRest.\n\nSUBJECTIVE:\nToe pain.\n\nOBJECTIVE:\nRed toe.")
    ]
    assert sections == ["assessment", "plan", "subjective", "objective"]


def test_inline_headers_in_one_paragraph() -> None:
    assert _placed("Past history: appendectomy. Family: colon cancer (uncle). Allergies: sulfa (rash)") == [
        ("pmh", "appendectomy."),
        ("family_history", "colon cancer (uncle)."),
        ("allergies", "sulfa (rash)"),
    ]


def test_a_paragraph_after_an_inline_header_goes_back_to_the_header_above() -> None:
    text = "SUBJECTIVE\nAllergies: NKDA\n\nShe returns for review of her knee and has no new complaints."
    assert _placed(text)[-1][0] == "subjective"


def test_a_list_below_an_inline_header_stays_under_it() -> None:
    assert [s for s, _ in _placed("PLAN\nDiscontinued: warfarin 5 mg\nmetformin 500 mg\n- aspirin 81 mg")] == [
        "discontinued_medications"
    ] * 3


def test_a_section_runs_on_over_the_page() -> None:
    pages = [page_of("MEDICATIONS:\n- aspirin 81 mg", number=1), page_of("- lisinopril 10 mg", number=2)]
    assert [(p.page, p.section) for p in sectioned(pages)] == [(1, "medications"), (2, "medications")]


def test_a_block_of_labelled_lines_ends_a_list_and_a_paragraph_ends_the_block() -> None:
    text = (
        "Diagnoses\nGout\nPayer: Acme Health\nGroup: E47686\nPlan: Gold PPO\n\nI am writing on behalf of my "
        "patient about her treatment."
    )
    assert [s for s, _ in _placed(text)] == ["diagnoses", "administrative", "administrative", "administrative", ""]


def test_a_header_with_specks_beside_it() -> None:
    assert _placed("ALLERGIES  .  |\nlatex (rash)\nDISCHARGE MEDICATIONS  so\naspirin 81 mg", from_ocr=True) == [
        ("allergies", "latex (rash)"),
        ("discharge_medications", "aspirin 81 mg"),
    ]


TEXT = (
    "HPI: The patient is a 60-year-old man who was well until three weeks ago when he\n"
    "noticed pain. No evidence of deep\n  vein thrombosis.\n\n  1. First item\n  2. Second item that runs on "
    "over the end\n     of its line\n"
    "Name      Value     Unit\nGlucose   99        mg/dL\n"
)


def test_passages_keep_their_place_and_length() -> None:
    found = list(passages(page_of(TEXT), lambda _: False))
    for passage in found:
        assert TEXT[passage.start : passage.start + len(passage.text)].split() == passage.text.split()
        assert passage.verbatim == TEXT[passage.start : passage.start + len(passage.text)]
    assert [p.item for p in found if p.item] == [True, True]
    assert [p.row for p in found][-2:] == [True, True]
    assert "over the end      of its line" in found[-3].text


def test_no_text_is_lost_or_read_twice() -> None:
    words = [w for p in passages(page_of(TEXT), lambda _: False) for w in p.text.split()]
    assert words == TEXT.split()


@pytest.mark.parametrize(
    ("label", "section"),
    [
        ("What we think", "assessment"),
        ("My impression", "assessment"),
        ("Next steps", "plan"),
        ("What comes next", "plan"),
        ("How things have been going", "hpi"),
        ("Pills", "medications"),
        ("Medicines at home", "medications"),
        ("Drugs to take at home", "discharge_medications"),
        ("Drugs withdrawn", "discontinued_medications"),
        ("Medicines taken off the list", "discontinued_medications"),
        ("Do not take these", "discontinued_medications"),
        ("Treatments without benefit", "tried_failed"),
        ("Drugs that did not work", "tried_failed"),
        ("Drug reactions", "allergies"),
        ("Illnesses of relatives", "family_history"),
        ("Bygone conditions", "resolved_problems"),
        ("What happened in hospital", "hospital_course"),
        ("Next appointments", "follow_up"),
    ],
)
def test_plain_words_head_sections_too(label: str, section: str) -> None:
    header = header_of(label)
    assert header is not None
    assert header.section == section


def test_a_line_in_capitals_with_its_content_is_no_header_alone() -> None:
    assert _placed("LABS: INR 2.1\n") == [("results", "INR 2.1")]


@pytest.mark.parametrize(
    ("header", "section"),
    [
        ("Treatments used so far without relief", "tried_failed"),
        ("Conservative care that failed", "tried_failed"),
        ("Prescriptions no longer taken", "discontinued_medications"),
        ("Client-reported medication", "medications"),
        ("Drug reactions on file", "allergies"),
    ],
)
def test_a_line_of_header_words_needs_no_colon(header: str, section: str) -> None:
    under = [p for p in sectioned([page_of(f"{header}\nnaproxen 500 mg: dyspepsia\n")]) if "naproxen" in p.text]
    assert [p.section for p in under] == [section]


@pytest.mark.parametrize(
    "line",
    [
        "Continue current medications",
        "No known drug allergies",
        "Tried naproxen",
        "Metformin no longer taken",
        "Physical therapy without benefit.",
        "- Conservative care that failed",
    ],
)
def test_a_statement_is_no_header(line: str) -> None:
    assert any(line in p.text for p in sectioned([page_of(f"PLAN\n{line}\nReturn in a month.\n")]))


def test_an_unknown_title_in_capitals_ends_a_list() -> None:
    text = "ALLERGIES\n- Penicillin - rash\nCONSULTANTS AND CASE WORK\nNutrition and social work were involved.\n"
    assert [p.section for p in sectioned([page_of(text)]) if "Nutrition" in p.text] == [""]


def test_a_list_in_capitals_goes_on() -> None:
    text = "ALLERGIES\nLatex causes a rash.\nPENICILLIN\n"
    assert [p.section for p in sectioned([page_of(text)]) if "PENICILLIN" in p.text] == ["allergies"]
