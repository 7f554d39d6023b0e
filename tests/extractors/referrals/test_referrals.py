"""Referrals: who sends whom to whom, why, and for what; a colleague is asked, never a payer."""

from __future__ import annotations

from documents.records import Record, Segment
from documents.values import Cited
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from tests.extractors.forms.drawing import draw
from tests.extractors.printed import page_of
from validation.requests import asks_for_decision

LETTER = """CEDAR HOLLOW FAMILY PRACTICE
410 Mill Street, Dover, DE 19901

March 14, 2026

Priya Ramanathan, MD
Delmarva Gastroenterology Associates

About Gloria Benning, born July 22, 1961, female; telephone (302) 555-0166; insured with
Chesapeake Health Plan under CHP8841207

Dear Dr. Ramanathan,

Thank you for seeing Ms. Benning for iron deficiency anemia (D50.9). There is no history of colon cancer.
She stopped ibuprofen last month.

Sincerely,

Alan Whitfield, MD
"""
FORM = """
                         NEUROLOGY REFERRAL FORM
 Date of referral: 5/12/2026

 Patient name: Ingrid Solberg        DOB: 4/9/1988      M/F: F

 Referred by: Tobias Hale, PA-C      NPI: 1083610293
 Refer to: Noor Haddad, MD           Specialty: Neurology
 Facility: Capitol Neurology Group

 Clinical question: Is preventive infusion therapy an option?
 <x> Procedure: 95886 Needle electromyography
"""


def read(page_text: str, *, drawn: bool = False) -> list[Cited]:
    page = draw(page_text) if drawn else page_of(page_text)
    return list(BACKEND.read([page], all_document_types()["referral"]).cited)


def values(cited: list[Cited], path: str) -> set[str]:
    return {c.value for c in cited if c.path == path}


def roles(cited: list[Cited]) -> dict[str, set[str]]:
    names = {c.group: c.value for c in cited if c.path == "provider.name"}
    told: dict[str, set[str]] = {}
    for item in cited:
        if item.path == "provider.role":
            told.setdefault(names[item.group], set()).add(item.value)
    return told


def test_a_letter_names_sender_addressee_and_patient() -> None:
    cited = read(LETTER)
    assert values(cited, "patient.name") == {"Gloria Benning"}
    assert values(cited, "patient.dob") == {"1961-07-22"}
    assert "(302) 555-0166" in values(cited, "patient.phone")
    assert "Chesapeake Health Plan" in values(cited, "payer.name")
    assert values(cited, "patient.member_id") == {"CHP8841207"}
    assert roles(cited) == {"Priya Ramanathan": {"servicing"}, "Alan Whitfield": {"referring"}}


def test_a_form_names_both_colleagues_the_question_and_the_service() -> None:
    cited = read(FORM, drawn=True)
    assert roles(cited)["Noor Haddad"] == {"servicing"}
    assert roles(cited)["Tobias Hale"] == {"referring"}
    assert values(cited, "patient.sex") == {"female"}
    assert values(cited, "facility.name") == {"Capitol Neurology Group"}
    assert values(cited, "referral.reason") == {"Is preventive infusion therapy an option?"}
    assert values(cited, "procedure.code") == {"95886"}
    assert "Needle electromyography" in values(cited, "procedure.description")


def test_a_telephone_below_the_patient_is_the_patients() -> None:
    cited = read(
        """
+------------------------------+----------------------+--------------------+
| Referring clinician          | Referring NPI        | Office fax         |
| Lena Marchetti, DO           | 1609873214           | (410) 555-0134     |
+------------------------------+----------------------+--------------------+
| Patient                      | Birth date           | M/F                |
| Desmond Achebe               | 11/05/1958           | M                  |
+------------------------------+----------------------+--------------------+
| Address                      | Phone                | Chart no.          |
| 12 Elm St, Dover, DE 19901   | (410) 555-0199       | 55812              |
+------------------------------+----------------------+--------------------+
""",
        drawn=True,
    )
    assert values(cited, "patient.phone") == {"(410) 555-0199"}
    assert values(cited, "provider.phone") == set()


def test_it_asks_no_payer() -> None:
    segment = Segment(document_type="referral", page_start=1, page_end=1, confidence=0.9)
    assert not asks_for_decision(Record(id="r", document_id="d", segment=segment, fields=()))
