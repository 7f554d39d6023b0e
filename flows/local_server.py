"""A Prefect server and one worker for one installation, on loopback, with all their state under its home."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from documents.errors import OrchestratorError
from documents.value import Value
from flows.settings import Settings

POOL = "fax2fhir"
PROJECT = Path(__file__).resolve().parent.parent
# A first start migrates Prefect's database: 46 s were seen on a loaded laptop-sized machine.
START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 20.0


class RunningProcess(Value):
    """A process this project started: its id, and its start time so that a recycled id is not mistaken for it."""

    pid: int
    started: str


class LocalServer(Value):
    """What `start` recorded in `<home>/prefect/server.json`."""

    port: int
    server: RunningProcess
    worker: RunningProcess | None = None

    @property
    def api_url(self) -> str:
        """Address of the API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def ui_url(self) -> str:
        """Address of the UI."""
        return f"http://127.0.0.1:{self.port}"


def environment(settings: Settings, port: int, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment of everything that talks to the local server.

    Inherited PREFECT_* settings are dropped (they may point at somebody else's server), loopback is exempt from
    proxies, and nothing is reported to third parties: server telemetry, the SDK's analytics, the promotional banner,
    and the V2 UI, which makes the browser call an analytics service on every page.
    """
    inherited = os.environ if inherited is None else inherited
    env = {k: v for k, v in inherited.items() if not k.startswith("PREFECT_")}
    loopback = "127.0.0.1,localhost,::1"
    for name in ("NO_PROXY", "no_proxy"):
        env[name] = ",".join(filter(None, (env.get(name, ""), loopback)))
    env |= {
        "PREFECT_HOME": str(settings.prefect_home),
        "PREFECT_PROFILES_PATH": str(settings.prefect_home / "profiles.toml"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "FAX2FHIR_PROJECT": str(PROJECT),
    }
    env |= {f"FAX2FHIR_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    return env


def running(settings: Settings) -> LocalServer | None:
    """The recorded server if its process is still the one that was started, else None."""
    record = _record_path(settings)
    try:
        server = LocalServer.model_validate_json(record.read_text())
    except (OSError, ValueError):
        return None
    return server if _alive(server.server) else None


def start(settings: Settings, *, say: Callable[[str], None]) -> LocalServer:
    """Starts server, deployments and worker where they do not run yet; returns where they are.

    Raises:
        OrchestratorError: the server did not come up within START_TIMEOUT_S, or the deployment was refused.
    """
    settings.prefect_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    local = running(settings)
    if local is None:
        port = _free_port()
        process = _spawn(settings, port, "server", "server", "start", "--host", "127.0.0.1", "--port", str(port))
        local = LocalServer(port=port, server=process)
        _write_record(settings, local)
        say(f"Prefect server starting on port {port} (the first start takes a minute) ...")
    _wait_until_up(local)
    if local.worker is None or not _alive(local.worker):
        say("Deploying flows and starting one worker ...")
        deploy(settings, local)
        worker = _spawn(
            settings, local.port, "worker", "worker", "start", "--pool", POOL, "--type", "process", "--limit", "2"
        )
        local = local.model_copy(update={"worker": worker})
        _write_record(settings, local)
    return local


def stop(settings: Settings) -> list[str]:
    """Ends the recorded worker and server, and nothing else; returns what was ended."""
    try:
        local = LocalServer.model_validate_json(_record_path(settings).read_text())
    except (OSError, ValueError):
        return []
    ended = []
    for name, process in (("worker", local.worker), ("server", local.server)):
        if process is not None and _alive(process):
            _end_group(process)
            ended.append(name)
    _record_path(settings).unlink(missing_ok=True)
    return ended


def deploy(settings: Settings, local: LocalServer) -> None:
    """Creates the work pool and registers the deployments of deployments/prefect.yaml.

    Raises:
        OrchestratorError: Prefect refused.
    """
    pool = ("work-pool", "create", POOL, "--type", "process", "--overwrite")
    flows = ("--no-prompt", "deploy", "--all", "--prefect-file", str(PROJECT / "deployments" / "prefect.yaml"))
    for arguments in (pool, flows):
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=PROJECT,
            env=environment(settings, local.port),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            log = settings.prefect_home / "deploy.log"
            log.write_bytes(done.stdout + done.stderr)
            raise OrchestratorError(f"`prefect {arguments[0]}` failed; its output is in {log}")


def _record_path(settings: Settings) -> Path:
    return settings.prefect_home / "server.json"


def _write_record(settings: Settings, local: LocalServer) -> None:
    path = _record_path(settings)
    draft = path.with_suffix(".tmp")
    draft.write_text(local.model_dump_json())
    draft.replace(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _spawn(settings: Settings, port: int, name: str, *arguments: str) -> RunningProcess:
    """Starts `prefect ...` in a session of its own, holding no terminal and no pipe of ours.

    A shell's background job inherits an ignored SIGINT; Prefect turns SIGTERM into SIGINT and would live on, so the
    default is restored.
    """
    log = str(settings.prefect_home / f"{name}.log")
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "prefect", *arguments],
        environment(settings, port),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
        setsigdef=[signal.SIGINT],
    )
    return RunningProcess(pid=pid, started=_start_time(pid))


def _wait_until_up(local: LocalServer) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        while time.monotonic() < deadline:
            if not _alive(local.server):
                raise OrchestratorError("the Prefect server ended while starting; see server.log in its folder")
            try:
                if client.get(f"{local.api_url}/health").status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.5)
    raise OrchestratorError(f"the Prefect server did not come up within {START_TIMEOUT_S:.0f} s")


def _start_time(pid: int) -> str:
    """When a process started, as text: field 22 of /proc/PID/stat, or what `ps` says where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return stat.read_text().rpartition(")")[2].split()[19]
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def _alive(process: RunningProcess) -> bool:
    try:
        os.kill(process.pid, 0)
        state = Path(f"/proc/{process.pid}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        return _start_time(process.pid) == process.started
    except (OSError, IndexError):
        return False


def _end_group(process: RunningProcess) -> None:
    """SIGTERM to the process's own session, SIGKILL to what is left after STOP_TIMEOUT_S."""
    os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while _alive(process) and time.monotonic() < deadline:
        _reap(process.pid)
        time.sleep(0.1)
    if _alive(process):
        os.killpg(process.pid, signal.SIGKILL)


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):  # started by an earlier command: not our child
        os.waitpid(pid, os.WNOHANG)


def call(local: LocalServer, method: str, path: str, body: object | None = None) -> Any:
    """One call of the server's REST API; returns the decoded JSON.

    Raises:
        OrchestratorError: the server cannot be reached or refuses.
    """
    try:
        with httpx.Client(trust_env=False, timeout=30.0) as client:
            reply = client.request(method, local.api_url + path, json=body)
            reply.raise_for_status()
            return json.loads(reply.content) if reply.content else None
    except httpx.HTTPStatusError as error:
        raise OrchestratorError(f"Prefect refused {method} {path} with status {error.response.status_code}") from None
    except httpx.HTTPError as error:
        raise OrchestratorError(f"the Prefect server cannot be reached: {type(error).__name__}") from None
