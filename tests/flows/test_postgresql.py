"""The pipeline over a ledger in PostgreSQL: a run, a repeat, the queue and the verification."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.command_line import NOTE
from tests.flows.conftest import CommandLine
from tests.ledger.databases import postgres
from tests.ledger.postgres_server import PostgresServer

__all__ = ["postgres"]


@pytest.fixture
def environment(environment: dict[str, str], postgres: PostgresServer) -> dict[str, str]:
    return {**environment, "FAX2FHIR_DATABASE_URL": postgres.empty()}


def test_a_run_a_repeat_the_queue_and_the_verification(fax2fhir: CommandLine, tmp_path: Path) -> None:
    inbox = tmp_path / "faxes"
    inbox.mkdir()
    for number, name in enumerate(("Ada Brook", "Bo Carver", "Cy Dunn")):
        (inbox / f"{number}.txt").write_text(NOTE.format(name=name, weeks=number + 2))
    first = json.loads(fax2fhir("run", inbox, "--keep", "--json").stdout)
    assert first["intake"]["new"] == 3
    assert json.loads(fax2fhir("run", inbox, "--keep", "--json").stdout)["intake"]["new"] == 0
    (counts,) = json.loads(fax2fhir("status", "--json").stdout.splitlines()[-1]).values()
    assert counts["received"] == 3
    assert counts["published"] + counts["in_review"] == 3
    assert len(json.loads(fax2fhir("queue", "list", "--json").stdout)) == counts["in_review"]
    fax2fhir("verify")
