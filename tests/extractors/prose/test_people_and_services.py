"""People, dates and coded services in running text."""

import pytest

from tests.extractors.prose.reads import entities, read


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("HPI: Ms. Doe is a 45-year-old woman with gout.", "female"),
        ("HPI: 67 y.o. male seen for cough.", "male"),
        ("HPI: This is a 71 year old right-handed gentleman.", "male"),
        ("HPI: 28F with abdominal pain.", "female"),
        ("HPI: Pt is a 35 yo M with MDD.", "male"),
        ("HPI: A 9-month-old girl with wheezing.", "female"),
        ("HPI: 52 y/o African American female with lupus.", "female"),
        ("HPI: Her 12-year-old son, brother of a 3-year-old male, is well.", None),
        ("FAMILY HISTORY: 60-year-old male cousin with gout.", None),
        ("HPI: The 5 M solution was used.", None),
    ],
)
def test_sex_of_the_patient(text: str, sex: str | None) -> None:
    assert [c.value for c in read(text) if c.path == "patient.sex"][:1] == ([sex] if sex else [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RE: Teresa Villanueva", "Teresa Villanueva"),
        (
            "I am writing on behalf of my patient, Ruth K. Haddad, a 39-year-old female, to ask for approval.",
            "Ruth K Haddad",
        ),
        ("Jane Doe is a 45-year-old woman (DOB 3/4/1980) seen on 3/4/2026.", "Jane Doe"),
    ],
)
def test_name_of_the_patient(text: str, name: str) -> None:
    assert next(c.value for c in read(text) if c.path == "patient.name") == name


def test_dates_that_a_sentence_states() -> None:
    text = (
        "Jane Doe is a 45-year-old woman (DOB 3/4/1980) seen on 3/5/2026. She was admitted on Jan 6, 2026 and "
        "discharged on Jan 9, 2026."
    )
    dates = {c.path: c.value for c in read(text) if c.path.endswith((".dob", ".date"))}
    assert dates == {
        "patient.dob": "1980-03-04",
        "encounter.date": "2026-03-05",
        "admission.date": "2026-01-06",
        "discharge.date": "2026-01-09",
    }


def test_an_earlier_visit_is_not_the_encounter() -> None:
    assert [c for c in read("HPI: He was last seen on 3/5/2026.") if c.path == "encounter.date"] == []


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("Electronically signed by John Q. Smith, MD on 3/4/2026", {"name": "John Q Smith", "role": "attending"}),
        ("Electronically signed: Mei-Ling Trask, MD 09/20/2026 13:54", {"name": "Mei-Ling Trask", "role": "attending"}),
        ("Attending: Priya Raman, MD", {"name": "Priya Raman", "role": "attending"}),
        ("Follow up with Dr. Nathaniel Goldfarb within 14 days.", {"name": "Nathaniel Goldfarb"}),
        ("PCP: Dr. Alan Whitfield", {"name": "Alan Whitfield", "role": "pcp"}),
        (
            "Paulette Quigley, NP, Pulmonology    Dictated Jan 13, 2026",
            {"name": "Paulette Quigley", "role": "attending", "specialty": "Pulmonology"},
        ),
    ],
)
def test_clinicians(text: str, provider: dict[str, str]) -> None:
    assert entities(read(text), "provider")[0] == provider


def test_who_signs_a_request_asks_for_it() -> None:
    found = entities(read("Sincerely,\n\nRobert Achterberg, MD", document_type="prior_auth_request"), "provider")
    assert found == [{"name": "Robert Achterberg", "role": "requesting"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Plan:\n1. Order CT chest with contrast (71260).",
            [{"description": "CT chest with contrast", "code": "71260", "system": "CPT"}],
        ),
        (
            "PROCEDURE: Infliximab injection, 10 mg (J1745-JZ)",
            [{"description": "Infliximab injection, 10 mg", "code": "J1745", "system": "HCPCS", "modifier": "JZ"}],
        ),
        (
            "I ask for expedited authorization of MRI lumbar spine without contrast (code 72148, 1 unit).",
            [{"description": "MRI lumbar spine without contrast", "code": "72148", "system": "CPT", "units": "1"}],
        ),
        ("The requested therapy (CPT 96413) is indicated.", [{"code": "96413", "system": "CPT"}]),
        ("Example of a code: Office visit (99213)", []),
        ("Group: 72148", []),
    ],
)
def test_coded_services(text: str, expected: list[dict[str, str]]) -> None:
    assert entities(read(text), "procedure") == expected


def test_a_heading_in_capitals_that_ends_like_a_credential_is_nobody() -> None:
    assert entities(read("WHAT YOU SHOULD DO\nRest."), "provider") == []
    assert [p["name"] for p in entities(read("LENA OSTROW, MD\n"), "provider")] == ["LENA OSTROW"]
