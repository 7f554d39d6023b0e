"""Listed conditions and codes whose own line takes them back: their fields wait for a person."""

from __future__ import annotations

import pytest

from documents.records import Field
from tests.extractors.grounding.test_surroundings import REQUEST, accepted
from tests.extractors.prose.reads import record_of

NOTE = "Progress Note\nPatient: Ada Tester   DOB: 01/02/1960\n\n{}:\n- {}\n"


def _diagnoses(item: str, heading: str) -> list[Field]:
    fields = record_of(NOTE.format(heading, item)).fields
    return [f for f in fields if f.path in ("diagnosis.code", "diagnosis.description", "diagnosis.status")]


@pytest.mark.parametrize("heading", ["Problem List", "Assessment"])
@pytest.mark.parametrize(
    "item",
    [
        "TIA, excluded by MRI 2021",
        "Epilepsy as a toddler",
        "Asthma (per outside records, spirometry normal)",
        "Celiac disease (serology neg)",
        "Vertigo - none since spring",
        "Melanoma scare 2015",
        "Insomnia d/t husband's cancer",
        "Bipolar disorder - in error",
        "Worried about lupus",
        "Sarcoidosis suspect",
        "Missed class on heart failure",
        "? Hypothyroidism",
        "Osteoporosis: patient disputes, T-score -0.9",
        "Diabetes runs on her mother's side",
        "He was wrongly labeled with schizophrenia in 2009",
        "Hepatitis C, eradicated with antivirals in 2018",
        "Vasculitis seems improbable",
        "Pancreatitis in 2011",
        "His roommate had tuberculosis",
        "Was told by a chiropractor that he has scoliosis; no imaging support",
        "Cellulitis, self-limited",
        "Lupus per urgent care",
        "Anemia with second pregnancy",
        "Seizure disorder until age 9",
        "Uterine fibroids before hysterectomy",
    ],
)
def test_an_item_whose_words_decide_against_it_is_not_accepted(item: str, heading: str) -> None:
    assert [f.value for f in _diagnoses(item, heading) if f.usable] == []


@pytest.mark.parametrize(
    "item",
    [
        "Hypertension",
        "Hypothyroidism, stable on levothyroxine",
        "COPD - continue inhalers",
        "Rheumatoid arthritis since 2010",
        "Diabetes mellitus type 2: A1c 7.4, increase metformin",
        "Chronic migraine, not intractable",
        "Asthma, moderate persistent, not well controlled",
        "Heart failure, NYHA class 2",
    ],
)
def test_a_plain_item_stays_accepted(item: str) -> None:
    found = _diagnoses(item, "Problem List")
    assert {f.path for f in found if f.usable} == {"diagnosis.description", "diagnosis.status"}


@pytest.mark.parametrize(
    "line",
    [
        "Rule out: G35.A relapsing multiple sclerosis",
        "Service 2: 27130 Total hip replacement -- VOID, do not bill",
        "CPT: 73721 (cancelled)",
        "Diagnosis: (was M17.12) M17.11",
        "Diagnosis: not E11.9, but E10.9",
        "Diagnosis: I10 (father)",
        "Diagnosis: hx of F32.9, now resolved",
        "Diagnosis: teacher suspects F90.0; testing negative",
        "Diagnosis: r/o C50.911",
        "Suspected: C50.911",
        "Diagnosis: breast lump, r/o malignancy (C50.911?)",
    ],
)
def test_a_code_that_the_form_takes_back_is_not_accepted(line: str) -> None:
    assert accepted(REQUEST.format(line)) - accepted(REQUEST.format("")) == set()


def test_the_status_of_a_doubtful_diagnosis_is_doubtful() -> None:
    fields = record_of(NOTE.format("Problem List", "Mystery ailment")).fields
    named = {f.group for f in fields if f.path in ("diagnosis.code", "diagnosis.description") and f.usable}
    assert all(f.group in named for f in fields if f.path == "diagnosis.status" and f.usable)
