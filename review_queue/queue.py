"""The reviewers' queue: list, claim, decide, return, sign off. Each change is one transaction with its audit event."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field as PydanticField
from sqlalchemy import and_, or_, select, update

from documents.errors import ConflictError
from documents.records import Record
from documents.value import Value
from ledger import record_keeping
from ledger.ledger import Ledger
from ledger.record_keeping import KeptRecord, Mapped
from ledger.states import RecordState
from ledger.statuses import begins_with
from ledger.tables import DOCUMENTS
from ledger.transaction import LedgerTransaction
from review_queue import keeping
from review_queue.answers import keep_keys
from review_queue.circumstances import BuildBundle
from review_queue.deciding import decided
from review_queue.errors import NotInQueueError, ReviewIncompleteError
from review_queue.items import (
    Closing,
    ClosingReason,
    Decision,
    Difference,
    FieldDecision,
    ItemState,
    ReviewItem,
)
from review_queue.labels import keep_labels
from review_queue.releasing import (
    BuildSubmission,
    keep_submission,
    next_issue,
    nothing_to_submit,
    publish_verified,
    verified,
)
from review_queue.repeats import earlier_requests, is_marked, marked
from review_queue.tables import REVIEW_ITEMS
from review_queue.verified_values import Joined, join

# Long enough to read a 17-page packet with the phone ringing; each decision extends it.
LEASE_S = 1800.0


class ItemView(Value):
    """An item with the record as it stands: decisions so far joined in.

    Attributes:
        item: the item.
        record: fields as decided or as read; None for an item about the document itself.
        undecided: what must still be decided before it can be published.
        decisions: all of them, oldest first.
        differences: later readings that differ from verified values.
    """

    item: ReviewItem
    record: Record | None = PydanticField(default=None, repr=False)
    undecided: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    differences: tuple[Difference, ...] = ()


class SignOff(Value):
    """How an item is signed off.

    Attributes:
        version: of the item that was looked at.
        closing: see Closing.
        reason: for ROUTE and REFUSE.
        mapping: version of the mapping, for PUBLISH.
        repeats: whether who signs knows that an earlier request asks for the same, for PUBLISH.
    """

    version: int
    closing: Closing = Closing.PUBLISH
    reason: ClosingReason | None = None
    mapping: str = ""
    repeats: bool = False


class ReviewQueue:
    """The queue over one ledger. Who acts is named with each call.

    Methods raise ConflictError when somebody else was first, NotInQueueError for an unknown item or field, and
    LedgerError when the database fails; nothing is written then.
    """

    def __init__(self, ledger: Ledger, *, lease_s: float = LEASE_S) -> None:
        self._ledger = ledger
        self._lease = timedelta(seconds=lease_s)

    # --- looking

    def waiting(self, *, after: ReviewItem | None = None, limit: int = 50) -> list[ReviewItem]:
        """Returns a page of items that wait for sign-off, claimed ones too, most urgent first."""
        query = select(REVIEW_ITEMS).where(REVIEW_ITEMS.c.waiting.is_(True))
        if after is not None:
            same = and_(REVIEW_ITEMS.c.rank_at == after.rank_at, REVIEW_ITEMS.c.id > after.id)
            query = query.where(or_(REVIEW_ITEMS.c.rank_at > after.rank_at, same))
        query = query.order_by(REVIEW_ITEMS.c.rank_at, REVIEW_ITEMS.c.id).limit(limit)
        with self._ledger.snapshot() as connection:
            return [keeping.as_item(row) for row in connection.execute(query).mappings()]

    def matching(self, reference: str, *, limit: int = 20) -> list[ReviewItem]:
        """Returns the items that the beginning of an item's, a record's or a document's id may mean."""
        if not reference:
            return []
        columns = (REVIEW_ITEMS.c.id, REVIEW_ITEMS.c.record_id, REVIEW_ITEMS.c.document_id)
        begins = or_(*(begins_with(column, reference) for column in columns))
        with self._ledger.snapshot() as connection:
            rows = connection.execute(select(REVIEW_ITEMS).where(begins).order_by(REVIEW_ITEMS.c.id).limit(limit))
            return [keeping.as_item(row) for row in rows.mappings()]

    def view(self, item_id: str, *, actor: str) -> ItemView:
        """Returns an item with its record as it stands; that somebody looked is an audit event."""
        with self._ledger.transaction(actor) as tx:
            item = _item(tx, item_id)
            tx.record_event("item.viewed", document_id=item.document_id, record_id=item.record_id, item=item.id)
            return _view(tx, item)

    # --- working

    def claim(self, item_id: str, *, actor: str) -> ReviewItem:
        """Claims an item that waits, or claims it anew; one whose claim ran out may be taken from its holder."""
        with self._ledger.transaction(actor) as tx:
            item = _item(tx, item_id)
            _waits(item)
            if _holder(item, tx.now) not in (None, actor):
                raise ConflictError("the item is claimed by somebody else", subject=item.id)
            return self._claimed(tx, item)

    def claim_next(self, *, actor: str) -> ReviewItem | None:
        """Claims the most urgent item that nobody holds; None if there is none."""
        with self._ledger.transaction(actor) as tx:
            free = select(REVIEW_ITEMS).where(keeping.claimable(tx.now))
            first = free.order_by(REVIEW_ITEMS.c.rank_at, REVIEW_ITEMS.c.id).limit(1).with_for_update(skip_locked=True)
            row = tx.connection.execute(first).mappings().one_or_none()
            return None if row is None else self._claimed(tx, keeping.as_item(row))

    def return_item(self, item_id: str, *, actor: str) -> ReviewItem:
        """Gives a claimed item back; its decisions stay."""
        with self._ledger.transaction(actor) as tx:
            item = _held(tx, item_id, None)
            values = {"state": ItemState.OPEN.value, "claimed_by": None, "claimed_until": None}
            keeping.change_item(tx, item, dict(values))
            tx.record_event("item.returned", document_id=item.document_id, record_id=item.record_id, item=item.id)
            return _item(tx, item_id)

    def decide(self, item_id: str, decision: FieldDecision, *, actor: str, version: int) -> ItemView:
        """Decides one field of a claimed item; deciding it again replaces the earlier decision, which is kept.

        Raises:
            ConflictError: the item is not of that version any more, or the actor does not hold it.
            NotInQueueError: the record has no such field.
            SettingsError: the decision lacks what its action needs.
        """
        with self._ledger.transaction(actor) as tx:
            item = _held(tx, item_id, version)
            kept, joined = _joined(tx, item)
            made = decided(joined, decision, decisions=keeping.decisions_on(tx.connection, kept.record.id))
            # The version first: of two deciders the second finds it gone, instead of the decision's unique key taken.
            keeping.change_item(tx, item, {"claimed_until": tx.now + self._lease})
            keeping.add_decision(tx, item, made.model_copy(update={"actor": actor, "at": tx.now}))
            return _view(tx, _item(tx, item_id))

    # --- signing off

    def sign_off(
        self,
        item_id: str,
        sign_off: SignOff,
        *,
        actor: str,
        build_bundle: BuildBundle,
        build_submission: BuildSubmission = nothing_to_submit,
    ) -> ItemView:
        """Signs a claimed item off: publishes its record exactly once, or closes it by hand with a reason.

        Args:
            item_id: which item.
            sign_off: how.
            actor: who; holds the claim.
            build_bundle: maps the record with its verified values to a bundle; called outside the transaction.
            build_submission: makes what is submitted to a payer, written in the same transaction; called outside it.

        Raises:
            ReviewIncompleteError: something listed is undecided, there is nothing to publish or no reason, or with its
                verified values it asks for what an earlier request asked for and nobody has said so.
            ConflictError: the item is not of that version any more, or the actor does not hold it.
        """
        if sign_off.closing is not Closing.PUBLISH:
            if sign_off.reason is None:
                raise ReviewIncompleteError("closing an item by hand needs a reason", subject=item_id)
            return self._close_by_hand(item_id, sign_off, actor=actor)
        with self._ledger.transaction(actor) as tx:
            kept, joined = _joined(tx, _held(tx, item_id, sign_off.version))
            issue = next_issue(tx.connection, kept.record.id)
            given = verified(tx, joined.record)
        if joined.undecided:
            raise ReviewIncompleteError(f"{len(joined.undecided)} fields are undecided", subject=item_id)
        if not any(field.usable for field in joined.record.fields):
            raise ReviewIncompleteError("there is nothing to publish; route or refuse it instead", subject=item_id)
        bundle, submission = build_bundle(joined.record, given), build_submission(joined.record, issue)
        with self._ledger.transaction(actor) as tx:
            item = _held(tx, item_id, sign_off.version)
            record = _against_earlier(tx, joined.record, sign_off, item_id)
            revision = record_keeping.keep_record(tx, record, RecordState.PUBLISHED, prior=kept, run_id=None)
            publish_verified(tx, record, revision, given, Mapped(bundle=bundle, mapping=sign_off.mapping))
            keep_submission(tx, record, issue, submission, revision=revision)
            keep_keys(tx, record)
            keep_labels(tx, item, kept, joined, published=True)
            return _closed(tx, item, sign_off)

    def _close_by_hand(self, item_id: str, sign_off: SignOff, *, actor: str) -> ItemView:
        """Routes or refuses what an item is about."""
        state = RecordState(sign_off.closing.value)
        with self._ledger.transaction(actor) as tx:
            item = _held(tx, item_id, sign_off.version)
            if item.record_id is not None:
                kept, joined = _joined(tx, item)
                record_keeping.keep_record(tx, joined.record, state, prior=kept, run_id=None)
                record_keeping.withdraw(tx, joined.record)
                keep_keys(tx, joined.record)
                keep_labels(tx, item, kept, joined, published=False)
            reason = {"closing_reason": None if sign_off.reason is None else sign_off.reason.value}
            closing = {} if item.record_id is not None else {"closing": state.value}
            row = DOCUMENTS.c.id == item.document_id
            tx.connection.execute(update(DOCUMENTS).where(row).values(**reason, **closing))
            return _closed(tx, item, sign_off)

    def _claimed(self, tx: LedgerTransaction, item: ReviewItem) -> ReviewItem:
        """Writes a claim."""
        until = tx.now + self._lease
        keeping.change_item(
            tx, item, {"state": ItemState.CLAIMED.value, "claimed_by": tx.actor, "claimed_until": until}
        )
        tx.record_event("item.claimed", document_id=item.document_id, record_id=item.record_id, item=item.id)
        return _item(tx, item.id)


