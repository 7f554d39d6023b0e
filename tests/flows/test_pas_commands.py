"""From an inbox to a PAS request on the command line: signed off, completed, updated, cancelled, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from documents.store import Store
from documents.values import Assertion
from evaluation.loopback.fhir_server import FhirServer, fhir_server
from fhir_mapping.pas.addressee import addressee
from flows.actor import os_user
from flows.installation import opened_ledger
from flows.settings import Settings
from ledger import record_keeping
from ledger.states import RecordState
from ledger.tables import AUDIT_EVENTS
from tests.fhir_mapping.conftest import Checker, checker
from tests.flows.command_line import InProcess

__all__ = ["checker"]

pytestmark = pytest.mark.usefixtures("over_processed")

SURE = """PRIOR AUTHORIZATION REQUEST
Date of request: 05/04/2026
Patient name: Cy Dale
Date of birth: 03/04/1980
Sex: Male
Address: 12 Elm Street, Dayton, OH 45402
Member ID: XYZ123456
Payer: Lakeside Health Plan
Requesting provider: Ina Eck, MD
NPI: 1234567893
Provider phone: (806) 555-0144
Diagnosis code: M17.11 Unilateral primary osteoarthritis, right knee
Procedure code: CPT 27447
Units: 1
Service date: 06/01/2026
Place of service: 22
Urgency: Standard
"""
# Nobody can tell when this patient was born; a person has to look.
UNSURE = SURE.replace("Date of birth: 03/04/1980\n", "").replace("Cy Dale", "Bo Lind").replace("XYZ123456", "QRS654321")
LETTER = """Lakeside Health Plan
NOTICE OF DENIAL
Letter date: 05/20/2026
Member name: Cy Dale
Date of birth: 03/04/1980
Member ID: XYZ123456
Provider: Ina Eck, MD
Case number: LHP-2026-88231
Service requested: CPT 27447 Total knee arthroplasty
Service date: 06/01/2026
Decision: Denied
Decision date: 05/19/2026

Your request for the service above is denied. Reason: conservative treatment was not documented.
You may appeal within 60 days of the date of this notice.
"""
ENTERED = {
    "submission.claim_type": "professional",
    "submission.report_type": "77",
    "submission.request_type": "HS",
    "submission.certification_type": "I",
    "submission.service_category": "2",
    "submission.relationship": "18",
}


@pytest.fixture(scope="module")
def papers() -> dict[str, str]:
    """Two requests and the payer's letter about the first."""
    return {"sure.txt": SURE, "unsure.txt": UNSURE, "letter.txt": LETTER}


def records(call: InProcess) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in call("status", "--json").out.splitlines():
        for record in json.loads(line).get("records", ()):
            yield json.loads(line)["file_names"][0], record


def record_of(call: InProcess, name: str) -> str:
    return str(next(record["record_id"] for file, record in records(call) if file == name))


@pytest.fixture
def sure(call: InProcess) -> str:
    """The record that was accepted without a person."""
    return record_of(call, "sure.txt")


@pytest.fixture
def unsure(call: InProcess) -> str:
    """The record in review, claimed, its birth date added."""
    record = record_of(call, "unsure.txt")
    call("queue", "claim", record)
    call("queue", "add", record, "patient.dob", "03/04/1980")
    return record


def listed(call: InProcess) -> list[tuple[int, str, str, str]]:
    rows = json.loads(call("pas", "list", "--json").out)
    return [(row["number"], row["kind"], row["state"], row["note"]) for row in rows]


