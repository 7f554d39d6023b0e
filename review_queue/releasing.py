"""What a person releases for a payer: the submission that a sign-off makes, and those that are made afterwards.

Nothing is submitted that nobody released. What a later reading of the document changes is no release either: the record
is published anew, and a person submits it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from documents.errors import ConflictError
from documents.records import Record
from documents.value import Value
from ledger import record_keeping, submissions
from ledger.ledger import Ledger
from ledger.record_keeping import KeptRecord, Mapped
from ledger.states import RecordState
from ledger.submissions import NewSubmission, Submission, SubmissionKind
from ledger.transaction import LedgerTransaction
from review_queue import keeping
from review_queue.answers import answered, keep_keys, note_link
from review_queue.circumstances import BuildBundle, Circumstances
from review_queue.deciding import decided
from review_queue.errors import NotInQueueError, NotReleasableError, ReviewIncompleteError
from review_queue.items import Closing, FieldDecision
from review_queue.verified_values import Joined, join


class CancelReason(StrEnum):
    """Why a request is taken back; a closed list, so that it can be counted."""

    NO_LONGER_NEEDED = "no_longer_needed"
    WITHDRAWN_BY_SENDER = "withdrawn_by_sender"
    DUPLICATE = "duplicate"
    WRONG_PATIENT = "wrong_patient"
    WRONG_PAYER = "wrong_payer"
    ENTERED_IN_ERROR = "entered_in_error"


class Issue(Value):
    """Which of a record's submissions is made next.

    Attributes:
        number: of it.
        kind: what it asks.
        prior: the ready one that an update or a cancellation follows.
    """

    number: int
    kind: SubmissionKind
    prior: Submission | None = None


BuildSubmission = Callable[[Record, Issue], NewSubmission | None]
"""Makes a record's submission; None where the record asks for no decision."""


def nothing_to_submit(_record: Record, _issue: Issue) -> None:
    """Makes no submission: the internal bundle is all that is wanted."""


@dataclass(frozen=True, slots=True)
class Releasing:
    """How a release maps what it releases.

    Attributes:
        build_bundle: maps a record to its internal bundle, as verified by who releases it.
        build_submission: makes its submission.
        mapping: version of the mapping.
    """

    build_bundle: BuildBundle
    build_submission: BuildSubmission
    mapping: str


def next_issue(connection: Connection, record_id: str, *, cancel: bool = False) -> Issue:
    """Returns which of a record's submissions is made next; after a cancellation it is a new request.

    Raises:
        NotReleasableError: there is nothing to cancel.
    """
    last = submissions.last_ready(connection, record_id)
    prior = None if last is None or last.kind is SubmissionKind.CANCEL else last
    if cancel and prior is None:
        raise NotReleasableError("no request of the record is with a payer; there is nothing to cancel")
    kind = SubmissionKind.CANCEL if cancel else SubmissionKind.REQUEST if prior is None else SubmissionKind.UPDATE
    return Issue(number=submissions.next_number(connection, record_id), kind=kind, prior=prior)


def keep_submission(
    tx: LedgerTransaction, record: Record, issue: Issue, new: NewSubmission | None, *, revision: int
) -> None:
    """Writes a record's submission, unless it says what the last one says.

    Raises:
        ConflictError: another one was made meanwhile, or what is sent along was changed.
    """
    if new is None:
        return
    for part in new.parts:
        kept = None if part.withheld or part.record_id == record.id else _kept(tx, part.record_id)
        if kept is not None and (kept.revision, kept.state) != (part.revision, RecordState.PUBLISHED):
            raise ConflictError("pages that are sent along were decided otherwise meanwhile", subject=part.record_id)
    if submissions.next_number(tx.connection, record.id) != issue.number:
        raise ConflictError("another submission of the record was made meanwhile", subject=record.id)
    current = submissions.current(tx.connection, record.id)
    # What a payer refused is ready and no prior one: it may be sent again as it is.
    stands = current is not None and (not current.ready or current == issue.prior)
    if current is not None and stands and _same(current, new):
        return
    if issue.prior is not None and _same(issue.prior, new):
        # What the payer has says it already; only the one that lacked something is no longer true.
        submissions.restore(tx, issue.prior)
        return
    submissions.submit(tx, new, record_id=record.id, document_id=record.document_id, revision=revision)


def verified(tx: LedgerTransaction, record: Record) -> Circumstances:
    """Returns what a bundle is mapped from that the transaction's actor verifies."""
    received_at = record_keeping.received_at(tx.connection, record.document_id)
    return Circumstances(verified_by=tx.actor, answers=answered(tx.connection, record, received_at=received_at))


def publish_verified(
    tx: LedgerTransaction, record: Record, revision: int, given: Circumstances, mapped: Mapped
) -> None:
    """Publishes a bundle that was mapped in given circumstances.

    Raises:
        ConflictError: what it answers changed meanwhile.
    """
    if verified(tx, record) != given:
        raise ConflictError("the request that the record answers was submitted meanwhile", subject=record.id)
    record_keeping.publish(tx, record, revision, mapped.model_copy(update={"request": given.request}))
    note_link(tx, record, given.answers)


