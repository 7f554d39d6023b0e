"""A payer's letter becomes the answer it states, and the tasks that it sets; nothing else is an answer."""

from __future__ import annotations

from typing import Any

import pytest

from documents.records import FieldStatus, Record
from fhir_mapping.identity import claim_identifier
from fhir_mapping.source import RequestLink
from tests.fhir_mapping.records import field, record, resources
from tests.fhir_mapping.records_by_type import COMPLETE, DENIAL_LETTER, EVERY, complete


def answer(read: Record, **options: Any) -> dict[str, Any]:
    (found,) = resources(read, "ClaimResponse", **options)
    return found


def test_a_refusal_stands_in_the_words_of_the_letter() -> None:
    said = answer(complete("denial_letter"))
    assert (said["status"], said["use"], said["outcome"]) == ("active", "preauthorization", "complete")
    assert said["disposition"] == "we are unable to approve"
    assert said["created"] == "2026-11-23"
    assert [a["reason"]["text"] for a in said["adjudication"]] == [
        "The records do not show six weeks of conservative care",
        "No imaging report was received",
    ]
    assert {a["category"]["text"] for a in said["adjudication"]} == {"we are unable to approve"}
    assert said["identifier"] == [{"value": "REF-88-1203"}]
    assert "preAuthRef" not in said
    assert [i["productOrService"]["text"] for i in said["addItem"] if "text" in i["productOrService"]] == [
        "Total knee arthroplasty",
        "adalimumab 40 mg/0.8 mL pen",
    ]


@pytest.mark.parametrize(
    ("outcome", "code", "refers"),
    [
        ("denied", "complete", False),
        ("pended", "queued", False),
        ("approved", "complete", True),
        ("partially_approved", "complete", True),
    ],
)
def test_each_outcome_has_its_code_and_only_what_is_granted_a_number_to_refer_to(
    outcome: str, code: str, refers: bool
) -> None:
    said = answer(complete("denial_letter", field("decision.outcome", outcome, quote="our decision is")))
    assert said["outcome"] == code
    assert ("preAuthRef" in said) is refers
    # Of a decision in part, no line says which way it went.
    assert any("text" in a["category"] for item in said["addItem"] for a in item["adjudication"]) is (
        outcome != "partially_approved"
    )


def test_what_a_person_corrected_is_not_said_in_the_words_that_were_misread() -> None:
    corrected = field("decision.outcome", "approved", quote="denied", status=FieldStatus.VERIFIED)
    assert answer(complete("denial_letter", corrected))["disposition"] == "approved"


def test_the_request_is_named_where_it_is_known_and_else_said_to_be_unknown() -> None:
    assert answer(complete("denial_letter"))["request"]["extension"][0]["valueCode"] == "unknown"
    named = claim_identifier("r-0007", 2)
    link = RequestLink(system=named.system, value=named.value)
    assert answer(complete("denial_letter"), request=link)["request"] == {
        "type": "Claim",
        "identifier": {"system": named.system, "value": named.value},
    }


@pytest.mark.parametrize(
    "gone",
    [
        ("decision.outcome",),
        ("payer.name",),
        ("letter.date", "decision.date"),
        ("patient.name", "patient.member_id", "patient.mrn"),
    ],
)
def test_there_is_no_answer_without_outcome_payer_day_and_patient(gone: tuple[str, ...]) -> None:
    read = record((f for f in DENIAL_LETTER if f.path not in gone), "denial_letter")
    assert resources(read, "ClaimResponse") == []
    doubtful = [f.model_copy(update={"status": FieldStatus.REVIEW}) if f.path in gone else f for f in DENIAL_LETTER]
    assert resources(record(doubtful, "denial_letter"), "ClaimResponse") == []


def test_the_day_of_the_letter_stands_in_for_that_of_the_decision() -> None:
    read = record((f for f in DENIAL_LETTER if f.path != "decision.date"), "denial_letter")
    assert answer(read)["created"] == "2026-11-24"


@pytest.mark.parametrize("document_type", [t for t in COMPLETE if t != "denial_letter"])
def test_no_other_document_answers_a_request(document_type: str) -> None:
    read = record((*COMPLETE[document_type], *DENIAL_LETTER), document_type)
    assert resources(read, "ClaimResponse") == []


def test_a_letter_sets_tasks_until_the_days_it_prints() -> None:
    tasks = {task["code"]["text"]: task for task in resources(complete("denial_letter"), "Task")}
    (said,) = resources(complete("denial_letter"), "ClaimResponse")
    assert {code: task["restriction"]["period"]["end"] for code, task in tasks.items()} == {
        "send what the payer asks for": "2026-12-15",
        "appeal the decision": "2027-05-23",
        "peer-to-peer review": "2026-12-08",
    }
    assert {task["focus"]["reference"] for task in tasks.values()} == {f"urn:uuid:{said['id']}"}
    assert [i["valueString"] for i in tasks["send what the payer asks for"]["input"]] == [
        "Physical therapy notes of the last three months",
        "Weight-bearing radiograph report",
        "within 21 days",
    ]


def test_a_time_allowed_is_no_day() -> None:
    read = record((f for f in DENIAL_LETTER if not f.path.endswith(".deadline")), "denial_letter")
    tasks = resources(read, "Task")
    assert len(tasks) == 3
    assert not any("restriction" in task for task in tasks)


def test_what_a_record_lacks_is_a_task_and_changes_nothing_else() -> None:
    (task,) = (t for t in resources(EVERY["lacking"], "Task") if t["code"]["text"] == "complete the document")
    assert (task["status"], task["intent"]) == ("requested", "proposal")
    assert task["businessStatus"] == {"text": "information missing"}
    assert [(i["type"]["text"], i["valueString"]) for i in task["input"]] == [
        ("missing item", "provider.npi"),
        ("missing item", "provider.signature"),
        ("requirement", "Notes of conservative care"),
    ]
    assert "restriction" not in task


def test_the_payers_reviewer_is_a_clinician_of_the_payers() -> None:
    read = complete("denial_letter")
    (role,) = (r for r in resources(read, "PractitionerRole") if "code" in r)
    people = {f"urn:uuid:{p['id']}": p for p in resources(read, "Practitioner")}
    payers = {f"urn:uuid:{o['id']}": o for o in resources(read, "Organization")}
    assert people[role["practitioner"]["reference"]]["name"][0]["text"] == "Sam Testreviewer, MD"
    assert payers[role["organization"]["reference"]]["name"] == "Example Health Plan"
