from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table

from documents.errors import LedgerError
from ledger import database
from ledger.ledger import Ledger
from ledger.schema_migration import config, upgrade
from ledger.tables import SCHEMA_REVISION
from review_queue.tables import METADATA
from tests.ledger.made import Clock, url_in


def test_the_migrations_make_exactly_the_declared_tables(ledger: Ledger) -> None:
    with ledger.snapshot() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert ScriptDirectory.from_config(config(connection, [METADATA])).get_heads() == [SCHEMA_REVISION]


def test_several_processes_may_start_at_once(empty_url: str, clock: Clock) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: upgrade_alone(empty_url), range(3)))
    Ledger.open(empty_url, clock=clock).close()


def upgrade_alone(url: str) -> None:
    """Alembic keeps its context in module globals, so processes are what runs at once."""
    code = (
        "from ledger.schema_migration import upgrade; from review_queue.tables import METADATA; import sys;"
        "upgrade(sys.argv[1], METADATA)"
    )
    subprocess.run([sys.executable, "-c", code, url], check=True)


def test_a_table_without_a_migration_stops_the_start(tmp_path: Path) -> None:
    extra = MetaData()
    Table("forgotten", extra, Column("id", Integer, primary_key=True))
    with pytest.raises(LedgerError, match="forgotten"):
        upgrade(url_in(tmp_path), [METADATA, extra])
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    raw.close()


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    upgrade(url_in(tmp_path), METADATA)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(LedgerError, match="later version"):
        upgrade(url_in(tmp_path), METADATA)
    with pytest.raises(LedgerError, match="schema revision"):
        Ledger.open(url_in(tmp_path), clock=clock)


def test_a_memory_database_has_no_file() -> None:
    assert database.sqlite_file(database.parsed_url("sqlite://")) is None
    assert database.sqlite_file(database.parsed_url("postgresql://host/x")) is None
