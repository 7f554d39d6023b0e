"""Who a worker is, so that another one on the same machine can tell whether it still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def worker_id() -> str:
    """`place:pid:start` of this process; the start time keeps a recycled pid from being taken for it."""
    return f"{_place()}:{os.getpid()}:{_start(os.getpid())}"


def is_dead(worker: str) -> bool:
    """Whether a worker has ended. One of another machine, or of another container on it, is never judged from here.

    A worker of this machine before its last boot is dead: its place names another boot.
    """
    place, _, rest = worker.partition(":")
    pid, _, start = rest.partition(":")
    host, _, boot_and_namespace = place.partition("/")
    own_host, _, own = _place().partition("/")
    if host != own_host or not pid.isdigit() or own.partition("/")[2] != boot_and_namespace.partition("/")[2]:
        return False
    return place != _place() or _start(int(pid)) != start


def _place() -> str:
    """`host/boot/namespace`: process ids mean something only within one boot and one pid namespace."""
    boot = _read("/proc/sys/kernel/random/boot_id")
    try:
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        namespace = ""
    return f"{socket.gethostname().replace(':', '-').replace('/', '-')}/{boot}/{namespace}"


def _start(pid: int) -> str:
    """Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); `0` where that is not told."""
    stat = _read(f"/proc/{pid}/stat")
    if not stat:
        return "0" if _exists(pid) else "ended"
    fields = stat.rpartition(")")[2].split()
    return "ended" if fields[0] == "Z" else fields[19]


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
