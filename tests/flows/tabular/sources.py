"""A record as the ledger gives it to the export."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from documents.records import Field, Record
from flows.tabular.rows import Source
from ledger.record_keeping import KeptRecord
from ledger.states import DocumentState, RecordState
from ledger.statuses import DocumentStatus, RecordTimes
from tests.fhir_mapping.records import record

RECEIVED = datetime(2026, 11, 19, 19, 2, 11, tzinfo=UTC)
READ = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)


def source(
    fields: Iterable[Field], document_type: str = "prior_auth_request", *, state: RecordState = RecordState.PUBLISHED
) -> Source:
    return source_of(record(fields, document_type), state=state)


def document_of(document_id: str) -> DocumentStatus:
    return DocumentStatus(
        document_id=document_id,
        state=DocumentState.PUBLISHED,
        outcome_code=None,
        closing=None,
        closing_reason=None,
        media_type="application/pdf",
        size=1,
        page_count=3,
        received_at=RECEIVED,
        header_at=None,
        sender=None,
        file_names=("x.pdf",),
    )


def source_of(read: Record, *, state: RecordState = RecordState.PUBLISHED) -> Source:
    kept = KeptRecord(record=read, revision=2, state=state, key="k")
    return Source(kept, document_of(read.document_id), RecordTimes(read_at=READ, revised_at=READ, published_at=None))
