"""A real Prefect server with its worker: schedule, nightly and backfill deployments, and what they may not hold."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from documents.errors import OrchestratorError
from flows import local_server
from flows.installation import opened_ledger
from flows.local_processes import alive
from flows.prefect_calls import LocalServer, call
from flows.settings import Settings

pytestmark = [pytest.mark.server, pytest.mark.slow]

# In the text, in a file's name, and in a damaged file: nowhere outside store, ledger and bundles may it come up.
CANARY = "Quillfeatherstonehaugh"
ZONE = "America/Chicago"  # not the default
FINAL = {"COMPLETED", "FAILED", "CRASHED"}


def _archive(home: Path) -> dict[str, str]:
    """A folder that the night delivers to."""
    return {"KIND": "folder", "FOLDER": str(home / "archive")}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation for the module; files count as complete at once."""
    home = tmp_path_factory.mktemp("server-home")
    given = {
        "FAX2FHIR_HOME": str(home),
        "FAX2FHIR_SETTLE_S": "0",
        "FAX2FHIR_TIME_ZONE": ZONE,
        "FAX2FHIR_AUDIT_SHARE": "0",
        "FAX2FHIR_TARGETS": "archive",
        **{f"FAX2FHIR_TARGET_ARCHIVE_{name}": value for name, value in _archive(home).items()},
    }
    return Settings.from_environment(given)


@pytest.fixture(scope="module")
def server(settings: Settings, drawn: Path) -> Iterator[LocalServer]:
    """Server, deployments and worker, with canary documents in the inbox."""
    settings.inbox.mkdir(parents=True)
    note = f"PROGRESS NOTE\nPatient: {CANARY}, Ada\nDate of birth: 03/04/1980\nDate of visit: 02/03/2026\n"
    (settings.inbox / f"{CANARY}.txt").write_text(note)
    (settings.inbox / f"{CANARY}.pdf").write_bytes(b"%PDF-1.7\n" + f"({CANARY}) Tj".encode() * 50)
    (settings.inbox / "broken.txt").write_bytes(f"{CANARY}\0\xff\xfe\0".encode("latin-1") * 20)
    shutil.copy(sorted((drawn / "docs").glob("*.pdf"))[0], settings.inbox)
    with pytest.MonkeyPatch.context() as inherited:
        for name, value in _archive(settings.home).items():
            inherited.setenv(f"FAX2FHIR_TARGET_ARCHIVE_{name}", value)
        try:
            yield local_server.start(settings, say=lambda _line: None)
        finally:
            local_server.stop(settings)


def _finished(server: LocalServer, deployment: str, parameters: dict[str, Any]) -> dict[str, Any]:
    found = call(server, "GET", f"/deployments/name/{deployment}")
    run = call(server, "POST", f"/deployments/{found['id']}/create_flow_run", {"parameters": parameters})
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        shown: dict[str, Any] = call(server, "GET", f"/flow_runs/{run['id']}")
        if shown["state"]["type"] in FINAL:
            return shown
        time.sleep(0.5)
    raise AssertionError("the flow run did not end")


def test_the_cron_schedule_produces_runs(server: LocalServer) -> None:
    """With SQLAlchemy 2.1 the server runs, the deployment shows, and no run is ever scheduled."""
    deadline = time.monotonic() + 90
    scheduled: list[dict[str, Any]] = []
    while not scheduled and time.monotonic() < deadline:
        asked = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        scheduled = call(server, "POST", "/flow_runs/filter", asked)
        time.sleep(0.5)
    assert scheduled
    assert all(run["auto_scheduled"] for run in scheduled)


def test_the_schedule_is_in_the_facility_s_zone(server: LocalServer) -> None:
    deployment = call(server, "GET", "/deployments/name/nightly/nightly")
    assert [each["schedule"]["timezone"] for each in deployment["schedules"]] == [ZONE]


def test_the_api_is_for_those_who_know_the_login(server: LocalServer, settings: Settings) -> None:
    stranger = server.model_copy(update={"login": None})
    with pytest.raises(OrchestratorError, match="status 401"):
        call(stranger, "GET", "/deployments/name/nightly/nightly")
    wrong = settings.home / "wrong"
    wrong.write_text("fax2fhir:guessed")
    with pytest.raises(OrchestratorError, match="status 401"):
        call(server.model_copy(update={"login": wrong}), "POST", "/flow_runs/filter", {})
    assert server.login is not None
    secret = server.login.read_text().strip().encode()
    told = [path for path in settings.prefect_home.rglob("*") if path.is_file() and path != server.login]
    assert not [path.name for path in told if secret in path.read_bytes()]


