"""What surrounds the local Prefect server, without starting one: its environment, its record, whom `stop` ends."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.errors import OrchestratorError
from flows import local_server
from flows.demo import main as demo
from flows.local_server import LocalServer, RunningProcess
from flows.settings import Settings

INHERITED = {
    "PATH": "/usr/bin",
    "HTTP_PROXY": "http://proxy.example:3128",
    "NO_PROXY": "intranet.example",
    "PREFECT_API_URL": "https://somebody.else.example/api",
    "PREFECT_API_KEY": "secret",
    "PREFECT_PROFILE": "production",
    "FAX2FHIR_MAX_PAGES": "7",
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


def _start_time(pid: int) -> str:
    return local_server._start_time(pid)


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
    env = local_server.environment(settings, 4711, INHERITED)
    assert "PREFECT_API_KEY" not in env
    assert "PREFECT_PROFILE" not in env
    assert env["PREFECT_API_URL"] == "http://127.0.0.1:4711/api"
    assert env["PREFECT_HOME"] == str(settings.home / "prefect")
    assert env["PREFECT_PROFILES_PATH"].startswith(str(settings.home))
    assert env["PATH"] == "/usr/bin"


def test_loopback_is_exempt_from_proxies_beside_what_is_exempt_already(settings: Settings) -> None:
    env = local_server.environment(settings, 4711, INHERITED)
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
    assert local_server.environment(settings, 4711, {name: "something else"})[name] == value


def test_the_flows_run_under_the_settings_of_this_installation(settings: Settings) -> None:
    env = local_server.environment(settings, 4711, INHERITED)
    assert Settings.from_environment(env) == settings
    assert Path(env["FAX2FHIR_PROJECT"], "deployments", "prefect.yaml").is_file()


def test_a_server_is_running_if_its_process_is_the_one_that_was_started(settings: Settings, stranger: int) -> None:
    own = RunningProcess(pid=stranger, started=_start_time(stranger))
    _record(settings, LocalServer(port=4711, server=own))
    found = local_server.running(settings)
    assert found is not None
    assert (found.api_url, found.ui_url) == ("http://127.0.0.1:4711/api", "http://127.0.0.1:4711")


def test_a_recycled_process_id_is_not_taken_for_the_server(settings: Settings, stranger: int) -> None:
    other = RunningProcess(pid=stranger, started="1")
    _record(settings, LocalServer(port=4711, server=other, worker=other))
    assert local_server.running(settings) is None
    assert local_server.stop(settings) == []
    assert _lives(stranger)


def test_an_ended_process_runs_no_more(settings: Settings) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    started = _start_time(ended.pid)
    while (
        Path(f"/proc/{ended.pid}/stat").exists() and "Z" not in Path(f"/proc/{ended.pid}/stat").read_text().split()[2]
    ):
        time.sleep(0.01)
    _record(settings, LocalServer(port=4711, server=RunningProcess(pid=ended.pid, started=started)))
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
    own = RunningProcess(pid=recorded.pid, started=_start_time(recorded.pid))
    path = _record(settings, LocalServer(port=4711, server=own))
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
        local = LocalServer(port=bound.getsockname()[1], server=RunningProcess(pid=os.getpid(), started="0"))
        with pytest.raises(OrchestratorError, match="cannot be reached") as caught:
            local_server.call(local, "GET", "/health")
    assert caught.value.exit_code == 7


def test_a_server_that_ends_while_it_starts_is_told(settings: Settings) -> None:
    gone = LocalServer(port=1, server=RunningProcess(pid=os.getpid(), started="0"))
    with pytest.raises(OrchestratorError, match="ended while starting"):
        local_server._wait_until_up(gone)