def _same(kept: Submission, new: NewSubmission) -> bool:
    """Whether a submission says the same; an update says what the request before it says if the content is the same."""
    cancels = SubmissionKind.CANCEL in (kept.kind, new.kind)
    return not cancels and (kept.content_key, kept.state) == (new.content_key, new.state)


def as_entered(ledger: Ledger, record_id: str) -> Record:
    """Returns a record with what was decided and entered since it was published.

    Raises:
        NotInQueueError: there is no such record.
    """
    with ledger.snapshot() as connection:
        kept = record_keeping.kept_record(connection, record_id)
        if kept is None:
            raise NotInQueueError("no such record", subject=record_id)
        return join(kept.record, keeping.decisions_on(connection, record_id)).record


def enter(ledger: Ledger, record_id: str, decision: FieldDecision, *, actor: str) -> Record:
    """Keeps what a person enters for a published record; returns the record with it. Nothing is submitted yet.

    Raises:
        NotReleasableError: the record is not published.
        SettingsError: the decision lacks what its action needs.
        NotInQueueError: the record has no such field.
        ConflictError: somebody changed the record meanwhile.
    """
    with ledger.transaction(actor) as tx:
        kept, joined = _published(tx, record_id)
        decisions = keeping.decisions_on(tx.connection, record_id)
        made = decided(joined, decision, decisions=decisions)
        item = keeping.settled_item(tx, kept.record.document_id, record_id)
        keeping.change_item(tx, item, {})
        keeping.add_decision(tx, item, made.model_copy(update={"actor": actor, "at": tx.now}))
        return join(kept.record, keeping.decisions_on(tx.connection, record_id)).record


def release(ledger: Ledger, record_id: str, releasing: Releasing, *, actor: str) -> Submission | None:
    """Releases a published record with what was entered for it, and makes its submission; returns the current one.

    A record that was accepted without a person is signed off by whoever releases it. None: it asks for no decision.

    Raises:
        NotReleasableError: the record is not published.
        ReviewIncompleteError: something entered for it is undecided.
        ConflictError: somebody changed the record meanwhile.
    """
    with ledger.transaction(actor) as tx:
        kept, joined = _published(tx, record_id)
        issue = next_issue(tx.connection, record_id)
        given = verified(tx, joined.record)
    if joined.undecided:
        raise ReviewIncompleteError(f"{len(joined.undecided)} fields are undecided", subject=record_id)
    record = joined.record
    bundle, new = releasing.build_bundle(record, given), releasing.build_submission(record, issue)
    with ledger.transaction(actor) as tx:
        again, rejoined = _published(tx, record_id)
        if again.key != kept.key or rejoined != joined:
            raise ConflictError("the record was changed meanwhile", subject=record_id)
        revision = record_keeping.keep_record(tx, record, RecordState.PUBLISHED, prior=kept, run_id=None)
        signed = keeping.sign_off_settled(tx, record.document_id, record_id, closing=Closing.PUBLISH)
        if signed or revision != kept.revision:
            publish_verified(tx, record, revision, given, Mapped(bundle=bundle, mapping=releasing.mapping))
        tx.record_event("record.released", document_id=record.document_id, record_id=record_id, revision=revision)
        keep_submission(tx, record, issue, new, revision=revision)
        keep_keys(tx, record)
        return submissions.current(tx.connection, record_id)


def cancel(
    ledger: Ledger, record_id: str, reason: CancelReason, *, actor: str, build_submission: BuildSubmission
) -> int:
    """Takes back the request that is with a payer, whatever became of the record; returns the cancellation's number.

    Raises:
        NotReleasableError: there is no such record, or nothing to cancel.
        ReviewIncompleteError: the cancellation lacks something.
        ConflictError: another submission was made meanwhile.
    """
    with ledger.transaction(actor) as tx:
        kept = _kept(tx, record_id)
        issue = next_issue(tx.connection, record_id, cancel=True)
    new = build_submission(kept.record, issue)
    if new is None or new.missing:
        raise ReviewIncompleteError("the cancellation lacks what the request needed", subject=record_id)
    with ledger.transaction(actor) as tx:
        kept = _kept(tx, record_id)
        keep_submission(tx, kept.record, issue, new, revision=kept.revision)
        tx.record_event(
            "submission.cancelled",
            document_id=kept.record.document_id,
            record_id=record_id,
            number=None if issue.prior is None else issue.prior.number,
            reason=reason.value,
        )
    return issue.number


def _kept(tx: LedgerTransaction, record_id: str) -> KeptRecord:
    """Returns a record whose document nobody else changes until the transaction ends."""
    kept = record_keeping.kept_record(tx.connection, record_id)
    if kept is None:
        raise NotInQueueError("no such record", subject=record_id)
    record_keeping.lock_document(tx, kept.record.document_id)
    again = record_keeping.kept_record(tx.connection, record_id)
    return kept if again is None else again


def _published(tx: LedgerTransaction, record_id: str) -> tuple[KeptRecord, Joined]:
    """Returns a published record, and with its decisions joined in."""
    kept = _kept(tx, record_id)
    if kept.state is not RecordState.PUBLISHED:
        raise NotReleasableError(f"the record is {kept.state.value}", subject=record_id)
    return kept, join(kept.record, keeping.decisions_on(tx.connection, record_id))
