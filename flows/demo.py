"""The demo: a local Prefect server, the sample inbox, the nightly deployment, and what came of every document."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import time
from pathlib import Path

from documents.errors import Fax2FhirError, OrchestratorError
from flows import local_server
from flows.installation import opened_ledger
from flows.local_server import PROJECT, LocalServer
from flows.settings import Settings
from flows.tables import document_table, say
from review_queue.checks import reconcile

SAMPLES = PROJECT / "samples" / "inbox"
# 25 documents of 80 pages took about two minutes on two cores; a loaded machine gets ten times that.
RUN_TIMEOUT_S = 1800.0
POLL_S = 1.0
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def main() -> int:
    """Runs the demo, or stops what it started; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--stop", action="store_true", help="stop the local Prefect server and worker")
    arguments = parser.parse_args()
    try:
        settings = Settings.from_environment()
        return _stop(settings) if arguments.stop else _demo(settings)
    except Fax2FhirError as error:
        sys.stderr.write(f"{error.code}: {error}\n{error.remedy}\n")
        return error.exit_code
    except KeyboardInterrupt:
        say("Interrupted; nothing is lost. Run `make demo` again to go on, `make stop` to end the server.")
        return 130


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
    deployment = local_server.call(local, "GET", "/deployments/name/nightly/nightly")
    run = local_server.call(local, "POST", f"/deployments/{deployment['id']}/create_flow_run", {})
    say(f"Nightly run started: {local.ui_url}/runs/flow-run/{run['id']}")
    deadline = time.monotonic() + RUN_TIMEOUT_S
    shown = ""
    while time.monotonic() < deadline:
        state: str = local_server.call(local, "GET", f"/flow_runs/{run['id']}")["state"]["type"]
        with opened_ledger(settings) as ledger:
            progress = reconcile(ledger).in_words()
        if progress != shown:
            say(f"  {progress}")
            shown = progress
        if state in FINAL:
            return state
        time.sleep(POLL_S)
    raise OrchestratorError(f"the nightly run did not end within {RUN_TIMEOUT_S / 60:.0f} minutes")


def _show(settings: Settings, local: LocalServer) -> None:
    with opened_ledger(settings) as ledger:
        say(document_table(ledger, settings.zone))
        say(reconcile(ledger).in_words())
    say(f"""
FHIR bundles   {settings.bundles}
Database       {settings.masked()["database_url"]}
Prefect UI     {local.ui_url}
Review queue   .venv/bin/fax2fhir queue list
One record     .venv/bin/fax2fhir show RECORD
Stop           make stop""")


if __name__ == "__main__":
    sys.exit(main())
