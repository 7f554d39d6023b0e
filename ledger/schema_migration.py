"""Brings a database to the current tables, from code; Alembic is imported only where there is something to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, MetaData, inspect, text

from documents.errors import LedgerError
from ledger import database
from ledger.tables import SCHEMA_REVISION

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"
# Any number, the same in every process: PostgreSQL's lock that lets one of several starting workers migrate.
_MIGRATION_LOCK = 4_021_776_115


def upgrade(url: str, metadata: MetaData | Sequence[MetaData]) -> None:
    """Creates the database file if need be and applies the migrations that are missing, in one transaction.

    Args:
        url: database URL.
        metadata: the joined metadata of all rooms' tables; one that no migration makes is an error when migrating.

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
        if _is_current(engine):
            return
        with database.writing(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            _run(connection, joined)
            _check_tables(connection, joined)
    finally:
        engine.dispose()


def _is_current(engine: Engine) -> bool:
    """Whether the database has this program's schema already; only looks."""
    with database.reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        return bool(version == SCHEMA_REVISION)


def config(connection: Connection, metadata: Sequence[MetaData]) -> Config:
    """Returns Alembic's configuration for one connection."""
    from alembic.config import Config

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
    from alembic import command
    from alembic.util.exc import CommandError

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
