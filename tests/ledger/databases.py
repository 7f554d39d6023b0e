"""Fixtures: a migrated ledger on each database that the product supports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ledger import Ledger
from tests.ledger import postgres_server
from tests.ledger.made import Clock, migrated_file, url_in
from tests.ledger.postgres_server import PostgresServer

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For a test that looks into SQLite's own file."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    programs = postgres_server.programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed")
    with postgres_server.running(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a migrated database."""
    if request.param == "sqlite":
        migrated_file(tmp_path)
        return url_in(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.migrated()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without tables."""
    if request.param == "sqlite":
        return url_in(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.empty()


@pytest.fixture
def ledger(database_url: str, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(database_url, clock=clock) as opened:
        yield opened
