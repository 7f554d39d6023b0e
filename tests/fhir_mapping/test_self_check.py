"""The check of a finished bundle refuses what must not be published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from documents.records import FieldStatus
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.proven import Draft
from fhir_mapping.self_check import check_drafts
from tests.fhir_mapping.records import field

NAME = field("patient.name", "Maria Elena Testpatient")
UNITS = field("procedure.units", "03")


def patient(**members: Any) -> Draft:
    return Draft({"resourceType": "Patient", "id": "p", **members}, (NAME, UNITS))


@pytest.mark.parametrize(
    "members",
    [
        {"name": [{"text": "Maria Elena Testpatient", "family": "Testpatient", "given": ["Maria", "Elena"]}]},
        {"name": [{"text": "Maria Elena"}], "gender": "unknown", "active": True},
        {"multipleBirthInteger": 3},
        {"contact": [{"relationship": [{"text": "Maria Elena Testpatient 03"}]}]},
    ],
)
def test_what_is_printed_passes(members: dict[str, Any]) -> None:
    check_drafts((patient(**members),))


@pytest.mark.parametrize(
    "members",
    [
        {"name": [{"text": "Maria Eleni Testpatient"}]},
        {"name": [{"given": ["Elena Maria"]}]},
        {"name": [{"given": ["Mari"]}]},
        {"birthDate": "1969-04-12"},
        {"multipleBirthInteger": 4},
        {"extension": [{"url": "unknown", "valueDecimal": Decimal("0.3")}]},
        {"deceasedBoolean": True},
        {"active": False},
        {"identifier": [{"system": "urn:uuid:6f3f0c2e-9f0b-5c55-8d1c-3b7c2a5e4f10", "value": "03"}]},
    ],
)
def test_what_is_invented_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(FhirMappingError, match="neither printed") as caught:
        check_drafts((patient(**members),))
    assert "Maria" not in str(caught.value)


@pytest.mark.parametrize("members", [{"name": []}, {"name": [{}]}, {"gender": ""}, {"gender": " "}, {"gender": None}])
def test_what_is_empty_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(FhirMappingError, match="is empty"):
        check_drafts((patient(**members),))


def test_references_must_resolve() -> None:
    with pytest.raises(FhirMappingError, match="does not resolve"):
        check_drafts((patient(link=[{"other": {"reference": "urn:uuid:nobody"}}]),))


def test_ids_must_differ() -> None:
    with pytest.raises(FhirMappingError, match="same id"):
        check_drafts((patient(), patient()))


def test_a_draft_of_an_unproven_field_is_refused() -> None:
    draft = Draft({"resourceType": "Patient", "id": "p"}, (NAME.model_copy(update={"status": FieldStatus.REVIEW}),))
    with pytest.raises(FhirMappingError, match="not proven"):
        check_drafts((draft,))
