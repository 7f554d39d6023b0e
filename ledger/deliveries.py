"""Deliveries: what a target is to receive or take back, claimed under a lease, so that it takes effect once.

From its first attempt on, a delivery counts as possibly received: only an answer says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field as PydanticField
from sqlalchemy import Connection, Row, Select, and_, case, exists, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from documents.errors import LedgerError
from documents.value import Value
from ledger.packing import canonical_json, digest, pack, unpack
from ledger.tables import DELIVERIES, DOCUMENTS, PUBLICATIONS
from ledger.transaction import LedgerTransaction

_ROW = DELIVERIES.c
_OTHER = DELIVERIES.alias("other")
_KEY = ("target", "record_id", "kind", "number")
_CONFIRMED = "claim-confirmed"  # by a person


class DeliveryKind(StrEnum):
    """What is delivered: a publication, its withdrawal, or a submission to a payer."""

    PUBLICATION = "publication"
    WITHDRAWAL = "withdrawal"
    SUBMISSION = "submission"


class DeliveryState(StrEnum):
    """How far a delivery is. DELIVERED, REFUSED, HELD and SUPERSEDED stay as they are unless a person retries."""

    PENDING = "pending"
    SENDING = "sending"  # claimed: the target may have received it
    FAILED = "failed"  # tried in vain or with an unknown outcome; it is tried again
    DELIVERED = "delivered"
    REFUSED = "refused"  # the target answered that it will not take it
    HELD = "held"  # nobody can say whether the payer took it: a person asks
    SUPERSEDED = "superseded"  # a later publication took its place before it was confirmed


class Doubt(StrEnum):
    """What is not known of a submission: each that a payer takes starts a decision."""

    UNSURE = "unsure"  # an attempt whose outcome is unknown may have reached the payer
    TWICE = "twice"  # it was sent again although one may have: the payer may have taken it twice


OPEN = (DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.PENDING)


# Submissions of a record go out in order: what a payer has not answered yet holds back those after it.
_EARLIER = and_(
    _OTHER.c.kind == DeliveryKind.SUBMISSION.value,
    _ROW.kind == DeliveryKind.SUBMISSION.value,
    _OTHER.c.number < _ROW.number,
    _OTHER.c.state.in_([state.value for state in (*OPEN, DeliveryState.HELD)]),
)


class Issue(Value):
    """What a target complained of, in codes.

    Attributes:
        code: of FHIR's issue types, or of the payer's list.
        resource: `Type/id` of ours that it is about; empty where the answer does not say.
        path: element path; empty where the answer does not say.
    """

    code: str
    resource: str = ""
    path: str = ""


class Claimed(Value):
    """The right to deliver one thing until the lease ends or somebody else claims it.

    Attributes:
        target, record_id, kind, number: what, and to whom.
        document_id: that it was read from.
        attempts: begun, this one included.
        fence: of this claim.
        worker_id: who holds it.
        batch: what is delivered together; None where each goes alone.
        doubt: what earlier attempts left unknown; None if nothing.
    """

    target: str
    record_id: str
    kind: DeliveryKind
    number: int
    document_id: str
    attempts: int
    fence: int
    worker_id: str
    batch: str | None = None
    doubt: Doubt | None = None


class Outcome(Value):
    """What came of an attempt.

    Attributes:
        state: DELIVERED, REFUSED, HELD or FAILED.
        status: code, such as `http-503`.
        issues: what the target complained of.
        answer: a payer's response as JSON; None elsewhere.
        not_before: of the next attempt, for FAILED.
        doubt: what is unknown from now on; None if nothing.
    """

    state: DeliveryState
    status: str
    issues: tuple[Issue, ...] = ()
    answer: str | None = PydanticField(default=None, repr=False)
    not_before: datetime | None = None
    doubt: Doubt | None = None


# --- claiming


def claim(
    tx: LedgerTransaction, target: str, *, lease_s: float, limit: int = 1, batch: str | None = None
) -> list[Claimed]:
    """Leases what is due, at most one delivery a record: nothing of a record overtakes what is under way of it.

    Args:
        tx: of the worker that will deliver.
        target: to whom.
        lease_s: longer than an attempt can take.
        limit: at most so many.
        batch: name under which they are delivered together. One that was begun under a name and left keeps it, and
            is claimed as a whole.
    """
    if batch is not None and (left := _left_batch(tx, target)):
        return [_leased(tx, row, lease_s=lease_s, batch=row.batch) for row in left]
    claimed: list[Claimed] = []
    for state in OPEN:
        while len(claimed) < limit:
            due = tx.connection.execute(_due(target, state, tx.now).limit(limit - len(claimed))).all()
            if not due:
                break
            claimed += [each for row in due if (each := _claimed(tx, row, lease_s=lease_s, batch=batch)) is not None]
    return claimed


def _claimed(
    tx: LedgerTransaction, row: Row[tuple[object, ...]], *, lease_s: float, batch: str | None
) -> Claimed | None:
    """Leases what was seen to be due; None if it is not any more, or if something newer took its place."""
    # Nothing else of the record is claimed meanwhile; what was seen before the lock may have changed since.
    tx.connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.id == row.document_id).with_for_update())
    still = tx.connection.execute(_due(row.target, DeliveryState(row.state), tx.now).where(_same(row))).one_or_none()
    if still is None:
        return None
    if _is_stale(tx.connection, still):
        state = {"state": DeliveryState.SUPERSEDED.value, "worker_id": None, "lease_expires_at": None}
        tx.connection.execute(update(DELIVERIES).where(_same(still)).values(state))
        return None
    return _leased(tx, still, lease_s=lease_s, batch=batch)


def _due(target: str, state: DeliveryState, now: datetime) -> Select[tuple[object, ...]]:
    """Deliveries in an open state whose time has come and whose record has none under way; an index has their order."""
    under_way = and_(_OTHER.c.state == DeliveryState.SENDING.value, _OTHER.c.lease_expires_at > now)
    itself = (_OTHER.c.kind == _ROW.kind) & (_OTHER.c.number == _ROW.number)
    return (
        select(DELIVERIES)
        .where(_ROW.target == target, _ROW.state == state.value, _ROW.next_at <= now)
        .where(or_(_ROW.lease_expires_at.is_(None), _ROW.lease_expires_at <= now))
        .where(~_is_behind(~itself & under_way), ~_is_behind(_EARLIER))
        .order_by(_ROW.next_at)
    )


def _is_behind(others: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the record has such deliveries at the target."""
    same_record = (_OTHER.c.target == _ROW.target) & (_OTHER.c.record_id == _ROW.record_id)
    return exists(select(_OTHER.c.number).where(same_record, others))


