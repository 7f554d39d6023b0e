"""Which records ask somebody for a decision."""

from __future__ import annotations

from documents.records import Record

# Types of documents that ask for a decision; a note that happens to name a procedure or a drug requests nothing.
_REQUESTS = frozenset({"prior_auth_request"})


def asks_for_decision(record: Record) -> bool:
    """Whether the record's document type is a request."""
    return record.segment.document_type in _REQUESTS
