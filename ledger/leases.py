"""Leases with fencing tokens: one worker at a time works on a document, and a late one cannot write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import Connection, Row, case, exists, or_, select, update

from documents.errors import LeaseLostError
from documents.value import Value
from ledger.tables import DOCUMENTS, IN_FLIGHT, LLM_BATCH_QUESTIONS, LLM_BATCHES
from ledger.transaction import LedgerTransaction

# A document on which three workers ended without settling it goes to a person (STAGE_FAILED) instead of a fourth.
MAX_ATTEMPTS = 3


class Lease(Value):
    """The right to work on a document until it expires or another worker takes over.

    Attributes:
        document_id: what is leased.
        worker_id: to whom.
        fence: rises with each claim of the document; a write with an older one is refused.
        expires_at: aware; renew before.
        attempts: how often its processing began and neither settled nor released it.
        begun: whether this lease's own attempt is among them.
    """

    document_id: str
    worker_id: str
    fence: int
    expires_at: datetime
    attempts: int
    begun: bool = False

    @property
    def exhausted(self) -> bool:
        """Whether it must be settled with STAGE_FAILED without being processed again."""
        return not self.begun and self.attempts >= MAX_ATTEMPTS


class Among(Value):
    """Which documents in flight may be claimed; all, as it is.

    Attributes:
        ids: only these, if given.
        run_id: only what that run put back in flight, if given.
        excluding: none of these.
    """

    ids: tuple[str, ...] | None = None
    run_id: str | None = None
    excluding: frozenset[str] = frozenset()


ALL = Among()


def claim(tx: LedgerTransaction, worker_id: str, *, limit: int, lease_s: float, among: Among = ALL) -> list[Lease]:
    """Leases documents in flight that nobody holds and no open batch, oldest first (see Ledger.claim)."""
    awaited = (LLM_BATCHES.c.closed_at.is_(None)) & (LLM_BATCHES.c.held_until > tx.now)
    batch = LLM_BATCH_QUESTIONS.join(LLM_BATCHES, LLM_BATCHES.c.id == LLM_BATCH_QUESTIONS.c.batch_id)
    in_batch = select(LLM_BATCH_QUESTIONS.c.document_id).select_from(batch).where(awaited)
    free = (
        select(IN_FLIGHT.c.document_id, IN_FLIGHT.c.attempts, IN_FLIGHT.c.worker_id)
        .where(or_(IN_FLIGHT.c.lease_expires_at.is_(None), IN_FLIGHT.c.lease_expires_at <= tx.now))
        .where(~exists(in_batch.where(LLM_BATCH_QUESTIONS.c.document_id == IN_FLIGHT.c.document_id)))
        .order_by(IN_FLIGHT.c.queued_at, IN_FLIGHT.c.document_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if among.ids is not None:
        free = free.where(IN_FLIGHT.c.document_id.in_(among.ids))
    if among.run_id is not None:
        free = free.where(IN_FLIGHT.c.run_id == among.run_id)
    if among.excluding:
        free = free.where(IN_FLIGHT.c.document_id.not_in(sorted(among.excluding)))
    rows = _neighbours(tx.connection.execute(free).all())
    if not rows:
        return []
    claimed = [row.document_id for row in rows]
    expires_at = tx.now + timedelta(seconds=lease_s)
    tx.connection.execute(
        update(IN_FLIGHT)
        .where(IN_FLIGHT.c.document_id.in_(claimed))
        .values(worker_id=worker_id, lease_expires_at=expires_at)
    )
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id.in_(claimed)).values(fence=DOCUMENTS.c.fence + 1))
    found = select(DOCUMENTS.c.id, DOCUMENTS.c.fence).where(DOCUMENTS.c.id.in_(claimed))
    fences = {row.id: row.fence for row in tx.connection.execute(found)}
    for row in rows:
        if row.worker_id is not None:
            tx.record_event("document.taken_over", document_id=row.document_id, fence=fences[row.document_id])
    return [
        Lease(
            document_id=row.document_id,
            worker_id=worker_id,
            fence=fences[row.document_id],
            expires_at=expires_at,
            attempts=row.attempts,
        )
        for row in rows
    ]


def _neighbours(rows: Sequence[Row[tuple[str, int, str | None]]]) -> Sequence[Row[tuple[str, int, str | None]]]:
    """Returns the leading rows that may be worked on together: a document that was attempted before stays alone."""
    if rows and rows[0].attempts:
        return rows[:1]
    return list(takewhile(lambda row: not row.attempts, rows))


def hold(tx: LedgerTransaction, lease: Lease) -> None:
    """Locks the leased document for this transaction.

    An expired lease that nobody took over still holds: the fence decides, not the clock.

    Raises:
        LeaseLostError: another worker claimed the document since, or it has been settled.
    """
    held = (
        select(IN_FLIGHT.c.worker_id, DOCUMENTS.c.fence)
        .join(DOCUMENTS, DOCUMENTS.c.id == IN_FLIGHT.c.document_id)
        .where(IN_FLIGHT.c.document_id == lease.document_id)
        .with_for_update()
    )
    row = tx.connection.execute(held).one_or_none()
    if row is None or row.fence != lease.fence or row.worker_id != lease.worker_id:
        raise LeaseLostError("the lease was lost", subject=lease.document_id)


def begin(tx: LedgerTransaction, lease: Lease) -> Lease:
    """Counts an attempt: call it when work on this document starts, not for a whole chunk.

    Raises:
        LeaseLostError: the lease is not held any more.
    """
    hold(tx, lease)
    row = IN_FLIGHT.c.document_id == lease.document_id
    tx.connection.execute(update(IN_FLIGHT).where(row).values(attempts=IN_FLIGHT.c.attempts + 1))
    return lease.model_copy(update={"attempts": lease.attempts + 1, "begun": True})


def renew(tx: LedgerTransaction, held: Sequence[Lease], *, lease_s: float) -> list[Lease]:
    """Extends leases; returns those that are still held, the others belong to other workers now."""
    expires_at = tx.now + timedelta(seconds=lease_s)
    renewed = []
    for lease in held:
        try:
            hold(tx, lease)
        except LeaseLostError:
            continue
        tx.connection.execute(
            update(IN_FLIGHT).where(IN_FLIGHT.c.document_id == lease.document_id).values(lease_expires_at=expires_at)
        )
        renewed.append(lease.model_copy(update={"expires_at": expires_at}))
    return renewed


def release(
    tx: LedgerTransaction, held: Sequence[Lease], *, failed: bool = False, not_before: datetime | None = None
) -> None:
    """Gives documents back unsettled; a lease that was lost is left alone.

    Args:
        tx: the transaction.
        held: the leases, for a document whose work began the one that `begin` returned.
        failed: a stage failed, so that the attempt counts towards MAX_ATTEMPTS; else (a worker that shuts down in
            good order) a begun attempt is taken back.
        not_before: nobody may claim them before; a failure is not repeated at once by the run that met it.
    """
    for lease in held:
        try:
            hold(tx, lease)
        except LeaseLostError:
            continue
        values: dict[str, object] = {"worker_id": None, "lease_expires_at": not_before}
        if lease.begun and not failed:
            values["attempts"] = IN_FLIGHT.c.attempts - 1
        row = IN_FLIGHT.c.document_id == lease.document_id
        tx.connection.execute(update(IN_FLIGHT).where(row).values(values))


def release_all(tx: LedgerTransaction, worker_id: str) -> int:
    """Gives back everything a worker holds, as one that ends in good order does; its attempts are taken back."""
    attempts = case((IN_FLIGHT.c.attempts > 0, IN_FLIGHT.c.attempts - 1), else_=0)
    held = update(IN_FLIGHT).where(IN_FLIGHT.c.worker_id == worker_id)
    return tx.connection.execute(held.values(worker_id=None, lease_expires_at=None, attempts=attempts)).rowcount


def holders(connection: Connection) -> frozenset[str]:
    """Returns the workers that hold leases, live or expired."""
    held = select(IN_FLIGHT.c.worker_id).where(IN_FLIGHT.c.worker_id.is_not(None)).distinct()
    return frozenset(connection.scalars(held))


def expire(tx: LedgerTransaction, worker_ids: Sequence[str]) -> int:
    """Ends the leases of workers that are known to be dead, so that nobody waits for them; returns how many."""
    dead = IN_FLIGHT.c.worker_id.in_(worker_ids)
    return tx.connection.execute(update(IN_FLIGHT).where(dead).values(lease_expires_at=tx.now)).rowcount