def _left_batch(tx: LedgerTransaction, target: str) -> Sequence[Row[tuple[object, ...]]]:
    """The rows of a batch whose worker fell silent or failed: some or all of it may be there under its name."""
    silent = (_ROW.state == DeliveryState.SENDING.value) & (_ROW.lease_expires_at <= tx.now)
    in_vain = (_ROW.state == DeliveryState.FAILED.value) & (_ROW.next_at <= tx.now)
    left = (
        select(DELIVERIES)
        .where(_ROW.target == target, or_(silent, in_vain), _ROW.batch.is_not(None))
        .order_by(_ROW.batch, _ROW.record_id, _ROW.number)
        .with_for_update()
    )
    rows = tx.connection.execute(left).all()
    return [row for row in rows if row.batch == rows[0].batch]


def _same(row: Row[tuple[object, ...]] | Claimed) -> ColumnElement[bool]:
    return and_(*(_ROW[name] == getattr(row, name) for name in _KEY))


def _is_stale(connection: Connection, row: Row[tuple[object, ...]]) -> bool:
    """Whether something that was published later, or a withdrawal, took its place."""
    if row.kind == DeliveryKind.SUBMISSION.value:
        return False
    published = connection.scalar(
        select(PUBLICATIONS.c.number).where(
            PUBLICATIONS.c.record_id == row.record_id, PUBLICATIONS.c.superseded_at.is_(None)
        )
    )
    return bool(published is not None if row.kind == DeliveryKind.WITHDRAWAL.value else published != row.number)


