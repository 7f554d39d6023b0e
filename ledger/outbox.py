"""What becomes due at a target: found by comparing publications and submissions with the deliveries that it has.

So nothing that was published can be forgotten, whoever published it and whenever the target was set up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import Connection, Select, Table, exists, func, literal, select, update
from sqlalchemy.sql.elements import ColumnElement

from ledger.database import insert_if_absent
from ledger.deliveries import DeliveryKind, DeliveryState
from ledger.packing import unpack
from ledger.tables import DELIVERIES, PUBLICATIONS, SUBMISSIONS
from ledger.transaction import LedgerTransaction

_ROW = DELIVERIES.c


def _everything(_submission: str) -> bool:
    return True


def enqueue(
    tx: LedgerTransaction,
    target: str,
    kinds: Collection[DeliveryKind],
    *,
    takes: Callable[[str], bool] = _everything,
) -> None:
    """Adds what a target of these kinds lacks.

    Args:
        tx: of who will deliver.
        target: to whom.
        kinds: that the target receives.
        takes: whether a submission, as JSON, is for this target: a payer is shown no other payer's patients.
    """
    if DeliveryKind.PUBLICATION in kinds:
        published = PUBLICATIONS.c.superseded_at.is_(None)
        _add(tx, target, DeliveryKind.PUBLICATION, _content(PUBLICATIONS).where(published))
    if DeliveryKind.WITHDRAWAL in kinds:
        _add(tx, target, DeliveryKind.WITHDRAWAL, _withdrawn(target))
        _revive_withdrawals(tx, target)
    if DeliveryKind.SUBMISSION in kinds:
        for record_id, number in _new_submissions(tx.connection, target, takes):
            one = (SUBMISSIONS.c.record_id == record_id) & (SUBMISSIONS.c.number == number)
            _add(tx, target, DeliveryKind.SUBMISSION, _content(SUBMISSIONS).where(one))


def _content(table: Table) -> Select[tuple[str, int, str]]:
    return select(table.c.record_id, table.c.number, table.c.document_id)


def untaken(connection: Connection, takes: Callable[[str], bool]) -> list[tuple[str, int]]:
    """Record and number of the ready submissions that no target knows, of those that `takes` takes."""
    return _ready(connection, takes, ~_is_known(_ROW.target.is_not(None)))


def _new_submissions(connection: Connection, target: str, takes: Callable[[str], bool]) -> list[tuple[str, int]]:
    """Record and number of the ready submissions that a target takes and does not know."""
    return _ready(connection, takes, ~_is_known(_ROW.target == target))


def _is_known(where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a submission is among some deliveries."""
    same = (_ROW.record_id == SUBMISSIONS.c.record_id) & (_ROW.number == SUBMISSIONS.c.number)
    return exists(select(_ROW.number).where(where, _ROW.kind == DeliveryKind.SUBMISSION.value, same))


def _ready(connection: Connection, takes: Callable[[str], bool], which: ColumnElement[bool]) -> list[tuple[str, int]]:
    columns = SUBMISSIONS.c.record_id, SUBMISSIONS.c.number, SUBMISSIONS.c.payload
    found = []
    for record_id, number, payload in connection.execute(
        select(*columns).where(SUBMISSIONS.c.state == "ready", which).order_by(*columns[:2])
    ):
        try:
            if takes(unpack(payload).decode()):
                found.append((record_id, number))
        except ValueError:
            # It is claimed all the same, and settled as what it is: damaged.
            found.append((record_id, number))
    return found


def _withdrawn(target: str) -> Select[tuple[str, int, str]]:
    """What the target may hold of records of which nothing is published any more: the last publication tried."""
    last = func.max(_ROW.number).label("number")
    tried = (_ROW.target == target) & (_ROW.kind == DeliveryKind.PUBLICATION.value) & (_ROW.attempts > 0)
    return (
        select(_ROW.record_id, last, _ROW.document_id)
        .where(tried, ~_is_published(_ROW.record_id))
        .group_by(_ROW.record_id, _ROW.document_id)
    )


def _is_published(record_id: ColumnElement[str]) -> ColumnElement[bool]:
    return exists(
        select(PUBLICATIONS.c.number).where(
            PUBLICATIONS.c.record_id == record_id, PUBLICATIONS.c.superseded_at.is_(None)
        )
    )


def _add(tx: LedgerTransaction, target: str, kind: DeliveryKind, content: Select[tuple[str, int, str]]) -> None:
    chosen = content.subquery()
    known = exists(
        select(_ROW.number).where(
            _ROW.target == target,
            _ROW.kind == kind.value,
            _ROW.record_id == chosen.c.record_id,
            _ROW.number == chosen.c.number,
        )
    )
    columns = ("record_id", "number", "document_id", "target", "kind", "state", "enqueued_at", "next_at", "attempts")
    now = literal(tx.now, _ROW.next_at.type)
    rows = select(
        chosen.c.record_id,
        chosen.c.number,
        chosen.c.document_id,
        literal(target),
        literal(kind.value),
        literal(DeliveryState.PENDING.value),
        now,
        now,
        literal(0),
        literal(0),
    ).where(~known)
    tx.connection.execute(insert_if_absent(tx.connection, DELIVERIES).from_select([*columns, "fence"], rows))


def _revive_withdrawals(tx: LedgerTransaction, target: str) -> None:
    """A withdrawal that a new publication made superfluous is due after all once that one is withdrawn too."""
    again = (
        (_ROW.target == target)
        & (_ROW.kind == DeliveryKind.WITHDRAWAL.value)
        & (_ROW.state == DeliveryState.SUPERSEDED.value)
        & ~_is_published(_ROW.record_id)
    )
    tx.connection.execute(update(DELIVERIES).where(again).values(state=DeliveryState.PENDING.value, next_at=tx.now))
