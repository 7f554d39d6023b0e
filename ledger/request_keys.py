"""Which record first asked for something: a request that comes again is found by the keys of its values.

A key belongs to the record that was settled with it first. Rows are found by key, so the cost does not grow with the
ledger; the database itself decides between two workers that settle at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from documents.records import Record
from ledger.database import insert_if_absent
from ledger.states import RecordState
from ledger.tables import RECORDS, REQUEST_KEYS
from ledger.transaction import LedgerTransaction

# A record that is not read any more, or that a person refused, is no earlier request.
_GONE = (RecordState.SUPERSEDED.value, RecordState.REFUSED.value)


def claim_keys(tx: LedgerTransaction, record: Record, keys: Sequence[str], *, known: bool) -> tuple[str, ...]:
    """Gives a record its keys; returns the records of other documents that hold one of them, by id.

    Args:
        tx: the transaction that settles the record's document.
        record: whose keys they are.
        keys: see `validation.request_keys`.
        known: whether the record was settled before, so that it may hold keys that it has no more.
    """
    if known:
        stale = (REQUEST_KEYS.c.record_id == record.id) & REQUEST_KEYS.c.key.not_in(keys)
        tx.connection.execute(delete(REQUEST_KEYS).where(stale))
    if not keys:
        return ()
    rows = [{"key": key, "document_id": record.document_id, "record_id": record.id} for key in keys]
    tx.connection.execute(insert_if_absent(tx.connection, REQUEST_KEYS), rows)
    query = (
        select(REQUEST_KEYS.c.key, REQUEST_KEYS.c.record_id, RECORDS.c.state)
        .join(RECORDS, RECORDS.c.id == REQUEST_KEYS.c.record_id, isouter=True)
        .where(REQUEST_KEYS.c.key.in_(keys), REQUEST_KEYS.c.document_id != record.document_id)
    )
    held = tx.connection.execute(query).all()
    given_up = [row.key for row in held if row.state in _GONE]
    if given_up:
        own = {"document_id": record.document_id, "record_id": record.id}
        tx.connection.execute(update(REQUEST_KEYS).where(REQUEST_KEYS.c.key.in_(given_up)).values(own))
    return tuple(sorted({row.record_id for row in held if row.state not in _GONE}))
