"""kill -9 at every stage boundary, then a new run: everything finishes, nothing twice, no committed reading redone."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.installation import opened_ledger
from flows.settings import Settings

# Two text documents: what is tested is the order of commits, which is the same for all of them.
POINTS = ("stored", "recorded", "read", "extract", "check", "map", "settled")
DOCUMENTS = 2


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """An inbox with two small notes."""
    folder = tmp_path / "texts"
    folder.mkdir()
    note = (
        "PROGRESS NOTE\nPatient: {}\nDate of birth: 03/04/1980\nDate of visit: 02/03/2026\nAssessment: Asthma J45.909\n"
    )
    for number, name in enumerate(("Ada Brook", "Bo Carver")):
        (folder / f"note-{number}.txt").write_text(note.format(name))
    return folder


def _run(inbox: Path, fatal: int, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.flows.crashing", str(inbox), str(fatal)],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_killed_at_any_boundary_is_finished_by_the_next(
    texts: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    whole = _run(_copy(texts, tmp_path / "whole"), 0, {**environment, "FAX2FHIR_HOME": str(tmp_path / "whole-home")})
    assert whole.returncode == 0, whole.stderr
    boundaries = [line.split() for line in whole.stdout.splitlines()]
    assert {point for _, point in boundaries} == set(POINTS)
    assert len(boundaries) == DOCUMENTS * len(POINTS)
    for fatal in range(1, len(boundaries) + 1):
        _killed_then_finished(fatal, texts, environment, tmp_path)


def _killed_then_finished(fatal: int, texts: Path, environment: dict[str, str], tmp_path: Path) -> None:
    own = {**environment, "FAX2FHIR_HOME": str(tmp_path / f"home-{fatal}")}
    inbox = _copy(texts, tmp_path / f"inbox-{fatal}")
    killed = _run(inbox, fatal, own)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    again = _run(inbox, 0, own)
    assert again.returncode == 0, again.stderr
    passed = [*killed.stdout.splitlines(), *again.stdout.splitlines()]
    for document_id in {line.split()[0] for line in passed}:
        # A boundary is passed after its commit: what was committed is not computed again.
        for point in ("read", "extract", "settled"):
            assert passed.count(f"{document_id} {point}") == 1, (fatal, point)
    assert not list(inbox.iterdir())
    with opened_ledger(Settings.from_environment(own)) as ledger:
        reconciled = ledger.reconcile()
        assert (reconciled.received, reconciled.in_flight, reconciled.arrivals) == (DOCUMENTS, 0, DOCUMENTS)
        assert reconciled.balanced, reconciled.discrepancies
        assert ledger.verify().intact


def _copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target
