"""Names in parts, decimals, JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_mapping.elements import decimal, present
from fhir_mapping.human_names import family_name, human_name
from fhir_mapping.identity import issuer_system, resource_id
from fhir_mapping.json_text import json_text
from tests.fhir_mapping.records import field


@pytest.mark.parametrize(
    ("printed", "family", "given", "suffix"),
    [
        ("Ana Testdoc", "Testdoc", ["Ana"], None),
        ("Ana Testdoc, MD", "Testdoc", ["Ana"], ["MD"]),
        ("Ana Testdoc M.D., PhD", "Testdoc", ["Ana"], ["M.D.", "PhD"]),
        ("Testdoc, Ana B", "Testdoc", ["Ana", "B"], None),
        ("Testdoc, Ana, MD", "Testdoc", ["Ana"], ["MD"]),
        ("Lee van der Berg", "van der Berg", ["Lee"], None),
        ("de la Cruz, Maria", "de la Cruz", ["Maria"], None),
        ("John Q Public Jr", "Public", ["John", "Q"], ["Jr"]),
        ("Yo-Yo Ma", "Ma", ["Yo-Yo"], None),
        ("KIM DO", "DO", ["KIM"], None),
        ("Grace Lin Do", "Do", ["Grace", "Lin"], None),
    ],
)
def test_name_in_parts(printed: str, family: str, given: list[str], suffix: list[str] | None) -> None:
    expected: dict[str, Any] = {"text": printed, "family": family, "given": given}
    assert human_name(field("patient.name", printed)) == expected | ({"suffix": suffix} if suffix else {})


def test_a_single_word_stays_text() -> None:
    name = human_name(field("patient.name", "Holm. Ines"))  # a comma that was misread
    assert "family" not in name
    name = human_name(field("patient.name", "Cher"))
    assert name["text"] == "Cher"
    assert not {"family", "given"} & set(name)
    assert family_name(field("provider.name", "Cher"))["_family"]["extension"]
    assert set(family_name(None)) == {"_family"}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1.50", "1.50"),
        ("30", "30"),
        (".5", "0.5"),
        *((value, None) for value in ("two", "NaN", "-3", "+2", "1e5", "1_000", "1,000", "١٢٣", "5.", "")),
    ],
)
def test_decimals_are_read_as_printed(value: str, number: str | None) -> None:
    found = decimal(field("procedure.units", value))
    assert (None if found is None else str(found)) == number


def test_present_leaves_out_what_is_not_there_but_keeps_zero_and_false() -> None:
    assert present(class_=[1], a=None, b=[], c={}, d=0, e=False) == {"class": [1], "d": 0, "e": False}


nested = st.recursive(
    st.text() | st.booleans() | st.integers(min_value=-(2**31), max_value=2**31 - 1),  # R4's integer has 32 bits
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(nested)
def test_json_text_reads_back_as_it_was(value: Any) -> None:
    assert json.loads(json_text(value)) == value


def test_json_text_keeps_digits_and_refuses_what_is_no_text() -> None:
    assert json_text({"value": Decimal("1.50")}) == '{"value":1.50}'
    assert json_text(Decimal("1E+3")) == "1000"
    for value in (b"bytes", {1, 2}, "\ud800", {"value": Decimal("NaN")}, Decimal("-Infinity")):
        with pytest.raises(TypeError):
            json_text([value])


def test_ids_follow_from_content_only() -> None:
    assert resource_id("r", "Condition", "d1") == resource_id("r", "Condition", "d1")
    assert resource_id("r", "Condition", "d1") != resource_id("r", "Condition", "d2")
    assert issuer_system("member-id", "Example  Health plan") == issuer_system("member-id", "example health Plan")
    assert issuer_system("member-id", "Example Health") != issuer_system("mrn", "Example Health")