def _item(tx: LedgerTransaction, item_id: str) -> ReviewItem:
    """Returns an item."""
    item = keeping.read_item(tx.connection, item_id)
    if item is None:
        raise NotInQueueError("no such item in the queue", subject=item_id)
    return item


def _waits(item: ReviewItem) -> None:
    """Raises ConflictError if an item is closed."""
    if item.closed_at is not None:
        raise ConflictError("the item is closed already", subject=item.id)


def _holder(item: ReviewItem, now: datetime) -> str | None:
    """Returns who holds an item now."""
    live = item.claimed_until is not None and item.claimed_until > now
    return item.claimed_by if live else None


def _held(tx: LedgerTransaction, item_id: str, version: int | None) -> ReviewItem:
    """Returns an item that the actor holds and that is of the version which was looked at."""
    # The document before its item, as a settlement locks them: the other order could lock both up on PostgreSQL.
    record_keeping.lock_document(tx, _item(tx, item_id).document_id)
    item = _item(tx, item_id)
    _waits(item)
    if _holder(item, tx.now) != tx.actor:
        raise ConflictError("claim the item first; it is not yours, or your claim ran out", subject=item.id)
    if version is not None and item.version != version:
        raise ConflictError("the item was changed since it was shown", subject=item.id)
    return item


