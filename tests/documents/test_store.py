"""The store: named by hash, private, idempotent, clean after a fault."""

from __future__ import annotations

import hashlib
import os
import resource
from io import BytesIO
from pathlib import Path

import pytest

from documents.errors import MissingDocumentError, StoreError
from documents.store import Store

CONTENT = b"a fax" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_bytes_are_found_under_their_hash(store: Store, tmp_path: Path) -> None:
    stored = store.put(BytesIO(CONTENT))
    assert stored.document_id == SHA256
    assert stored.sha1 == hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest()
    assert stored.size == len(CONTENT)
    assert store.path(SHA256) == tmp_path / "store" / SHA256[:2] / SHA256[2:4] / SHA256
    assert store.path(SHA256).read_bytes() == CONTENT


def test_only_the_owner_may_read(store: Store, tmp_path: Path) -> None:
    store.put(BytesIO(CONTENT))
    everything = [tmp_path / "store", *(tmp_path / "store").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in everything if path.is_dir()} == {0o700}
    assert store.path(SHA256).stat().st_mode & 0o777 == 0o600


def test_the_same_bytes_twice_are_one_file(store: Store, tmp_path: Path) -> None:
    assert store.put(BytesIO(CONTENT)) == store.put(BytesIO(CONTENT))
    assert len(files(tmp_path / "store")) == 1


def test_a_flipped_byte_is_found_and_healed_by_storing_again(store: Store) -> None:
    store.put(BytesIO(CONTENT))
    assert store.verify(SHA256)
    damaged = bytearray(CONTENT)
    damaged[17] ^= 1
    store.path(SHA256).write_bytes(damaged)
    assert not store.verify(SHA256)
    store.put(BytesIO(CONTENT))
    assert store.verify(SHA256)


def test_missing_documents(store: Store) -> None:
    assert not store.verify(SHA256)
    with pytest.raises(MissingDocumentError):
        store.path(SHA256)


def test_ids_are_listed_in_order(store: Store) -> None:
    assert list(store.document_ids()) == []
    ids = {store.put(BytesIO(bytes([n]))).document_id for n in range(20)}
    assert list(store.document_ids()) == sorted(ids)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", SHA256.upper(), SHA256 + "\n", SHA256[:-1]])
def test_nothing_but_an_id_leads_to_a_path(store: Store, name: str) -> None:
    with pytest.raises(StoreError):
        store.path(name)


def test_a_full_disk_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    store.put(BytesIO(b"earlier"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(StoreError, match="EFBIG"):
            store.put(BytesIO(b"x" * 100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.read_bytes() for path in files(tmp_path / "store")] == [b"earlier"]


def test_errors_do_not_repeat_paths(tmp_path: Path) -> None:
    (tmp_path / "Ann Lee").write_text("a file where the store should be")
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "Ann Lee").put(BytesIO(CONTENT))
    assert "Ann" not in f"{caught.value} {caught.value.__cause__}"


def test_leftovers_of_a_killed_writer_are_removed_when_old(store: Store, tmp_path: Path) -> None:
    store.put(BytesIO(CONTENT))
    leftover = tmp_path / "store" / "incoming" / "half"
    leftover.write_bytes(b"half")
    os.utime(leftover, (1000, 1000))
    assert store.remove_leftovers(older_than_s=60, now=1050) == 0
    assert store.remove_leftovers(older_than_s=60, now=1100) == 1
    assert list(store.document_ids()) == [SHA256]
