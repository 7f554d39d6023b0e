"""kill -9 after every write of a sign-off: all of it is there or nothing; a second try publishes and submits once."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from evaluation.loopback.fhir_server import FhirServer, fhir_server
from flows.installation import opened, opened_ledger
from flows.settings import Settings
from ledger.tables import AUDIT_EVENTS, PUBLICATIONS, RECORD_REVISIONS, SUBMISSIONS
from tests.flows.command_line import InProcess
from tests.flows.test_pas_commands import ENTERED, UNSURE
from tests.ledger.databases import postgres
from tests.ledger.postgres_server import PostgresServer

__all__ = ["postgres"]

# What a sign-off writes, in one transaction; the last event is chained just before the commit.
WRITTEN = (
    "INSERT record_revisions",
    "INSERT publications",
    "INSERT submissions",
    "UPDATE review_items",
    "INSERT audit_events",
)
NOTHING, EVERYTHING = (1, 0, 0, 0), (2, 1, 1, 1)
CLOSED = 6  # exit code of a conflict


@dataclass(frozen=True)
class Prepared:
    """An installation with one record in review, claimed and with everything entered, to be copied for each trial."""

    home: Path
    server: PostgresServer | None
    database: str

    def copied(self, environment: dict[str, str], home: Path) -> dict[str, str]:
        """The environment of a copy in a new home."""
        shutil.copytree(self.home, home)
        own = {**environment, "FAX2FHIR_HOME": str(home)}
        return own if self.server is None else own | {"FAX2FHIR_DATABASE_URL": self.server.copied(self.database)}


@pytest.fixture(params=["sqlite", "postgresql"])
def prepared(
    request: pytest.FixtureRequest,
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Prepared:
    server = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    url = "" if server is None else server.empty()
    own = environment | ({} if server is None else {"FAX2FHIR_DATABASE_URL": url})
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "unsure.txt").write_text(UNSURE)
    with opened(Settings.from_environment(own), kind="run", actor="test") as pipeline:
        pipeline.take_in(inbox)
        for chunk in pipeline.chunks(size=10):
            pipeline.process(chunk)
    call = InProcess(monkeypatch, capfd, own)
    record = record_in(own)
    call("queue", "claim", record)
    for path, value in {"patient.dob": "03/04/1980", **ENTERED}.items():
        call("queue", "add", record, path, value)
    return Prepared(Path(own["FAX2FHIR_HOME"]), server, url)


def record_in(environment: dict[str, str]) -> str:
    with opened_ledger(Settings.from_environment(environment)) as ledger:
        (document,) = ledger.all_documents()
        (kept,) = ledger.records_of(document.document_id)
        return kept.record.id


def sign_off(environment: dict[str, str], fatal: int) -> tuple[int, list[str]]:
    """Signs off in a process of its own that dies at a point; its exit code and the points that it passed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.dying", str(fatal), "queue", "sign-off", record_in(environment)],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stderr.splitlines()
    return done.returncode, [line.removeprefix("point ") for line in lines if line.startswith("point ")]


def there(environment: dict[str, str]) -> tuple[int, ...]:
    """How many revisions, publications, submissions and events of a sign-off there are; the ledger is sound."""
    signed = AUDIT_EVENTS.c.action == "item.signed_off"
    queries = [
        *(select(func.count()).select_from(table) for table in (RECORD_REVISIONS, PUBLICATIONS, SUBMISSIONS)),
        select(func.count()).select_from(AUDIT_EVENTS).where(signed),
    ]
    with opened_ledger(Settings.from_environment(environment)) as ledger:
        assert ledger.verify().intact
        assert ledger.reconcile().balanced
        with ledger.snapshot() as connection:
            return tuple(connection.execute(query).scalar_one() for query in queries)


@pytest.mark.slow
def test_a_sign_off_killed_at_any_write_is_whole_or_not_there(
    prepared: Prepared,
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    whole = prepared.copied(environment, tmp_path / "whole")
    code, points = sign_off(whole, 0)
    assert (code, there(whole)) == (0, EVERYTHING)
    for fatal in fatal_points(points):
        own = prepared.copied(environment, tmp_path / f"killed-{fatal}")
        code, passed = sign_off(own, fatal)
        assert (code, passed) == (-signal.SIGKILL, points[:fatal])
        done = fatal == len(points)
        assert there(own) == (EVERYTHING if done else NOTHING), passed
        again = InProcess(monkeypatch, capfd, own)
        said = again("queue", "sign-off", record_in(own), expect=CLOSED if done else 0)
        assert ("closed already" in said.err) if done else ("PAS request 1 is ready" in said.out)
        assert there(own) == EVERYTHING
        with fhir_server() as server:
            delivered_once(InProcess(monkeypatch, capfd, own | targets(server)), server)


def fatal_points(points: list[str]) -> list[int]:
    """Where to die, as numbers from 1: after the first of each of WRITTEN, before and after each commit from there."""
    begun = points.index(WRITTEN[0])
    commits = [place for place, point in enumerate(points) if place > begun and "commit" in point]
    return sorted(1 + place for place in (*(points.index(each, begun) for each in WRITTEN), *commits))


def targets(server: FhirServer) -> dict[str, str]:
    return {
        "FAX2FHIR_TARGETS": "warehouse,payer",
        "FAX2FHIR_TARGET_WAREHOUSE_KIND": "fhir",
        "FAX2FHIR_TARGET_WAREHOUSE_URL": server.base,
        "FAX2FHIR_TARGET_PAYER_KIND": "pas",
        "FAX2FHIR_TARGET_PAYER_URL": server.base,
        "FAX2FHIR_TARGET_PAYER_PAYERS": "Lakeside Health Plan",
    }


def delivered_once(call: InProcess, server: FhirServer) -> None:
    """Two deliveries bring the bundle and the request to the server once."""
    assert "payer: delivered 1" in call("deliver").out
    assert "nothing was due" in call("deliver").out
    assert [times for _, times in server.store.submissions()] == [1]
    assert {version for version, _ in server.store.everything().values()} == {1}
    assert json.loads(call("deliver", "status", "--json").out)["targets"] == {
        "warehouse": {"delivered": 1},
        "payer": {"delivered": 1},
    }
