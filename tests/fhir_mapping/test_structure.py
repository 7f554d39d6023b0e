"""What is refused by fhir.resources is refused, though parts that were validated before are not validated again."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from fhir_mapping.bundle import assembled
from fhir_mapping.definitions import model_of
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.structure import check_structure
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS

CODED = {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}
SUBJECT = {"reference": "urn:uuid:1"}
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": CODED, "subject": SUBJECT}

FAULTY: dict[str, dict[str, Any]] = {
    "a coding where a reference belongs": {"subject": CODED["coding"][0]},
    "a reference where a concept belongs": {"code": SUBJECT},
    "a concept where a reference belongs": {"subject": CODED},
    "a concept where a list of them belongs": {"category": CODED},
    "a coding with a blank": {"code": {"coding": [{"system": "http://loinc.org", "code": " "}]}},
    "a word where codings belong": {"code": {"coding": "4548-4"}},
    "a coding where a list of them belongs": {"code": {"coding": CODED["coding"][0]}},
    "nothing where a coding belongs": {"code": {"coding": [None]}},
    "codings within codings": {"code": {"coding": [CODED["coding"]]}},
    "a coding of two codes": {"code": {"coding": [{"system": "http://loinc.org", "code": ["4548-4"]}]}},
    "a member that it does not have": {"colour": "red"},
    "two of a choice": {"valueString": "high", "valueInteger": 7},
    "a required member left out": {"code": None},
    "a date that is none": {"effectiveDateTime": "last week"},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_what_the_builders_make_is_r4(name: str) -> None:
    for draft in assembled(VARIANTS[name], SOURCE, recorded=RECORDED, software=SOFTWARE):
        check_structure(draft.resource)


@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_refused_as_by_the_model_itself(fault: str) -> None:
    resource = {name: value for name, value in (OBSERVATION | FAULTY[fault]).items() if value is not None}
    with pytest.raises(ValidationError):
        model_of("Observation").model_validate(resource)
    with pytest.raises(FhirMappingError, match=r"^Observation is not valid FHIR R4: ") as caught:
        check_structure(resource)
    assert len(FAULTY[fault]) > 1 or next(iter(FAULTY[fault])) in str(caught.value)
    assert "last week" not in str(caught.value)