def bundle(call: InProcess, record: str, *words: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(call("pas", "show", record, *words).out)
    return made


def claim_in(made: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = made["entry"][0]["resource"]
    assert first["resourceType"] == "Claim"
    return first


def test_a_sign_off_with_everything_entered_makes_the_request(call: InProcess, unsure: str) -> None:
    shown = call("queue", "show", unsure).out
    assert "to submit as PAS enter" in shown
    assert "Claim.item[0].category" in shown
    for path, value in ENTERED.items():
        call("queue", "add", unsure, path, value)
    assert "PAS request 1 is ready" in call("queue", "sign-off", unsure).out
    assert listed(call) == [(1, "request", "ready", "")]
    assert "PAS requests: 1 ready" in call("status").out
    made = bundle(call, unsure)
    assert made["meta"]["profile"] == [
        "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-pas-request-bundle"
    ]
    assert claim_in(made)["use"] == "preauthorization"
    call("verify")


def test_a_blocked_request_says_what_to_enter_and_how(call: InProcess, unsure: str) -> None:
    said = call("queue", "sign-off", unsure).out
    assert "signed off: publish" in said
    assert "PAS request 1 is blocked" in said
    assert "submission.claim_type" in said
    assert f"fax2fhir pas enter {unsure[:12]}" in said
    assert listed(call) == [(1, "request", "blocked", "")]
    assert {entry["resource"]["resourceType"] for entry in bundle(call, unsure)["entry"]} >= {
        "OperationOutcome",
        "Task",
    }
    missing = {each["field"].split("[")[0] for each in json.loads(call("pas", "gaps", unsure, "--json").out)}
    assert set(ENTERED) - {"submission.relationship"} <= missing
    for path, value in ENTERED.items():
        said = call("pas", "enter", unsure, path, value).out
    assert "nothing is missing" in said
    assert listed(call)[0][:3] == (1, "request", "blocked")
    assert "PAS request 2 is ready" in call("pas", "submit-again", unsure).out
    assert "as before" in call("pas", "submit-again", unsure).out
    call("verify")


def test_of_a_provider_who_is_no_fact_the_gap_names_what_cures_it(call: InProcess, sure: str) -> None:
    with opened_ledger(Settings.from_environment(call.environment)) as ledger, ledger.transaction("test") as tx:
        kept = record_keeping.kept_record(tx.connection, sure)
        assert kept is not None
        fields = tuple(
            field.model_copy(update={"assertion": Assertion.HYPOTHETICAL}) if field.path == "provider.name" else field
            for field in kept.record.fields
        )
        (at,) = (field.group for field in fields if field.path == "provider.name")
        doubted = kept.record.model_copy(update={"fields": fields})
        record_keeping.keep_record(tx, doubted, RecordState.PUBLISHED, prior=kept, run_id=None)
    named = f"provider.name[{at}]"
    for path, value in ENTERED.items():
        said = call("pas", "enter", sure, path, value).out
    assert named in said
    assert named in call("pas", "enter", sure, f"provider.role[{at}]", "requesting").out
    call("pas", "reject", sure, named, "--reason", "not_on_page")
    assert "nothing is missing" in call("pas", "enter", sure, named, "Ina Eck, MD").out


def test_what_nobody_can_read_is_not_entered(call: InProcess, sure: str) -> None:
    refused = call("pas", "enter", sure, "submission.claim_type", "professional\udc80", expect=2)
    assert "UNREADABLE_VALUE" in refused.err


def release(call: InProcess, record: str) -> None:
    for path, value in ENTERED.items():
        call("pas", "enter", record, path, value)
    call("pas", "release", record)


def test_nobody_released_what_was_accepted_by_itself_until_a_person_does(call: InProcess, sure: str) -> None:
    assert "Nothing was submitted" in call("pas", "list").out
    assert "PAS" not in call("status").out
    refused = call("pas", "submit-again", sure, expect=2)
    assert "release" in refused.err
    release(call, sure)
    assert listed(call) == [(1, "request", "ready", "")]
    with opened_ledger(Settings.from_environment(call.environment)) as ledger, ledger.snapshot() as connection:
        said = select(AUDIT_EVENTS.c.actor).where(AUDIT_EVENTS.c.action.in_(("record.released", "item.signed_off")))
        assert list(connection.scalars(said)) == [os_user(), os_user()]


def published_bundle(call: InProcess, record: str) -> dict[str, Any]:
    (path,) = _exported(call, "bundles").glob(f"{record}-*.json")
    made: dict[str, Any] = json.loads(path.read_text())
    return made


def answer_in(made: dict[str, Any]) -> dict[str, Any]:
    found = (entry["resource"] for entry in made["entry"])
    answer: dict[str, Any] = next(each["request"] for each in found if each["resourceType"] == "ClaimResponse")
    return answer


def test_a_letter_names_the_request_once_it_is_submitted(call: InProcess, sure: str, tmp_path: Path) -> None:
    letter = record_of(call, "letter.txt")
    assert "identifier" not in answer_in(published_bundle(call, letter))
    release(call, sure)
    (tmp_path / "empty").mkdir()
    call("run", tmp_path / "empty")
    assert answer_in(published_bundle(call, letter))["identifier"] == claim_in(bundle(call, sure))["identifier"][0]
    call("verify")


def _exported(call: InProcess, form: str) -> Path:
    out = Path(call.environment["FAX2FHIR_HOME"]).parent / f"out-{form}"
    call("export", out, "--format", form)
    return out


def test_a_correction_is_an_update_and_a_cancellation_takes_it_back(call: InProcess, sure: str) -> None:
    release(call, sure)
    call("pas", "enter", sure, "submission.service_category", "42")
    assert "PAS update 2 is ready" in call("pas", "submit-again", sure).out
    first, second = (claim_in(bundle(call, sure, "--number", str(number))) for number in (1, 2))
    assert second["related"][0]["claim"]["identifier"]["value"] == first["identifier"][0]["value"]
    call("pas", "cancel", sure, "--reason", "because", expect=2)
    assert "PAS cancellation 3 is ready" in call("pas", "cancel", sure, "--reason", "no_longer_needed").out
    call("pas", "cancel", sure, "--reason", "duplicate", expect=2)
    assert listed(call) == [(3, "cancel", "ready", "")]
    names = {path.name for path in _exported(call, "pas").glob("*.json")}
    assert names == {f"pas-{sure}-{number}.json" for number in (1, 2, 3)}
    call("verify")


def test_after_another_payer_the_cancellation_goes_to_who_has_the_request(call: InProcess, sure: str) -> None:
    release(call, sure)
    with fhir_server() as first, fhir_server() as second:
        call.environment |= {"FAX2FHIR_TARGETS": "first,second"}
        for name, server, payer in (("FIRST", first, "Lakeside Health Plan"), ("SECOND", second, "Harbor Mutual")):
            call.environment |= {
                f"FAX2FHIR_TARGET_{name}_KIND": "pas",
                f"FAX2FHIR_TARGET_{name}_URL": server.base,
                f"FAX2FHIR_TARGET_{name}_PAYERS": payer,
            }
        call("deliver")
        call("pas", "enter", sure, "payer.name", "Harbor Mutual")
        call("pas", "submit-again", sure)
        assert listed(call) == [(2, "update", "blocked", "")]
        call("deliver")
        call("pas", "cancel", sure, "--reason", "wrong_payer")
        call("deliver")
        call("pas", "submit-again", sure)
        call("deliver")
        assert [(len(taken(each)), addressees(each)) for each in (first, second)] == [
            (2, {"Lakeside Health Plan"}),
            (1, {"Harbor Mutual"}),
        ]
    assert [each["related"][0]["relationship"]["coding"][0]["code"] for each in taken(first)[1:]] == ["prior"]
    call("verify")


def taken(server: FhirServer) -> list[dict[str, Any]]:
    """The Claims that a payer got, in order, each once."""
    assert {times for _, times in server.store.submissions()} <= {1}
    return [claim_in(body) for body, _ in server.store.submissions()]


def addressees(server: FhirServer) -> set[str]:
    return {addressee(json.dumps(body)) for body, _ in server.store.submissions()}


def test_what_is_entered_has_to_be_a_field_of_its_kind(call: InProcess, sure: str, unsure: str) -> None:
    for words in (
        ("submission.nothing", "anything"),
        ("submission.claim_type", "pharmacy"),
        ("patient.dob", "someday"),
    ):
        assert words[1] not in call("pas", "enter", sure, *words, expect=2).err
    refused = call("pas", "enter", unsure, "submission.claim_type", "oral", expect=2)
    assert "NOT_RELEASABLE" in refused.err
    assert "NOT_RELEASABLE" in call("pas", "release", unsure, expect=2).err


def test_a_request_that_fails_its_own_check_keeps_no_record_from_sign_off(call: InProcess, unsure: str) -> None:
    settings = Settings.from_environment(call.environment)
    with opened_ledger(settings) as ledger:
        kept = ledger.record(unsure)
    assert kept is not None
    stored = Store(settings.store).path(kept.record.document_id)
    stored.chmod(0o600)
    stored.write_bytes(b"other bytes than those that were read")
    said = call("queue", "sign-off", unsure).out
    assert "signed off: publish" in said
    assert "PAS request 1 is blocked" in said
    assert "own check" in said


def test_what_was_read_may_be_rejected_afterwards(call: InProcess, sure: str) -> None:
    release(call, sure)
    call("pas", "reject", sure, "service.start", "--reason", "two words", expect=2)
    assert "rejected" in call("pas", "reject", sure, "service.start").out
    assert "the record changed" not in call("pas", "list").out  # nothing is released yet
    call("pas", "submit-again", sure)
    assert listed(call)[0][:2] == (2, "update")
    assert "2026-06-01" not in json.dumps(published_bundle(call, sure))


def test_a_reviewed_row_of_the_sites_table_stands_for_what_is_entered(
    call: InProcess, sure: str, tmp_path: Path
) -> None:
    table = tmp_path / "site.yaml"
    values = "".join(f"      {path}: '{value}'\n" for path, value in ENTERED.items() if "relationship" not in path)
    row = f"rows:\n  - id: everything\n    reason: test\n    effective: {{from: 2020-01-01}}\n    values:\n{values}"
    call("pas", "enter", sure, "submission.relationship", "18")
    table.write_text(row)
    call.environment["FAX2FHIR_PAS_SITE_VALUES"] = str(table)
    assert "submission.claim_type" in call("pas", "gaps", sure).out
    table.with_name("reviewed.yaml").write_text(f"{row}    reviewed_by: Ada Lovelace\n    reviewed_on: 2026-01-02\n")
    call.environment["FAX2FHIR_PAS_SITE_VALUES"] = str(table.with_name("reviewed.yaml"))
    assert "Nothing is missing" in call("pas", "gaps", sure).out
    assert "PAS request 1 is ready" in call("pas", "release", sure).out
    with opened_ledger(Settings.from_environment(call.environment)) as ledger, ledger.snapshot() as connection:
        used = select(AUDIT_EVENTS.c.details).where(AUDIT_EVENTS.c.action == "submission.completed")
        rows = {json.loads(details)["row"] for details in connection.scalars(used)}
    assert rows == {f"everything/{path}" for path in ENTERED if "relationship" not in path}


def test_the_bundles_pass_the_checker(call: InProcess, sure: str, checker: Checker) -> None:
    release(call, sure)
    call("pas", "enter", sure, "submission.service_category", "42")
    call("pas", "submit-again", sure)
    call("pas", "cancel", sure, "--reason", "no_longer_needed")
    done = checker.check(_exported(call, "pas"), "pas-2.2.1", "uscore-700", "uscore-610")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "3 files" in done.stdout
