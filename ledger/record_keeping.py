"""Keeping records: revisions that are only added, at most one current bundle each, and the state that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field as PydanticField
from sqlalchemy import Connection, func, insert, select, update

from documents.errors import LedgerError
from documents.outcomes import OutcomeCode
from documents.records import FieldStatus, Record
from documents.value import Value
from ledger.packing import canonical_json, content_key, digest, pack, unpack
from ledger.states import DocumentState, RecordState, derive_state
from ledger.tables import DOCUMENTS, IN_FLIGHT, PUBLICATIONS, RECORD_REVISIONS, RECORDS
from ledger.transaction import LedgerTransaction


class KeptRecord(Value):
    """A record as the ledger holds it.

    Attributes:
        record: its newest revision.
        revision: that revision's number, from 1.
        state: where it is.
        key: content key of the revision.
    """

    record: Record = PydanticField(repr=False)
    revision: int
    state: RecordState
    key: str

    @property
    def current(self) -> bool:
        """Whether the document's latest reading still has it."""
        return self.state is not RecordState.SUPERSEDED


def record_key(record: Record) -> str:
    """Returns the content key of a record.

    `versions` do not count: a reading that comes out the same under a newer version is the same record, and the
    kept revision says truly what shaped it.
    """
    return content_key(canonical_json(record.model_dump(mode="json", exclude={"versions"})))


def kept_records(connection: Connection, document_id: str) -> list[KeptRecord]:
    """Returns a document's records, superseded ones too, in page order."""
    return _kept(connection, RECORDS.c.document_id == document_id)


def kept_record(connection: Connection, record_id: str) -> KeptRecord | None:
    """Returns a record, None if there is none with that id."""
    found = _kept(connection, RECORDS.c.id == record_id)
    return found[0] if found else None


def _kept(connection: Connection, condition: object) -> list[KeptRecord]:
    """Returns the records that meet a condition, each with its newest revision."""
    newest = (RECORD_REVISIONS.c.record_id == RECORDS.c.id) & (RECORD_REVISIONS.c.revision == RECORDS.c.revision)
    query = (
        select(RECORDS.c.id, RECORDS.c.revision, RECORDS.c.state, RECORDS.c.content_key, RECORD_REVISIONS.c.payload)
        .join(RECORD_REVISIONS, newest)
        .where(condition)  # type: ignore[arg-type]
        .order_by(RECORDS.c.page_start, RECORDS.c.id)
    )
    return [
        KeptRecord(
            record=_read_record(row.payload, row.id),
            revision=row.revision,
            state=RecordState(row.state),
            key=row.content_key,
        )
        for row in connection.execute(query)
    ]


def _read_record(packed: bytes, record_id: str) -> Record:
    """Returns the record in a payload.

    Raises:
        LedgerError: it is damaged.
    """
    try:
        return Record.model_validate_json(unpack(packed))
    except ValueError:
        error = LedgerError("a record is damaged", subject=record_id)
    raise error


def keep_record(
    tx: LedgerTransaction, record: Record, state: RecordState, *, prior: KeptRecord | None, run_id: str | None
) -> int:
    """Writes a record's state and, if its content is new, a revision; returns the revision's number."""
    key = record_key(record)
    changed = prior is None or prior.key != key
    revision = 1 if prior is None else prior.revision + changed
    head = _head(record, state, key) | {"revision": revision}
    if prior is None:
        tx.connection.execute(insert(RECORDS).values(head))
    else:
        tx.connection.execute(update(RECORDS).where(RECORDS.c.id == record.id).values(head))
    if not changed:
        if prior is not None and prior.state is not state:
            tx.record_event("record.state", document_id=record.document_id, record_id=record.id, state=state.value)
        return revision
    packed = pack(record.model_dump_json().encode())
    row = {
        "record_id": record.id,
        "revision": revision,
        "payload": packed,
        "digest": digest(packed, record.id, revision),
        "created_at": tx.now,
        "actor": tx.actor,
        "run_id": run_id,
    }
    tx.connection.execute(insert(RECORD_REVISIONS).values(row))
    tx.record_event(
        "record.saved",
        document_id=record.document_id,
        record_id=record.id,
        revision=revision,
        state=state.value,
        digest=str(row["digest"]),
    )
    return revision


