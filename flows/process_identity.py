"""What tells a process from a later one with the same id: when it started, and in which boot of the machine."""

from __future__ import annotations

import subprocess
from pathlib import Path


def start_time(pid: int) -> str:
    """When a process started: clock ticks since boot, or a date by `ps` where there is no /proc; empty once it ended.

    A process that ended and was not waited for yet (a zombie) has ended.
    """
    if not Path("/proc/self/stat").exists():
        shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return shown.stdout.strip()
    try:
        # The name may hold anything, brackets too; behind it the state is the first field, the start the 20th.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def boot_id() -> str:
    """Of this boot; empty where there is no /proc, whose start times are dates anyway."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
