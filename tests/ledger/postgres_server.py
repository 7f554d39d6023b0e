"""A PostgreSQL server of the tests' own: on a socket in a private folder, without durability, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url, text

from ledger.schema_migration import upgrade
from review_queue.tables import METADATA

# Where Debian keeps the server's programs, outside the search path.
_DEBIAN = Path("/usr/lib/postgresql")
# The server refuses to run as root; Debian's package brings this user.
_USER = "postgres"
_TEMPLATE = "migrated"


@dataclass(frozen=True)
class PostgresServer:
    """A running server; each test has a database of its own, copied from a migrated one."""

    folder: Path
    numbers: Iterator[int]

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"

    def migrated(self) -> str:
        """URL of a new database with all tables."""
        return self._created(f"TEMPLATE {_TEMPLATE}")

    def empty(self) -> str:
        """URL of a new database without tables."""
        return self._created("")

    def copied(self, url: str) -> str:
        """URL of a copy of a database that nobody is connected to."""
        return self._created(f"TEMPLATE {make_url(url).database}")

    def _created(self, like: str) -> str:
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} {like}")
        return self.url(name)

    def run(self, statement: str) -> None:
        """Runs a statement of the administrator's."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def programs() -> Path | None:
    """The folder of the server's programs; None where it is not installed."""
    installed = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    return max(installed) if installed else Path(on_path).parent if on_path else None


@contextmanager
def running(bin_folder: Path) -> Iterator[PostgresServer]:
    """Starts a server and stops it at the end."""
    with TemporaryDirectory(prefix="pg") as name:
        folder, user = Path(name), _USER if os.geteuid() == 0 else None
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data = folder / "data"
        _call(user, bin_folder / "initdb", "-D", data, "-U", _USER, "-A", "trust", "--no-sync", "-E", "UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
        _call(user, bin_folder / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            server = PostgresServer(folder, count(1))
            server.run(f"CREATE DATABASE {_TEMPLATE}")
            upgrade(server.url(_TEMPLATE), METADATA)
            yield server
        finally:
            _call(user, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _call(user: str | None, *words: str | Path) -> None:
    # Files, not pipes: the server inherits them and would keep a pipe open.
    subprocess.run([str(w) for w in words], user=user, check=True, cwd="/", stdout=subprocess.DEVNULL)
