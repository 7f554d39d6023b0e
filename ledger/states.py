"""The states of documents and records, and the one rule that derives a document's state from facts."""

from __future__ import annotations

from enum import StrEnum

from documents.outcomes import DISPOSITIONS, Disposition, OutcomeCode


class DocumentState(StrEnum):
    """Where a document is. Every document received is in exactly one of these."""

    IN_FLIGHT = "in_flight"
    PUBLISHED = "published"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"


class RecordState(StrEnum):
    """Where a record is.

    ROUTED: a person took the case over by hand, no bundle. REFUSED: a person said that it is no case, with a reason.
    SUPERSEDED: a later reading of the document does not produce this record any more.
    """

    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ROUTED = "routed"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


CLOSED_BY_HAND = (RecordState.ROUTED, RecordState.REFUSED)


def derive_state(
    *, in_flight: bool, record_states: frozenset[RecordState], outcome: OutcomeCode | None, closing: RecordState | None
) -> DocumentState:
    """Derives a document's state (docs/architecture.md).

    Args:
        in_flight: whether the document awaits or undergoes processing.
        record_states: the states of its records.
        outcome: the outcome code of its processing, if any.
        closing: how a person closed the document's own review item (ROUTED or REFUSED), if one did.
    """
    if in_flight:
        return DocumentState.IN_FLIGHT
    waits = outcome is not None and DISPOSITIONS[outcome] is Disposition.REVIEW and closing is None
    if waits or RecordState.IN_REVIEW in record_states:
        return DocumentState.IN_REVIEW
    if closing is RecordState.ROUTED or record_states & {RecordState.PUBLISHED, RecordState.ROUTED}:
        return DocumentState.PUBLISHED
    return DocumentState.REJECTED
