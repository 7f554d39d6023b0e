"""A drug's status from its section, its sentence and the action column of a list."""

import pytest

from tests.extractors.prose.reads import entities, pairs, read

STATUS: list[tuple[str, dict[str, str]]] = [
    # lists
    (
        "MEDICATIONS:\n- lisinopril 10 mg daily\n- metformin 500 mg BID",
        {"lisinopril": "current", "metformin": "current"},
    ),
    ("Current Meds\nAtorvastatin 40 mg qhs\nAspirin 81 mg daily", {"atorvastatin": "current", "aspirin": "current"}),
    (
        "Discontinued medications:\n- warfarin 5 mg daily\n- gabapentin",
        {"warfarin": "discontinued", "gabapentin": "discontinued"},
    ),
    ("STOP TAKING:\n1. Naproxen 500 mg\n2. Tizanidine", {"naproxen": "discontinued", "tizanidine": "discontinued"}),
    ("Medications no longer taken: sertraline 50 mg", {"sertraline": "discontinued"}),
    ("Stopped at this visit: amlodipine 5 mg - ankle swelling.", {"amlodipine": "discontinued"}),
    ("HELD MEDICATIONS\nApixaban 5 mg", {"apixaban": "discontinued"}),
    (
        "Tried and failed:\nmethotrexate 15 mg weekly\nleflunomide 20 mg daily",
        {"methotrexate": "tried-failed", "leflunomide": "tried-failed"},
    ),
    (
        "Prior therapies: topiramate 100 mg (paresthesia), propranolol 80 mg (fatigue)",
        {"topiramate": "tried-failed", "propranolol": "tried-failed"},
    ),
    (
        "Previous treatments: ibuprofen 800 mg; celecoxib 200 mg",
        {"ibuprofen": "tried-failed", "celecoxib": "tried-failed"},
    ),
    (
        "DISCHARGE MEDICATIONS\nCONTINUE  Metoprolol  25 mg  oral  twice daily\nSTOP  Furosemide  40 mg  oral  daily",
        {"metoprolol": "current", "furosemide": "discontinued"},
    ),
    (
        "Discharge Medications:\n1. START clopidogrel 75 mg daily\n2. CHANGE lisinopril 20 mg daily\n3. STOP "
        "taking meloxicam",
        {"clopidogrel": "current", "lisinopril": "current", "meloxicam": "discontinued"},
    ),
    # sentences
    ("HPI: He takes amlodipine 5 mg daily.", {"amlodipine": "current"}),
    ("Plan: Continue levothyroxine 100 mcg.", {"levothyroxine": "current"}),
    ("Plan: Start sertraline 50 mg daily.", {"sertraline": "current"}),
    ("Plan: Increase gabapentin to 600 mg TID.", {"gabapentin": "current"}),
    ("HPI: She is maintained on adalimumab 40 mg every 2 weeks.", {"adalimumab": "current"}),
    (
        "Plan: Stop glipizide. Start empagliflozin 10 mg daily.",
        {"glipizide": "discontinued", "empagliflozin": "current"},
    ),
    ("Plan: Discontinue hydrochlorothiazide 25 mg.", {"hydrochlorothiazide": "discontinued"}),
    ("Plan: D/C prednisone 20 mg.", {"prednisone": "discontinued"}),
    ("Plan: Hold warfarin for procedure.", {"warfarin": "discontinued"}),
    ("HPI: Lisinopril was stopped because of cough.", {"lisinopril": "discontinued"}),
    ("HPI: Warfarin was held before surgery.", {"warfarin": "discontinued"}),
    (
        "HPI: Simvastatin 20 mg and niacin 500 mg were discontinued.",
        {"simvastatin": "discontinued", "niacin": "discontinued"},
    ),
    ("HPI: She is no longer taking metformin 500 mg.", {"metformin": "discontinued"}),
    ("HPI: He self-discontinued duloxetine 60 mg.", {"duloxetine": "discontinued"}),
    (
        "HPI: Of note, atorvastatin was stopped; he takes ezetimibe 10 mg daily.",
        {"atorvastatin": "discontinued", "ezetimibe": "current"},
    ),
    (
        "Plan: Continue lisinopril 10 mg daily, amlodipine was stopped.",
        {"lisinopril": "current", "amlodipine": "discontinued"},
    ),
    (
        "HPI: He has tried naproxen 500 mg (no relief) and cyclobenzaprine 10 mg (sedation).",
        {"naproxen": "tried-failed", "cyclobenzaprine": "tried-failed"},
    ),
    ("HPI: She failed methotrexate 20 mg weekly.", {"methotrexate": "tried-failed"}),
    ("HPI: There was an inadequate response to sulfasalazine 1000 mg BID.", {"sulfasalazine": "tried-failed"}),
    ("HPI: Intolerant of azathioprine 100 mg.", {"azathioprine": "tried-failed"}),
    ("HPI: She could not tolerate metformin 1000 mg.", {"metformin": "tried-failed"}),
    ("HPI: Pain persists despite gabapentin 300 mg TID.", {"gabapentin": "tried-failed"}),
    ("HPI: Sumatriptan 50 mg was ineffective.", {"sumatriptan": "tried-failed"}),
    (
        "HPI: Prior treatment has included budesonide 9 mg and azathioprine 150 mg.",
        {"budesonide": "tried-failed", "azathioprine": "tried-failed"},
    ),
    ("HPI: Refractory to phenytoin 300 mg.", {"phenytoin": "tried-failed"}),
    ("HPI: A trial of amitriptyline 25 mg did not help.", {"amitriptyline": "tried-failed"}),
    (
        "Plan: Start Humira (adalimumab) 40 mg SC every 14 days; prior authorization to be submitted.",
        {"humira (adalimumab)": "requested"},
    ),
    ("I am requesting coverage of Dupixent 300 mg every 2 weeks.", {"dupixent": "requested"}),
    ("I write to ask for authorization of Ocrevus (ocrelizumab) 600 mg IV.", {"ocrevus (ocrelizumab)": "requested"}),
    ("Plan: Begin Taltz 80 mg monthly pending insurance approval.", {"taltz": "requested"}),
    ("Repatha 140 mg every 2 weeks is requested.", {"repatha": "requested"}),
    ("Please approve the attached request for Botox 200 units.", {"botox": "requested"}),
    # not the patient's medication
    ("ALLERGIES: penicillin, lisinopril (cough)", {}),
    ("ALLERGIES: atorvastatin 40 mg by mouth daily caused muscle pain", {}),
    ("HPI: He is allergic to amoxicillin.", {}),
    ("FAMILY HISTORY: Mother takes insulin and metformin.", {}),
    ("HPI: Her mother takes warfarin 5 mg daily.", {}),
    ("Plan: Consider adding spironolactone 25 mg.", {}),
    ("Plan: Avoid NSAIDs such as ibuprofen.", {}),
    ("HPI: She has never tried topiramate.", {}),
    ("Labs: lithium level 0.8, vancomycin trough 15", {}),
    ("PROCEDURE: Infliximab injection, 10 mg (J1745-JZ)", {}),
    ("HPI: Sulfonylureas and statins were discussed.", {}),
    ("HPI: potassium was 4.1 and glucose 110 mg/dL.", {}),
    ("HPI: He was counseled on salt intake 2 g daily.", {}),
    ("IMMUNIZATIONS: Shingrix 2024, Prevnar 20", {}),
]


