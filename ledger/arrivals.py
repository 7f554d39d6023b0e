"""Receiving documents: the same bytes twice are one document that was received twice."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import PurePath

from pydantic import AwareDatetime
from sqlalchemy import insert, select

from documents.value import Value
from ledger.database import insert_if_absent
from ledger.packing import content_key
from ledger.states import DocumentState
from ledger.tables import ARRIVALS, DOCUMENTS, IN_FLIGHT
from ledger.transaction import LedgerTransaction


class Arrival(Value):
    """A document as it was received.

    Attributes:
        document_id: SHA-256 (hex) of its bytes.
        file_name: as delivered; may hold patient text, so it stays in the database.
        origin: identity of the delivered object (for a file: inode and modification time), so that a take-over that
            was cut short, or files left in the inbox, are not counted as received again.
        received_at: aware.
        size: bytes.
        media_type: as sniffed from the content; None where it is no known type.
    """

    document_id: str
    file_name: str
    origin: str
    received_at: AwareDatetime
    size: int
    media_type: str | None = None


class ArrivalRecorded(Value):
    """What recording an arrival did.

    Attributes:
        document_id: whose arrival.
        first: the document was not known before.
        repeated: this very delivery had been recorded already; nothing was written.
    """

    document_id: str
    first: bool
    repeated: bool


def storable_name(file_name: str) -> str:
    """Returns a file name that every database can hold: no NUL, no undecodable bytes; both are shown escaped."""
    return file_name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def record_arrival(tx: LedgerTransaction, arrival: Arrival) -> ArrivalRecorded:
    """Records one delivery; a first one puts the document in flight."""
    connection = tx.connection
    first = _insert_document(tx, arrival)
    taken = select(ARRIVALS.c.id).where(
        ARRIVALS.c.document_id == arrival.document_id, ARRIVALS.c.origin == arrival.origin
    )
    if not first and connection.execute(taken).first() is not None:
        return ArrivalRecorded(document_id=arrival.document_id, first=False, repeated=True)
    name = storable_name(arrival.file_name)
    row = {
        "document_id": arrival.document_id,
        "file_name": name,
        "stem": PurePath(name).stem,
        "origin": arrival.origin,
        "received_at": arrival.received_at,
        "nonce": secrets.token_hex(16),
    }
    inserted = connection.execute(insert(ARRIVALS).values(row)).inserted_primary_key
    tx.record_event(
        "document.received",
        document_id=arrival.document_id,
        first=first,
        arrival=None if inserted is None else inserted[0],
        row=arrival_hash(row),
    )
    return ArrivalRecorded(document_id=arrival.document_id, first=first, repeated=False)


def arrival_hash(row: dict[str, object]) -> str:
    """Returns the hash of an arrival's row that its audit event holds."""
    received = row["received_at"]
    stamp = f"{received.timestamp():.6f}" if isinstance(received, datetime) else ""
    return content_key(*(str(row[name]) for name in ("document_id", "file_name", "stem", "origin", "nonce")), stamp)


def _insert_document(tx: LedgerTransaction, arrival: Arrival) -> bool:
    """Adds a document, in flight; False, with its row locked, if it is known."""
    row = {
        "id": arrival.document_id,
        "media_type": arrival.media_type,
        "size": arrival.size,
        "received_at": arrival.received_at,
        "state": DocumentState.IN_FLIGHT.value,
        "fence": 0,
    }
    adding = insert_if_absent(tx.connection, DOCUMENTS).values(row).returning(DOCUMENTS.c.id)
    if tx.connection.execute(adding).first() is None:
        tx.connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.id == arrival.document_id).with_for_update())
        return False
    tx.connection.execute(
        insert(IN_FLIGHT).values(
            document_id=arrival.document_id, queued_at=arrival.received_at, reason="arrival", attempts=0
        )
    )
    return True
