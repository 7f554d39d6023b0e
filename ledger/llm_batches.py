"""Batches of questions to a model: which documents await which, so that a restarted run finds them again.

A document whose questions are in an open batch is in flight without a lease: nobody claims it until the batch is
closed, or until whoever saw to the batch has been silent for too long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from documents.value import Value
from ledger.tables import IN_FLIGHT, LLM_BATCH_QUESTIONS, LLM_BATCHES
from ledger.transaction import LedgerTransaction

_BATCH = LLM_BATCHES.c
_QUESTION = LLM_BATCH_QUESTIONS.c
_OPEN = _BATCH.closed_at.is_(None)
# PostgreSQL takes at most 65,535 parameters a statement.
_SLICE = 500


class BatchState(StrEnum):
    """How far a batch is, as far as the ledger knows."""

    GATHERING = "gathering"
    SUBMITTING = "submitting"  # its disclosure is recorded; the endpoint may have it or not
    SUBMITTED = "submitted"
    CLOSED = "closed"


class BatchEnd(StrEnum):
    """How a batch was closed; what it did not answer is asked directly, except where it was dropped."""

    COLLECTED = "collected"
    FAILED = "failed"  # the endpoint did not run it
    REFUSED = "refused"  # the endpoint did not take it
    LATE = "late"
    DROPPED = "dropped"  # nothing in it can be asked any more: another endpoint or model, or another reading


class LlmBatch(Value):
    """A batch; see ledger.tables.LlmBatch for its attributes."""

    id: str
    state: BatchState
    host: str
    model: str
    run_id: str
    worker_id: str
    held_until: datetime
    created_at: datetime
    submitted_at: datetime | None = None
    endpoint_id: str | None = None
    closed_at: datetime | None = None
    end: BatchEnd | None = None


class BatchQuestion(Value):
    """A question in a batch.

    Attributes:
        key: of the question.
        document_id: that awaits it.
        reserved: of the run's money; 0 where another document asks the same.
        outcome: None until the batch answered it.
    """

    key: str
    document_id: str
    reserved: float
    outcome: str | None = None


def begin(tx: LedgerTransaction, batch: LlmBatch) -> None:
    """Records a batch that questions are gathered for."""
    tx.connection.execute(insert(LLM_BATCHES).values(**batch.model_dump()))


def add(tx: LedgerTransaction, batch_id: str, questions: Iterable[BatchQuestion]) -> None:
    """Adds questions to a batch."""
    rows = [{"batch_id": batch_id, **question.model_dump()} for question in questions]
    if rows:
        tx.connection.execute(insert(LLM_BATCH_QUESTIONS), rows)


def move(tx: LedgerTransaction, batch_id: str, keys: Iterable[str], *, to: str) -> None:
    """Moves questions that a batch has no room for to another."""
    for key in keys:
        moved = update(LLM_BATCH_QUESTIONS).where(_QUESTION.batch_id == batch_id, _QUESTION.key == key)
        tx.connection.execute(moved.values(batch_id=to))


def change(tx: LedgerTransaction, batch: LlmBatch, **values: object) -> bool:
    """Changes an open batch; False if another worker sees to it by now, and nothing was changed."""
    own = (_BATCH.id == batch.id) & (_BATCH.worker_id == batch.worker_id) & _OPEN
    return tx.connection.execute(update(LLM_BATCHES).where(own).values(**values)).rowcount == 1


def close(tx: LedgerTransaction, batch: LlmBatch, end: BatchEnd) -> bool:
    """Lets the batch's documents go on; False if another worker sees to it by now."""
    done = change(tx, batch, state=BatchState.CLOSED, closed_at=tx.now, end=end)
    if done:
        tx.record_event("batch.closed", batch=batch.id, end=end.value)
    return done


def settle(tx: LedgerTransaction, batch_id: str, outcomes: Mapping[str, str]) -> None:
    """Notes how questions of a batch ended, for every document that asked them."""
    for key, outcome in outcomes.items():
        settled = update(LLM_BATCH_QUESTIONS).where(_QUESTION.batch_id == batch_id, _QUESTION.key == key)
        tx.connection.execute(settled.values(outcome=outcome))


def open_batches(connection: Connection) -> list[LlmBatch]:
    """Returns the batches that are not closed, oldest first."""
    rows = connection.execute(select(LLM_BATCHES).where(_OPEN).order_by(_BATCH.created_at, _BATCH.id)).mappings()
    return [LlmBatch.model_validate(dict(row)) for row in rows]


def questions(connection: Connection, batch_id: str) -> list[BatchQuestion]:
    """Returns a batch's questions, those of a document together."""
    chosen = select(LLM_BATCH_QUESTIONS).where(_QUESTION.batch_id == batch_id)
    rows = connection.execute(chosen.order_by(_QUESTION.document_id, _QUESTION.key)).mappings()
    return [BatchQuestion(**{name: row[name] for name in BatchQuestion.model_fields}) for row in rows]


def awaited(connection: Connection, keys: Collection[str], now: datetime) -> dict[str, str]:
    """Returns those of the questions that an open batch asks, each with that batch's id."""
    joined = LLM_BATCH_QUESTIONS.join(LLM_BATCHES, _BATCH.id == _QUESTION.batch_id)
    found = select(_QUESTION.key, _QUESTION.batch_id).select_from(joined).where(_OPEN, _BATCH.held_until > now)
    rows = (row for part in _sliced(keys) for row in connection.execute(found.where(_QUESTION.key.in_(part))))
    return {row.key: row.batch_id for row in rows}


def had(connection: Connection, document_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Returns the documents that had their batch since they came in flight, with the questions that it answered."""
    joined = LLM_BATCH_QUESTIONS.join(LLM_BATCHES, _BATCH.id == _QUESTION.batch_id).join(
        IN_FLIGHT, IN_FLIGHT.c.document_id == _QUESTION.document_id
    )
    found = select(_QUESTION.document_id, _QUESTION.key, _QUESTION.outcome).select_from(joined)
    found = found.where(_BATCH.closed_at >= IN_FLIGHT.c.queued_at)
    answered: dict[str, set[str]] = defaultdict(set)
    for part in _sliced(document_ids):
        for row in connection.execute(found.where(_QUESTION.document_id.in_(part))):
            answered[row.document_id] |= {row.key} if row.outcome is not None else set()
    return {document_id: frozenset(keys) for document_id, keys in answered.items()}


def late(connection: Connection, document_ids: Collection[str]) -> frozenset[tuple[str, str]]:
    """Returns document and key of the questions whose batch was given up since the document came in flight."""
    joined = LLM_BATCH_QUESTIONS.join(LLM_BATCHES, _BATCH.id == _QUESTION.batch_id).join(
        IN_FLIGHT, IN_FLIGHT.c.document_id == _QUESTION.document_id
    )
    found = select(_QUESTION.document_id, _QUESTION.key).select_from(joined)
    found = found.where(_BATCH.closed_at >= IN_FLIGHT.c.queued_at, _BATCH.end == BatchEnd.LATE)
    parts = (connection.execute(found.where(_QUESTION.document_id.in_(part))) for part in _sliced(document_ids))
    return frozenset((row.document_id, row.key) for rows in parts for row in rows)


def _sliced(values: Collection[str]) -> Iterable[list[str]]:
    ordered = sorted(set(values))
    return (ordered[at : at + _SLICE] for at in range(0, len(ordered), _SLICE))