@pytest.mark.parametrize(("text", "expected"), STATUS, ids=[c[0][:60] for c in STATUS])
def test_status_of_each_drug(text: str, expected: dict[str, str]) -> None:
    assert pairs(read(text), "medication", "drug", "status") == expected


def test_a_sig_on_the_line_below_belongs_to_its_drug() -> None:
    text = (
        "MEDICATIONS\n\nLisinopril 20 mg tablet\n    Take 1 tablet by mouth daily\n    Qty: 30  Refills: "
        "2\n\nAspirin 81 mg\n"
    )
    drugs = entities(read(text), "medication")
    assert [d["drug"] for d in drugs] == ["Lisinopril", "Aspirin"]
    assert drugs[0]["dose"] == "1 tablet"
    assert drugs[0]["frequency"] == "daily"
    assert (drugs[0]["quantity"], drugs[0]["refills"]) == ("30", "2")
    assert "dose" not in drugs[1]


def test_a_drug_split_over_two_lines_is_found_with_its_verbatim_quote() -> None:
    text = (
        "HPI: For the last two years and until today the patient has been taking insulin\nglargine 20 units at bedtime."
    )
    cited = [c for c in read(text) if c.path == "medication.drug"]
    assert [c.quote for c in cited] == ["insulin\nglargine"]
    assert text[cited[0].start :].startswith("insulin\nglargine")


def test_unknown_drugs_count_in_lists_only_and_score_lower() -> None:
    listed = [
        c
        for c in read("MEDICATIONS:\n- Zorbitrexil 20 mg daily\n- lisinopril 5 mg daily")
        if c.path == "medication.drug"
    ]
    assert [c.value for c in listed] == ["Zorbitrexil", "lisinopril"]
    assert listed[0].features["lexicon_score"] < listed[1].features["lexicon_score"]
    assert entities(read("HPI: He ate Zorbitrexil 20 mg daily."), "medication") == []


def test_an_unknown_word_with_a_drugs_ending_is_read_from_a_sentence() -> None:
    assert pairs(read("Plan: Start zanubamab 300 mg IV monthly."), "medication", "drug", "status") == {
        "zanubamab": "current"
    }


def test_statuses_are_derived_and_cite_the_words_they_follow_from() -> None:
    text = "Plan: Discontinue glipizide 5 mg."
    status = next(c for c in read(text) if c.path == "medication.status")
    assert status.derived
    assert status.quote == "Discontinue glipizide"
