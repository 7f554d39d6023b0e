"""The audit chain: each event holds the hash of the one before, in the same transaction as what it records."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from pydantic import Field as PydanticField
from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from documents.errors import LedgerError
from documents.value import Value
from ledger.packing import canonical_json
from ledger.tables import AUDIT_EVENTS, AUDIT_HEAD

Detail = str | int | bool | None
GENESIS = "0" * 64
# Ids, field paths, codes and times pass; a printed phrase (a name, an address) has a space and does not.
_CODE = re.compile(r"[A-Za-z0-9_.,:/@+|~\-]{0,200}")


class Event(Value):
    """What happened, to which document or record, without patient text.

    Attributes:
        action: noun.verb, e.g. `document.received`; all are listed in docs/ledger.md.
        document_id, record_id: what it happened to.
        details: ids, field paths, codes and counts only.
    """

    action: str
    document_id: str | None = None
    record_id: str | None = None
    details: dict[str, Detail] = PydanticField(default_factory=dict)


class AuditHead(Value):
    """The chain's last link; keep a copy outside the database, since only that shows a cut tail."""

    sequence: int
    hash: str


def checked_details(details: Mapping[str, Detail]) -> str:
    """Returns details as canonical JSON.

    Raises:
        ValueError: a value could be patient text.
    """
    for key, value in details.items():
        if isinstance(value, str) and not _CODE.fullmatch(value):
            raise ValueError(f"audit detail {key} is not an id, a path or a code")
    return canonical_json(dict(details))


def append(connection: Connection, events: list[Event], *, at: datetime, actor: str) -> None:
    """Adds events to the chain; the head's row is locked until the transaction ends.

    Raises:
        LedgerError: the chain has no head.
    """
    head = connection.execute(select(AUDIT_HEAD.c.sequence, AUDIT_HEAD.c.hash).with_for_update()).one_or_none()
    if head is None:
        raise LedgerError("the audit chain has no head")
    sequence, previous = int(head.sequence), str(head.hash)
    rows: list[dict[str, object]] = []
    for event in events:
        sequence += 1
        row: dict[str, object] = {
            "sequence": sequence,
            "at": at,
            "actor": actor,
            "action": event.action,
            "document_id": event.document_id,
            "record_id": event.record_id,
            "details": checked_details(event.details),
            "previous_hash": previous,
        }
        previous = row["hash"] = link_hash(row)
        rows.append(row)
    connection.execute(insert(AUDIT_EVENTS), rows)
    connection.execute(update(AUDIT_HEAD).values(sequence=sequence, hash=previous))


def link_hash(row: Mapping[str, object] | RowMapping) -> str:
    """Returns the hash of one link: over all its columns but the hash, times in UTC to the microsecond."""
    at = row["at"]
    if not isinstance(at, datetime):
        raise TypeError("an audit event has a time")
    linked: dict[str, object] = {**row, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    linked.pop("hash", None)
    return hashlib.sha256(canonical_json(linked).encode()).hexdigest()


def last_link(connection: Connection) -> AuditHead | None:
    """Returns the chain's head, None if the chain has none."""
    row = connection.execute(select(AUDIT_HEAD.c.sequence, AUDIT_HEAD.c.hash)).one_or_none()
    return None if row is None else AuditHead(sequence=row.sequence, hash=row.hash)


def read_head(connection: Connection) -> AuditHead:
    """Returns the chain's head.

    Raises:
        LedgerError: the chain has no head.
    """
    head = last_link(connection)
    if head is None:
        raise LedgerError("the audit chain has no head")
    return head


def chain_problems(connection: Connection, *, known: AuditHead | None = None) -> Iterator[str]:
    """Walks the chain from its first link and yields what is wrong with it.

    Finds an edited, deleted, inserted or moved event, and a head that does not match. A tail cut together with the
    head is found against `known`, a head that was exported earlier.
    """
    previous, last = GENESIS, 0
    try:
        for row in _links(connection):
            if row["sequence"] != last + 1:
                yield f"audit: events {last + 1} to {row['sequence'] - 1} are missing"
            if row["previous_hash"] != previous:
                yield f"audit: event {row['sequence']} does not follow the one before it"
            if link_hash(row) != row["hash"]:
                yield f"audit: event {row['sequence']} was changed"
            last, previous = row["sequence"], row["hash"]
            if known is not None and last == known.sequence and previous != known.hash:
                yield f"audit: event {last} is not the one whose hash was exported"
    except (ValueError, TypeError, SQLAlchemyError):  # a column that cannot be decoded any more
        yield f"audit: an event after {last} cannot be read"
        return
    if last_link(connection) != AuditHead(sequence=last, hash=previous):
        yield "audit: the head does not match the last event"
    if known is not None and last < known.sequence:
        yield f"audit: the chain ends at event {last}, but event {known.sequence} was exported"


def _links(connection: Connection) -> Iterator[RowMapping]:
    """Yields the links in order, a thousand at a time."""
    ordered = select(AUDIT_EVENTS).order_by(AUDIT_EVENTS.c.sequence).execution_options(yield_per=1000)
    yield from connection.execute(ordered).mappings()