def _joined(tx: LedgerTransaction, item: ReviewItem) -> tuple[KeptRecord, Joined]:
    """Returns an item's record as kept, and with its decisions joined in."""
    kept = None if item.record_id is None else record_keeping.kept_record(tx.connection, item.record_id)
    if kept is None:
        raise NotInQueueError("the item is about a document without a record; route or refuse it", subject=item.id)
    return kept, join(kept.record, keeping.decisions_on(tx.connection, kept.record.id))


def _against_earlier(tx: LedgerTransaction, record: Record, sign_off: SignOff, item_id: str) -> Record:
    """Returns the record, with a finding if an earlier request asks for the same; who signs must know of it."""
    earlier = earlier_requests(tx, record, known=True)
    if not earlier or is_marked(record):
        return record
    if not sign_off.repeats:
        message = f"record {earlier[0][:12]} asked for the same before; refuse this one, or publish it as a repeat"
        raise ReviewIncompleteError(message, subject=item_id)
    return marked(record, earlier[0])


def _view(tx: LedgerTransaction, item: ReviewItem) -> ItemView:
    """Returns an item with its record as it stands."""
    if item.record_id is None:
        return ItemView(item=item)
    kept, joined = _joined(tx, item)
    return ItemView(
        item=item,
        record=joined.record,
        undecided=joined.undecided,
        decisions=tuple(keeping.decisions_on(tx.connection, kept.record.id)),
        differences=tuple(keeping.differences_of(tx.connection, kept.record.id)),
    )


def _closed(tx: LedgerTransaction, item: ReviewItem, sign_off: SignOff) -> ItemView:
    """Closes an item and brings its document's state up to date."""
    keeping.change_item(
        tx,
        item,
        {
            "state": ItemState.SIGNED_OFF.value,
            "waiting": False,
            "claimed_by": None,
            "claimed_until": None,
            "closed_at": tx.now,
            "closed_by": tx.actor,
            "closing": sign_off.closing.value,
            "closing_reason": None if sign_off.reason is None else sign_off.reason.value,
        },
    )
    tx.record_event(
        "item.signed_off",
        document_id=item.document_id,
        record_id=item.record_id,
        item=item.id,
        version=item.version,
        closing=sign_off.closing.value,
    )
    record_keeping.refresh_state(tx, item.document_id)
    return _view(tx, _item(tx, item.id))
