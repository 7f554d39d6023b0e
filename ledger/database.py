"""Opens the database by URL and turns every database failure into a LedgerError without a value in it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from documents.errors import LedgerError, SettingsError

# A writer waits this long for its turn; longer than any transaction here by two orders of magnitude.
BUSY_TIMEOUT_MS = 30_000

# SQLite says what happened only in words; the words are stable since version 3.7 and hold no value of ours.
_SQLITE_FAILURES = (
    ("is not a database", "the database file is damaged or is no database", "Restore the latest backup."),
    ("malformed", "the database is damaged", "Restore the latest backup; `fax2fhir verify` shows what is lost."),
    ("full", "the disk is full; nothing of this step was written", "Free space, then run again."),
    ("disk i/o", "the disk failed; nothing of this step was written", "Check the disk, then run again."),
    ("readonly", "the database is read-only", "Give the service's user the right to write the database."),
    ("unable to open", "the database cannot be opened", "Check that its folder exists and may be written."),
    ("locked", "the database stayed locked by another program", "End the program that holds it, then run again."),
    ("no such table", "the database has not been prepared", "Run `fax2fhir run` or `make demo` once to migrate it."),
    ("append-only", "an attempt to change an append-only table was refused", "Report it; nothing was changed."),
)
# PostgreSQL says it by code (its manual, appendix A): the code, or the class that its first two characters name.
_POSTGRESQL_FAILURES = (
    ("53100", "the disk is full; nothing of this step was written", "Free space, then run again."),
    ("25006", "the database is read-only", "Connect to the primary server, not to a standby."),
    ("42501", "the database refused a right", "Give the service's user the rights on its tables."),
    ("42P01", "the database has not been prepared", "Run `fax2fhir run` or `make demo` once to migrate it."),
    (
        "08",
        "the database cannot be reached",
        "Start the server, or correct address, name, user or password in its URL.",
    ),
    ("57", "the database was shut down", "Start the server, then run again."),
    # Only our own triggers raise.
    ("P0001", "an attempt to change an append-only table was refused", "Report it; nothing was changed."),
)
_UNREACHABLE = "08000"


def ledger_error(failure: BaseException) -> LedgerError:
    """Returns the LedgerError for a failure of the database, the disk or the driver, without the failure's own text."""
    origin = getattr(failure, "orig", None) or failure
    for message, remedy in _explained(origin):
        error = LedgerError(message)
        error.remedy = remedy
        return error
    return LedgerError(f"the database refused or failed: {type(origin).__name__}")


def _explained(origin: BaseException) -> Iterator[tuple[str, str]]:
    """What happened and what to do, where the driver's failure is a known one."""
    if isinstance(origin, sqlite3.Error):
        words = str(origin).lower()
        yield from ((message, remedy) for sign, message, remedy in _SQLITE_FAILURES if sign in words)
    elif hasattr(origin, "sqlstate"):
        # Without an answer of the server there is no code: the connection failed.
        state = origin.sqlstate or (_UNREACHABLE if type(origin).__name__ == "OperationalError" else "")
        yield from ((message, remedy) for code, message, remedy in _POSTGRESQL_FAILURES if state.startswith(code))


@contextmanager
def translated() -> Iterator[None]:
    """Maps what SQLAlchemy and the operating system raise to LedgerError; causes are cut, they can hold values."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as failure:
        error = ledger_error(failure)
    else:
        return
    raise error from None


def parsed_url(url: str) -> URL:
    """Returns the URL's parts.

    Raises:
        SettingsError: it is no database URL (which may hold a password, so it is not repeated).
    """
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("the database URL cannot be read; an example is sqlite:///var/ledger.db") from None


def sqlite_file(url: URL) -> Path | None:
    """Returns the database file of a SQLite URL, None for other databases and for databases in memory."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database.removeprefix("file:"))


def create_private_file(path: Path) -> None:
    """Creates an empty database file that only its owner may read; SQLite gives its WAL the same rights."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def open_engine(url: str) -> Engine:
    """Returns an engine; nothing is connected yet.

    Errors never show parameters. On SQLite: WAL, full synchronisation, foreign keys, and BEGIN IMMEDIATE for writers,
    since a transaction that reads first and writes then is refused at once when another wrote between (208 of 400).

    Raises:
        SettingsError: the URL cannot be read or names an unknown database or driver.
    """
    parsed = parsed_url(url)
    options: dict[str, Any] = {"hide_parameters": True, "echo": False, "pool_pre_ping": False}
    if parsed.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY_TIMEOUT_MS / 1000}
    else:
        options["pool_pre_ping"] = True
    try:
        engine = create_engine(parsed, **options)
    except (ImportError, ArgumentError):
        raise SettingsError("the database URL names a database or driver that is not installed") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi: sqlite3.Connection, _record: object) -> None:
    """Sets the connection up; `isolation_level = None` leaves BEGIN to us (the driver would defer it)."""
    dbapi.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        dbapi.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begins: readers take a snapshot, writers take the write lock at once."""
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def insert_if_absent(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves a row with the same key as it is: the database decides between two who insert at once."""
    made = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    return made.on_conflict_do_nothing()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; committed at the end, rolled back on any exception."""
    with translated(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot: every query inside sees the same moment, on both databases."""
    with translated(), engine.connect() as connection:
        options: dict[str, Any] = {"reads_only": True}
        if engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        connection.execution_options(**options).begin()
        # Closing rolls back. A commit would report a damaged page a second time, after `verify` has written it down.
        yield connection
