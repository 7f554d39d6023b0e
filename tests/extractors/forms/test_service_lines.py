"""Lines about one thing: units and modifiers, list numbers, codes that recognition spaced or misread, ticked labels."""

from __future__ import annotations

import pytest

from extractors.document_type import all_document_types
from extractors.forms.parsing import parse_diagnosis, parse_procedure
from extractors.forms.reading import read_forms
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]


def pieces(groups: list[list[object]]) -> list[tuple[str, str]]:
    return [(p.path.split(".")[1], p.value) for group in groups for p in group]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rituximab, 1 unit [J9312] Qty: 80", {("code", "J9312"), ("units", "80")}),
        (
            "Speech therapy (code 92507, modifier GN, 16 visits)",
            {("code", "92507"), ("modifier", "GN"), ("units", "16")},
        ),
        ("Wheelchair K0001 modifier RR, KX qty 1", {("modifier", "RR"), ("modifier", "KX"), ("units", "1")}),
    ],
)
def test_units_and_modifiers(text: str, expected: set[tuple[str, str]]) -> None:
    found = pieces(parse_procedure(text))  # type: ignore[arg-type]
    assert expected <= set(found)
    assert sum(leaf == "units" for leaf, _ in found) == 1
    assert [v for leaf, v in found if leaf == "modifier"] == [
        v for leaf, v in sorted(expected, reverse=True) if leaf == "modifier"
    ]


@pytest.mark.parametrize("number", ["1. ", "2) ", "(3) ", "#4. "])
def test_a_list_number_is_no_part_of_the_wording(number: str) -> None:
    assert ("description", "Plantar fasciitis") in pieces(parse_diagnosis(f"{number}Plantar fasciitis M72.2"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("M 72.2 Plantar fasciitis", "M72.2"),
        ("K21 .9 Reflux disease", "K21.9"),
        ("Essential hypertension [110]", "I10"),
        ("|10 Essential (primary) hypertension", "I10"),
    ],
)
def test_codes_that_recognition_spaced_or_misread(text: str, code: str) -> None:
    assert ("code", code) in pieces(parse_diagnosis(text, from_ocr=True))  # type: ignore[arg-type]
    assert ("code", code) not in pieces(parse_diagnosis(text))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["Temp 98.6 today", "T 98.6 F", "Plantar fasciitis [110]", "120 units"])
def test_numbers_are_no_codes(text: str) -> None:
    assert not [1 for leaf, _ in pieces(parse_diagnosis(text, from_ocr=True)) if leaf == "code"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("mark", "found"), [("<x>", ["29881"]), ("< >", [])])
def test_a_ticked_label_has_its_value(mark: str, found: list[str]) -> None:
    page = draw(f"\n < > Consult only    {mark} Procedure: 29881 Knee arthroscopy\n")
    assert [c.value for c in read_forms([page], TYPE).cited if c.path == "procedure.code"] == found
