"""Which records hold a key of a case: a payer's decision finds the request that it answers by them.

Unlike the keys of repeated requests (ledger.request_keys) a key is held by every record that states it: whether it
means one of them is for whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from documents.value import Value
from ledger.database import insert_if_absent
from ledger.states import RecordState
from ledger.tables import CASE_KEYS, RECORDS
from ledger.transaction import LedgerTransaction

# What is not read any more, or is no case, answers nothing and is answered by nothing.
_GONE = (RecordState.SUPERSEDED.value, RecordState.REFUSED.value)


class Holder(Value):
    """A record that holds a key."""

    record_id: str
    document_id: str


def hold(tx: LedgerTransaction, holder: Holder, keys: Sequence[str], *, role: str) -> None:
    """Gives a record its keys, and takes those from it that it has no more."""
    own = CASE_KEYS.c.record_id == holder.record_id
    tx.connection.execute(delete(CASE_KEYS).where(own, CASE_KEYS.c.key.not_in(keys)))
    if keys:
        rows = [{"key": key, "role": role, **holder.model_dump()} for key in keys]
        tx.connection.execute(insert_if_absent(tx.connection, CASE_KEYS), rows)


def holders(connection: Connection, keys: Sequence[str], *, role: str) -> tuple[Holder, ...]:
    """Returns the records in a role that hold one of the keys, by id."""
    if not keys:
        return ()
    query = (
        select(CASE_KEYS.c.record_id, CASE_KEYS.c.document_id)
        .join(RECORDS, RECORDS.c.id == CASE_KEYS.c.record_id)
        .where(CASE_KEYS.c.key.in_(keys), CASE_KEYS.c.role == role, RECORDS.c.state.not_in(_GONE))
        .distinct()
        .order_by(CASE_KEYS.c.record_id)
    )
    return tuple(Holder(record_id=row.record_id, document_id=row.document_id) for row in connection.execute(query))
