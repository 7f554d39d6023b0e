"""The process that reading processes are forked from: it imports the parsers once and never opens a document.

Run as `python -m documents.reader_template FD MEMORY`. On the socket FD it takes `F` with a descriptor (fork a reading
process that serves on it; answers its process id) and `K` with a process id (kill that process and all it started;
answers the signal that ended it, or 0). When the other side is gone, it kills what it forked and ends.

A plain `multiprocessing` fork server would do the same, but hands the environment of the main process, with its
passwords and keys, to processes that parse hostile files.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import signal
import socket
import sys
from multiprocessing.connection import Connection

from documents.reader import ANSWER, FORK, KILL, READY
from documents.reader_process import serve


def main(descriptor: int, memory_bytes: int) -> None:
    """Serves until the socket closes."""
    control = socket.socket(fileno=descriptor)
    children: set[int] = set()
    control.sendall(ANSWER.pack(READY))
    while True:
        command, descriptors, _, _ = socket.recv_fds(control, 1 + ANSWER.size, 1)
        if command[:1] == FORK:
            child = _fork(control, descriptors[0], memory_bytes)
            children.add(child)
            control.sendall(ANSWER.pack(child))
        elif command[:1] == KILL:
            (child,) = ANSWER.unpack(command[1:])
            children.discard(child)
            control.sendall(ANSWER.pack(_end(child)))
        else:
            break
    for child in children:
        _end(child)


def _fork(control: socket.socket, descriptor: int, memory_bytes: int) -> int:
    """Forks a reading process, in a process group of its own so that a hanging Tesseract ends with it."""
    child = os.fork()
    if child:
        os.close(descriptor)
        with contextlib.suppress(OSError):  # the child does the same; one of the two comes first
            os.setpgid(child, child)
        return child
    status = 1
    try:
        os.setpgid(0, 0)
        control.close()
        _limit(memory_bytes)
        serve(Connection(descriptor))
        status = 0
    finally:
        os._exit(status)


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the document
    with contextlib.suppress(ValueError, OSError):  # macOS has no address-space limit
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _end(child: int) -> int:
    """Kills a child's process group and collects the child; its id cannot be reused before that.

    Returns:
        The signal that ended it, 0 if it had ended by itself.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    try:
        _, status = os.waitpid(child, 0)
    except ChildProcessError:
        return 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


if __name__ == "__main__":
    os.umask(0o077)
    logging.disable(logging.CRITICAL)  # pdfminer logs what it parses
    main(int(sys.argv[1]), int(sys.argv[2]))
