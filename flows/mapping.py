"""From a record and its document to the bundle that is published."""

from __future__ import annotations

import hashlib
import importlib.metadata
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from documents.records import Record
from documents.store import Store
from ledger.statuses import DocumentStatus
from review_queue.answers import Answered
from review_queue.circumstances import Circumstances

if TYPE_CHECKING:
    from fhir_mapping.source import RequestLink, SourceDocumentReference

PLAIN = Circumstances()


def bundle_of(
    record: Record,
    given: Circumstances = PLAIN,
    *,
    document: DocumentStatus,
    store: Store,
    recorded: datetime,
) -> str:
    """The FHIR bundle of a record as JSON.

    Args:
        record: only its usable fields are mapped.
        given: who verified it, and what it answers.
        document: as the ledger knows it.
        store: of its bytes, for the hash that FHIR R4 asks for.
        recorded: when this mapping is made, aware.
    """
    from fhir_mapping.bundle import build_bundle
    from fhir_mapping.source import SoftwareIdentity
    from flows.stages import MODEL

    source = source_of(record, document, store.path(document.document_id).read_bytes())
    software = SoftwareIdentity(name="fax2fhir", version=_version(), model=record.versions.get(MODEL))
    return build_bundle(
        record,
        source,
        recorded=recorded,
        software=software,
        verified_by=given.verified_by,
        request=None if given.answers is None else _link(given.answers),
    )


def _link(answers: Answered) -> RequestLink:
    from fhir_mapping.identity import claim_identifier
    from fhir_mapping.source import RequestLink

    return RequestLink(**claim_identifier(answers.record_id, answers.number)._asdict())


def source_of(record: Record, document: DocumentStatus, content: bytes) -> SourceDocumentReference:
    """What a bundle says of the document that a record was read from.

    Args:
        record: of which the last page is the document's, where the ledger does not know their number.
        document: as the ledger knows it.
        content: its bytes, for the hash that FHIR R4 asks for.
    """
    from fhir_mapping.source import SourceDocumentReference

    return SourceDocumentReference(
        document_id=document.document_id,
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        size=document.size,
        media_type=document.media_type or "application/octet-stream",
        received_at=document.received_at,
        page_count=document.page_count or record.segment.page_end,
    )


@cache
def _version() -> str:
    return importlib.metadata.version("fax2fhir")
