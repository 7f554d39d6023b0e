"""What the tests of the ledger and of the queue are made of: a clock that is set by hand, arrivals, records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from documents.pages import Box
from documents.records import Deadline, Field, FieldStatus, Record, Segment
from documents.values import Alignment, Evidence, Kind
from ledger.arrivals import Arrival
from ledger.database import create_private_file
from ledger.leases import Among, Lease
from ledger.ledger import Ledger
from ledger.packing import content_key
from ledger.schema_migration import upgrade
from ledger.stage_results import StageResult
from review_queue.tables import METADATA

# Not UTC, and in the hour that daylight saving time gives twice.
START = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Chicago"))


class Clock:
    """Says the time it was set to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now = self.now.astimezone(ZoneInfo("UTC")) + timedelta(seconds=seconds)


@contextmanager
def opened(folder: Path, clock: Clock) -> Iterator[Ledger]:
    """A migrated ledger in a folder."""
    migrated_file(folder)
    with Ledger.open(url_in(folder), clock=clock) as ledger:
        yield ledger


def migrated_file(folder: Path) -> None:
    """Puts a migrated database into a folder."""
    file = folder / "ledger.sqlite"
    create_private_file(file)
    file.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    """A migrated database file; migrating each test's own would be most of the tests' time."""
    with TemporaryDirectory() as folder:
        upgrade(url_in(Path(folder)), METADATA)
        return (Path(folder) / "ledger.sqlite").read_bytes()


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'ledger.sqlite'}"


def document_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def arrival(name: str, *, origin: str = "1", at: datetime = START) -> Arrival:
    return Arrival(document_id=document_id(name), file_name=f"{name}.pdf", origin=origin, received_at=at, size=4)


def result(name: str, *, stage: str = "read", payload: bytes = b'{"pages": []}') -> StageResult:
    key = content_key(stage, document_id(name))
    return StageResult(document_id=document_id(name), stage=stage, key=key, payload=payload, versions={"ocr": "5"})


def field(
    path: str,
    value: str,
    *,
    group: str | None = None,
    status: FieldStatus = FieldStatus.ACCEPTED,
    at: int | None = None,
) -> Field:
    """A field; `at` is the line it stands on."""
    evidence: tuple[Evidence, ...] = ()
    if at is not None:
        box = Box(0.1, at / 50, 0.3, at / 50 + 0.015)
        evidence = (Evidence(page=1, start=at * 80, end=at * 80 + len(value), quote=value, boxes=(box,)),)
    return Field(
        path=path,
        group=group,
        value=value,
        kind=Kind.TEXT,
        quote=value,
        evidence=evidence,
        alignment=Alignment.EXACT,
        confidence=0.97 if status is FieldStatus.ACCEPTED else 0.6,
        status=status,
        reasons=() if status is FieldStatus.ACCEPTED else ("low_ocr_confidence",),
    )


def record(
    name: str,
    *fields: Field,
    pages: tuple[int, int] = (1, 2),
    missing: tuple[str, ...] = (),
    due: datetime | None = None,
    version: str = "1",
) -> Record:
    """A record that is accepted if all its fields are and nothing is missing."""
    accepted = not missing and bool(fields) and all(f.status is FieldStatus.ACCEPTED for f in fields)
    deadline = None if due is None else Deadline(due=due, rule="CMS-0057-F", clock_start=START, clock_source="arrival")
    return Record(
        id=content_key("record", name, pages[0], pages[1]),
        document_id=document_id(name),
        segment=Segment(document_type="prior_auth_request", page_start=pages[0], page_end=pages[1], confidence=0.9),
        fields=fields,
        missing=missing,
        deadline=deadline,
        accepted=accepted,
        review_reasons=() if accepted else ("field_in_review",),
        versions={"rules": version},
    )


def leased(ledger: Ledger, name: str) -> Lease:
    """A lease on the document of that name, for a minute."""
    (lease,) = ledger.claim("worker", limit=1, lease_s=60, among=Among(ids=(document_id(name),)))
    return lease
