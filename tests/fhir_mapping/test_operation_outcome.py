from __future__ import annotations

from typing import Any

import pytest

from fhir_mapping.operation_outcome import Complaint, claim_responses, complaints, payer_errors

URLS = ("Patient/p1", "Claim/c1")


def outcome(**issue: Any) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "invalid", **issue}]}


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        ({}, Complaint("invalid")),
        ({"severity": "fatal", "code": "exception"}, Complaint("exception")),
        ({"code": "Quill"}, Complaint("unknown")),
        ({"code": 7}, Complaint("unknown")),
        ({"code": ["invalid"]}, Complaint("unknown")),
        ({"expression": ["Bundle" + "." * 5_000_000]}, Complaint("invalid")),
        (
            {"expression": ["Bundle.entry[1].resource.item[0].quantity"]},
            Complaint("invalid", "Claim/c1", "Bundle.entry[1].resource.item[0].quantity"),
        ),
        (
            {"expression": ["Bundle.entry[0].resource.ofType(Patient).name[0]"]},
            Complaint("invalid", "Patient/p1", "Bundle.entry[0].resource.ofType(Patient).name[0]"),
        ),
        ({"location": ["Patient.birthDate"]}, Complaint("invalid", "", "Patient.birthDate")),
        ({"expression": ["Bundle.entry[9].resource"]}, Complaint("invalid", "", "Bundle.entry[9].resource")),
        ({"expression": ["Patient.name.where(family='Quill')"]}, Complaint("invalid")),
        ({"expression": ["Bundle.entry[0].resource.ofType(Quill).name"]}, Complaint("invalid", "Patient/p1")),
        ({"expression": ["Quill.name"]}, Complaint("invalid")),
        ({"expression": ["Patient.name 'Quill'"]}, Complaint("invalid")),
        ({"expression": [{"x": 1}]}, Complaint("invalid")),
        ({"expression": "Patient.name"}, Complaint("invalid")),
    ],
)
def test_an_issue_is_a_code_and_a_path_and_never_a_text(issue: dict[str, Any], expected: Complaint) -> None:
    told = {"diagnostics": "Quill is wrong", "details": {"text": "Quill"}}
    assert complaints(outcome(**told, **issue), URLS) == (expected,)


def test_remarks_are_no_failures() -> None:
    assert complaints(outcome(severity="warning")) == ()
    assert complaints(outcome(severity="information")) == ()


def test_outcomes_of_entries_are_about_what_was_sent_there() -> None:
    fine = {"response": {"status": "200"}}
    answer = {"resourceType": "Bundle", "entry": [fine, {"response": {"status": "422", "outcome": outcome()}}]}
    assert complaints(answer, URLS) == (Complaint("invalid", "Claim/c1"),)


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"entry": "x"}, {"entry": [1, {"response": 3}]}, {"issue": 1}])
def test_what_is_no_outcome_complains_of_nothing(answer: Any) -> None:
    assert complaints(answer, URLS) == ()
    assert payer_errors(answer) == ()
    assert claim_responses(answer) == []


def test_no_answer_fills_the_ledger() -> None:
    answer = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "invalid"}] * 1000}
    assert len(complaints(answer)) == 50


def test_a_payers_errors_are_its_codes() -> None:
    said = [{"code": {"coding": [{"code": "AAA 33 Quill"}, {"code": "64"}]}}, {"code": {"text": "Quill"}}, {}]
    response = {"resourceType": "ClaimResponse", "error": said}
    assert payer_errors({"entry": [{"resource": response}]}) == (
        Complaint("64"),
        Complaint("unknown"),
        Complaint("unknown"),
    )
