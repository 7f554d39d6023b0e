"""One reading process as its owner sees it: ask, receive until a deadline, replace."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from documents.errors import StageError
from documents.reading import REPLY, Counted, Finished, Inspect, NeedsOcr, Ready, Recognise

# What the template takes and answers, see `documents.reader_template`.
FORK, KILL = b"F", b"K"
ANSWER = struct.Struct("!q")
READY = 0

_PROJECT = Path(__file__).resolve().parent.parent

# What programs need to run at all. Nothing else of the environment goes to processes that parse hostile files.
_PASSED_ON = ("PATH", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# One thread each: the pool uses all cores already, and a process with threads cannot be forked safely.
_FIXED = {
    "LANG": "C.UTF-8",
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "PYTHONPATH": str(_PROJECT),
}
# The largest message is one page; a page with 100,000 words has 16 MB of JSON.
_MAX_MESSAGE = 64 << 20
# After so many requests a reading process is replaced, so that a leak in a parser stays small.
_REQUESTS_PER_PROCESS = 500


class ReaderTimeoutError(Exception):
    """The reading process did not answer in time."""


class ReaderDiedError(Exception):
    """The reading process ended, or sent something that is no message."""


class Template:
    """The process that reading processes are forked from; safe to use from several threads."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._closed = False

    def fork(self) -> tuple[int, Connection]:
        """Starts a reading process.

        Returns:
            Its process id and the connection to it.

        Raises:
            StageError: it cannot be started.
        """
        ours, theirs = socket.socketpair()
        try:
            with self._lock:
                control = self._running()
                socket.send_fds(control, [FORK + ANSWER.pack(0)], [theirs.fileno()])
                child = _answer(control)
        except OSError:
            ours.close()
            raise StageError("no reading process can be started") from None
        finally:
            theirs.close()
        return child, Connection(ours.detach())

    def kill(self, child: int) -> int:
        """Ends a reading process and all it started.

        Returns:
            The signal that ended it; 0 if it ended by itself or the template is gone (and its children with it).
        """
        with self._lock:
            if self._control is None:
                return 0
            try:
                self._control.sendall(KILL + ANSWER.pack(child))
                return _answer(self._control)
            except OSError:
                return 0

    def close(self) -> None:
        """Ends the template and every reading process."""
        with self._lock:
            self._closed = True
            self._stop()

    def _running(self) -> socket.socket:
        if self._closed:
            raise OSError("closed")
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._control is None:
            ours, theirs = socket.socketpair()
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _FIXED
            # -P: no module is imported from the folder the program happens to be started in.
            arguments = [sys.executable, "-P", "-m", "documents.reader_template"]
            self._process = subprocess.Popen(
                [*arguments, str(theirs.fileno()), str(self._memory_bytes)],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # PDFium and pdfminer print parts of documents
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            theirs.close()
            self._control = ours
            _answer(ours)
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()  # the template kills its children and ends
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=10)
            self._process.kill()
            self._process.wait()
        self._control = self._process = None


class Reader:
    """A reading process that is started when needed and replaced after a kill."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._child: int | None = None
        self._connection: Connection | None = None
        self._requests = 0

    def ask(self, request: Inspect | Recognise) -> None:
        """Sends a request.

        Raises:
            StageError: no process can be started.
        """
        if self._requests >= _REQUESTS_PER_PROCESS:
            self.end()
        if self._connection is None:
            self._child, self._connection = self._template.fork()
            self._requests = 0
        self._requests += 1
        with contextlib.suppress(BrokenPipeError):  # it died while idle: `receive` tells
            self._connection.send_bytes(request.model_dump_json().encode())

    def receive(self, timeout_s: float) -> Counted | Ready | NeedsOcr | Finished:
        """The next message.

        Raises:
            ReaderTimeoutError: none came in time.
            ReaderDiedError: none will come.
        """
        if self._connection is None:
            raise ReaderDiedError
        try:
            if not self._connection.poll(max(timeout_s, 0.0)):
                raise ReaderTimeoutError
            return REPLY.validate_json(self._connection.recv_bytes(_MAX_MESSAGE))
        except (EOFError, OSError, ValueError):
            raise ReaderDiedError from None

    def end(self) -> int:
        """Kills the process with all it started; the next request starts another.

        Returns:
            The signal that had ended it already, else SIGKILL.
        """
        if self._connection is not None:
            self._connection.close()
        ended_by = self._template.kill(self._child) if self._child is not None else 0
        self._child = self._connection = None
        return ended_by or signal.SIGKILL


def _answer(control: socket.socket) -> int:
    content = b""
    while len(content) < ANSWER.size:
        part = control.recv(ANSWER.size - len(content))
        if not part:
            raise ConnectionResetError
        content += part
    (value,) = ANSWER.unpack(content)
    return int(value)
