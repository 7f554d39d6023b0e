"""From a record and its document to the bundle that is published."""

from __future__ import annotations

import hashlib
import importlib.metadata
from datetime import datetime
from functools import cache

from documents.records import Record
from documents.store import Store
from ledger.statuses import DocumentStatus


def bundle_of(
    record: Record, *, document: DocumentStatus, store: Store, recorded: datetime, verified_by: str | None = None
) -> str:
    """The FHIR bundle of a record as JSON.

    Args:
        record: only its usable fields are mapped.
        document: as the ledger knows it.
        store: of its bytes, for the hash that FHIR R4 asks for.
        recorded: when this mapping is made, aware.
        verified_by: the person who signed the record off, if one did.
    """
    from fhir_mapping.bundle import build_bundle
    from fhir_mapping.source import SoftwareIdentity, SourceDocumentReference

    content = store.path(document.document_id).read_bytes()
    source = SourceDocumentReference(
        document_id=document.document_id,
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        size=document.size,
        media_type=document.media_type or "application/octet-stream",
        received_at=document.received_at,
        page_count=document.page_count or record.segment.page_end,
    )
    software = SoftwareIdentity(name="fax2fhir", version=_version())
    return build_bundle(record, source, recorded=recorded, software=software, verified_by=verified_by)


@cache
def _version() -> str:
    return importlib.metadata.version("fax2fhir")
