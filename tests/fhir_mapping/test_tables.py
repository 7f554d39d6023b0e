"""Codes come from a named table or not at all, and leaves name the fields that state them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fhir_mapping.proven import Draft
from fhir_mapping.stated import Stated, StatedDecimal, leaves, quoted, stated_together
from fhir_mapping.tables import TABLES, Table, look_up, tabled
from tests.fhir_mapping.records import field

NAME = field("patient.name", "Maria Testpatient")


@pytest.mark.parametrize(
    ("table", "printed", "code"),
    [
        (Table.RELATIONSHIP, " Wife ", "spouse"),
        (Table.RELATIONSHIP, "cousin", None),
        (Table.INTERPRETATION, "Critical  High", "HH"),
        (Table.INTERPRETATION, "see note", None),
        (Table.UCUM, "M/uL", "10*6/uL"),
        (Table.UCUM, "m/uL", None),
        (Table.GENDER, "unknown", None),
    ],
)
def test_a_table_gives_what_it_lists_and_nothing_else(table: Table, printed: str, code: str | None) -> None:
    found = tabled(field("any.thing", printed), table)
    assert found == code
    if found is not None:
        assert (found.table, found.fields[0].value) == (table, printed)


def test_every_entry_can_be_looked_up_as_the_check_does() -> None:
    for name, entries in TABLES.items():
        assert all(look_up(name, printed) == code for printed, code in entries.items()), name


def test_a_system_is_made_for_each_issuer() -> None:
    one, other = (tabled(field("payer.name", name), Table.MEMBER_ID_SYSTEM) for name in ("Rime Plan", "Ash Plan"))
    assert one is not None
    assert one.startswith("urn:uuid:")
    assert one != other


def test_leaves_carry_their_fields_and_a_draft_gathers_them_once() -> None:
    number, form = field("medication.quantity", "1.50"), field("medication.form", "pen", quote="prefilled\n pen")
    status = field("medication.status", "requested")
    resource = {
        "resourceType": "Patient",
        "name": [{"text": Stated(NAME.value, NAME), "given": [Stated("Maria", NAME)]}],
        "quantity": {"value": StatedDecimal("1.50", number)},
        "note": [],
    }
    assert Draft(resource, (status, NAME)).fields == (NAME, number, status)
    assert ("name.given", "given", "Maria") in leaves(resource)
    assert ("note", "note", []) in leaves(resource)
    assert format(StatedDecimal("1.50", number), "f") == format(Decimal("1.50"), "f")
    assert quoted(form) == "prefilled pen"
    assert stated_together(NAME, form) == "Maria Testpatient pen"
