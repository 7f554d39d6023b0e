"""Diagnoses with and without codes, and what must not become one."""

import pytest

from documents.records import FieldStatus
from extractors.prose.misread import mended
from tests.extractors.prose.reads import entities, pairs, read, record_of

CODED: list[tuple[str, dict[str, str]]] = [
    ("ICD-10  E66.813  Description  Obesity, class 3", {"E66.813": "Obesity, class 3"}),
    (
        "He is a 69-year-old male with COPD exacerbation (ICD-10 J44.1) and low blood oxygen (ICD-10 R09.02).",
        {"J44.1": "COPD exacerbation", "R09.02": "low blood oxygen"},
    ),
    (
        "I treat him for K50.10 (Crohn's disease of the large intestine) and D50.9 (iron deficiency anemia).",
        {"K50.10": "Crohn's disease of the large intestine", "D50.9": "iron deficiency anemia"},
    ),
    (
        "Thank you for seeing her for cancer of the lower third of the esophagus (C15.5), dysphagia (R13.10) and "
        "cachexia (R64).",
        {"C15.5": "cancer of the lower third of the esophagus", "R13.10": "dysphagia", "R64": "cachexia"},
    ),
    (
        "The problems are Atopic dermatitis, L20.9; Moderate persistent asthma, J45.40; Essential hypertension, I10.",
        {"L20.9": "Atopic dermatitis", "J45.40": "Moderate persistent asthma", "I10": "Essential hypertension"},
    ),
    ("She has hypertension, type 2 diabetes, and morbid obesity (E66.01).", {"E66.01": "morbid obesity"}),
    (
        "ASSESSMENT:\n1. Rheumatoid arthritis, RF positive, multiple sites - M05.79",
        {"M05.79": "Rheumatoid arthritis, RF positive, multiple sites"},
    ),
    ("PRINCIPAL DIAGNOSIS: Solitary pulmonary nodule (R91.1)", {"R91.1": "Solitary pulmonary nodule"}),
    (
        "Diagnoses\nE11.65 Type 2 diabetes with hyperglycemia\nI10 Essential hypertension",
        {"E11.65": "Type 2 diabetes with hyperglycemia", "I10": "Essential hypertension"},
    ),
    (
        "Impression: Essential hypertension [I10]; Hyperlipidemia, unspecified [E78.5]",
        {"I10": "Essential hypertension", "E78.5": "Hyperlipidemia, unspecified"},
    ),
    (
        "SECONDARY DIAGNOSES:\n 1. Former smoker, Z87.891\n 2. Coronary artery disease, I25.10",
        {"Z87.891": "Former smoker", "I25.10": "Coronary artery disease"},
    ),
    ("Assessment and Plan:\n1. Plaque psoriasis (ICD-10: L40.0) - start phototherapy.", {"L40.0": "Plaque psoriasis"}),
    ("A/P\n# Atrial fibrillation I48.91: continue apixaban", {"I48.91": "Atrial fibrillation"}),
    ("ASSESSMENT AND PLAN:\n1) Low back pain M54.50. Continue PT.", {"M54.50": "Low back pain"}),
    (
        "Final Diagnosis: Migraine without aura, intractable, without status migrainosus G43.019",
        {"G43.019": "Migraine without aura, intractable, without status migrainosus"},
    ),
    (
        "DX: M17.11 - Unilateral primary osteoarthritis, right knee",
        {"M17.11": "Unilateral primary osteoarthritis, right knee"},
    ),
    (
        "I am treating her for lumbar radiculopathy (M54.16) and insomnia (G47.00).",
        {"M54.16": "lumbar radiculopathy", "G47.00": "insomnia"},
    ),
    (
        "Diagnosis: Lumbar radiculopathy (M54.16); Lumbar disc displacement\n(M51.26); Essential hypertension (I10)",
        {"M54.16": "Lumbar radiculopathy", "M51.26": "Lumbar disc displacement", "I10": "Essential hypertension"},
    ),
    ("PREOPERATIVE DIAGNOSIS: Cholelithiasis\nPOSTOPERATIVE DIAGNOSIS: Same, K80.20", {"K80.20": "Cholelithiasis"}),
    ("Active Problem List\n * Dementia, unspecified (F03.90)", {"F03.90": "Dementia, unspecified"}),
]


@pytest.mark.parametrize(("text", "expected"), CODED, ids=[c[0][:50] for c in CODED])
def test_a_code_and_its_wording_are_one_active_diagnosis(text: str, expected: dict[str, str]) -> None:
    found = [d for d in entities(read(text), "diagnosis") if "code" in d]
    assert {d["code"]: d.get("description") for d in found} == expected
    assert {d.get("status") for d in found} == {"active"}


