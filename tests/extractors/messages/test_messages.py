"""Messages as patients write them: correspondents, drugs with what is said of them, conditions, matters, threads."""

from __future__ import annotations

from collections import defaultdict

import pytest

from documents.values import Cited
from extractors.messages.reading import read_message
from tests.extractors.printed import page_of

PORTAL = """PATIENT ADVICE REQUEST
From:  Rosalind Okafor-Byrne
To:    Marguerite Vance, NP and staff
Sent:  Tuesday, March 3, 2026 8:14 PM
Subject: question about my pills

I have high blood pressure and diabetes. My dad had a stroke so I'm nervous. I don't have asthma.
I quit taking the HCTZ 25 mg because it made me dizzy. I'm on losartan 50 mg now. I take it once a day.
You can reach me on my cell at 312-555-0188.

Response from Kim, RN: please hold losartan.
Start taking amlodipine 5 mg daily. My direct number is 312-555-0100.
"""
CALL = """PHONE MESSAGE
Date: 04/11/2026   Time: 9:40 am
For: Dr. Amara Singh
Caller: Lowell Fitch (son)
Patient: Edith Fitch    DOB: 02/02/1941
Phone: (614) 555-0172
Message: Mom ran out of her donepezil 10 mg. Needs refill sent to Kroger.
Taken by: B. Ruiz, MA"""
LETTER = """March 9, 2026

Dear Dr. Ignacio Paz,

My insurance, Blue Ridge Health Plan, member ID BRH4471920, has not approved the MRI of the lumbar
spine without contrast. My appointment is on 3/20/2026.

With thanks,
Wanda Petrakis"""


def read(text: str) -> list[Cited]:
    page = page_of(text)
    cited = list(read_message([page]))
    for item in cited:
        assert item.start is not None
        assert page.text[item.start : item.start + len(item.quote)] == item.quote
    return cited


def values(cited: list[Cited], path: str) -> list[str]:
    return [c.value for c in cited if c.path == path]


def drugs(text: str) -> dict[str, str]:
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for item in read(text):
        if item.path.startswith("medication."):
            groups[item.group or ""][item.path.removeprefix("medication.")] = item.value
    return {g["drug"]: g["status"] for g in groups.values()}


def test_a_portal_message() -> None:
    cited = read(PORTAL)
    assert values(cited, "patient.name") == ["Rosalind Okafor-Byrne"]
    assert values(cited, "provider.name") == ["Marguerite Vance"]
    assert values(cited, "patient.phone") == ["(312) 555-0188"]
    assert values(cited, "medication.drug") == ["HCTZ", "losartan"]
    assert values(cited, "medication.status") == ["discontinued", "current"]
    assert values(cited, "medication.frequency") == ["once a day"]
    assert list(zip(values(cited, "diagnosis.description"), values(cited, "diagnosis.status"), strict=True)) == [
        ("high blood pressure", "active"),
        ("diabetes", "active"),
        ("stroke", "family_history"),
        ("asthma", "negated"),
    ]


def test_what_the_clinic_answers_states_nothing() -> None:
    own = read(PORTAL.partition("Response from")[0])
    assert read(PORTAL) == own
    assert "amlodipine" not in values(read(PORTAL), "medication.drug")


def test_a_note_of_a_call_is_about_the_patient_not_the_caller() -> None:
    cited = read(CALL)
    assert values(cited, "patient.name") == ["Edith Fitch"]
    assert values(cited, "provider.name") == ["Amara Singh"]
    assert values(cited, "patient.phone") == ["(614) 555-0172"]
    assert values(cited, "medication.status") == ["current"]
    assert values(cited, "message.bucket") == ["refill_request"]


def test_a_letter() -> None:
    cited = read(LETTER)
    assert values(cited, "patient.name") == ["Wanda Petrakis"]
    assert values(cited, "provider.name") == ["Ignacio Paz"]
    assert values(cited, "message.date") == ["2026-03-09"]
    assert values(cited, "payer.name") == ["Blue Ridge Health Plan"]
    assert values(cited, "patient.member_id") == ["BRH4471920"]
    assert values(cited, "procedure.description") == ["MRI of the lumbar spine without contrast"]
    assert values(cited, "service.start") == ["2026-03-20"]
    assert values(cited, "message.bucket") == ["billing"]


def test_a_sender_for_somebody_else_is_not_the_patient() -> None:
    assert values(read("From: Lowell Fitch (on behalf of my mother)\nTo: Dr. Amara Singh\n"), "patient.name") == []


def test_a_telephone_of_a_pharmacy_is_not_the_patients() -> None:
    assert values(read("My pharmacy is Rexall, call them at 312-555-0177."), "patient.phone") == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("I take metformin, lisinopril 10 mg and atorvastatin every night.",
         {"metformin": "current", "lisinopril": "current", "atorvastatin": "current"}),
        ("I quit taking gabapentin two weeks ago.", {"gabapentin": "discontinued"}),
        ("I use Tylenol 500 mg as needed. Celebrex was dropped, it hurt my stomach.",
         {"Tylenol": "current", "Celebrex": "discontinued"}),
        ("You took me off Lasix in May. Dr. Ha put me on spironolactone 25 mg.",
         {"Lasix": "discontinued", "spironolactone": "current"}),
        ("I used to take Zoloft 50 mg, now I am on Lexapro 10 mg daily.",
         {"Zoloft": "discontinued", "Lexapro": "current"}),
        ("I haven't taken methotrexate since March.", {"methotrexate": "discontinued"}),
        ("I'm not on roflumilast anymore.", {"roflumilast": "discontinued"}),
        ("I tried Topamax last year but it made me sick.", {"Topamax": "tried-failed"}),
        ("The Norvasc did not help my pressure.", {"Norvasc": "tried-failed"}),
        ("I take Topamax and it made me dizzy.", {"Topamax": "current"}),
        ("I was taking Topamax 25 mg but Dr. Wu stopped it.", {"Topamax": "discontinued"}),
        ("I take Lyrica but I no longer need it.", {"Lyrica": "discontinued"}),
        ("I'm out of my albuterol inhaler.", {"albuterol": "current"}),
        ("Please call in my Xarelto 20 mg to the pharmacy.", {"Xarelto": "current"}),
        ("Lisinopril 20 mg needs a refill.", {"Lisinopril": "current"}),
        ("I would like to try Wegovy.", {"Wegovy": "requested"}),
        ("Can you prescribe me some Ambien?", {"Ambien": "requested"}),
        ("I am allergic to penicillin.", {}),
        ("Should I take ibuprofen for this?", {}),
        ("I never started the Eliquis.", {}),
        ("My husband takes warfarin.", {}),
        ("Is Tylenol safe?", {}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_drug(said: str, expected: dict[str, str]) -> None:
    assert drugs(said) == expected


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("I was diagnosed with gout.", "active"),
        ("It is for my asthma.", "active"),
        ("I do not have epilepsy.", "negated"),
        ("My sister has lupus.", "family_history"),
        ("I had pneumonia in 2019.", "historical"),
        ("I am worried I have diabetes.", None),
        ("Could it be lupus?", None),
        ("When is the diabetes class?", None),
    ],
)
def test_what_is_said_of_a_condition(said: str, status: str | None) -> None:
    assert values(read(said), "diagnosis.status") == ([status] if status else [])
