"""The command line in a process that kills itself without warning after its nth write, or at a commit."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from flows.cli import main

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+)?(\w+)")


class _Points:
    """Counts the points that the process passes; ends it by SIGKILL at the one with a number (from 1).

    Points are each write (the statement is done, its transaction open), each `commit` of something written (just
    before it), and `committed` (the connection is given back). Each is printed on the standard error.
    """

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.passed = 0
        self.written = False
        self.committing = False

    def wrote(self, _conn: Any, _cursor: Any, statement: str, _given: Any, _context: Any, _many: bool) -> None:
        """After a statement."""
        if found := _WRITES.match(statement):
            self.written = True
            self._pass(f"{found[1]} {found[2]}")

    def commits(self, _conn: Any) -> None:
        """Before a commit."""
        if self.written:
            self.written, self.committing = False, True
            self._pass("commit")

    def gives_back(self, _dbapi: Any, _record: Any) -> None:
        """After it."""
        if self.committing:
            self.committing = False
            self._pass("committed")

    def _pass(self, name: str) -> None:
        self.passed += 1
        sys.stderr.write(f"point {name}\n")
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _watched(fatal: int) -> Iterator[None]:
    points = _Points(fatal)
    event.listen(Engine, "after_cursor_execute", points.wrote)
    event.listen(Engine, "commit", points.commits)
    event.listen(Engine, "checkin", points.gives_back)
    yield


if __name__ == "__main__":
    with _watched(int(sys.argv.pop(1))):
        main()
