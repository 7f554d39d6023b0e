"""`deliver` as users run it: what it says, what it leaves in the ledger, how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.loopback.fhir_server import Fault, FhirServer, fhir_server
from evaluation.loopback.fhir_tokens import Tokens
from flows.installation import opened_ledger
from flows.settings import Settings
from tests.flows.conftest import CommandLine, environment, fax2fhir
from tests.flows.delivery.made import plain, publish, record_of, union
from tests.flows.delivery.test_payers import FIRST, released

__all__ = ["environment", "fax2fhir"]
SECRET = "canary-s3cret"  # noqa: S105
# Of the patient in the published records.
NAMES = tuple(word for field in record_of("a").fields if field.path == "patient.name" for word in field.value.split())


@pytest.fixture
def site(environment: dict[str, str]) -> Iterator[FhirServer]:
    """A server that knows us by a secret, and an installation with two published records."""
    with fhir_server(tokens=Tokens(client_id="fax2fhir", secret=SECRET)) as server:
        environment |= {
            "FAX2FHIR_TARGETS": "warehouse",
            "FAX2FHIR_TARGET_WAREHOUSE_KIND": "fhir",
            "FAX2FHIR_TARGET_WAREHOUSE_URL": server.base,
            "FAX2FHIR_TARGET_WAREHOUSE_CLIENT_ID": "fax2fhir",
            "FAX2FHIR_TARGET_WAREHOUSE_CLIENT_SECRET": SECRET,
            "FAX2FHIR_TARGET_WAREHOUSE_PATIENCE_S": "3",
        }
        yield server


def published(environment: dict[str, str], *names: str) -> list[str]:
    with opened_ledger(Settings.from_environment(environment)) as ledger:
        return [publish(ledger, name) for name in names]


def test_what_is_due_is_delivered_and_shown(
    site: FhirServer, environment: dict[str, str], fax2fhir: CommandLine
) -> None:
    bundles = published(environment, "a", "b")
    site.faults.extend([None, Fault.CUT_AFTER])
    assert fax2fhir("deliver").stdout.strip() == "warehouse: delivered 2, failed 1"
    assert {url: plain(body) for url, (_, body) in site.store.everything().items()} == union(*bundles)
    shown = fax2fhir("deliver", "status", "--json")
    assert json.loads(shown.stdout) == {
        "targets": {"warehouse": {"delivered": 2}},
        "unsettled": [],
        "waiting": [],
    }
    assert fax2fhir("deliver", "--target", "warehouse").stdout.strip() == "warehouse: nothing was due"


def test_what_is_refused_is_listed_and_can_be_retried(
    site: FhirServer, environment: dict[str, str], fax2fhir: CommandLine, tmp_path: Path
) -> None:
    published(environment, "a")
    issue = {"severity": "error", "code": "business-rule", "diagnostics": f"{NAMES[0]} is unknown", "expression": ["x"]}
    site.outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    site.faults.extend([None, Fault.INVALID])
    said = [fax2fhir("deliver", expect=10), fax2fhir("deliver", "status")]
    assert "refused" in said[1].stdout
    assert "business-rule" in said[1].stdout
    said.append(fax2fhir("deliver"))
    assert "nothing was due" in said[-1].stdout
    said.append(fax2fhir("deliver", "retry", "--target", "warehouse", "--record", record_of("a").id[:8]))
    assert said[-1].stdout.startswith("1 refused")
    said.append(fax2fhir("deliver"))
    assert "delivered 1" in said[-1].stdout
    told = "".join(each.stdout + each.stderr for each in said)
    assert not [word for word in (*NAMES, SECRET) if word in told]
    with opened_ledger(Settings.from_environment(environment)) as ledger, ledger.snapshot() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM deliveries").all()
    assert not [word for word in (*NAMES, SECRET) if word in repr(rows)]


def test_what_may_be_double_is_listed_until_a_person_has_asked(
    environment: dict[str, str], fax2fhir: CommandLine
) -> None:
    with fhir_server() as payer:
        environment |= {
            "FAX2FHIR_TARGETS": "payer",
            "FAX2FHIR_TARGET_PAYER_KIND": "pas",
            "FAX2FHIR_TARGET_PAYER_URL": payer.base,
            "FAX2FHIR_TARGET_PAYER_PAYERS": "*",
            "FAX2FHIR_TARGET_PAYER_INQUIRE": "false",
            "FAX2FHIR_TARGET_PAYER_SETTLE_S": "0",
        }
        with opened_ledger(Settings.from_environment(environment)) as ledger:
            released(ledger, FIRST)
        payer.faults.append(Fault.CUT_AFTER)
        assert fax2fhir("deliver").stdout.strip() == "payer: delivered 1, failed 1"
    told = fax2fhir("deliver", "status").stdout
    assert "submission 1" in told
    assert "(may have been taken twice)" in told
    assert not [word for word in NAMES if word in told]
    said = fax2fhir("deliver", "confirm", "--target", "payer", "--record", record_of("a").id[:8])
    assert said.stdout.startswith("1 deliveries")
    assert json.loads(fax2fhir("deliver", "status", "--json").stdout)["unsettled"] == []


def test_a_target_that_does_not_know_us_ends_the_command_at_once(
    site: FhirServer, environment: dict[str, str], fax2fhir: CommandLine
) -> None:
    published(environment, "a", "b")
    site.tokens.secret = "changed"  # noqa: S105
    said = fax2fhir("deliver", expect=10)
    assert said.stdout.strip() == "warehouse: failed 1; stopped: login"
    assert site.calls == []


def test_targets_that_are_not_configured_are_told_apart(environment: dict[str, str], fax2fhir: CommandLine) -> None:
    assert "FAX2FHIR_TARGETS" in fax2fhir("deliver", expect=2).stderr
    environment |= {
        "FAX2FHIR_TARGETS": "archive",
        "FAX2FHIR_TARGET_ARCHIVE_KIND": "folder",
        "FAX2FHIR_TARGET_ARCHIVE_FOLDER": "archive",
    }
    assert "no such target" in fax2fhir("deliver", "--target", "warehouse", expect=2).stderr
    assert fax2fhir("deliver", "status").stdout.strip() == "Nothing was delivered and nothing is due."


def test_requests_that_no_target_stands_for_are_listed(environment: dict[str, str], fax2fhir: CommandLine) -> None:
    with opened_ledger(Settings.from_environment(environment)) as ledger:
        released(ledger, FIRST)
    record_id = record_of("a").id
    waiting = [{"record_id": record_id, "number": 1}]

    def told(*payers: str) -> list[dict[str, object]]:
        named = {"KIND": "pas", "URL": "http://127.0.0.1:9/", "PAYERS": ";".join(payers)}
        environment.update({f"FAX2FHIR_TARGET_PAYER_{key}": value for key, value in named.items()})
        found: list[dict[str, object]] = json.loads(fax2fhir("deliver", "status", "--json").stdout)["waiting"]
        return found

    assert json.loads(fax2fhir("deliver", "status", "--json").stdout)["waiting"] == waiting
    environment["FAX2FHIR_TARGETS"] = "payer"
    assert told("Another Plan") == waiting
    said = fax2fhir("deliver", "status").stdout
    assert "1 ready submissions wait" in said
    assert f"submission 1 of {record_id[:12]}" in said
    assert not [name for name in NAMES if name in said]
    assert told("Another Plan", "EXAMPLE health plan") == []


def test_a_run_delivers_what_it_publishes_and_says_so(
    environment: dict[str, str], fax2fhir: CommandLine, tmp_path: Path
) -> None:
    environment |= {
        "FAX2FHIR_TARGETS": "archive,lost",
        "FAX2FHIR_TARGET_ARCHIVE_KIND": "folder",
        "FAX2FHIR_TARGET_ARCHIVE_FOLDER": str(tmp_path / "archive"),
        "FAX2FHIR_TARGET_LOST_KIND": "fhir",
        "FAX2FHIR_TARGET_LOST_URL": "http://127.0.0.1:9/fhir",
        "FAX2FHIR_TARGET_LOST_PATIENCE_S": "0",
    }
    published(environment, "a")
    (tmp_path / "inbox").mkdir()
    said = fax2fhir("run", tmp_path / "inbox", "--json")  # a target that is away does not make a run fail
    report = json.loads(said.stdout)
    assert report["deliveries"] == {"archive": {"delivered": 1}, "lost": {"failed": 1}}
    assert [path.name for path in (tmp_path / "archive").iterdir()] == [f"{record_of('a').id}-1.json"]