def _leased(tx: LedgerTransaction, row: Row[tuple[object, ...]], *, lease_s: float, batch: str | None) -> Claimed:
    claimed = Claimed(
        target=row.target,
        record_id=row.record_id,
        kind=row.kind,
        number=row.number,
        document_id=row.document_id,
        attempts=row.attempts + 1,
        fence=row.fence + 1,
        worker_id=tx.actor,
        batch=batch,
        doubt=_doubt(row),
    )
    tx.connection.execute(
        update(DELIVERIES)
        .where(_same(row))
        .values(
            state=DeliveryState.SENDING.value,
            attempts=claimed.attempts,
            fence=claimed.fence,
            worker_id=tx.actor,
            lease_expires_at=tx.now + timedelta(seconds=lease_s),
            batch=batch,
            doubt=claimed.doubt,
        )
    )
    # Before anything leaves the installation: what may have left is on record even if the process ends now.
    _event(tx, "delivery.begun", claimed, attempt=claimed.attempts)
    return claimed


def _doubt(row: Row[tuple[object, ...]]) -> Doubt | None:
    """What is unknown of a delivery that is claimed: a worker that fell silent may have sent a submission."""
    silent = row.state == DeliveryState.SENDING.value and row.kind == DeliveryKind.SUBMISSION.value
    return Doubt(row.doubt) if row.doubt else Doubt.UNSURE if silent else None


def holders(connection: Connection, target: str) -> frozenset[str]:
    """Returns the workers that hold deliveries to a target, live or expired."""
    held = select(_ROW.worker_id).where(_ROW.target == target, _ROW.worker_id.is_not(None)).distinct()
    return frozenset(connection.scalars(held))


def shorten(tx: LedgerTransaction, target: str, workers: Collection[str], *, grace_s: float) -> None:
    """Lets the claims of workers that are known to be dead end soon: what they had sent may still be at work."""
    until = tx.now + timedelta(seconds=grace_s)
    dead = (_ROW.target == target) & _ROW.worker_id.in_(workers) & (_ROW.lease_expires_at > until)
    tx.connection.execute(update(DELIVERIES).where(dead).values(lease_expires_at=until))


# --- what came of it


def settle(tx: LedgerTransaction, claimed: Claimed, outcome: Outcome) -> bool:
    """Writes what came of an attempt; False if somebody else has claimed the delivery since, and nothing is written."""
    answer = None if outcome.answer is None else pack(outcome.answer.encode())
    seal = None if answer is None else digest(answer, *(getattr(claimed, name) for name in _KEY))
    values: dict[str, object] = {
        "state": outcome.state.value,
        "status": outcome.status,
        "issues": canonical_json([each.model_dump() for each in outcome.issues]) if outcome.issues else None,
        "worker_id": None,
        "lease_expires_at": None,
        "next_at": outcome.not_before or tx.now,
        "delivered_at": tx.now if outcome.state is DeliveryState.DELIVERED else None,
        "doubt": outcome.doubt,
    }
    if answer is not None:
        values |= {"answer": answer, "answer_digest": seal}
    held = (_ROW.fence == claimed.fence) & (_ROW.state == DeliveryState.SENDING.value)
    done = tx.connection.execute(update(DELIVERIES).where(_same(claimed), held).values(values)).rowcount == 1
    if done:
        details = {} if seal is None else {"digest": seal}
        details |= {} if outcome.doubt is None else {"doubt": outcome.doubt.value}
        _event(tx, f"delivery.{outcome.state.value}", claimed, status=outcome.status, **details)
    return done


