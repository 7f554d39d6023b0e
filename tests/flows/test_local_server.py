"""What surrounds the local Prefect server, without starting one: its environment, its record, whom `stop` ends."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from documents.errors import OrchestratorError
from flows import local_processes, local_server
from flows.demo import _run_nightly
from flows.demo import _settings as demo_settings
from flows.demo import main as demo
from flows.local_processes import RunningProcess
from flows.prefect_calls import LocalServer, call, crash_runs, wait_until_up
from flows.process_identity import boot_id, start_time
from flows.settings import Settings

INHERITED = {
    "PATH": "/usr/bin",
    "HTTP_PROXY": "http://proxy.example:3128",
    "NO_PROXY": "intranet.example",
    "PREFECT_API_URL": "https://somebody.else.example/api",
    "PREFECT_API_KEY": "secret",
    "PREFECT_PROFILE": "production",
    "FAX2FHIR_MAX_PAGES": "7",
    "FAX2FHIR_TARGETS": "archive",
    "FAX2FHIR_TARGET_ARCHIVE_KIND": "folder",
    "FAX2FHIR_TARGET_ARCHIVE_FOLDER": "/srv/archive",
}


@pytest.fixture
def stranger() -> Iterator[int]:
    """A process that this project has not started, in a session of its own."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"], start_new_session=True)
    yield process.pid
    process.kill()
    process.wait()


def _record(settings: Settings, local: LocalServer) -> Path:
    settings.prefect_home.mkdir(parents=True, exist_ok=True)
    path = settings.prefect_home / "server.json"
    path.write_text(local.model_dump_json())
    return path


def _process(pid: int) -> RunningProcess:
    """A living process as `start` records it."""
    return RunningProcess(pid=pid, started=start_time(pid), boot=boot_id())


def _lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_inherited_leads_to_another_server(settings: Settings) -> None:
    env = local_server.environment(settings, 4711, inherited=INHERITED)
    assert "PREFECT_API_KEY" not in env
    assert "PREFECT_PROFILE" not in env
    assert env["PREFECT_API_URL"] == "http://127.0.0.1:4711/api"
    assert env["PREFECT_HOME"] == str(settings.home / "prefect")
    assert env["PREFECT_PROFILES_PATH"].startswith(str(settings.home))
    assert env["PATH"] == "/usr/bin"


def test_loopback_is_exempt_from_proxies_beside_what_is_exempt_already(settings: Settings) -> None:
    env = local_server.environment(settings, 4711, inherited=INHERITED)
    assert env["HTTP_PROXY"] == "http://proxy.example:3128"
    assert {"intranet.example", "127.0.0.1", "localhost", "::1"} == set(env["NO_PROXY"].split(","))
    assert {"127.0.0.1", "localhost", "::1"} == set(env["no_proxy"].split(","))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
        ("DO_NOT_TRACK", "1"),
        ("PREFECT_SERVER_UI_V2_ENABLED", "false"),  # its pages call an analytics service from the browser
        ("PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT", "false"),
    ],
)
def test_nothing_is_told_to_third_parties(settings: Settings, name: str, value: str) -> None:
    assert local_server.environment(settings, 4711, inherited={name: "something else"})[name] == value


def test_the_flows_run_under_the_settings_of_this_installation(settings: Settings) -> None:
    env = local_server.environment(settings, 4711, inherited=INHERITED)
    assert Settings.from_environment(env) == settings
    delivering = settings.model_copy(update={"targets": Settings.from_environment(INHERITED).targets})
    assert Settings.from_environment(local_server.environment(delivering, 4711, inherited=INHERITED)) == delivering
    assert Path(env["FAX2FHIR_PROJECT"], "deployments", "prefect.yaml").is_file()


def test_a_server_is_running_if_its_process_is_the_one_that_was_started(settings: Settings, stranger: int) -> None:
    _record(settings, LocalServer(port=4711, server=_process(stranger)))
    found = local_server.running(settings)
    assert found is not None
    assert (found.api_url, found.ui_url) == ("http://127.0.0.1:4711/api", "http://127.0.0.1:4711")


@pytest.mark.parametrize("changed", [{"started": "1"}, {"boot": "another boot, whose clock began anew"}])
def test_a_recycled_process_id_is_not_taken_for_the_server(
    settings: Settings, stranger: int, changed: dict[str, str]
) -> None:
    other = _process(stranger).model_copy(update=changed)
    _record(settings, LocalServer(port=4711, server=other, worker=other))
    assert local_server.running(settings) is None
    assert local_server.stop(settings) == []
    assert _lives(stranger)