def test_no_other_site_s_page_may_call_the_api(server: LocalServer) -> None:
    with httpx.Client(trust_env=False) as client:
        asked = {"Access-Control-Request-Method": "POST", "Origin": "http://elsewhere.example"}
        assert (
            "access-control-allow-origin" not in client.options(f"{server.api_url}/flow_runs/", headers=asked).headers
        )
        asked["Origin"] = server.ui_url
        allowed = client.options(f"{server.api_url}/flow_runs/", headers=asked).headers
    assert allowed["access-control-allow-origin"] == server.ui_url


def test_a_run_that_is_asked_for_twice_with_one_key_is_one_run(server: LocalServer) -> None:
    deployment = call(server, "GET", "/deployments/name/backfill/backfill")
    later = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2099-01-01T00:00:00Z"}}
    days = {"received_from": "2026-01-01", "received_to": "2026-01-01", "reason": "test"}
    asked = {"idempotency_key": "one", "state": later, "parameters": days}
    path = f"/deployments/{deployment['id']}/create_flow_run"
    first, again = (call(server, "POST", path, asked)["id"] for _ in range(2))
    assert first == again


def test_the_night_settles_every_document_and_reports(server: LocalServer, settings: Settings) -> None:
    run = _finished(server, "nightly/nightly", {})
    assert run["state"]["type"] == "COMPLETED", run["state"]["message"]
    with opened_ledger(settings) as ledger:
        reconciled = ledger.reconcile()
        codes = {document.outcome_code for document in ledger.all_documents()}
    assert (reconciled.received, reconciled.in_flight, reconciled.balanced) == (4, 0, True)
    assert {"UNREADABLE_TEXT"} < codes
    reports = call(server, "POST", "/artifacts/filter", {"artifacts": {"key": {"any_": ["run-report"]}}})
    assert reconciled.in_words() in reports[0]["data"]
    published = {path.name for path in settings.bundles.glob("*.json")}
    assert {path.name for path in (settings.home / "archive").glob("*.json")} == published
    assert f"deliveries to archive: delivered {len(published)}" in reports[0]["data"]


def test_the_recalibration_shows_counts_only(server: LocalServer) -> None:
    run = _finished(server, "recalibrate/recalibrate", {})
    assert run["state"]["type"] == "COMPLETED", run["state"]["message"]
    found = call(server, "POST", "/artifacts/filter", {"artifacts": {"key": {"any_": ["recalibration-report"]}}})
    assert "0 values decided in the queue" in found[0]["data"]


def test_a_backfill_says_first_what_it_would_do(server: LocalServer, settings: Settings) -> None:
    today = date.today().isoformat()
    asked = {"received_from": "2026-01-01", "received_to": today, "reason": "test", "dry_run": True}
    run = _finished(server, "backfill/backfill", asked)
    assert run["state"]["type"] == "COMPLETED", run["state"]["message"]
    found = call(server, "POST", "/artifacts/filter", {"artifacts": {"key": {"any_": ["backfill-report"]}}})
    assert "Dry run" in found[0]["data"]
    with opened_ledger(settings) as ledger:
        assert ledger.reconcile().in_flight == 0


def test_a_backfill_whose_days_are_reversed_fails_with_a_code(server: LocalServer) -> None:
    asked = {"received_from": "2026-02-02", "received_to": "2026-02-01", "reason": "test"}
    run = _finished(server, "backfill/backfill", asked)
    assert run["state"]["type"] == "FAILED"
    assert "BAD_SETTING" in run["state"]["message"]


def test_every_parameter_of_the_backfill_explains_itself(server: LocalServer) -> None:
    deployment = call(server, "GET", "/deployments/name/backfill/backfill")
    properties = deployment["parameter_openapi_schema"]["properties"]
    assert all(shown.get("description") for shown in properties.values()), properties


def test_the_automation_against_zombie_runs_is_accepted(server: LocalServer, settings: Settings) -> None:
    assert server.login is not None
    env = local_server.environment(settings, server.port, login=server.login.read_text().strip())
    file = local_server.PROJECT / "deployments" / "zombies.yaml"
    create = [sys.executable, "-m", "prefect", "automation", "create", "--from-file", str(file)]
    subprocess.run(create, env=env, check=True, capture_output=True)
    (made,) = call(server, "POST", "/automations/filter", {})
    assert made["enabled"]
    assert (made["actions"][0]["type"], made["actions"][0]["state"]) == ("change-flow-run-state", "CRASHED")
    assert made["trigger"]["within"] >= 3 * int(env["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])


def test_prefect_holds_no_patient_text(server: LocalServer, settings: Settings) -> None:
    needle = CANARY.lower().encode()
    held = [path for path in settings.prefect_home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in held)
    assert not [path for path in held if needle in path.read_bytes().lower() or needle in path.name.lower().encode()]


def test_the_worker_ends_on_sigterm(server: LocalServer, settings: Settings) -> None:
    assert set(local_server.stop(settings)) == {"worker", "server"}
    assert local_server.running(settings) is None
    assert server.worker is not None
    assert not alive(server.worker)
