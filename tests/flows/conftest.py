"""An installation of its own for each test, and the command line as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluation.synth.generate import generate
from flows.installation import opened
from flows.settings import Settings
from tests.flows.command_line import InProcess

CommandLine = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few synthetic documents, drawn once."""
    out = tmp_path_factory.mktemp("synth")
    generate(6, 11, out)
    return out


@pytest.fixture
def inbox(tmp_path: Path, drawn: Path) -> Path:
    """An inbox with the drawn documents."""
    folder = tmp_path / "inbox"
    shutil.copytree(drawn / "docs", folder)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment of one installation; files count as complete at once."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FAX2FHIR_", "PREFECT_"))}
    return {
        **kept,
        "FAX2FHIR_HOME": str(tmp_path / "home"),
        "FAX2FHIR_SETTLE_S": "0",
        "FAX2FHIR_AUDIT_SHARE": "0",  # drawn with a key that each installation makes anew
        "FAX2FHIR_LEASE_S": "5",
        "TZ": "Asia/Kathmandu",
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """The installation's settings."""
    return Settings.from_environment(environment)


@pytest.fixture
def fax2fhir(environment: dict[str, str], tmp_path: Path) -> CommandLine:
    """Runs the command line as users do."""

    def run(*arguments: str | Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", "from flows.cli import main; main()", *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def call(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> InProcess:
    """The command line inside this process."""
    return InProcess(monkeypatch, capfd, environment)


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory, papers: dict[str, str]) -> Path:
    """The home of an installation that has taken in a module's `papers`, file name to text; made once, to be copied."""
    folder = tmp_path_factory.mktemp("processed")
    inbox = folder / "inbox"
    inbox.mkdir()
    for name, text in papers.items():
        (inbox / name).write_text(text)
    settings = Settings.from_environment(
        {"FAX2FHIR_HOME": str(folder / "home"), "FAX2FHIR_SETTLE_S": "0", "FAX2FHIR_AUDIT_SHARE": "0"}
    )
    with opened(settings, kind="run", actor="test") as pipeline:
        pipeline.take_in(inbox)
        for chunk in pipeline.chunks(size=10):
            pipeline.process(chunk)
    return settings.home


@pytest.fixture
def over_processed(processed: Path, environment: dict[str, str]) -> None:
    """Makes the test's installation a copy of that one."""
    shutil.copytree(processed, environment["FAX2FHIR_HOME"])