def test_an_ended_process_runs_no_more(settings: Settings) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    process = _process(ended.pid)
    while (
        Path(f"/proc/{ended.pid}/stat").exists() and "Z" not in Path(f"/proc/{ended.pid}/stat").read_text().split()[2]
    ):
        time.sleep(0.01)
    _record(settings, LocalServer(port=4711, server=process))
    assert local_server.running(settings) is None  # not collected yet: a zombie
    ended.wait()
    assert local_server.running(settings) is None


@pytest.mark.parametrize("content", ["", "{", '{"port": 1}', '{"port": "x", "server": null}', "\0"])
def test_a_damaged_record_is_no_server(settings: Settings, content: str) -> None:
    settings.prefect_home.mkdir(parents=True)
    (settings.prefect_home / "server.json").write_text(content)
    assert local_server.running(settings) is None
    assert local_server.stop(settings) == []


def test_stop_ends_what_is_recorded_and_its_record(settings: Settings, stranger: int) -> None:
    recorded = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"], start_new_session=True)
    path = _record(settings, LocalServer(port=4711, server=_process(recorded.pid)))
    assert local_server.stop(settings) == ["server"]
    assert not _lives(recorded.pid)
    recorded.wait()
    assert _lives(stranger)
    assert not path.exists()
    assert local_server.stop(settings) == []


def test_stopping_where_nothing_runs_says_so(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAX2FHIR_HOME", environment["FAX2FHIR_HOME"])
    monkeypatch.setattr(sys, "argv", ["make demo", "--stop"])
    assert demo() == 0
    assert "Nothing of this installation was running" in capsys.readouterr().out


def test_a_server_that_does_not_answer_is_a_coded_error() -> None:
    with socket.socket() as bound:  # bound and not listening: nobody else can take the port meanwhile
        bound.bind(("127.0.0.1", 0))
        local = LocalServer(port=bound.getsockname()[1], server=RunningProcess(pid=os.getpid(), started="0", boot=""))
        with pytest.raises(OrchestratorError, match="cannot be reached") as caught:
            call(local, "GET", "/health")
    assert caught.value.exit_code == 7


def test_a_server_that_ends_while_it_starts_is_told(settings: Settings) -> None:
    gone = LocalServer(port=1, server=RunningProcess(pid=os.getpid(), started="0", boot=""))
    with pytest.raises(OrchestratorError, match="ended while starting"):
        wait_until_up(gone, 5.0)


def test_what_a_dead_process_started_is_ended_too_and_nothing_else(settings: Settings, stranger: int) -> None:
    """As after `kill -9` of a worker: its flow run lives on, in a session of its own, and nobody's child."""
    settings.prefect_home.mkdir(parents=True)
    elsewhere = settings.home / "another-installation"
    elsewhere.mkdir()
    orphaning = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(120)'], "
    script = settings.home / "orphaning.py"
    script.write_text(orphaning + "start_new_session=True)")
    env = {**os.environ, "PYTHONPATH": str(settings.home)}
    parents = [local_processes.spawn("worker", ["orphaning"], env, at) for at in (settings.prefect_home, elsewhere)]
    for parent in parents:
        os.waitpid(parent.pid, 0)
    assert len(local_processes.marked("worker", settings.prefect_home)) == 1
    others = local_processes.marked("worker", elsewhere)
    try:
        assert local_server.stop(settings) == ["worker"]
        assert not local_processes.marked("worker", settings.prefect_home)
        assert local_processes.marked("worker", elsewhere) == others != []
        assert _lives(stranger)
    finally:
        local_processes.end(None, "worker", elsewhere)


def test_two_commands_at_once_do_not_start_two_servers(settings: Settings) -> None:
    settings.prefect_home.mkdir(parents=True)
    waiting = (
        "import sys; from pathlib import Path; from flows import local_server; from flows.settings import Settings;"
        "local_server.stop(Settings(home=Path(sys.argv[1])))"
    )
    with local_server._alone(settings):
        second = subprocess.Popen([sys.executable, "-c", waiting, str(settings.home)])
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=3)
    assert second.wait(timeout=60) == 0


