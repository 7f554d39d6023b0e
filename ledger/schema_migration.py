"""Brings a database to the current tables, from code; Alembic is imported only when this is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, inspect, text

from documents.errors import LedgerError
from ledger import database

_SCRIPTS = Path(__file__).parent / "migrations"
# Any number, the same in every process: PostgreSQL's lock that lets one of several starting workers migrate.
_MIGRATION_LOCK = 4_021_776_115


def upgrade(url: str, metadata: MetaData | Sequence[MetaData]) -> None:
    """Creates the database file if need be and applies the migrations that are missing, in one transaction.

    Args:
        url: database URL.
        metadata: the joined metadata of all rooms' tables; a table in it that no migration makes is an error.

    Raises:
        LedgerError: the database cannot be reached, is damaged, read-only or of a later schema.
        SettingsError: the URL cannot be read.
    """
    joined = (metadata,) if isinstance(metadata, MetaData) else tuple(metadata)
    file = database.sqlite_file(database.parsed_url(url))
    if file is not None:
        _create(file)
    engine = database.open_engine(url)
    try:
        with database.writing(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            _run(connection, joined)
            _check_tables(connection, joined)
    finally:
        engine.dispose()


def config(connection: Connection, metadata: Sequence[MetaData]) -> Config:
    """Returns Alembic's configuration for one connection."""
    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    made.attributes["connection"] = connection
    made.attributes["metadata"] = list(metadata)
    return made


def _create(file: Path) -> None:
    """Creates the database file, readable by its owner only.

    Raises:
        LedgerError: its folder is missing or may not be written.
    """
    try:
        database.create_private_file(file)
    except OSError:
        error = LedgerError("the database cannot be created")
    else:
        return
    error.remedy = "Check that the folder of the database exists and may be written."
    raise error


def _run(connection: Connection, metadata: Sequence[MetaData]) -> None:
    """Applies the migrations."""
    try:
        command.upgrade(config(connection, metadata), "head")
    except CommandError:
        error = LedgerError("the database was written by a later version of this program")
    else:
        return
    error.remedy = "Install that version, or restore a backup from before it."
    raise error


def _check_tables(connection: Connection, metadata: Sequence[MetaData]) -> None:
    """Raises LedgerError if a declared table is missing."""
    present = set(inspect(connection).get_table_names())
    missing = sorted({name for each in metadata for name in each.tables} - present)
    if missing:
        raise LedgerError(f"no migration makes the tables {', '.join(missing)}")
