"""The queue's share in reconciling and verifying: items against records, decisions against the audit chain."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, RowMapping, func, select

from documents.outcomes import DISPOSITIONS, Disposition, OutcomeCode
from ledger import reconciliation, verification
from ledger.audit import AuditHead
from ledger.ledger import Ledger
from ledger.reconciliation import Reconciliation
from ledger.states import RecordState
from ledger.tables import AUDIT_EVENTS, DOCUMENTS, RECORDS
from ledger.verification import Verification
from review_queue import keeping
from review_queue.tables import REVIEW_DECISIONS, REVIEW_ITEMS


def reconcile(ledger: Ledger) -> Reconciliation:
    """Counts every document once, and checks that whatever is in review has a waiting item, and nothing else has."""
    with ledger.snapshot() as connection:
        found = reconciliation.reconcile(connection)
        problems = (*found.discrepancies, *_item_problems(connection))
        return found.model_copy(update={"discrepancies": problems})


def verify(ledger: Ledger, *, known: AuditHead | None = None) -> Verification:
    """Re-hashes the ledger and the queue's decisions, against an audit head exported earlier if given."""
    with ledger.snapshot() as connection:
        found = verification.verify(connection, known=known)
        problems = (*found.problems, *verification.readable(_decision_problems, connection))
        rows = connection.scalar(select(func.count()).select_from(REVIEW_DECISIONS)) or 0
        checked = {**found.checked, REVIEW_DECISIONS.name: rows}
        return found.model_copy(update={"problems": problems, "checked": checked})


def _item_problems(connection: Connection) -> Iterator[str]:
    """Yields records and documents in review without a waiting item, and waiting items about nothing in review."""
    waiting = select(REVIEW_ITEMS.c.document_id, REVIEW_ITEMS.c.record_id).where(REVIEW_ITEMS.c.waiting.is_(True))
    items = {(row.document_id, row.record_id) for row in connection.execute(waiting)}
    in_review = select(RECORDS.c.document_id, RECORDS.c.id).where(RECORDS.c.state == RecordState.IN_REVIEW.value)
    needs: set[tuple[str, str | None]] = {(row.document_id, row.id) for row in connection.execute(in_review)}
    codes = [code.value for code in OutcomeCode if DISPOSITIONS[code] is Disposition.REVIEW]
    open_documents = select(DOCUMENTS.c.id).where(DOCUMENTS.c.outcome_code.in_(codes), DOCUMENTS.c.closing.is_(None))
    needs |= {(document_id, None) for document_id in connection.scalars(open_documents)}
    for document_id, record_id in sorted(needs - items, key=str):
        yield f"in review without an item: document {document_id}, record {record_id}"
    for document_id, record_id in sorted(items - needs, key=str):
        yield f"an item about nothing in review: document {document_id}, record {record_id}"


def _decision_problems(connection: Connection) -> Iterator[str]:
    """Yields decisions that are not as the audit chain holds them."""
    sealed = {}
    for event in _events(connection):
        details = json.loads(event["details"])
        sealed[details["item"], details["version"]] = details["row"]
    for row in connection.execute(select(REVIEW_DECISIONS).order_by(REVIEW_DECISIONS.c.id)).mappings():
        if sealed.pop((row["item_id"], row["item_version"]), None) != keeping.decision_hash(row):
            yield f"decision {row['id']} on record {row['record_id']} was changed or added"
    for item_id, version in sealed:
        yield f"the decision on version {version} of item {item_id} is missing"


def _events(connection: Connection) -> Iterator[RowMapping]:
    """Yields the audit events about decisions."""
    decided = select(AUDIT_EVENTS).where(AUDIT_EVENTS.c.action == "item.decided").order_by(AUDIT_EVENTS.c.sequence)
    yield from connection.execute(decided).mappings()
