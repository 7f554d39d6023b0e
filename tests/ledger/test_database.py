from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import traceback
from pathlib import Path

import pytest
from sqlalchemy import insert

from documents.errors import LedgerError, SettingsError
from ledger import database
from ledger.ledger import Ledger
from ledger.schema_migration import upgrade
from ledger.tables import METADATA, RUNS
from tests.ledger.databases import on_sqlite
from tests.ledger.made import START, Clock, arrival, document_id, opened, result, url_in
from tests.ledger.postgres_server import PostgresServer


@on_sqlite
def test_sqlite_is_set_up_for_many_writers_and_power_cuts(ledger: Ledger) -> None:
    with ledger.snapshot() as connection:
        found = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


@on_sqlite
def test_only_the_owner_may_read_the_files(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_arrival(arrival("fax"), actor="x")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes) >= {"ledger.sqlite", "ledger.sqlite-wal"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, clock: Clock, content: bytes) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(content)
    for use in (lambda: upgrade(url_in(tmp_path), METADATA), lambda: Ledger.open(url_in(tmp_path), clock=clock)):
        with pytest.raises(LedgerError, match="damaged") as caught:
            use()
        assert "backup" in caught.value.remedy


def test_a_damaged_page_is_found_and_the_rest_is_still_there(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as ledger:
        ledger.record_arrivals([arrival(f"fax{n}") for n in range(300)], actor="x")
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_arrivals_stem'").fetchone()
    raw.close()
    size = 4096
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with Ledger.open(url_in(tmp_path), clock=clock) as ledger:
        assert ledger.verify().problems
        assert len(list(ledger.in_flight_ids())) == 300


def test_a_missing_database_or_folder_is_said_to_be_missing(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(LedgerError, match="does not exist"):
        Ledger.open(url_in(tmp_path), clock=clock)
    with pytest.raises(LedgerError, match="cannot be created") as caught:
        upgrade(url_in(tmp_path / "nowhere"), METADATA)
    assert "folder" in caught.value.remedy


def test_a_database_that_was_never_prepared_is_said_to_be_so(tmp_path: Path, clock: Clock) -> None:
    sqlite3.connect(tmp_path / "ledger.sqlite").execute("CREATE TABLE x (y)").connection.close()
    with pytest.raises(LedgerError, match="prepared"):
        Ledger.open(url_in(tmp_path), clock=clock)


@pytest.mark.parametrize("url", ["", "no url", "nosuchdb://host/x", "sqlite:///"])
def test_a_wrong_url_is_a_wrong_setting_or_no_ledger(url: str, clock: Clock) -> None:
    with pytest.raises((SettingsError, LedgerError)) as caught:
        Ledger.open(url, clock=clock)
    assert caught.value.__cause__ is None


def test_a_url_with_a_password_is_never_repeated(clock: Clock) -> None:
    password = "".join(["canary", "password"])
    with pytest.raises(SettingsError) as caught:
        Ledger.open(f"nosuchdb://me:{password}@host/x", clock=clock)
    assert password not in "".join(traceback.format_exception(caught.value))


@on_sqlite
def test_a_full_disk_loses_nothing_that_was_committed(ledger: Ledger) -> None:
    ledger.record_arrival(arrival("fax"), actor="x")
    (lease,) = ledger.claim("w", limit=1, lease_s=60)
    noise = os.urandom(2_000_000)
    with ledger.snapshot() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="full") as caught:
        ledger.store_stage_results(lease, [result("fax", payload=noise)])
    assert "Free space" in caught.value.remedy
    assert ledger.reconcile().balanced
    with ledger.snapshot() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    ledger.store_stage_results(lease, [result("fax", payload=noise)])
    assert ledger.stage_result(result("fax").key) == noise


def test_a_read_only_database_can_be_read_and_says_that_it_cannot_be_written(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as ledger:
        ledger.record_arrival(arrival("fax"), actor="x")
    url = f"sqlite:///file:{tmp_path / 'ledger.sqlite'}?mode=ro&uri=true"
    with Ledger.open(url, clock=clock) as ledger:
        assert ledger.reconcile().received == 1
        with pytest.raises(LedgerError, match="read-only"):
            ledger.record_arrival(arrival("other"), actor="x")


@on_sqlite
def test_a_failure_holds_no_value(ledger: Ledger, tmp_path: Path) -> None:
    canary = " ".join(["Marisol", "Canary"])
    row = {"id": canary, "kind": canary, "actor": canary, "settings": canary, "started_at": START}
    with pytest.raises(LedgerError) as caught, ledger.transaction("x") as tx:
        tx.connection.execute(insert(RUNS).values([row, row]))
    shown = "".join(traceback.format_exception(caught.value))
    assert canary not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert database.open_engine(url_in(tmp_path)).hide_parameters


@on_sqlite
def test_a_copied_ledger_is_a_backup(ledger: Ledger, tmp_path: Path, clock: Clock) -> None:
    ledger.record_arrival(arrival("fax"), actor="x")
    folder = tmp_path / "backup"
    folder.mkdir()
    ledger.close()
    shutil.copy(tmp_path / "ledger.sqlite", folder / "ledger.sqlite")
    with Ledger.open(url_in(folder), clock=clock) as copy:
        assert [s.document_id for s in copy.documents()] == [document_id("fax")]
        assert copy.verify().intact


def test_what_postgresql_refuses_is_told_apart(postgres: PostgresServer, clock: Clock, tmp_path: Path) -> None:
    for url, said in (
        (postgres.url("nowhere"), "cannot be reached"),
        (postgres.empty(), "has not been prepared"),
        (f"postgresql+psycopg://me:secret@/x?host={tmp_path}", "cannot be reached"),
    ):
        with pytest.raises(LedgerError, match=said) as caught:
            Ledger.open(url, clock=clock)
        assert caught.value.remedy
        assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_a_database_that_goes_away_is_named_and_comes_back(postgres: PostgresServer, clock: Clock) -> None:
    with Ledger.open(postgres.migrated(), clock=clock) as ledger:
        ledger.record_arrival(arrival("first"), actor="x")
        with pytest.raises(LedgerError, match="shut down"):
            _cut_off(ledger, postgres)
        ledger.record_arrival(arrival("second"), actor="x")
        assert ledger.reconcile().received == 2


def _cut_off(ledger: Ledger, postgres: PostgresServer) -> None:
    """Ends the server's side of a transaction in its middle, as its restart does."""
    with ledger.transaction("x") as tx:
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
        tx.connection.exec_driver_sql("SELECT 1")
