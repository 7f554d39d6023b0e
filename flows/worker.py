"""Who a worker is, so that another one on the same machine can tell whether it still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def worker_id() -> str:
    """`host:pid:start` of this process; the start time keeps a recycled pid from being taken for it."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start(os.getpid())}"


def is_dead(worker: str) -> bool:
    """Whether a worker of this machine has ended; one of another machine is never declared dead from here."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    start = worker.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdigit():
        return False
    return _start(int(rest)) != start


def _start(pid: int) -> str:
    """Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); `0` where that is not told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "0" if _exists(pid) else "ended"
    fields = stat.rpartition(")")[2].split()
    return "ended" if fields[0] == "Z" else fields[19]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