def _event(tx: LedgerTransaction, action: str, claimed: Claimed, **details: str | int) -> None:
    tx.record_event(
        action,
        document_id=claimed.document_id,
        record_id=claimed.record_id,
        target=claimed.target,
        kind=claimed.kind.value,
        number=claimed.number,
        **details,
    )


def retry(tx: LedgerTransaction, target: str, *, record_id: str | None = None) -> int:
    """Puts what a target refused and what is held, of one record if given, back among what is due; returns how much.

    What was held is sent without another question: the person who retries it has asked.
    """
    values = {"state": DeliveryState.PENDING.value, "next_at": tx.now}
    count = 0
    for state, more in ((DeliveryState.REFUSED, {}), (DeliveryState.HELD, {"doubt": None})):
        chosen = (_ROW.target == target) & (_ROW.state == state.value)
        if record_id is not None:
            chosen &= _ROW.record_id == record_id
        count += tx.connection.execute(update(DELIVERIES).where(chosen).values({**values, **more})).rowcount
    if count:
        tx.record_event("delivery.retried", record_id=record_id, target=target, count=count)
    return count


def confirm(tx: LedgerTransaction, target: str, *, record_id: str) -> int:
    """Notes that a person asked the payer, which has a record's submissions once each; returns how many were in doubt.

    What was held, and what was refused after it may have been taken, is delivered; nothing is in doubt any more.
    """
    open_questions = (DeliveryState.HELD.value, DeliveryState.REFUSED.value)
    doubtful = (_ROW.target == target) & (_ROW.record_id == record_id)
    doubtful &= _ROW.doubt.is_not(None) & _ROW.state.in_((DeliveryState.DELIVERED.value, *open_questions))
    held = _ROW.state.in_(open_questions)
    values = {
        "state": DeliveryState.DELIVERED.value,
        "status": case((held, _CONFIRMED), else_=_ROW.status),
        "delivered_at": case((held, tx.now), else_=_ROW.delivered_at),
        "doubt": None,
    }
    count = tx.connection.execute(update(DELIVERIES).where(doubtful).values(values)).rowcount
    if count:
        tx.record_event("delivery.confirmed", record_id=record_id, target=target, count=count)
    return count


def next_due(connection: Connection, target: str) -> datetime | None:
    """When the next open delivery of a target may be tried; None if there is none.

    What waits for an earlier submission is tried after that one, and not before a person decides of one that is held.
    """
    free = case((_ROW.lease_expires_at > _ROW.next_at, _ROW.lease_expires_at), else_=_ROW.next_at)
    open_ = (_ROW.target == target) & _ROW.state.in_([state.value for state in OPEN])
    query = select(_ROW.next_at, _ROW.lease_expires_at).where(open_, ~_is_behind(_EARLIER)).order_by(free).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else max(row.next_at, row.lease_expires_at or row.next_at)


def tried_bundles(connection: Connection, claimed: Claimed) -> list[str]:
    """Returns the JSON of the record's publications that the target may have received before, oldest first.

    Raises:
        LedgerError: one is damaged.
    """
    limit = claimed.number + (claimed.kind is DeliveryKind.WITHDRAWAL)
    same = (PUBLICATIONS.c.record_id == _ROW.record_id) & (PUBLICATIONS.c.number == _ROW.number)
    tried = (
        (_ROW.target == claimed.target)
        & (_ROW.record_id == claimed.record_id)
        & (_ROW.kind == DeliveryKind.PUBLICATION.value)
        & (_ROW.attempts > 0)
        & (_ROW.number < limit)
    )
    query = select(PUBLICATIONS.c.payload).join(DELIVERIES, same).where(tried).order_by(_ROW.number)
    try:
        return [unpack(payload).decode() for payload in connection.scalars(query)]
    except ValueError:
        error = LedgerError("a published bundle is damaged", subject=claimed.record_id)
    raise error
