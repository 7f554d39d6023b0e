"""Delivery to folders: a file a bundle, or NDJSON for bulk import. A file is there whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from fhir_mapping.json_text import json_text
from flows.delivery.answers import failed
from flows.delivery.parcels import Parcel
from ledger.deliveries import DeliveryKind, DeliveryState, Outcome

MANIFEST = "manifest.json"
_UNUSABLE = "folder-unusable"
# Writing a few hundred bundles to a slow share.
_LONGEST_S = 300.0
_WRITTEN = Outcome(state=DeliveryState.DELIVERED, status="written")


class FolderSender:
    """A folder of bundles: `<record>-<number>.json` as published, `<record>-pas-<number>.json` for a payer."""

    kinds = tuple(DeliveryKind)
    together = 1
    longest_s = _LONGEST_S

    def __init__(self, folder: Path) -> None:
        """`folder` is created."""
        self._folder = folder

    def send(self, parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        """Writes or removes files."""
        return [self._send(parcel, now) for parcel in parcels]

    def _send(self, parcel: Parcel, now: datetime) -> Outcome:
        claimed = parcel.claimed
        submitted = claimed.kind is DeliveryKind.SUBMISSION
        name = f"{claimed.record_id}-{'pas-' if submitted else ''}{claimed.number}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if parcel.text:
                write_whole(self._folder / name, parcel.text)
            if not submitted:
                self._remove_earlier(claimed.record_id, "" if not parcel.text else name)
        except OSError:
            return failed(_UNUSABLE, attempts=claimed.attempts, now=now)
        return _WRITTEN

    def _remove_earlier(self, record_id: str, kept: str) -> None:
        """Written first, removed then: at no time is there no bundle of a published record."""
        of_record = re.compile(rf"{re.escape(record_id)}-[0-9]+\.json")
        for path in self._folder.glob(f"{record_id}-*.json"):
            if of_record.fullmatch(path.name) and path.name != kept:
                path.unlink(missing_ok=True)
        _sync(self._folder)


class NdjsonSender:
    """NDJSON for bulk import: a folder a delivery with a file a resource type, and a manifest as Bulk Data has it.

    The folder gets its name when everything in it is written, and its name is in the outbox before: whoever finds it
    after a crash knows that the delivery was made.
    """

    kinds = (DeliveryKind.PUBLICATION, DeliveryKind.WITHDRAWAL)
    together = 500
    longest_s = _LONGEST_S

    def __init__(self, folder: Path) -> None:
        """`folder` is created."""
        self._folder = folder

    def send(self, parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        """Writes one delivery."""
        name = parcels[0].claimed.batch or parcels[0].claimed.record_id
        final, draft = self._folder / name, self._folder / f".{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not final.exists():
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir()
                _write(draft, parcels, now)
                draft.rename(final)
                _sync(self._folder)
        except OSError:
            if not final.exists():
                return [failed(_UNUSABLE, attempts=each.claimed.attempts, now=now) for each in parcels]
        return [_WRITTEN] * len(parcels)


def _write(folder: Path, parcels: Sequence[Parcel], now: datetime) -> None:
    lines: defaultdict[str, list[str]] = defaultdict(list)
    deleted: list[str] = []
    for parcel in parcels:
        wanted = parcel.wanted()
        for key, resource in wanted.items():
            lines[key.type].append(json_text(resource))
        entries = [{"request": {"method": "DELETE", "url": key.url}} for key in parcel.dropped(wanted)]
        if entries:
            deleted.append(json_text({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
    files = {kind: (f"{kind}.ndjson", each) for kind, each in sorted(lines.items())}
    manifest = {
        "transactionTime": now.isoformat(timespec="milliseconds"),
        "request": "",
        "requiresAccessToken": False,
        "output": list(_files(folder, files)),
        "deleted": list(_files(folder, {"Bundle": ("deleted.ndjson", deleted)} if deleted else {})),
        "error": [],
    }
    write_whole(folder / MANIFEST, json.dumps(manifest, indent=1))


def _files(folder: Path, files: dict[str, tuple[str, list[str]]]) -> Iterator[dict[str, str | int]]:
    for kind, (name, lines) in files.items():
        write_whole(folder / name, "".join(f"{line}\n" for line in lines))
        yield {"type": kind, "url": name, "count": len(lines)}


def write_whole(path: Path, text: str) -> None:
    """Writes a whole file or none, so that it is there after a power cut too; a draft that was left is written over."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Makes names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
