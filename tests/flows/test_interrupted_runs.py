"""A real server whose run is cut off, in good order or by kill -9: no later run may have to wait for it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows import local_server
from flows.installation import opened_ledger
from flows.local_processes import STOP_TIMEOUT_S, alive, marked
from flows.prefect_calls import LocalServer, call
from flows.settings import Settings

pytestmark = [pytest.mark.server, pytest.mark.slow]

NOTE = "PROGRESS NOTE\nPatient: Ada Example\nDate of birth: 03/04/1980\nDate of visit: 02/03/2026\n"
# A run waits this long for a file that is new, which leaves time to cut it off in the middle.
LONG_S = "120"
# Prefect gives a slot back by itself after five minutes.
NEXT_RUN_S = 120.0


def _settings(home: Path, settle_s: str) -> Settings:
    return Settings.from_environment(
        {"FAX2FHIR_HOME": str(home), "FAX2FHIR_SETTLE_S": settle_s, "FAX2FHIR_AUDIT_SHARE": "0"}
    )


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An installation with one new file; whatever runs there is ended afterwards."""
    (tmp_path / "inbox").mkdir()
    try:
        yield tmp_path
    finally:
        local_server.stop(_settings(tmp_path, "0"))


def _asked(local: LocalServer) -> str:
    deployment = call(local, "GET", "/deployments/name/nightly/nightly")
    run: dict[str, str] = call(local, "POST", f"/deployments/{deployment['id']}/create_flow_run", {})
    return run["id"]


def _state(local: LocalServer, run_id: str) -> str:
    state: str = call(local, "GET", f"/flow_runs/{run_id}")["state"]["type"]
    return state


def _becomes(local: LocalServer, run_id: str, states: set[str], *, within_s: float) -> str:
    deadline = time.monotonic() + within_s
    while (state := _state(local, run_id)) not in states and time.monotonic() < deadline:
        time.sleep(0.5)
    return state


def _stopped(settings: Settings, _local: LocalServer) -> None:
    """In good order."""
    before = time.monotonic()
    assert local_server.stop(settings) == ["worker", "server"]
    assert time.monotonic() - before < 2 * STOP_TIMEOUT_S + 10
    assert not _living(settings)


def _killed(settings: Settings, local: LocalServer) -> None:
    """The server as by the kernel when memory runs out: worker and run live on and cannot tell how they end."""
    for pid in marked("server", settings.prefect_home):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(local.server.pid, 0)


def _living(settings: Settings) -> set[int]:
    return {pid for name in ("worker", "server") for pid in marked(name, settings.prefect_home)}


@pytest.mark.parametrize("cut_off", [_stopped, _killed])
def test_a_run_that_was_cut_off_holds_up_no_later_one(
    home: Path, cut_off: Callable[[Settings, LocalServer], None]
) -> None:
    settings = _settings(home, LONG_S)
    local = local_server.start(settings, say=lambda _line: None)
    (settings.inbox / "note.txt").write_text(NOTE)
    first = _asked(local)
    assert _becomes(local, first, {"RUNNING"}, within_s=60) == "RUNNING"
    cut_off(settings, local)
    leaked = _living(settings)
    assert bool(leaked) == (cut_off is _killed)

    settings = _settings(home, "0")
    again = local_server.start(settings, say=lambda _line: None)
    assert alive(again.worker)
    assert not leaked & _living(settings)
    assert list((settings.prefect_home / "tmp").iterdir())  # not in the temporary folder that all users share
    assert _state(again, first) == "CRASHED"
    second = _asked(again)
    assert _becomes(again, second, {"COMPLETED", "FAILED", "CRASHED"}, within_s=NEXT_RUN_S) == "COMPLETED"
    with opened_ledger(settings) as ledger:
        assert (ledger.reconcile().received, ledger.reconcile().in_flight) == (1, 0)