def set_record_state(tx: LedgerTransaction, kept: KeptRecord, state: RecordState) -> None:
    """Changes a record's state only. A superseded or hand-closed record's bundle is withdrawn."""
    record = kept.record
    tx.connection.execute(update(RECORDS).where(RECORDS.c.id == record.id).values(state=state.value))
    tx.record_event("record.state", document_id=record.document_id, record_id=record.id, state=state.value)
    if state in (RecordState.SUPERSEDED, RecordState.REFUSED, RecordState.ROUTED):
        withdraw(tx, record)


def _head(record: Record, state: RecordState, key: str) -> dict[str, object]:
    """Returns the columns of a record's head row."""
    return {
        "id": record.id,
        "document_id": record.document_id,
        "content_key": key,
        "document_type": record.segment.document_type,
        "page_start": record.segment.page_start,
        "page_end": record.segment.page_end,
        "state": state.value,
        "accepted_fields": sum(field.usable for field in record.fields),
        "review_fields": sum(field.status is FieldStatus.REVIEW for field in record.fields),
        "due_at": None if record.deadline is None else record.deadline.due,
    }


class Mapped(Value):
    """A bundle and what it was mapped from besides its record.

    Attributes:
        bundle: its JSON.
        mapping: version of the mapping.
        request: the submission that a payer's decision answers, as record and number.
    """

    bundle: str = PydanticField(repr=False)
    mapping: str
    request: str | None = None


def publish(tx: LedgerTransaction, record: Record, revision: int, mapped: Mapped) -> None:
    """Makes a bundle the record's current one; the one before is kept as superseded.

    Args:
        tx: the transaction.
        record: what the bundle was mapped from.
        revision: that record's revision.
        mapped: the bundle.
    """
    _supersede(tx, record.id)
    earlier = select(func.count()).select_from(PUBLICATIONS).where(PUBLICATIONS.c.record_id == record.id)
    number = 1 + (tx.connection.scalar(earlier) or 0)
    packed = pack(mapped.bundle.encode())
    seal = digest(packed, record.id, number, record.document_id)
    tx.connection.execute(
        insert(PUBLICATIONS).values(
            record_id=record.id,
            number=number,
            revision=revision,
            document_id=record.document_id,
            mapping=mapped.mapping,
            payload=packed,
            digest=seal,
            published_at=tx.now,
            actor=tx.actor,
            request_id=mapped.request,
        )
    )
    tx.record_event(
        "bundle.published",
        document_id=record.document_id,
        record_id=record.id,
        number=number,
        revision=revision,
        digest=seal,
    )


def is_published(
    connection: Connection, record_id: str, revision: int, mapping: str, *, request: str | None = None
) -> bool:
    """Whether a record's current bundle was mapped from that revision and link by that version of the mapping."""
    same = (
        (PUBLICATIONS.c.record_id == record_id)
        & (PUBLICATIONS.c.revision == revision)
        & (PUBLICATIONS.c.mapping == mapping)
        & PUBLICATIONS.c.request_id.is_not_distinct_from(request)
        & PUBLICATIONS.c.superseded_at.is_(None)
    )
    return connection.execute(select(PUBLICATIONS.c.number).where(same)).first() is not None


def linked_to(connection: Connection, record_id: str) -> str | None:
    """Returns the submission that a record's current bundle says it answers."""
    current = (PUBLICATIONS.c.record_id == record_id) & PUBLICATIONS.c.superseded_at.is_(None)
    found: str | None = connection.scalar(select(PUBLICATIONS.c.request_id).where(current))
    return found


def received_at(connection: Connection, document_id: str) -> datetime:
    """Returns when a document arrived first."""
    query = select(DOCUMENTS.c.received_at).where(DOCUMENTS.c.id == document_id)
    received: datetime = connection.execute(query).scalar_one()
    return received


