"""Values in or beside a character that nobody can read go to a person, with that doubt."""

from __future__ import annotations

import pytest

from documents.plain_text import split_pages, text_page
from documents.records import Field, Record
from tests.extractors.records_of import record_of

REQUEST = """PRIOR AUTHORIZATION REQUEST
Patient name: Cy Dale
Date of birth: 03/04/1980
Member ID: XYZ123456
Requesting provider: Ina Eck, MD
NPI: 1234567893
Diagnosis code: M17.11 Unilateral primary osteoarthritis, right knee
Procedure code: CPT 27447
"""
DOUBT = "unreadable_character"


def read(text: str) -> Record:
    return record_of("prior_auth_request", tuple(text_page(p, n) for n, p in enumerate(split_pages(text), 1)))


def fields(record: Record, path: str) -> list[Field]:
    return [field for field in record.fields if field.path == path]


def test_without_such_a_character_nothing_is_doubted() -> None:
    made = read(REQUEST)
    assert fields(made, "patient.member_id")[0].usable
    assert not [field for field in made.fields if DOUBT in field.reasons]


@pytest.mark.parametrize("bad", ["\x07", "\x1b", "\x92", "\ufffd"])
@pytest.mark.parametrize(
    ("path", "there", "instead"),
    [
        ("patient.member_id", "XYZ123456", "XYZ123{}456"),
        ("patient.member_id", "XYZ123456", "{}XYZ123456"),
        ("patient.member_id", "XYZ123456", "XYZ123456{}"),
        ("patient.member_id", "XYZ123456", "XYZ123456 {}7"),
        ("patient.dob", "03/04/1980", "03/04/198{}0"),
        ("patient.dob", "03/04/1980", "{}1/03/04/1980"),
        ("provider.npi", "1234567893", "1{}1234567893"),
        ("diagnosis.code", "M17.11", "M17.11{}"),
        ("procedure.code", "27447", "27447{}1"),
    ],
)
def test_no_value_with_one_in_or_beside_it_is_accepted(bad: str, path: str, there: str, instead: str) -> None:
    made = read(REQUEST.replace(there, instead.format(bad)))
    found = fields(made, path)
    assert not [field for field in found if field.usable]
    assert all(DOUBT in field.reasons for field in found if field.evidence)
    assert fields(made, "patient.name")[0].usable


def test_one_elsewhere_doubts_nothing() -> None:
    made = read(f"{REQUEST}\nprinted \x07 by\n")
    assert fields(made, "patient.member_id")[0].usable


@pytest.mark.parametrize("space", ["\x0b", "\x85", "\x1f"])
def test_control_characters_that_are_white_space_are_white_space(space: str) -> None:
    made = read(REQUEST.replace("Cy Dale", f"Cy{space}Dale"))
    (name,) = fields(made, "patient.name")
    assert (name.value, name.usable) == ("Cy Dale", True)