@pytest.mark.parametrize(
    "text",
    [
        "Plan: infuse 100 mL over 30 minutes.",
        "HPI: 150 minutes of exercise a week.",
        "Exam: tenderness at C3-C4 and L5-S1.",
        "HPI: compression at T12 and L1.",
        "Assessment: vitamin B12 replaced.",
        "Labs: A1C 8.2 %, B12 340 pg/mL",
        "HPI: A1C was high. A type-III lesion.",
        "Assessment:\n1. Fall from bed at T12 level",
        "Group: 72148",
        "Group no.: K43580",
        "Payer information\nGroup: E47686   Phone: (208) 555-0100",
        "Attach clinical notes. Example of a diagnosis code: M54.50",
        "Zip I10 45",
    ],
)
def test_what_has_the_shape_of_a_code_and_is_none(text: str) -> None:
    cited = read(text)
    assert [c.value for c in cited if c.path in ("diagnosis.code", "procedure.code")] == []


STATUS: list[tuple[str, dict[str, str | None]]] = [
    ("HPI: She denies septic arthritis or tuberculosis.", {"septic arthritis": "negated", "tuberculosis": "negated"}),
    ("HPI: Denies Clostridioides difficile infection.", {"clostridioides difficile infection": "negated"}),
    ("HOSPITAL COURSE: Pulmonary embolism was ruled out.", {"pulmonary embolism": "negated"}),
    ("HPI: no evidence of deep vein\nthrombosis.", {"deep vein thrombosis": "negated"}),
    ("Assessment: Lung cancer was considered and excluded.", {"lung cancer": "negated"}),
    ("HPI: Mother had breast cancer.", {"breast cancer": "family_history"}),
    (
        "FAMILY HISTORY: colon cancer - paternal uncle; stroke - mother.",
        {"colon cancer": "family_history", "stroke": "family_history"},
    ),
    ("FH: father - type 2 diabetes", {"type 2 diabetes": "family_history"}),
    (
        "PMH: gastric ulcer (resolved); s/p carpal tunnel syndrome.",
        {"gastric ulcer": "historical", "carpal tunnel syndrome": "historical"},
    ),
    ("PMH: hypertension, asthma, pneumonia", {"hypertension": "active", "asthma": "active", "pneumonia": "historical"}),
    (
        "PMHx\n- COPD\n- DVT 2018\n- Breast cancer, in remission",
        {"copd": "active", "dvt": "historical", "breast cancer": "historical"},
    ),
    ("Resolved problems:\n- UTI\n- cellulitis", {"uti": "historical", "cellulitis": "historical"}),
    ("HPI: 60-year-old man diagnosed with multiple myeloma.", {"multiple myeloma": "active"}),
    ("HPI: Her asthma is stable.", {"asthma": "active"}),
    ("Assessment:\n1. Rule out sepsis", {"sepsis": None}),
    ("ASSESSMENT AND PLAN: Rule out pneumonia.", {"pneumonia": None}),
    ("Impression: Possible deep vein thrombosis.", {"deep vein thrombosis": None}),
    ("Differential diagnosis: pulmonary embolism, pneumonia", {"pulmonary embolism": None, "pneumonia": None}),
    ("Assessment: History of stroke.", {"stroke": "historical"}),
    ("Problem list:\n1. Gout\n2. GERD", {"gout": "active", "gerd": "active"}),
]


@pytest.mark.parametrize(("text", "expected"), STATUS, ids=[c[0][:50] for c in STATUS])
def test_status_of_each_condition(text: str, expected: dict[str, str | None]) -> None:
    assert pairs(read(text), "diagnosis", "description", "status") == expected


@pytest.mark.parametrize(
    "text",
    [
        "REVIEW OF SYSTEMS: Negative for seizures, syncope, hematuria.",
        "PHYSICAL EXAM: No cellulitis. No hernia.",
        "ALLERGIES: peanuts - anaphylaxis",
        "Return for fever or signs of infection.",
        "HPI: She was screened for colon cancer.",
        "HPI: A biologic is needed to prevent joint disease progression to deformity.",
        "Plan: influenza vaccine today.",
        "SOCIAL HISTORY: lives with mother who has dementia.",
    ],
)
def test_no_diagnosis_where_none_is_stated(text: str) -> None:
    assert [d for d in entities(read(text), "diagnosis") if d.get("status", "active") == "active"] == []


def test_a_condition_mentioned_in_passing_is_not_said_twice() -> None:
    text = (
        "HPI: 50-year-old woman with rheumatoid arthritis and MDD.\n\nASSESSMENT:\n1. Rheumatoid arthritis of "
        "multiple sites M06.9\n2. Major depressive disorder, recurrent F33.1"
    )
    assert [d.get("code") for d in entities(read(text), "diagnosis")] == ["M06.9", "F33.1"]


