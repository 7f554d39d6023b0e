"""What a sentence does with a phrase: only what is stated of the patient may prove a requirement."""

from __future__ import annotations

import pytest

from extractors.evidence.page_words import index_page, phrase_parts
from extractors.evidence.statements import Manner, Pages, statements
from tests.extractors.printed import page_of


def manners(text: str, phrase: str = "physical therapy", *, ocr: bool = False) -> list[Manner]:
    pages = Pages((index_page(page_of(text, ocr=ocr)),))
    return [each.manner for each in statements(pages, phrase_parts(phrase))]


STATED = [
    "She completed eight weeks of physical therapy between March and May.",
    "Physical therapy x 10 sessions gave no lasting relief.",
    "Despite physical therapy, NSAIDs and activity modification her pain persists.",
    "HISTORY OF PRESENT ILLNESS:\nMr. Oyelaran went to physical therapy for two months with little benefit.",
    "No improvement with physical therapy or home exercises.",
    "We are requesting an MRI because he has failed physical therapies and naproxen.",
    "Prior treatment: physical therapy, gabapentin, one epidural injection.",
    "Symptoms have not improved with physical therapy.",
    "The patient underwent a full course of supervised physical therapy last spring.",
    "Conservative care to date includes physical therapy twice weekly since June.",
    "Status post physical therapy without benefit.",
    "I recommend surgery since he completed physical therapy without relief.",
]
NOT_STATED = [
    "No physical therapy was tried.",
    "Patient denies any physical therapy.",
    "She has not had physical therapy.",
    "Physical therapy has not been attempted.",
    "Without physical therapy or medication so far.",
    "He declined physical therapy because of work.",
    "She never attended physical therapy.",
    "Physical therapy was declined.",
    "Unable to attend physical therapy due to transport.",
    "Did not complete physical therapy.",
    "We will refer her to physical therapy.",
    "Referred to physical therapy.",
    "I recommend physical therapy for six weeks.",
    "Physical therapy was recommended.",
    "Physical therapy is planned for next month.",
    "Plan: physical therapy twice a week for 6 weeks.",
    "PLAN:\nPhysical therapy, 2 x weekly for 6 weeks.",
    "Consider physical therapy if symptoms persist.",
    "Discussed physical therapy versus injection.",
    "Order physical therapy evaluation.",
    "Physical therapy to be scheduled.",
    "Awaiting physical therapy.",
    "If physical therapy fails, consider injection.",
    "Her mother had physical therapy for a hip fracture.",
    "Has the patient completed physical therapy? Yes / No",
    "Attach documentation of physical therapy.",
    "Member must have tried physical therapy for at least 6 weeks.",
    "Criteria: failure of physical therapy.",
    "Please list physical therapy dates.",
    "Documentation of physical therapy is required for this code.",
    "All of the following: physical therapy, NSAIDs.",
    "Candidate for physical therapy.",
    "Trial of physical therapy recommended.",
    "Insurance would not cover physical therapy.",
    "Patient wishes to try physical therapy first.",
    "Physical therapy order placed today.",
    "Hold off on physical therapy.",
    "Contraindication to physical therapy.",
    "Failed to attend physical therapy.",
    "Start physical therapy.",
]


@pytest.mark.parametrize("text", STATED)
def test_stated(text: str) -> None:
    assert manners(text, "physical therapy") == [Manner.STATED]


@pytest.mark.parametrize("text", NOT_STATED)
def test_what_is_denied_planned_or_asked_is_not_stated(text: str) -> None:
    assert Manner.STATED not in manners(text)


@pytest.mark.parametrize(
    "text",
    [
        "Insurance requires six weeks of physical therapy, which she could not afford.",
        "Her health plan wants physical therapy first; he declined to wait.",
        "The carrier will not cover it without physical therapy, she has not the means.",
        "Medicare insists on a course of physical therapy that was never offered here.",
    ],
)
def test_what_a_payer_demands_is_neither_stated_nor_denied(text: str) -> None:
    assert manners(text) == []


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        ("Insurance requires conservative care and she completed physical therapy in May.", Manner.STATED),
        ("The plan asks for conservative care, but he declined physical therapy.", Manner.DENIED),
    ],
)
def test_beside_a_demand_the_patient_s_own_is_heard(text: str, manner: Manner) -> None:
    assert manners(text) == [manner]
