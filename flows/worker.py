"""Who a worker is, so that another one on the same machine can tell whether it still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from flows.process_identity import boot_id, start_time


def worker_id() -> str:
    """`place:pid:start` of this process; the start time keeps a recycled pid from being taken for it."""
    return f"{_place()}:{os.getpid()}:{start_time(os.getpid())}"


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
    return place != _place() or start_time(int(pid)) != start


def _place() -> str:
    """`host/boot/namespace`: process ids mean something only within one boot and one pid namespace."""
    try:
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        namespace = ""
    return f"{socket.gethostname().replace(':', '-').replace('/', '-')}/{boot_id()}/{namespace}"
