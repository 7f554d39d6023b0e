"""Personal facts after another person's label are not the patient's."""

import pytest

from documents.values import Evidence
from extractors.grounding.other_people import is_another_persons
from tests.extractors.records_of import pages_of, record_of

_BIRTH = "03/04/1971"
_TELEPHONE = "(303) 555-0142"


@pytest.mark.parametrize(
    ("path", "text", "quote", "theirs"),
    [
        ("patient.dob", f"Subscriber: Otto Lindt (father) born {_BIRTH}", _BIRTH, True),
        ("patient.dob", f"Legal guardian Otto Lindt    D.O.B. {_BIRTH}", _BIRTH, True),
        ("patient.dob", f"Guardian: Otto Lindt    Patient DOB: {_BIRTH}", _BIRTH, False),
        ("patient.dob", f"Subscriber ID: 88123    DOB: {_BIRTH}", _BIRTH, False),
        ("patient.dob", f"Relationship to insured: self   DOB: {_BIRTH}", _BIRTH, False),
        ("patient.dob", f"Policyholder: self   DOB: {_BIRTH}", _BIRTH, False),
        ("patient.dob", f"NEXT OF KIN\nName: Otto Lindt\nDOB: {_BIRTH}", _BIRTH, True),
        ("patient.dob", f"NEXT OF KIN\nName: Otto Lindt\n\nDOB: {_BIRTH}", _BIRTH, False),
        ("patient.phone", f"Interpreter: yes, via Otto   Tel {_TELEPHONE}", _TELEPHONE, True),
        ("patient.phone", f"Employer: Mesa Tiles   Tel {_TELEPHONE}", _TELEPHONE, True),
        ("patient.dob", f"Employer: Mesa Tiles   DOB {_BIRTH}", _BIRTH, False),
        ("patient.member_id", "Policyholder: Otto Lindt  ID AB991122", "AB991122", False),
        ("patient.name", "Parent: Otto Lindt", "Otto Lindt", True),
        ("patient.name", "Insured: Otto Lindt", "Otto Lindt", False),
        ("provider.phone", f"Spouse of patient: Otto   Tel {_TELEPHONE}", _TELEPHONE, False),
    ],
)
def test_whose_a_personal_fact_is(path: str, text: str, quote: str, theirs: bool) -> None:
    start = text.index(quote)
    span = Evidence(page=1, start=start, end=start + len(quote), quote=quote, boxes=())
    assert is_another_persons(path, text, span) is theirs


@pytest.mark.parametrize("label", ["Policy holder: Otto Lindt (husband) dob", "Caregiver: Otto Lindt   DOB:"])
def test_another_persons_birth_date_is_never_accepted(label: str) -> None:
    lines = f"AUTHORIZATION REQUEST\nPatient name: Ines Lindt\nMember ID: QRS445566778\n{label} {_BIRTH}\nCPT: 70553"
    record = record_of("prior_auth_request", pages_of(lines))
    assert not [f for f in record.fields if f.path == "patient.dob" and f.status == "accepted"]


def test_two_birth_dates_are_a_conflict_with_a_short_label_too() -> None:
    lines = f"AUTHORIZATION REQUEST\nPatient: Ines Lindt\nb. {_BIRTH}\nCPT: 70553\nDOB: 04/03/1971"
    record = record_of("prior_auth_request", pages_of(lines))
    assert not [f for f in record.fields if f.path == "patient.dob" and f.status == "accepted"]
