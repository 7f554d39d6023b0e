"""Reads and writes the queue's rows inside a ledger transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, or_, select, update

from documents.errors import ConflictError
from documents.records import Field
from documents.value import Value
from ledger.packing import canonical_json, content_key
from ledger.transaction import LedgerTransaction
from review_queue.items import Action, Closing, Decision, Difference, ItemState, ReviewItem
from review_queue.tables import REVIEW_DECISIONS, REVIEW_DIFFERENCES, REVIEW_ITEMS


class Need(Value):
    """What a person must look at, and how soon.

    Attributes:
        document_id, record_id: what it is about; no record for the document itself.
        reasons: codes.
        expected_cost, due_at, rank_at: see review_queue.risk.
    """

    document_id: str
    record_id: str | None
    reasons: tuple[str, ...]
    expected_cost: float
    due_at: datetime | None
    rank_at: datetime


def item_id(document_id: str, record_id: str | None) -> str:
    """Returns the id of the one item that a record, or a document, has."""
    return content_key("review item", document_id, record_id)


def read_item(connection: Connection, identity: str) -> ReviewItem | None:
    """Returns an item, None if there is none."""
    row = connection.execute(select(REVIEW_ITEMS).where(REVIEW_ITEMS.c.id == identity)).mappings().one_or_none()
    return None if row is None else as_item(row)


def as_item(row: RowMapping) -> ReviewItem:
    """Returns the item in a row."""
    columns = {name: row[name] for name in ReviewItem.model_fields}
    return ReviewItem(**{**columns, "reasons": tuple(json.loads(row["reasons"]))})


def open_item(tx: LedgerTransaction, need: Need) -> None:
    """Opens the item, again if it was closed, or brings what waits up to date; an equal need changes nothing."""
    identity = item_id(need.document_id, need.record_id)
    known = read_item(tx.connection, identity)
    values: dict[str, object] = {
        "reasons": canonical_json(list(need.reasons)),
        "expected_cost": need.expected_cost,
        "due_at": need.due_at,
        "rank_at": need.rank_at,
    }
    opened = {"state": ItemState.OPEN.value, "waiting": True, "opened_at": tx.now}
    if known is None:
        fixed = {"id": identity, "document_id": need.document_id, "record_id": need.record_id, "version": 1}
        tx.connection.execute(insert(REVIEW_ITEMS).values(**fixed, **values, **opened))
    elif known.closed_at is not None:
        cleared = dict.fromkeys(("claimed_by", "claimed_until", "closed_at", "closed_by", "closing", "closing_reason"))
        change_item(tx, known, {**values, **opened, **cleared})
    else:
        same = (known.reasons, known.expected_cost, known.due_at) == (need.reasons, need.expected_cost, need.due_at)
        if not same:
            change_item(tx, known, values)
        return
    tx.record_event("item.opened", document_id=need.document_id, record_id=need.record_id, item=identity)


def resolve_item(tx: LedgerTransaction, document_id: str, record_id: str | None) -> None:
    """Closes a waiting item for which nothing is left to do; a person's own sign-off is left as it is."""
    known = read_item(tx.connection, item_id(document_id, record_id))
    if known is None or known.closed_at is not None:
        return
    change_item(tx, known, {"state": ItemState.RESOLVED.value, "waiting": False, "closed_at": tx.now})
    tx.record_event("item.resolved", document_id=document_id, record_id=record_id, item=known.id)


def settled_item(tx: LedgerTransaction, document_id: str, record_id: str) -> ReviewItem:
    """Returns the item of a record that waits for nobody; one that never needed a person gets a closed item.

    Raises:
        ConflictError: the item waits.
    """
    identity = item_id(document_id, record_id)
    known = read_item(tx.connection, identity)
    if known is None:
        row: dict[str, object] = {
            "id": identity,
            "document_id": document_id,
            "record_id": record_id,
            "version": 1,
            "state": ItemState.RESOLVED.value,
            "waiting": False,
            "reasons": canonical_json([]),
            "expected_cost": 0.0,
            "rank_at": tx.now,
            "opened_at": tx.now,
            "closed_at": tx.now,
        }
        tx.connection.execute(insert(REVIEW_ITEMS).values(**row))
        known = read_item(tx.connection, identity)
    if known is None or known.closed_at is None:
        raise ConflictError("the item waits in the queue", subject=identity)
    return known


def sign_off_settled(tx: LedgerTransaction, document_id: str, record_id: str, *, closing: Closing) -> bool:
    """Signs off the item of a record that waits for nobody; returns whether nobody had signed it off before."""
    item = settled_item(tx, document_id, record_id)
    if item.state is ItemState.SIGNED_OFF:
        return False
    signed = {"state": ItemState.SIGNED_OFF.value, "closed_at": tx.now, "closed_by": tx.actor}
    version = change_item(tx, item, {**signed, "closing": closing.value})
    tx.record_event(
        "item.signed_off",
        document_id=document_id,
        record_id=record_id,
        item=item.id,
        version=version,
        closing=closing.value,
    )
    return True


