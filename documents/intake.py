"""Files from an inbox folder: found when complete, taken into the store, removed only after they are recorded.

The caller does the three in order - `take_in`, its own record, `remove` - so that a crash between any two leaves the
document in the inbox, in the store, or in both, and never in neither.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from documents.errors import StoreError
from documents.sniff import HEAD_BYTES, MediaType, sniff
from documents.store import Store

# Names that programs give to files they are still writing.
_TEMPORARY = re.compile(r"^[.~]|~$|\.(part|partial|tmp|temp|crdownload|filepart|download|swp|lock)$", re.IGNORECASE)
# Line breaks and other controls, direction overrides and invisible characters: `fdp.exe` shown as `exe.pdf`.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
# Fax servers without a clock stamp 1970 or 1980; no fax that arrives is older than this.
_OLDEST_ARRIVAL = datetime(2000, 1, 1, tzinfo=UTC)


class SkipReason(StrEnum):
    """Why something in the inbox was left alone."""

    STILL_WRITTEN = "still_written"
    TEMPORARY_NAME = "temporary_name"
    FOLDER = "folder"
    NOT_A_FILE = "not_a_file"  # symlink, fifo, socket, device
    HARD_LINK = "hard_link"  # another name leads to the same bytes, perhaps outside the inbox
    UNREADABLE = "unreadable"
    CHANGED = "changed"


@dataclass(frozen=True)
class Skipped:
    """Something in the inbox that was left alone, and why. `name` is safe to show."""

    name: str
    reason: SkipReason


@dataclass(frozen=True)
class InboxFile:
    """A complete file in the inbox, as it was when it was found.

    Attributes:
        path: where it lies.
        arrived_as: its name, safe to show and to store.
        arrived_at: aware; when it was last written, or the time of the scan where that is impossible.
        identity: device, inode, size, change times: what tells it from another file of that name.
    """

    path: Path
    arrived_as: str
    arrived_at: datetime
    identity: tuple[int, ...]


@dataclass(frozen=True)
class InboxScan:
    """What an inbox holds: files to take in, oldest first, and what is left alone."""

    files: tuple[InboxFile, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Arrival:
    """A document that is in the store.

    Attributes:
        document_id: SHA-256 of its bytes, hex.
        sha1: hex, for FHIR.
        size: bytes.
        media_type: told from the bytes; None if it is none that can be read.
        arrived_as: the file's name, safe to show and to store; it may hold a patient's name.
        arrived_at: aware.
    """

    document_id: str
    sha1: str
    size: int
    media_type: MediaType | None
    arrived_as: str
    arrived_at: datetime


def scan_inbox(inbox: Path, *, now: datetime, settle_s: float) -> InboxScan:
    """Lists an inbox without opening anything in it; folders in it are left alone.

    Args:
        inbox: the folder.
        now: aware.
        settle_s: a file counts as complete when it has not changed for so many seconds.

    Raises:
        StoreError: the folder cannot be listed.
    """
    try:
        with os.scandir(inbox) as entries:
            found = list(_look_at_all(entries, now, settle_s))
    except OSError:
        raise StoreError("the inbox cannot be listed") from None
    files = sorted((f for f in found if isinstance(f, InboxFile)), key=lambda f: (f.arrived_at, f.arrived_as))
    skipped = sorted((f for f in found if isinstance(f, Skipped)), key=lambda f: f.name)
    return InboxScan(tuple(files), tuple(skipped))


def take_in(file: InboxFile, store: Store) -> Arrival | Skipped:
    """Copies a file into the store; the inbox copy stays.

    Returns:
        The arrival, or why the file was left alone (it changed, vanished or cannot be read).

    Raises:
        StoreError: the store cannot be written.
    """
    try:
        # A fifo or a symlink put in its place since the scan must neither hang nor be followed.
        descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return Skipped(file.arrived_as, SkipReason.CHANGED)
    except OSError:
        return Skipped(file.arrived_as, SkipReason.UNREADABLE)
    with os.fdopen(descriptor, "rb") as content:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode) or _identity(before) != file.identity:
            return Skipped(file.arrived_as, SkipReason.CHANGED)
        media_type = sniff(content.read(HEAD_BYTES))
        content.seek(0)
        stored = store.put(content)
        if _identity(os.fstat(descriptor)) != file.identity or stored.size != before.st_size:
            # What was stored is a moment of a file being written; the whole of it is taken in by a later scan.
            return Skipped(file.arrived_as, SkipReason.CHANGED)
    return Arrival(
        document_id=stored.document_id,
        sha1=stored.sha1,
        size=stored.size,
        media_type=media_type,
        arrived_as=file.arrived_as,
        arrived_at=file.arrived_at,
    )


def remove(file: InboxFile) -> bool:
    """Removes a file from the inbox if it is still the one that was taken in.

    Returns:
        Whether it is gone from the inbox by this call.
    """
    try:
        if _identity(file.path.lstat()) != file.identity:
            return False
        file.path.unlink()
    except OSError:
        return False
    return True


def _look_at_all(entries: Iterator[os.DirEntry[str]], now: datetime, settle_s: float) -> Iterator[InboxFile | Skipped]:
    for entry in entries:
        name = _presentable(entry.name)
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            yield Skipped(name, SkipReason.CHANGED)
            continue
        reason = _reason_to_skip(entry.name, status, now, settle_s)
        if reason is None:
            yield InboxFile(Path(entry.path), name, _arrival_time(status, now), _identity(status))
        else:
            yield Skipped(name, reason)


def _reason_to_skip(name: str, status: os.stat_result, now: datetime, settle_s: float) -> SkipReason | None:
    if stat.S_ISDIR(status.st_mode):
        return SkipReason.FOLDER
    if not stat.S_ISREG(status.st_mode):
        return SkipReason.NOT_A_FILE
    if _TEMPORARY.search(name):
        return SkipReason.TEMPORARY_NAME
    if status.st_nlink > 1:
        return SkipReason.HARD_LINK
    # The inode's change time cannot be set by who writes the file; its modification time can, and may lie ahead.
    times = [stamp for stamp in (status.st_ctime, status.st_mtime) if stamp <= now.timestamp()]
    return None if times and now.timestamp() - max(times) >= settle_s else SkipReason.STILL_WRITTEN


def _arrival_time(status: os.stat_result, now: datetime) -> datetime:
    written = datetime.fromtimestamp(status.st_mtime, tz=UTC)
    return written if _OLDEST_ARRIVAL <= written <= now else now


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _presentable(name: str) -> str:
    """A file name as text that can be shown and stored: bytes that are no UTF-8 and control characters replaced."""
    return _UNPRINTABLE.sub("\ufffd", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
