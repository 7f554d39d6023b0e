"""What comes back is held against what a document prints: found, missed, false, or ours to say."""

from __future__ import annotations

import random
from typing import Any

from evaluation.round_trip.comparison import Wanted, judge
from evaluation.round_trip.elements import Element, names_of
from evaluation.round_trip.people import patient_rows
from evaluation.round_trip.printout import Printout
from evaluation.round_trip.requests import service_request
from fhir_mapping.constants import System
from tests.evaluation.round_trip.examples import PATIENT, REQUEST


def _printed(*, whole: bool) -> Printout:
    out = Printout(random.Random(5), names_of(REQUEST))
    service_request(out, REQUEST) if whole else patient_rows(out, PATIENT, full=False)
    return out


def _patient(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "x", "name": [{"family": "Holm", "given": ["Ines", "T."]}], **members}


def _paths(elements: tuple[Any, ...]) -> list[str]:
    return sorted(element.path for element in elements)


def test_what_is_printed_must_come_back_and_nothing_else() -> None:
    judged = judge(_printed(whole=False), [PATIENT], [_patient(birthDate="1961-09-30")])
    assert _paths(judged.found) == ["Patient.birthDate", "Patient.name.family", "Patient.name.given"]
    assert _paths(judged.missed) == ["Patient.gender", "Patient.identifier.MR"]
    assert not judged.false


def test_another_value_is_false_and_the_right_one_missed() -> None:
    judged = judge(_printed(whole=False), [PATIENT], [_patient(birthDate="1961-09-03", gender="unknown")])
    assert _paths(judged.false) == ["Patient.birthDate"]
    assert "Patient.birthDate" in _paths(judged.missed)


def test_what_describes_our_record_is_not_judged() -> None:
    security = [{"system": System.OBSERVATION_VALUE, "code": "AIAST"}]
    judged = judge(
        _printed(whole=False), [PATIENT], [_patient(meta={"security": security}), {"resourceType": "Device", "id": "d"}]
    )
    assert not judged.false


def test_a_resource_that_says_the_same_again_is_right_and_one_that_adds_to_it_is_not() -> None:
    again = _patient(birthDate="1961-09-30", telecom=[{"system": "phone", "value": "503-555-0999"}])
    judged = judge(_printed(whole=False), [PATIENT], [_patient(birthDate="1961-09-30"), again])
    assert _paths(judged.false) == ["Patient.telecom.phone"]


def test_a_diagnosis_of_a_claim_may_come_back_as_a_condition() -> None:
    concept = {"coding": [{"system": System.ICD_10_CM, "code": "M17.11"}]}
    conditions = [
        {"resourceType": "Condition", "id": code, "code": {"coding": [{"system": System.ICD_10_CM, "code": code}]}}
        for code in ("M17.12",)
    ]
    judged = judge(
        _printed(whole=True), REQUEST, [{"resourceType": "Condition", "id": "c", "code": concept}, *conditions]
    )
    assert [element.value for element in judged.false] == [f"{System.ICD_10_CM}|M17.12"]
    assert not judged.found  # the Claim itself did not come back


def test_a_number_that_fails_its_check_digit_must_not_come_back() -> None:
    clinic = {"resourceType": "Organization", "id": "o", "name": "Alder Orthopedic Clinic"}
    judged = judge(_printed(whole=True), REQUEST, [clinic])
    assert "Organization.identifier.NPI" not in _paths(judged.missed)
    numbered = {**clinic, "identifier": [{"system": System.NPI, "value": "8189991234"}]}
    assert _paths(judge(_printed(whole=True), REQUEST, [numbered]).false) == ["Organization.identifier.NPI"]


def test_of_a_document_that_no_type_reads_nothing_must_come_back_but_what_does_must_be_right() -> None:
    out = _printed(whole=False)
    out.unread = True
    judged = judge(out, [PATIENT], [_patient(birthDate="1961-09-03")])
    assert not judged.found + judged.missed
    assert _paths(judged.false) == ["Patient.birthDate"]


def test_a_code_that_comes_back_as_the_words_printed_for_it_is_met_and_by_no_other_words() -> None:
    wanted = Wanted(Element("Condition.code.coding", f"{System.ICD_10_CM}|M17.11"), ("Osteoarthritis, right knee",))
    assert wanted.is_met_by(Element("Condition.code", "Osteoarthritis, right knee"))
    assert not wanted.is_met_by(Element("Condition.code", "Osteoarthritis, left hip"))
    assert not wanted.is_met_by(Element("Claim.code", "Osteoarthritis, right knee"))


def test_resources_of_one_type_are_matched_by_what_they_say_and_not_by_their_order() -> None:
    codes = ("M17.11", "E11.9", "I10")
    conditions = [
        {"resourceType": "Condition", "id": code, "code": {"coding": [{"system": System.ICD_10_CM, "code": code}]}}
        for code in codes
    ]
    out = Printout(random.Random(5), names_of(conditions))
    for code, condition in zip(codes, conditions, strict=True):
        out.says(condition, "code.coding", code)
    for came in (conditions, conditions[::-1], conditions[1:]):
        judged = judge(out, conditions, came)
        assert (len(judged.found), len(judged.missed), judged.false) == (len(came), 3 - len(came), ())


def test_what_a_document_says_beyond_the_example_may_come_back() -> None:
    bare = {name: value for name, value in PATIENT.items() if name != "telecom"}
    phone = [{"system": "phone", "value": "503-555-0148"}]
    for said, false in ((True, []), (False, ["Patient.telecom.phone"])):
        out = Printout(random.Random(5), names_of([bare]))
        patient_rows(out, bare, full=False)
        if said:
            out.says(bare, "telecom.phone", "503-555-0148")
        assert _paths(judge(out, [bare], [_patient(telecom=phone)]).false) == false
