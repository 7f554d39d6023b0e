"""The inbox: complete files only, nothing followed, nothing lost between store, record and removal."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from documents.errors import StoreError
from documents.intake import Arrival, InboxFile, Skipped, SkipReason, remove, scan_inbox, take_in
from documents.sniff import MediaType
from documents.store import Store, StoredDocument

SETTLE = 5.0


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def later(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def only_file(inbox: Path) -> InboxFile:
    (file,) = scan_inbox(inbox, now=later(), settle_s=SETTLE).files
    return file


def skips(inbox: Path, now: datetime | None = None) -> dict[str, SkipReason]:
    scan = scan_inbox(inbox, now=now or later(), settle_s=SETTLE)
    return {skipped.name: skipped.reason for skipped in scan.skipped}


def test_a_complete_file_goes_through_the_three_steps(inbox: Path, store: Store) -> None:
    (inbox / "fax.pdf").write_bytes(b"Patient: Ann\n")  # the extension lies
    file = only_file(inbox)
    arrival = take_in(file, store)
    assert isinstance(arrival, Arrival)
    assert (arrival.media_type, arrival.arrived_as, arrival.size) == (MediaType.TEXT, "fax.pdf", 13)
    assert store.path(arrival.document_id).read_bytes() == b"Patient: Ann\n"
    assert (inbox / "fax.pdf").exists()
    assert remove(file)
    assert list(inbox.iterdir()) == []
    assert not remove(file)


def test_a_file_that_changed_a_moment_ago_is_left_alone(inbox: Path) -> None:
    (inbox / "fax.pdf").write_bytes(b"%PDF-1.7 half of it")
    assert skips(inbox, datetime.now(UTC)) == {"fax.pdf": SkipReason.STILL_WRITTEN}
    assert skips(inbox) == {}


def test_a_file_stamped_in_the_future_or_in_1970_arrives_now(inbox: Path) -> None:
    for name, stamp in (("a", later(86_400).timestamp()), ("b", 0.0)):
        (inbox / name).write_bytes(b"x")
        os.utime(inbox / name, (stamp, stamp))
    now = later()
    assert [file.arrived_at for file in scan_inbox(inbox, now=now, settle_s=SETTLE).files] == [now, now]


def test_arrival_is_when_the_file_was_written_oldest_first(inbox: Path) -> None:
    for name, stamp in (("late", 1_760_000_000), ("early", 1_750_000_000)):
        (inbox / name).write_bytes(b"x")
        os.utime(inbox / name, (stamp, stamp))
    files = scan_inbox(inbox, now=later(), settle_s=SETTLE).files
    assert [(f.arrived_as, f.arrived_at.timestamp()) for f in files] == [
        ("early", 1_750_000_000),
        ("late", 1_760_000_000),
    ]


@pytest.mark.parametrize("name", [".hidden", "~$fax.pdf", "fax.pdf.part", "fax.TMP", "fax.pdf~", "fax.crdownload"])
def test_temporary_names_are_left_alone(inbox: Path, name: str) -> None:
    (inbox / name).write_bytes(b"x")
    assert skips(inbox) == {name: SkipReason.TEMPORARY_NAME}


def test_what_is_no_plain_file_is_left_alone(inbox: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_bytes(b"of another user")
    (inbox / "folder").mkdir()
    (inbox / "folder" / "fax.pdf").write_bytes(b"%PDF-1.7")
    (inbox / "link").symlink_to(outside)
    (inbox / "broken").symlink_to(tmp_path / "nowhere")
    (inbox / "hard").hardlink_to(outside)
    os.mkfifo(inbox / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inbox / "socket"))
    assert skips(inbox) == {
        "folder": SkipReason.FOLDER,
        "link": SkipReason.NOT_A_FILE,
        "broken": SkipReason.NOT_A_FILE,
        "hard": SkipReason.HARD_LINK,
        "fifo": SkipReason.NOT_A_FILE,
        "socket": SkipReason.NOT_A_FILE,
    }


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"fax..%2f..%2fowned", "fax..%2f..%2fowned"),
        (b"$(id)", "$(id)"),
        (b"`id`; rm -rf *", "`id`; rm -rf *"),
        (b"-rf", "-rf"),
        (b"a\nb", "a\ufffdb"),
        ("fax\u202efdp.exe".encode(), "fax\ufffdfdp.exe"),
        (b"caf\xe9.pdf", "caf\ufffd.pdf"),
        (b"x" * 255, "x" * 255),
        ("Núñez fax 1.pdf".encode(), "Núñez fax 1.pdf"),
    ],
)
def test_hostile_names_do_no_harm(inbox: Path, store: Store, tmp_path: Path, raw: bytes, shown: str) -> None:
    path = os.path.join(os.fsencode(inbox), raw)
    with open(path, "wb") as file:
        file.write(b"content")
    found = only_file(inbox)
    assert found.arrived_as == shown
    found.arrived_as.encode("utf-8")
    assert isinstance(take_in(found, store), Arrival)
    assert remove(found)
    assert {entry.name for entry in tmp_path.iterdir()} == {"inbox", "store"}


def test_a_file_that_changes_after_the_scan_is_neither_taken_in_nor_removed(inbox: Path, store: Store) -> None:
    path = inbox / "fax.txt"
    path.write_bytes(b"first half")
    file = only_file(inbox)
    path.write_bytes(b"first half, second half")
    assert take_in(file, store) == Skipped("fax.txt", SkipReason.CHANGED)
    assert not remove(file)
    assert path.read_bytes() == b"first half, second half"


class SlowStore(Store):
    """A store that is so slow that the sender writes on while it copies."""

    def put(self, content: BinaryIO) -> StoredDocument:
        stored = super().put(content)
        with open(f"/dev/fd/{content.fileno()}", "ab") as file:
            file.write(b", second half")
        return stored


def test_a_file_that_grows_while_it_is_copied_is_not_taken_in(inbox: Path, tmp_path: Path) -> None:
    (inbox / "fax.txt").write_bytes(b"first half")
    file = only_file(inbox)
    assert take_in(file, SlowStore(tmp_path / "store")) == Skipped("fax.txt", SkipReason.CHANGED)


@pytest.mark.parametrize("replacement", ["symlink", "fifo", "nothing"])
def test_what_replaces_a_file_after_the_scan_is_not_followed(
    inbox: Path, store: Store, tmp_path: Path, replacement: str
) -> None:
    path = inbox / "fax.txt"
    path.write_bytes(b"fax")
    file = only_file(inbox)
    path.unlink()
    if replacement == "symlink":
        (tmp_path / "secret").write_bytes(b"fax")
        path.symlink_to(tmp_path / "secret")
    elif replacement == "fifo":
        os.mkfifo(path)
    assert isinstance(take_in(file, store), Skipped)
    assert not remove(file)
    assert list(store.document_ids()) == []


def test_an_inbox_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="inbox"):
        scan_inbox(tmp_path / "nowhere", now=later(), settle_s=SETTLE)
