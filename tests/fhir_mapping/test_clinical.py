"""Results, allergies, past drugs and family history: as printed, coded by listed tables only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from documents.records import Field, FieldStatus
from documents.values import Assertion
from fhir_mapping.bundle import build_bundle
from tests.fhir_mapping.records import LABORATORY, RECORDED, SOFTWARE, SOURCE, VARIANTS, field, record, resources


def result(value: str, unit: str | None = None, *more: Field) -> dict[str, Any]:
    fields = [field("observation.name", "Potassium", "o1"), field("observation.value", value, "o1"), *more]
    if unit is not None:
        fields.append(field("observation.unit", unit, "o1"))
    (observation,) = resources(record(fields, "lab_report"), "Observation")
    return observation


def test_a_result_keeps_its_digits_unit_flag_range_and_day() -> None:
    potassium = resources(VARIANTS["laboratory"], "Observation")[0]
    assert potassium["valueQuantity"]["unit"] == potassium["valueQuantity"]["code"] == "mmol/L"
    text = build_bundle(VARIANTS["laboratory"], SOURCE, recorded=RECORDED, software=SOFTWARE)
    assert '"value":5.90' in text
    assert potassium["interpretation"][0]["coding"][0]["code"] == "H"
    assert potassium["referenceRange"] == [{"text": "3.5-5.1"}]
    assert potassium["effectiveDateTime"] == "2026-11-02"
    assert "coding" not in potassium["code"]


def test_a_comparator_is_an_element_of_its_own() -> None:
    assert result("<0.5", "ng/mL")["valueQuantity"] == {
        "value": 0.5,
        "comparator": "<",
        "unit": "ng/mL",
        "system": "http://unitsofmeasure.org",
        "code": "ng/mL",
    }


@pytest.mark.parametrize(("value", "unit", "said"), [("Negative", None, "Negative"), ("5.9", None, "5.9")])
def test_words_and_numbers_without_a_unit_stay_words(value: str, unit: str | None, said: str) -> None:
    observation = result(value, unit)
    assert observation["valueString"] == said
    assert "valueQuantity" not in observation


def test_a_unit_outside_the_table_and_a_flag_that_is_no_flag_are_not_coded() -> None:
    observation = result("1.2", "parts", field("observation.flag", "see comment", "o1"))
    assert observation["valueQuantity"] == {"value": 1.2, "unit": "parts"}
    assert observation["interpretation"] == [{"text": "see comment"}]


def test_two_values_for_one_result_are_no_result() -> None:
    read = record([*LABORATORY, field("observation.value", "4.9", "o1")], "lab_report")
    assert "Potassium" not in json.dumps(resources(read, "Observation"))


def test_a_report_holds_its_proven_results_and_no_other() -> None:
    (report,) = resources(VARIANTS["laboratory"], "DiagnosticReport")
    assert len(report["result"]) == 4
    assert "Sodium" not in json.dumps(resources(VARIANTS["laboratory"], "Observation"))
    unread = record([f.model_copy(update={"status": FieldStatus.REVIEW}) for f in LABORATORY], "lab_report")
    assert resources(unread, "DiagnosticReport") == []


def test_the_facility_that_ordered_the_tests_is_not_who_performed_them() -> None:
    assert [o["name"] for o in resources(VARIANTS["laboratory"], "Organization")] == ["Example Family Clinic"]
    for kind in ("Observation", "DiagnosticReport"):
        assert all("performer" not in each for each in resources(VARIANTS["laboratory"], kind))


def test_what_a_note_quotes_is_not_called_a_laboratory_result() -> None:
    read = record([f for f in LABORATORY if f.path.startswith("observation")], "clinical_note")
    observations = resources(read, "Observation")
    assert len(observations) == 4
    assert not any("category" in o or "profile" in o["meta"] or "effectiveDateTime" in o for o in observations)
    assert resources(read, "DiagnosticReport") == []


def test_substances_outweigh_the_statement_that_there_are_none() -> None:
    (allergy,) = resources(VARIANTS["reactions"], "AllergyIntolerance")
    assert allergy["code"] == {"text": "latex"}
    assert allergy["reaction"] == [{"manifestation": [{"text": "hives"}]}]
    (none,) = resources(VARIANTS["no-allergies"], "AllergyIntolerance")
    assert none["code"] == {"text": "NKDA"}


def test_drugs_that_ended_are_statements_and_never_requests() -> None:
    stopped, tried = sorted(resources(VARIANTS["full"], "MedicationStatement"), key=lambda s: str(s["status"]))
    assert (stopped["status"], stopped["medicationCodeableConcept"]["text"]) == ("stopped", "naproxen")
    assert (tried["status"], tried["statusReason"]) == ("unknown", [{"text": "tried and failed"}])


@pytest.mark.parametrize("assertion", [Assertion.NEGATED, Assertion.UNCERTAIN, Assertion.HYPOTHETICAL])
def test_family_history_is_the_familys_and_only_if_it_is_stated(assertion: Assertion) -> None:
    (history,) = resources(VARIANTS["family"], "FamilyMemberHistory")
    assert history["condition"] == [{"code": {"text": "breast cancer"}}]
    assert resources(VARIANTS["family"], "Condition") == []
    denied = [f.model_copy(update={"assertion": assertion}) for f in VARIANTS["family"].fields]
    assert resources(record(denied, "clinical_note"), "FamilyMemberHistory") == []


def test_a_specialty_is_the_named_clinicians() -> None:
    (role,) = resources(VARIANTS["full"], "PractitionerRole")
    assert role["specialty"] == [{"text": "Orthopedic Surgery"}]
    assert resources(record([field("provider.specialty", "Cardiology", "p1")]), "PractitionerRole") == []


def test_a_result_whose_unit_is_not_proven_waits_with_it() -> None:
    named, value = field("observation.name", "Ferritin", "o7"), field("observation.value", "41", "o7")
    unit = field("observation.unit", "ng/mL", "o7", status=FieldStatus.REVIEW)
    assert resources(record([named, value, unit], "lab_report"), "Observation") == []
    assert len(resources(record([named, value], "lab_report"), "Observation")) == 1


REVIEW = {"status": FieldStatus.REVIEW}
NO_ALLERGY = field("allergy.none", "none known", "a2", quote="NKDA")


@pytest.mark.parametrize(
    "read",
    [
        field("allergy.substance", "penicillin", "a1").model_copy(update=REVIEW),
        field("allergy.reaction", "hives", "a1").model_copy(update=REVIEW),
        field("allergy.reaction", "hives", "a2"),
    ],
)
def test_that_there_is_no_allergy_is_not_said_where_one_was_read(read: Field) -> None:
    assert resources(record([NO_ALLERGY, read]), "AllergyIntolerance") == []
    refused = read.model_copy(update={"status": FieldStatus.REJECTED})
    assert len(resources(record([NO_ALLERGY, refused]), "AllergyIntolerance")) == 1


def test_a_substance_that_is_denied_does_not_speak_against_no_allergies() -> None:
    denied = field("allergy.substance", "latex", "a1", assertion=Assertion.NEGATED)
    (allergy,) = resources(record([NO_ALLERGY, denied]), "AllergyIntolerance")
    assert allergy["code"] == {"text": "NKDA"}
