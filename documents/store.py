"""The document store: bytes as they arrived, each file named by its SHA-256 and never changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from documents.errors import MissingDocumentError, StoreError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class StoredDocument:
    """What is known of bytes once they are stored.

    Attributes:
        document_id: SHA-256, hex.
        sha1: hex; FHIR's `Attachment.hash` is defined as SHA-1.
        size: bytes.
    """

    document_id: str
    sha1: str
    size: int


class Store:
    """A folder tree `ab/cd/<sha256>`, readable by its owner only. Safe for several processes at a time."""

    def __init__(self, root: Path) -> None:
        """Takes the store's folder; it is created when the first document comes."""
        self._root = root

    def put(self, content: BinaryIO) -> StoredDocument:
        """Stores a stream's bytes; they are on disk, under their final name, when this returns.

        Storing the same bytes again replaces the file by an identical one, so that it also heals a damaged copy.

        Raises:
            StoreError: they could not be stored; nothing is left behind.
        """
        try:
            incoming = self._root / "incoming"
            _make_folder(incoming)
            temporary = incoming / secrets.token_hex(16)
            try:
                stored = _write(temporary, content)
                target = self._place(stored.document_id)
                _make_folder(target.parent)
                os.replace(temporary, target)
                _sync_folder(target.parent)
            except BaseException:
                with contextlib.suppress(OSError):
                    temporary.unlink()
                raise
        except OSError as error:
            raise StoreError(f"a document cannot be stored: {_name(error)}") from None
        return stored

    def path(self, document_id: str) -> Path:
        """Where a stored document lies.

        Raises:
            MissingDocumentError: it is not there.
        """
        path = self._place(document_id)
        if not path.is_file():
            raise MissingDocumentError("a document is not in the store", subject=document_id)
        return path

    def verify(self, document_id: str) -> bool:
        """Whether the stored bytes still have the hash they are named by; False also if they are gone.

        Raises:
            StoreError: they cannot be read.
        """
        try:
            with self._place(document_id).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == document_id
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreError(f"a document cannot be read: {_name(error)}", subject=document_id) from None

    def document_ids(self) -> Iterator[str]:
        """The ids of all stored documents, in order.

        Raises:
            StoreError: the store cannot be listed.
        """
        try:
            for path in sorted(self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
                if _SHA256.fullmatch(path.name):
                    yield path.name
        except OSError as error:
            raise StoreError(f"the store cannot be listed: {_name(error)}") from None

    def remove_leftovers(self, *, older_than_s: float, now: float) -> int:
        """Removes what writers that were killed in the middle left behind.

        Args:
            older_than_s: younger ones may still be written; a day is safe.
            now: seconds since the epoch.

        Returns:
            How many were removed.
        """
        removed = 0
        with contextlib.suppress(OSError):
            for path in (self._root / "incoming").iterdir():
                if now - path.stat().st_mtime > older_than_s:
                    path.unlink()
                    removed += 1
        return removed

    def _place(self, document_id: str) -> Path:
        if not _SHA256.fullmatch(document_id):
            raise StoreError("that is no document id")  # and might be a path
        return self._root / document_id[:2] / document_id[2:4] / document_id


def _write(target: Path, content: BinaryIO) -> StoredDocument:
    """Writes and hashes in one pass; the bytes are on disk when this returns."""
    sha256, sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    size = 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := content.read(_CHUNK):
            sha256.update(chunk)
            sha1.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return StoredDocument(sha256.hexdigest(), sha1.hexdigest(), size)


def _make_folder(folder: Path) -> None:
    """Makes a folder and those above it, each synced into its parent so that a power cut cannot unmake it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(error: OSError) -> str:
    """The error's name without its path, which may hold a patient's name."""
    return errno.errorcode.get(error.errno or 0, "unknown error")