def test_only_this_user_reads_the_login_and_everything_started_knows_it(settings: Settings) -> None:
    settings.prefect_home.mkdir(parents=True)
    login = local_server._login(settings)
    assert local_server._login(settings) == login
    assert stat.S_IMODE((settings.prefect_home / "login").stat().st_mode) == 0o600
    assert len(login.partition(":")[2]) >= 32
    env = local_server.environment(settings, 4711, login=login, inherited=INHERITED)
    assert env["PREFECT_SERVER_API_AUTH_STRING"] == env["PREFECT_API_AUTH_STRING"] == login


def test_a_deployment_that_hangs_is_a_coded_error(settings: Settings) -> None:
    settings.prefect_home.mkdir(parents=True)
    local = LocalServer(port=1, server=_process(os.getpid()))
    with pytest.raises(OrchestratorError, match="`prefect work-pool` did not end within"):
        local_server.deploy(settings, local, timeout_s=0.1)


@dataclass(frozen=True)
class Scripted:
    """A server on loopback that gives prepared statuses, one a request, and then 200; it notes what was asked."""

    local: LocalServer
    statuses: list[int]
    asked: list[tuple[str, str | None]]


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[Scripted]:
    """Such a server; its process is this one."""
    statuses: list[int] = []
    asked: list[tuple[str, str | None]] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            asked.append((self.rfile.read(length).decode(), self.headers.get("Authorization")))
            status = statuses.pop(0) if statuses else 200
            run = {"id": "run-1", "state": {"type": "RUNNING"}}
            body = json.dumps([run] if self.path.endswith("/filter") else run).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_arguments: object) -> None:
            """Not to the terminal."""

    login = tmp_path / "login"
    login.write_text("fax2fhir:s3cret\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        local = LocalServer(port=server.server_port, server=_process(os.getpid()), login=login)
        yield Scripted(local=local, statuses=statuses, asked=asked)
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(scripted: Scripted, status: int) -> None:
    scripted.statuses[:] = [status, status]
    assert call(scripted.local, "POST", "/anything", {"key": 1})["id"] == "run-1"
    assert [json.loads(body) for body, _ in scripted.asked] == [{"key": 1}] * 3


def test_a_refusal_is_not_asked_again(scripted: Scripted) -> None:
    scripted.statuses[:] = [409]
    with pytest.raises(OrchestratorError, match="status 409"):
        call(scripted.local, "POST", "/anything", {})
    assert len(scripted.asked) == 1


def test_patience_ends(scripted: Scripted) -> None:
    scripted.statuses[:] = [503] * 50
    with pytest.raises(OrchestratorError, match="status 503"):
        call(scripted.local, "POST", "/anything", {}, patience_s=0.6)


def test_every_call_carries_the_login(scripted: Scripted) -> None:
    call(scripted.local, "POST", "/anything", {})
    assert scripted.asked[0][1] == "Basic " + base64.b64encode(b"fax2fhir:s3cret").decode()


def test_every_run_that_holds_a_slot_is_set_to_crashed_by_force(scripted: Scripted) -> None:
    assert crash_runs(scripted.local, why="test") == 1
    filtered, crashed = (json.loads(body) for body, _ in scripted.asked)
    assert filtered["deployments"] == {"name": {"any_": ["nightly", "backfill", "recalibrate"]}}
    assert crashed["force"]
    assert crashed["state"]["type"] == "CRASHED"


def test_the_demo_keeps_out_of_a_real_inbox_and_database(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    environ = {
        "FAX2FHIR_HOME": str(tmp_path),
        "FAX2FHIR_WORKERS": "3",
        "FAX2FHIR_TIME_ZONE": "America/Denver",
        "FAX2FHIR_INBOX": "/srv/faxes",
        "FAX2FHIR_DATABASE_URL": "postgresql://db.example/ledger",
    }
    settings = demo_settings(environ)
    assert (settings.inbox, settings.workers) == (tmp_path / "inbox", 3)
    assert settings.database_url == f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    assert settings.time_zone == "America/Denver"
    assert "Not used by the demo: FAX2FHIR_DATABASE_URL, FAX2FHIR_INBOX." in capsys.readouterr().out


def test_the_demo_does_not_wait_for_a_worker_that_has_ended(scripted: Scripted, settings: Settings) -> None:
    gone = RunningProcess(pid=os.getpid(), started="0", boot="")
    local = scripted.local.model_copy(update={"worker": gone})
    with pytest.raises(OrchestratorError, match=r"worker has ended; see .*worker\.log"):
        _run_nightly(settings, local)
