"""The demo: a local Prefect server, the sample inbox, the nightly deployment, and what came of every document."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from documents.errors import Fax2FhirError, OrchestratorError
from flows import local_server
from flows.installation import opened_ledger
from flows.local_processes import alive
from flows.local_server import PROJECT
from flows.prefect_calls import LocalServer, call
from flows.settings import PREFIX, Settings
from flows.tables import document_table, say
from review_queue.checks import reconcile

SAMPLES = PROJECT / "samples" / "inbox"
# 25 documents of 80 pages took about two minutes on two cores; a loaded machine gets ten times that.
RUN_TIMEOUT_S = 1800.0
POLL_S = 1.0
# What the demo takes from the environment. Not the inbox or the database of a real installation: its sample patients
# belong under its home only.
TAKEN = {"FAX2FHIR_HOME", "FAX2FHIR_WORKERS", "FAX2FHIR_TIME_ZONE"}
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def main() -> int:
    """Runs the demo, or stops what it started; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--stop", action="store_true", help="stop the local Prefect server and worker")
    arguments = parser.parse_args()
    try:
        settings = _settings(os.environ)
        return _stop(settings) if arguments.stop else _demo(settings)
    except Fax2FhirError as error:
        sys.stderr.write(f"{error.code}: {error}\n{error.remedy}\n")
        return error.exit_code
    except KeyboardInterrupt:
        say("Interrupted; nothing is lost. Run `make demo` again to go on, `make stop` to end the server.")
        return 130


def _settings(environ: Mapping[str, str]) -> Settings:
    """Of the demo's own installation: everything under its home, whatever else is set."""
    ignored = sorted(name for name in environ if name.startswith(PREFIX) and name not in TAKEN)
    if ignored:
        say(f"Not used by the demo: {', '.join(ignored)}.")
    taken = {name: environ[name] for name in TAKEN if name in environ}
    # Invented faxes prove nothing about anybody's: the demo draws no audit sample, and shows the same every time.
    return Settings.from_environment({**taken, PREFIX + "AUDIT_SHARE": "0"})


def _stop(settings: Settings) -> int:
    ended = local_server.stop(settings)
    say(f"Stopped: {', '.join(ended)}." if ended else "Nothing of this installation was running.")
    return 0


def _demo(settings: Settings) -> int:
    say("fax2fhir demo: sample faxes in, FHIR out, the rest in the queue. Nothing leaves this machine.")
    with opened_ledger(settings) as ledger:
        known = ledger.known_documents(_digest(path) for path in _samples())
    new = _copy_samples(settings.inbox, known)
    say(f"Sample inbox: {new} new documents copied to {settings.inbox}.")
    local = local_server.start(settings, say=say)
    state = _run_nightly(settings, local)
    _show(settings, local)
    if state != "COMPLETED":
        raise OrchestratorError(f"the nightly run ended {state.lower()}; see {local.ui_url}/runs")
    return 0


def _samples() -> list[Path]:
    return sorted(path for path in SAMPLES.iterdir() if path.is_file() and not path.name.startswith("."))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy_samples(inbox: Path, known: frozenset[str]) -> int:
    """Copies the samples that the ledger does not hold yet, so that a second demo does nothing twice."""
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = [path for path in _samples() if _digest(path) not in known]
    for path in new:
        draft = inbox / f".{path.name}.part"
        shutil.copyfile(path, draft)
        draft.rename(inbox / path.name)
    return len(new)


def _run_nightly(settings: Settings, local: LocalServer) -> str:
    """Starts a run of the nightly deployment and shows progress from the ledger until it ended; returns its state."""
    deployment = call(local, "GET", "/deployments/name/nightly/nightly")
    asked = {"idempotency_key": uuid.uuid4().hex}  # asked twice by a busy server's caller, it is one run
    run = call(local, "POST", f"/deployments/{deployment['id']}/create_flow_run", asked)
    say(f"Nightly run started: {local.ui_url}/runs/flow-run/{run['id']}")
    deadline = time.monotonic() + RUN_TIMEOUT_S
    shown = ""
    while time.monotonic() < deadline:
        state = _state(local, run["id"])
        with opened_ledger(settings) as ledger:
            progress = reconcile(ledger).in_words()
        if progress != shown:
            say(f"  {progress}")
            shown = progress
        if state in FINAL:
            return state
        if not alive(local.worker):
            raise OrchestratorError(f"the worker has ended; see {settings.prefect_home / 'worker.log'}")
        time.sleep(POLL_S)
    raise OrchestratorError(f"the nightly run did not end within {RUN_TIMEOUT_S / 60:.0f} minutes")


def _state(local: LocalServer, run_id: str) -> str:
    """Of a flow run; empty while the server is too busy to tell.

    Raises:
        OrchestratorError: the server has ended.
    """
    try:
        state: str = call(local, "GET", f"/flow_runs/{run_id}")["state"]["type"]
    except OrchestratorError:
        if not alive(local.server):
            raise
        return ""
    return state


def _show(settings: Settings, local: LocalServer) -> None:
    with opened_ledger(settings) as ledger:
        say(document_table(ledger, settings.zone))
        say(reconcile(ledger).in_words())
    say(f"""
FHIR bundles   {settings.bundles}
Database       {settings.masked()["database_url"]}
Prefect UI     {local.ui_url}
Its login      {_login(local)}
Review queue   .venv/bin/fax2fhir queue list
One record     .venv/bin/fax2fhir show RECORD
Stop           make stop""")


def _login(local: LocalServer) -> str:
    """The login on a terminal; elsewhere, where output may be kept in a log, the file that holds it."""
    if local.login is None:
        return "none"
    return local.login.read_text().strip() if sys.stdout.isatty() else f"in {local.login}"


if __name__ == "__main__":
    sys.exit(main())
