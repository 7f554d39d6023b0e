"""A site's table answers what its reviewed rows say, and nothing where they leave a doubt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from fhir_mapping.pas.request import PasGaps, PasRequest
from fhir_mapping.pas.site_values import Line, LineKind, SiteRow, SiteValues
from tests.fhir_mapping.pas.requests import COMPLETE, build, entered, without
from tests.fhir_mapping.pas.variants import SITE

CATEGORY = "submission.service_category"


def row(**said: Any) -> SiteRow:
    given = {"id": "r1", "path": CATEGORY, "value": "2", "reviewed_by": "u-3", "reviewed_on": "2026-10-01", **said}
    return SiteRow.model_validate(given)


def test_the_row_that_names_most_is_meant() -> None:
    table = SiteValues(
        rows=(
            row(),
            row(id="r2", value="12", kind=LineKind.DEVICE),
            row(id="r3", value="18", kind=LineKind.DEVICE, codes=("E0601",)),
            row(id="r4", value="A4", payer="Example  HEALTH plan"),
        )
    )
    assert table.lookup(CATEGORY, Line(kind=LineKind.SERVICE, code="27447")) == "2"
    assert table.lookup(CATEGORY, Line(kind=LineKind.DEVICE, code="L1833")) == "12"
    assert table.lookup(CATEGORY, Line(kind=LineKind.DEVICE, code="E0601")) == "18"
    assert table.lookup(CATEGORY, Line(kind=LineKind.SERVICE, code="27447", payer="example health plan")) == "A4"
    found = table.row(CATEGORY, Line(kind=LineKind.DEVICE, code="L1833"))
    assert found is not None
    assert (found.id, found.reviewed_by) == ("r2", "u-3")


def test_rows_that_contradict_each_other_answer_nothing() -> None:
    table = SiteValues(rows=(row(codes=("27447",)), row(id="r2", value="3", payer="Example")))
    line = Line(kind=LineKind.SERVICE, code="27447", payer="Example")
    assert table.lookup(CATEGORY, line) is None
    assert table.lookup(CATEGORY, line.model_copy(update={"payer": "Another"})) == "2"
    assert table.lookup("submission.request_type", line) is None


@pytest.mark.parametrize(
    "said",
    [
        {"path": "patient.member_id", "value": "W1"},
        {"path": "submission.drug_code", "value": "J0135"},
        {"path": "submission.relationship", "value": "18"},
        {"path": "submission.subscriber_id", "value": "W1"},
        {"path": "submission.claim_type", "value": "pharmacy"},
        {"path": "submission.claim_type", "value": "oral", "kind": LineKind.DRUG},
        {"value": "surgery"},
        {"reviewed_by": " "},
        {"id": ""},
    ],
)
def test_a_row_gives_a_code_that_a_person_answers_for(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        row(**said)


def test_two_rows_have_two_ids() -> None:
    with pytest.raises(ValidationError):
        SiteValues(rows=(row(), row(value="3")))


def test_what_a_person_entered_goes_before_the_table() -> None:
    built = build((*COMPLETE, entered(CATEGORY, "AB", "s2")), site=SITE)
    assert isinstance(built, PasRequest)
    items = json.loads(built.bundle)["entry"][0]["resource"]["item"]
    assert [item["category"]["coding"][0]["code"] for item in items] == ["2", "AB", "2"]


def test_a_wrong_entry_does_not_fall_back_on_the_table() -> None:
    built = build((*COMPLETE, entered(CATEGORY, "surgery", "s2")), site=SITE)
    assert isinstance(built, PasGaps)
    assert [each.field for each in built.missing] == [f"{CATEGORY}[s2]"]


def test_the_table_completes_a_request() -> None:
    patients = ("submission.subscriber_id", "submission.drug_code")
    built = build((*without("submission"), *(f for f in COMPLETE if f.path in patients)), site=SITE)
    assert isinstance(built, PasRequest)
    items = json.loads(built.bundle)["entry"][0]["resource"]["item"]
    assert [item["category"]["coding"][0]["code"] for item in items] == ["2", "12", "88"]
    assert [item.get("quantity", {}).get("code") for item in items] == [None, "UN", None]
    assert {row.id for row in built.rows} == {row.id for row in SITE.rows}


def test_a_row_that_gave_nothing_is_not_named() -> None:
    built = build(COMPLETE, site=SITE)
    assert isinstance(built, PasRequest)
    assert {row.path for row in built.rows} == {"submission.quantity_unit", "submission.payer_id"}
