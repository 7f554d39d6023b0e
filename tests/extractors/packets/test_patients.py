"""Whose page it is: names, birth dates and numbers behind labels; relatives, misreadings and conflicts."""

from __future__ import annotations

import pytest

from extractors.packets.page_lines import page_lines
from extractors.packets.patients import foreign_pages, identity_of, is_other_person
from tests.extractors.printed import page_of

RUIZ = {"patient.name": ["Anna Ruiz"], "patient.dob": ["1971-05-06"], "patient.mrn": ["448120"]}


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("Patient name: Odell Brannigan   DOB: 3/9/1957", "patient.name", "Odell Brannigan"),
        ("MEMBER: BRANNIGAN, ODELL T", "patient.name", "BRANNIGAN, ODELL T"),
        ("I saw Odell Brannigan (DOB 3/9/1957) today", "patient.name", "Odell Brannigan"),
        ("Re: Odell Brannigan\nDear colleague", "patient.name", "Odell Brannigan"),
        ("Born: March 9, 1957", "patient.dob", "1957-03-09"),
        ("Med rec #: 00918-2", "patient.mrn", "00918-2"),
        ("Subscriber no. PXC0091882", "patient.member_id", "PXC0091882"),
    ],
)
def test_labels_tell_who_it_is(text: str, path: str, value: str) -> None:
    assert identity_of(page_lines(page_of(text))).get(path) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Recipient: Columbia Mutual",
        "Re: Prior Authorization",
        "Name: Paul Renner, NP",
        "Member: Health Plan Services",
        "Patient: ______",
    ],
)
def test_what_follows_a_label_may_be_no_patient(text: str) -> None:
    assert "patient.name" not in identity_of(page_lines(page_of(text)))


def test_a_page_that_can_hardly_be_read_names_nobody() -> None:
    assert identity_of(page_lines(page_of("Patient: Odell Brannigan", ocr=True, confidence=0.5))) == {}


@pytest.mark.parametrize(
    ("theirs", "other"),
    [
        ({"patient.name": ["Marguerite Gunnarson"], "patient.dob": ["1973-05-26"]}, True),
        ({"patient.name": ["Marguerite Gunnarson"]}, True),
        ({"patient.name": ["Luis Ruiz"], "patient.dob": ["2004-02-02"]}, True),  # a relative
        ({"patient.name": ["Luis Ruiz"]}, False),  # a relative named, or a slip: nothing else differs
        ({"patient.name": ["Luis Ruiz"], "patient.mrn": ["448120"]}, False),
        ({"patient.name": ["RUIZ, ANNA M"], "patient.dob": ["1971-05-08"]}, False),  # a conflict, no other person
        ({"patient.name": ["Arma Ruis"], "patient.dob": ["1971-06-05"]}, False),  # misread
        ({"patient.dob": ["1950-01-01"]}, False),
        ({"patient.dob": ["1950-01-01"], "patient.mrn": ["900377"]}, True),
    ],
)
def test_who_is_another_person(theirs: dict[str, list[str]], other: bool) -> None:
    assert is_other_person(RUIZ, theirs) is other


def test_pages_after_another_s_are_that_one_s_until_one_is_ours() -> None:
    other = {"patient.name": ["Marguerite Gunnarson"], "patient.dob": ["1973-05-26"]}
    by_page = {1: RUIZ, 2: other, 3: {}, 4: {"patient.dob": ["1971-05-06"]}, 5: {}}
    assert foreign_pages(by_page) == {2, 3}


def test_the_document_is_about_whom_most_pages_name() -> None:
    other = {"patient.name": ["Marguerite Gunnarson"], "patient.dob": ["1973-05-26"]}
    assert foreign_pages({1: other, 2: RUIZ, 3: RUIZ}) == {1}
    assert foreign_pages({1: RUIZ, 2: {}}) == foreign_pages({}) == frozenset()


def test_a_page_that_goes_on_from_an_earlier_one_is_of_that_one_s_patient() -> None:
    other = {"patient.name": ["Marguerite Gunnarson"], "patient.dob": ["1973-05-26"]}
    assert foreign_pages({1: RUIZ, 2: other, 3: {}, 4: {}}, goes_on_from={3: 1}) == {2}
    assert foreign_pages({1: RUIZ, 2: other, 3: {}}) == {2, 3}


@pytest.mark.parametrize(
    ("name", "born", "another"),
    [
        ("Annika Ruiz", "1944-11-30", True),
        ("Anna Ruiz", "1944-11-30", False),
        ("Ana Ruiz", "1944-11-30", False),
        ("A. Ruiz", "1944-11-30", False),
        ("Annika Ruiz", "1971-06-05", False),
    ],
)
def test_with_another_birth_date_a_name_has_to_be_the_same(name: str, born: str, another: bool) -> None:
    ours = {"patient.name": ["Anton Ruiz" if name == "Annika Ruiz" else "Anna Ruiz"], "patient.dob": ["1971-05-06"]}
    assert is_other_person(ours, {"patient.name": [name], "patient.dob": [born]}) == another
