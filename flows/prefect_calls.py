"""Calls of a local Prefect server's REST API, patient with one that is busy."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx

from documents.errors import OrchestratorError
from documents.value import Value
from flows.local_processes import RunningProcess, alive

# Too many requests, and what a gateway or Prefect itself answers while it is busy: Prefect says 503 while another
# writer holds its SQLite database, for half a minute when worker and deployments register on a loaded machine.
BUSY = {429, 502, 503, 504}
PATIENCE_S = 60.0
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 5.0
CALL_TIMEOUT_S = 30.0
DEPLOYMENTS = ("nightly", "backfill", "recalibrate")
# States in which a flow run holds its deployment's concurrency slot.
HOLDING = ("RUNNING", "PENDING", "CANCELLING")


class LocalServer(Value):
    """What `start` recorded in `<home>/prefect/server.json`.

    Attributes:
        port: on loopback.
        server: its process.
        worker: process of the one worker, once it was started.
        login: file that holds `user:password` of the API; None for a server without.
    """

    port: int
    server: RunningProcess
    worker: RunningProcess | None = None
    login: Path | None = None

    @property
    def api_url(self) -> str:
        """Address of the API."""
        return f"{self.ui_url}/api"

    @property
    def ui_url(self) -> str:
        """Address of the UI."""
        return f"http://127.0.0.1:{self.port}"


def call(
    local: LocalServer, method: str, path: str, body: object | None = None, *, patience_s: float = PATIENCE_S
) -> Any:
    """One call of the server's REST API; returns the decoded JSON.

    A busy server is asked again, and so is one that cannot be reached while its process lives; calls must therefore
    bear being made twice.

    Raises:
        OrchestratorError: the server has ended, refuses, or stays busy for longer than `patience_s`.
    """
    deadline = time.monotonic() + patience_s
    pause = FIRST_PAUSE_S
    with httpx.Client(trust_env=False, timeout=CALL_TIMEOUT_S, auth=_auth(local)) as client:
        while True:
            try:
                reply = client.request(method, local.api_url + path, json=body)
            except httpx.TransportError as error:
                trouble = f"the Prefect server cannot be reached: {type(error).__name__}"
                lasting = not alive(local.server)
            else:
                if reply.is_success:
                    return json.loads(reply.content) if reply.content else None
                trouble = f"Prefect refused {method} {path} with status {reply.status_code}"
                lasting = reply.status_code not in BUSY
            if lasting or time.monotonic() + pause > deadline:
                raise OrchestratorError(trouble)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)


def crash_runs(local: LocalServer, *, why: str, patience_s: float = PATIENCE_S) -> int:
    """Sets the flow runs that hold a slot to Crashed; returns how many there were.

    For when no worker lives: their processes have ended without telling, and Prefect would keep their slots taken, so
    that no later run starts. The ledger is the truth about documents; nothing of them is lost.

    Raises:
        OrchestratorError: see `call`.
    """
    asked = {
        "deployments": {"name": {"any_": list(DEPLOYMENTS)}},
        "flow_runs": {"state": {"type": {"any_": list(HOLDING)}}},
    }
    state = {"state": {"type": "CRASHED", "name": "Crashed", "message": why}, "force": True}
    runs = call(local, "POST", "/flow_runs/filter", asked, patience_s=patience_s)
    for run in runs:
        call(local, "POST", f"/flow_runs/{run['id']}/set_state", state, patience_s=patience_s)
    return len(runs)


def wait_until_up(local: LocalServer, timeout_s: float) -> None:
    """Returns when the server answers that it is healthy.

    Raises:
        OrchestratorError: it ended, or did not come up within `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        while time.monotonic() < deadline:
            if not alive(local.server):
                raise OrchestratorError("the Prefect server ended while starting; see server.log in its folder")
            try:
                if client.get(f"{local.api_url}/health").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.5)
    raise OrchestratorError(f"the Prefect server did not come up within {timeout_s:.0f} s")


def _auth(local: LocalServer) -> httpx.BasicAuth | None:
    if local.login is None:
        return None
    try:
        user, _, password = local.login.read_text().strip().partition(":")
    except OSError:
        raise OrchestratorError("the file with the Prefect server's login cannot be read; run `make stop`") from None
    return httpx.BasicAuth(user, password)