def change_item(tx: LedgerTransaction, item: ReviewItem, values: dict[str, object]) -> int:
    """Changes an item that is still of the version that was looked at; returns the new version.

    Raises:
        ConflictError: somebody changed it meanwhile.
    """
    same = (REVIEW_ITEMS.c.id == item.id) & (REVIEW_ITEMS.c.version == item.version)
    changed = tx.connection.execute(update(REVIEW_ITEMS).where(same).values(**values, version=item.version + 1))
    if changed.rowcount != 1:
        raise ConflictError("the item was changed by somebody else", subject=item.id)
    return item.version + 1


def decisions_on(connection: Connection, record_id: str) -> list[Decision]:
    """Returns all decisions on a record, oldest first."""
    query = select(REVIEW_DECISIONS).where(REVIEW_DECISIONS.c.record_id == record_id).order_by(REVIEW_DECISIONS.c.id)
    return [_decision(row) for row in connection.execute(query).mappings()]


def _decision(row: RowMapping) -> Decision:
    """Returns the decision in a row."""
    return Decision(
        id=row["id"],
        path=row["path"],
        group=row["field_group"],
        action=Action(row["action"]),
        before=None if row["before"] is None else Field.model_validate_json(row["before"]),
        after=None if row["after"] is None else Field.model_validate_json(row["after"]),
        replaces=row["replaces"],
        actor=row["actor"],
        at=row["at"],
        reason=row["reason"],
    )


def add_decision(tx: LedgerTransaction, item: ReviewItem, decision: Decision) -> None:
    """Adds a decision made on the version of the item; its id is given by the database."""
    row: dict[str, object] = {
        "item_id": item.id,
        "item_version": item.version,
        "record_id": item.record_id,
        "actor": decision.actor,
        "at": decision.at,
        "action": decision.action.value,
        "path": decision.path,
        "field_group": decision.group,
        "replaces": decision.replaces,
        "reason": decision.reason,
        "before": None if decision.before is None else decision.before.model_dump_json(),
        "after": None if decision.after is None else decision.after.model_dump_json(),
        "nonce": secrets.token_hex(16),
    }
    tx.connection.execute(insert(REVIEW_DECISIONS).values(row))
    tx.record_event(
        "item.decided",
        document_id=item.document_id,
        record_id=item.record_id,
        item=item.id,
        version=item.version,
        decision=decision.action.value,
        path=decision.path,
        row=decision_hash(row),
    )


def decision_hash(row: dict[str, object] | RowMapping) -> str:
    """Returns the hash of a decision's row that its audit event holds."""
    names = ("item_id", "item_version", "record_id", "actor", "action", "path", "field_group", "replaces", "reason")
    at = row["at"]
    stamp = f"{at.timestamp():.6f}" if isinstance(at, datetime) else ""
    texts = (row[name] for name in (*names, "before", "after", "nonce"))
    return content_key(*(None if each is None else str(each) for each in texts), stamp)


def differences_of(connection: Connection, record_id: str) -> list[Difference]:
    """Returns the differing readings of a record, oldest first."""
    rows = connection.execute(
        select(REVIEW_DIFFERENCES).where(REVIEW_DIFFERENCES.c.record_id == record_id).order_by(REVIEW_DIFFERENCES.c.id)
    )
    return [Difference(path=r.path, group=r.field_group, verified=r.verified, reading=r.reading) for r in rows]


def add_differences(
    tx: LedgerTransaction, record_id: str, differences: Sequence[Difference], *, run_id: str | None
) -> tuple[Difference, ...]:
    """Keeps differences that are not known yet; returns those."""
    known = differences_of(tx.connection, record_id) if differences else []
    fresh = tuple(difference for difference in differences if difference not in known)
    rows = [
        {
            "record_id": record_id,
            "at": tx.now,
            "run_id": run_id,
            "path": each.path,
            "field_group": each.group,
            "verified": each.verified,
            "reading": each.reading,
        }
        for each in fresh
    ]
    if rows:
        tx.connection.execute(insert(REVIEW_DIFFERENCES), rows)
    return fresh


def claimable(now: datetime) -> ColumnElement[bool]:
    """Returns the condition that an item waits and nobody holds it."""
    free = or_(REVIEW_ITEMS.c.claimed_until.is_(None), REVIEW_ITEMS.c.claimed_until <= now)
    return REVIEW_ITEMS.c.waiting.is_(True) & free