def test_a_coded_family_history_is_the_patients_own_state() -> None:
    found = entities(read("ASSESSMENT:\n1. Family history of colon cancer Z80.0"), "diagnosis")
    assert found == [{"description": "Family history of colon cancer", "code": "Z80.0", "status": "active"}]


def _marked(text: str) -> dict[str, bool]:
    """Whether each active condition waits for a person because only a past history lists it."""
    statuses = {c.group: c for c in read(text) if c.path == "diagnosis.status" and c.value == "active"}
    return {
        c.value.lower(): "past_history" in statuses[c.group].features
        for c in read(text)
        if c.path == "diagnosis.description" and c.group in statuses
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PMH: hypertension, gout", {"hypertension": True, "gout": True}),
        ("Past Medical History:\n- Type 2 diabetes (E11.9)", {"type 2 diabetes": True}),
        ("PMH: asthma\n\nASSESSMENT:\n1. Asthma, uncontrolled", {"asthma, uncontrolled": False}),
        ("PMH: migraine\n\nHPI: She is being treated for migraine.", {"migraine": False}),
        ("PMH: appendicitis, asthma in childhood", {}),
        ("PROBLEM LIST:\n1. Glaucoma", {"glaucoma": False}),
    ],
)
def test_what_only_a_past_history_lists_waits_for_a_person(text: str, expected: dict[str, bool]) -> None:
    assert _marked(text) == expected


def test_a_past_history_alone_is_not_accepted_as_active() -> None:
    fields = {
        heading: {f.value.lower(): f for f in record_of(f"{heading}:\n1. Essential hypertension I10\n").fields}
        for heading in ("PAST MEDICAL HISTORY", "ASSESSMENT")
    }
    assert fields["ASSESSMENT"]["active"].status is FieldStatus.ACCEPTED
    past = fields["PAST MEDICAL HISTORY"]["active"]
    assert past.status is FieldStatus.REVIEW
    assert "past_history" in past.reasons


def test_a_semicolon_may_stand_before_a_diagnosis_s_own_code() -> None:
    found = entities(read("IMPRESSION:\n1. Malignant neoplasm of bladder; C67.9\n2. Gout; M10.9"), "diagnosis")
    assert [(d["description"], d["code"]) for d in found] == [
        ("Malignant neoplasm of bladder", "C67.9"),
        ("Gout", "M10.9"),
    ]


@pytest.mark.parametrize("label", ["Pertinent negatives", "Conditions excluded", "Looked for, not present"])
def test_a_list_of_negatives_denies_what_it_lists(label: str) -> None:
    assert pairs(read(f"{label}: deep vein thrombosis; seizure disorder"), "diagnosis", "description", "status") == {
        "deep vein thrombosis": "negated",
        "seizure disorder": "negated",
    }


def test_a_code_that_shows_the_format_is_no_diagnosis() -> None:
    assert not entities(read("Diagnosis\nWrite codes with their point, as in S83.511A"), "diagnosis")


def test_no_longer_denies_a_drug_and_no_condition() -> None:
    said = pairs(read("HPI: He no longer takes warfarin. Known asthma."), "diagnosis", "description", "status")
    assert said.get("asthma") != "negated"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("HPI: Her futher lives with glaucoma.", "family_history"),
        ("HPI: She den1es asthma. No hlstory of stroke.", None),
    ],
)
def test_a_misread_word_that_decides_still_does(text: str, status: str | None) -> None:
    found = pairs(read(text, from_ocr=True), "diagnosis", "description", "status")
    assert "active" not in found.values()
    assert status is None or status in found.values()


def test_words_of_their_own_are_not_mended() -> None:
    assert mended("It is rather a bother, Mister Lee.") == "It is rather a bother, Mister Lee."


def test_the_year_of_a_problem_list_is_when_it_was_noted() -> None:
    listed = pairs(read("Problem List\nRheumatoid arthritis 2016"), "diagnosis", "description", "status")
    assert listed == {"rheumatoid arthritis": "active"}


def test_a_condition_that_opens_an_impression_is_stated() -> None:
    text = "IMPRESSION: Iron deficiency anemia, likely from blood loss. We discussed iron."
    assert pairs(read(text), "diagnosis", "description", "status") == {"iron deficiency anemia": "active"}


@pytest.mark.parametrize(
    "below",
    [
        "Service Details",
        "Requested Equipment & Supplies",
        "Authorization Request",
        "Thanks so much,",
        "E-signed by Mira Hale, NP",
    ],
)
def test_a_forms_next_part_or_a_signature_ends_a_list_of_diagnoses(below: str) -> None:
    found = entities(read(f"Diagnosis Information\nDiagnosis Code: N20.0\n{below}\nAlder Urology Group"), "diagnosis")
    assert [each.get("code") for each in found] == ["N20.0"]
