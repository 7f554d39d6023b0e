"""Which submitted request a payer's decision answers: the one that the keys of its case name, or none.

Never guessed: a decision whose keys name two requests, or none that was submitted, answers none. The link is part of
what a bundle is mapped from. A request that is submitted or read after its decision puts the decision's document back
in flight, and the next run maps it with its link.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from documents.records import Record
from documents.value import Value
from ledger import record_keeping, submissions
from ledger.case_keys import Holder, hold, holders
from ledger.states import RecordState
from ledger.submissions import SubmissionKind
from ledger.transaction import LedgerTransaction
from validation.case_keys import DECISION, REQUEST, CaseKeys, case_keys

# Why a document is in flight again.
ANSWERS_REQUEST = "answers_request"


class Answered(Value):
    """The submission that a decision answers.

    Attributes:
        record_id, number: which.
        by: the keys that named it: `reference`, `service`, or both.
    """

    record_id: str
    number: int
    by: tuple[str, ...]

    @property
    def name(self) -> str:
        """Record and number, as a publication keeps them."""
        return f"{self.record_id}/{self.number}"


def keep_keys(tx: LedgerTransaction, record: Record) -> None:
    """Gives a record the keys of its case; a request's may change what decisions answer."""
    keys = case_keys(record)
    if keys is None:
        return
    hold(tx, Holder(record_id=record.id, document_id=record.document_id), keys.all, role=keys.role)
    if keys.role == REQUEST:
        _map_decisions_again(tx, keys)


def answered(connection: Connection, record: Record, *, received_at: datetime) -> Answered | None:
    """Returns the submission that a decision answers; None for other records, or if it is not one and only one.

    Of a request's submissions it is the last that was made before the decision arrived, else the first.

    Args:
        connection: a reading one, or the transaction's.
        record: the decision.
        received_at: when its document arrived, aware.
    """
    keys = case_keys(record)
    if keys is None or keys.role != DECISION:
        return None
    by_reference = _requests(connection, keys.reference)
    by_service = _requests(connection, keys.service)
    found = by_reference or by_service
    if len(found) != 1 or (by_service and not found & by_service):
        return None
    (request,) = found
    made = [
        s for s in submissions.submissions_of(connection, request) if s.ready and s.kind is not SubmissionKind.CANCEL
    ]
    if not made:
        return None
    before = [each for each in made if each.created_at <= received_at]
    said = (("reference", by_reference), ("service", by_service))
    return Answered(
        record_id=request,
        number=(before[-1] if before else made[0]).number,
        by=tuple(name for name, requests in said if request in requests),
    )


def note_link(tx: LedgerTransaction, record: Record, link: Answered | None) -> None:
    """Records which keys linked a published decision to its request."""
    if link is None:
        return
    tx.record_event(
        "record.linked",
        document_id=record.document_id,
        record_id=record.id,
        request=link.record_id,
        number=link.number,
        by=",".join(link.by),
    )


def _requests(connection: Connection, keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(holder.record_id for holder in holders(connection, keys, role=REQUEST))


def _map_decisions_again(tx: LedgerTransaction, keys: CaseKeys) -> None:
    """Puts the documents of published decisions back in flight that would be linked otherwise now."""
    for holder in holders(tx.connection, keys.all, role=DECISION):
        kept = record_keeping.kept_record(tx.connection, holder.record_id)
        if kept is None or kept.state is not RecordState.PUBLISHED:
            continue
        received_at = record_keeping.received_at(tx.connection, holder.document_id)
        now = answered(tx.connection, kept.record, received_at=received_at)
        if record_keeping.linked_to(tx.connection, holder.record_id) != (now and now.name):
            record_keeping.requeue(tx, [holder.document_id], reason=ANSWERS_REQUEST, run_id=None)