def mapped_otherwise(connection: Connection, document_id: str, mapping: str) -> bool:
    """Whether a current bundle of the document was mapped by another version of the mapping."""
    other = (
        (PUBLICATIONS.c.document_id == document_id)
        & (PUBLICATIONS.c.mapping != mapping)
        & PUBLICATIONS.c.superseded_at.is_(None)
    )
    return connection.execute(select(PUBLICATIONS.c.number).where(other).limit(1)).first() is not None


def withdraw(tx: LedgerTransaction, record: Record) -> None:
    """Takes a record's current bundle out of what is published, if it has one; the bundle is kept."""
    if _supersede(tx, record.id):
        tx.record_event("bundle.withdrawn", document_id=record.document_id, record_id=record.id)


def _supersede(tx: LedgerTransaction, record_id: str) -> bool:
    """Ends a record's current publication; returns whether there was one."""
    current = (PUBLICATIONS.c.record_id == record_id) & PUBLICATIONS.c.superseded_at.is_(None)
    return tx.connection.execute(update(PUBLICATIONS).where(current).values(superseded_at=tx.now)).rowcount > 0


def record_outcome(
    tx: LedgerTransaction, document_id: str, values: Mapping[str, object], *, run_id: str | None
) -> None:
    """Ends a document's processing: it leaves the backlog with what became known of it.

    Args:
        tx: the transaction; it holds the document's lease.
        document_id: which document.
        values: columns of the document that processing found (page count, outcome code, header time).
        run_id: the run that settled it.
    """
    tx.connection.execute(IN_FLIGHT.delete().where(IN_FLIGHT.c.document_id == document_id))
    tx.connection.execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.id == document_id)
        .values({**values, "settled_at": tx.now, "run_id": run_id})
    )


def lock_document(tx: LedgerTransaction, document_id: str) -> None:
    """Lets no other transaction change a document until this one ends."""
    tx.connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.id == document_id).with_for_update())


def refresh_state(tx: LedgerTransaction, document_id: str) -> DocumentState:
    """Derives a document's state from facts and writes it; returns it."""
    connection = tx.connection
    query = select(DOCUMENTS).where(DOCUMENTS.c.id == document_id).with_for_update()
    document = connection.execute(query).mappings().one()
    waiting = connection.scalar(select(IN_FLIGHT.c.document_id).where(IN_FLIGHT.c.document_id == document_id))
    states = connection.scalars(select(RECORDS.c.state).where(RECORDS.c.document_id == document_id))
    state = derive_state(
        in_flight=waiting is not None,
        record_states=frozenset(RecordState(state) for state in states),
        outcome=None if document["outcome_code"] is None else OutcomeCode(document["outcome_code"]),
        closing=None if document["closing"] is None else RecordState(document["closing"]),
    )
    if document["state"] != state.value:
        tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == document_id).values(state=state.value))
        tx.record_event(
            f"document.{state.value}", document_id=document_id, outcome=document["outcome_code"] or document["closing"]
        )
    return state


def requeue(tx: LedgerTransaction, document_ids: Sequence[str], *, reason: str, run_id: str | None) -> int:
    """Puts settled documents back in flight; what is published stays. Returns how many were not in flight already."""
    waiting = select(IN_FLIGHT.c.document_id).where(IN_FLIGHT.c.document_id.in_(document_ids))
    known = select(DOCUMENTS.c.id).where(DOCUMENTS.c.id.in_(document_ids), DOCUMENTS.c.id.not_in(waiting))
    fresh = sorted(tx.connection.scalars(known.with_for_update()))
    if not fresh:
        return 0
    rows = [
        {"document_id": each, "queued_at": tx.now, "reason": reason, "run_id": run_id, "attempts": 0} for each in fresh
    ]
    tx.connection.execute(insert(IN_FLIGHT), rows)
    in_flight = DocumentState.IN_FLIGHT.value
    tx.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id.in_(fresh)).values(state=in_flight))
    for each in fresh:
        tx.record_event("document.requeued", document_id=each, reason=reason, run=run_id)
    return len(fresh)
