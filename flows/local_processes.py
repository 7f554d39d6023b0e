"""Processes of a local server: started in sessions of their own, recognised again, and ended with all they started."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from documents.value import Value
from flows.process_identity import boot_id, start_time

# A flow run that is told to end finishes the document it is at; a page under OCR takes seconds.
STOP_TIMEOUT_S = 20.0
# What SIGKILL does not end in this time hangs in the kernel, on a dead disk for example; waiting on is of no use.
KILL_TIMEOUT_S = 10.0
# In the environment of what is started here, and so of everything that it starts: whose it is, and which part.
MARK = "FAX2FHIR_LOCAL_PROCESS"


class RunningProcess(Value):
    """A process this project started: its id, and its start time and boot, so that a recycled id is not taken for it.

    A start time alone counts from the boot of the machine and comes again after a reboot.
    """

    pid: int
    started: str
    boot: str


def spawn(name: str, arguments: Sequence[str], env: Mapping[str, str], folder: Path) -> RunningProcess:
    """Starts `python -m ARGUMENTS` in a session of its own, holding no terminal and no pipe of ours.

    A shell's background job inherits an ignored SIGINT; Prefect turns SIGTERM into SIGINT and would live on, so the
    default is restored.

    Args:
        name: which part of the installation; also names the log in `folder`.
        arguments: module and its arguments.
        env: the whole environment.
        folder: the installation's own.
    """
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", *arguments],
        {**env, MARK: _mark(name, folder)},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(folder / f"{name}.log"), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
        setsigdef=[signal.SIGINT],
    )
    return RunningProcess(pid=pid, started=start_time(pid), boot=boot_id())


def alive(process: RunningProcess | None) -> bool:
    """Whether the process runs and is the one that was started."""
    if process is None or process.boot != boot_id():
        return False
    return start_time(process.pid) == process.started


def end(process: RunningProcess | None, name: str, folder: Path) -> bool:
    """Ends a process with all that it started: SIGTERM, and SIGKILL for what is left after STOP_TIMEOUT_S.

    What it started may outlive it (`kill -9`) or be in a session of its own: it is known by its mark.

    Returns:
        Whether anything was ended.
    """
    ended = _signalled(process, name, folder, signal.SIGTERM)
    if not _gone(process, name, folder, timeout_s=STOP_TIMEOUT_S):
        _signalled(process, name, folder, signal.SIGKILL)
        _gone(process, name, folder, timeout_s=KILL_TIMEOUT_S)
    return ended


def marked(name: str, folder: Path) -> list[int]:
    """Ids of the living processes that `spawn(name, ..., folder)` started, directly or not; none where /proc is not."""
    mark = f"{MARK}={_mark(name, folder)}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # somebody else's, or ended meanwhile
            if mark in environ.read_bytes().split(b"\0") and start_time(int(environ.parent.name)):
                found.append(int(environ.parent.name))
    return found


def _gone(process: RunningProcess | None, name: str, folder: Path, *, timeout_s: float) -> bool:
    """Waits until nothing of it lives any more; returns whether that came about in time."""
    deadline = time.monotonic() + timeout_s
    while alive(process) or marked(name, folder):
        if time.monotonic() > deadline:
            return False
        if process is not None:
            with contextlib.suppress(ChildProcessError):  # started by an earlier command: not our child
                os.waitpid(process.pid, os.WNOHANG)
        time.sleep(0.1)
    return True


def _signalled(process: RunningProcess | None, name: str, folder: Path, number: signal.Signals) -> bool:
    """Sends a signal once to the group of a living process, and to what it started outside its group."""
    group = process.pid if process is not None and alive(process) else None
    strays = [pid for pid in marked(name, folder) if group is None or _group(pid) != group]
    if group is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
    for pid in strays:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    return group is not None or bool(strays)


def _mark(name: str, folder: Path) -> str:
    return f"{name}:{folder}"


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None
