"""A Prefect server and one worker for one installation, on loopback, with all their state under its home."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from documents.errors import OrchestratorError
from flows.local_processes import alive, end, spawn
from flows.prefect_calls import LocalServer, crash_runs, wait_until_up
from flows.settings import Settings

POOL = "fax2fhir"
PROJECT = Path(__file__).resolve().parent.parent
# A first start migrates Prefect's database: 46 s were seen on a loaded laptop-sized machine.
START_TIMEOUT_S = 180.0
# Ten seconds on an idle machine.
DEPLOY_TIMEOUT_S = 180.0
# For telling a server that is about to end; the next start tells it again.
STOP_PATIENCE_S = 10.0


def environment(
    settings: Settings, port: int, *, login: str = "", inherited: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Environment of everything that talks to the local server.

    Inherited PREFECT_* settings are dropped (they may point at somebody else's server), loopback is exempt from
    proxies, and nothing is reported to third parties: server telemetry, the SDK's analytics, the promotional banner,
    and the V2 UI, which makes the browser call an analytics service on every page.

    The API asks every caller for `login` and answers no other site's pages. Prefect's CSRF tokens would add nothing:
    its UI sends the login as a header of its own making, and no browser adds that to another site's request.
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
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_CLI_PROMPT": "false",
        # Prefect's workers share one folder of the system's temporary one, which belongs to whoever started first.
        "TMPDIR": str(_temporary(settings)),
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "FAX2FHIR_PROJECT": str(PROJECT),
    }
    if login:
        env |= {"PREFECT_API_AUTH_STRING": login, "PREFECT_SERVER_API_AUTH_STRING": login}
    given = settings.model_dump(exclude={"targets"}).items()
    env |= {f"FAX2FHIR_{name.upper()}": "" if value is None else str(value) for name, value in given}
    # Their own settings, credentials among them, are inherited; where there are to be none, none is delivered to.
    env["FAX2FHIR_TARGETS"] = ",".join(target.name for target in settings.targets)
    return env


def running(settings: Settings) -> LocalServer | None:
    """The recorded server if its process is still the one that was started, else None."""
    local = _recorded(settings)
    return local if local is not None and alive(local.server) else None


def start(settings: Settings, *, say: Callable[[str], None]) -> LocalServer:
    """Starts server, deployments and worker where they do not run yet; returns where they are.

    What is left of an earlier start whose server or worker was killed is ended first.

    Raises:
        OrchestratorError: the server did not come up within START_TIMEOUT_S, or the deployment was refused.
    """
    settings.prefect_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _temporary(settings).mkdir(exist_ok=True, mode=0o700)
    with _alone(settings):
        local = running(settings)
        if local is None:
            _end_all(settings)
            local = _start_server(settings)
            say(f"Prefect server starting on port {local.port} (the first start takes a minute) ...")
        wait_until_up(local, START_TIMEOUT_S)
        if not alive(local.worker):
            end(local.worker, "worker", settings.prefect_home)
            crash_runs(local, why="its worker had ended; the next run takes up what it left")
            say("Deploying flows and starting one worker ...")
            deploy(settings, local)
            local = _start_worker(settings, local)
        return local


def stop(settings: Settings) -> list[str]:
    """Ends this installation's worker, its flow runs and the server, and nothing else; returns what was ended.

    A run that is under way ends as Crashed; the next one takes up what it left.
    """
    if not settings.prefect_home.is_dir():
        return []
    with _alone(settings):
        return _end_all(settings)


def deploy(settings: Settings, local: LocalServer, *, timeout_s: float = DEPLOY_TIMEOUT_S) -> None:
    """Creates the work pool and registers the deployments of deployments/prefect.yaml.

    Raises:
        OrchestratorError: Prefect refused, or did not answer within `timeout_s`.
    """
    pool = ("work-pool", "create", POOL, "--type", "process", "--overwrite")
    flows = ("--no-prompt", "deploy", "--all", "--prefect-file", str(PROJECT / "deployments" / "prefect.yaml"))
    for arguments in (pool, flows):
        command = next(word for word in arguments if not word.startswith("-"))
        try:
            done = subprocess.run(
                [sys.executable, "-m", "prefect", *arguments],
                cwd=PROJECT,
                env=environment(settings, local.port, login=_login(settings)),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=timeout_s,
            )
        except subprocess.TimeoutExpired:
            raise OrchestratorError(f"`prefect {command}` did not end within {timeout_s:.0f} s") from None
        if done.returncode != 0:
            log = settings.prefect_home / "deploy.log"
            log.write_bytes(done.stdout + done.stderr)
            raise OrchestratorError(f"`prefect {command}` failed; its output is in {log}")


def _start_server(settings: Settings) -> LocalServer:
    port = _free_port()
    env = environment(settings, port, login=_login(settings))
    command = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    process = spawn("server", command, env, settings.prefect_home)
    return _written(settings, LocalServer(port=port, server=process, login=_login_file(settings)))


def _start_worker(settings: Settings, local: LocalServer) -> LocalServer:
    env = environment(settings, local.port, login=_login(settings))
    command = ("prefect", "worker", "start", "--pool", POOL, "--type", "process", "--limit", "2")
    worker = spawn("worker", command, env, settings.prefect_home)
    return _written(settings, local.model_copy(update={"worker": worker}))


def _end_all(settings: Settings) -> list[str]:
    """The worker, so that no run starts; its runs' states, while the server can still be told; then the server."""
    local = _recorded(settings)
    ended = []
    if end(local.worker if local else None, "worker", settings.prefect_home):
        ended.append("worker")
    if local is not None and alive(local.server):
        with contextlib.suppress(OrchestratorError):  # the next start does it
            crash_runs(
                local, why="ended by `make stop`; the next run takes up what it left", patience_s=STOP_PATIENCE_S
            )
    if end(local.server if local else None, "server", settings.prefect_home):
        ended.append("server")
    _record_path(settings).unlink(missing_ok=True)
    return ended


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Lets one command at a time start or stop this installation's server."""
    with (settings.prefect_home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _temporary(settings: Settings) -> Path:
    return settings.prefect_home / "tmp"


def _login_file(settings: Settings) -> Path:
    return settings.prefect_home / "login"


def _login(settings: Settings) -> str:
    """`user:password` of the API, made once; only this user can read it."""
    path = _login_file(settings)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(f"fax2fhir:{secrets.token_urlsafe(24)}\n")
    return path.read_text().strip()


def _record_path(settings: Settings) -> Path:
    return settings.prefect_home / "server.json"


def _recorded(settings: Settings) -> LocalServer | None:
    try:
        return LocalServer.model_validate_json(_record_path(settings).read_text())
    except (OSError, ValueError):
        return None


def _written(settings: Settings, local: LocalServer) -> LocalServer:
    path = _record_path(settings)
    draft = path.with_suffix(".tmp")
    draft.write_text(local.model_dump_json())
    draft.replace(path)
    return local


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
