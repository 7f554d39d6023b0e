"""Where every document is, and why: what `status`, `export` and a backfill's choice read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field as PydanticField
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from documents.errors import LedgerError
from documents.value import Value
from ledger.packing import unpack
from ledger.states import DocumentState, RecordState
from ledger.tables import ARRIVALS, DOCUMENTS, IN_FLIGHT, PUBLICATIONS, RECORD_REVISIONS, RECORDS


class RecordStatus(Value):
    """One line about a record."""

    record_id: str
    document_type: str
    page_start: int
    page_end: int
    state: RecordState
    revision: int
    accepted_fields: int
    review_fields: int
    due_at: datetime | None


class DocumentStatus(Value):
    """Where a document is, and why.

    Attributes:
        document_id: SHA-256 of its bytes.
        state: see DocumentState.
        outcome_code: what became of it besides its records, if anything.
        closing, closing_reason: how and why a person closed its own review item.
        media_type, size, page_count: what it is.
        received_at: first arrival; header_at, sender: as its fax header says.
        file_names: as it arrived, first arrival first (patient text may be in them).
        attempts, worker_id, lease_expires_at: of a document in flight.
        settled_at, run_id: when and by which run it was last settled.
        records: its records in page order, without superseded ones.
    """

    document_id: str
    state: DocumentState
    outcome_code: str | None
    closing: str | None
    closing_reason: str | None
    media_type: str | None
    size: int
    page_count: int | None
    received_at: datetime
    header_at: datetime | None
    sender: str | None
    file_names: tuple[str, ...] = PydanticField(repr=False)
    attempts: int = 0
    worker_id: str | None = None
    lease_expires_at: datetime | None = None
    settled_at: datetime | None = None
    run_id: str | None = None
    records: tuple[RecordStatus, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """The earliest deadline among its records."""
        return min((r.due_at for r in self.records if r.due_at is not None), default=None)


class PublishedBundle(Value):
    """A bundle that is currently published."""

    document_id: str
    record_id: str
    revision: int
    published_at: datetime
    actor: str
    bundle: str = PydanticField(repr=False)


class RecordTimes(Value):
    """When a record was first read, when its newest revision was kept, and when its current bundle was published."""

    read_at: datetime
    revised_at: datetime
    published_at: datetime | None


class After(Value):
    """Where a page of statuses ended: the next one starts behind it."""

    received_at: datetime
    document_id: str


def documents(
    connection: Connection,
    *,
    state: DocumentState | None = None,
    run_id: str | None = None,
    after: After | None = None,
    limit: int = 100,
) -> list[DocumentStatus]:
    """Returns a page of documents in order of arrival, of one state or settled by one run if given."""
    query = select(DOCUMENTS).order_by(DOCUMENTS.c.received_at, DOCUMENTS.c.id).limit(limit)
    if run_id is not None:
        query = query.where(DOCUMENTS.c.run_id == run_id)
    if state is not None:
        query = query.where(DOCUMENTS.c.state == state.value)
    if after is not None:
        later = DOCUMENTS.c.received_at > after.received_at
        same = and_(DOCUMENTS.c.received_at == after.received_at, DOCUMENTS.c.id > after.document_id)
        query = query.where(or_(later, same))
    return _statuses(connection, query)


def document(connection: Connection, document_id: str) -> DocumentStatus | None:
    """Returns one document, None if there is none with that id."""
    found = _statuses(connection, select(DOCUMENTS).where(DOCUMENTS.c.id == document_id))
    return found[0] if found else None


def media_types(connection: Connection, document_ids: Sequence[str]) -> dict[str, str | None]:
    """Returns the media types of documents, as sniffed when they arrived."""
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.media_type).where(DOCUMENTS.c.id.in_(document_ids))
    return {row.id: row.media_type for row in connection.execute(query)}


def settled_by(connection: Connection, run_id: str) -> dict[str, int]:
    """Returns how many documents a run settled, by outcome code, else by state."""
    fate = func.coalesce(DOCUMENTS.c.outcome_code, DOCUMENTS.c.state)
    query = select(fate, func.count()).where(DOCUMENTS.c.run_id == run_id).group_by(fate).order_by(fate)
    return {str(name): int(count) for name, count in connection.execute(query)}


def documents_matching(connection: Connection, reference: str, *, limit: int = 20) -> list[DocumentStatus]:
    """Returns the documents that a reference may mean: an id, its beginning, a file name or its stem."""
    arrived = select(ARRIVALS.c.document_id).where(or_(ARRIVALS.c.stem == reference, ARRIVALS.c.file_name == reference))
    meant: ColumnElement[bool] = DOCUMENTS.c.id.in_(arrived)
    if reference and all(c in "0123456789abcdef" for c in reference):
        meant = or_(meant, begins_with(DOCUMENTS.c.id, reference))
    query = select(DOCUMENTS).where(meant).order_by(DOCUMENTS.c.received_at, DOCUMENTS.c.id).limit(limit)
    return _statuses(connection, query)


def begins_with(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """Returns the condition that an id begins so.

    A range uses the key's index, where LIKE would not on SQLite; "z" is behind every hex digit in every collation.
    """
    return and_(column >= beginning, column < beginning + "z")


def records_matching(connection: Connection, reference: str, *, limit: int = 20) -> list[str]:
    """Returns the ids of the records that a reference may mean: an id or its beginning."""
    if not reference:
        return []
    query = select(RECORDS.c.id).where(begins_with(RECORDS.c.id, reference)).order_by(RECORDS.c.id)
    return list(connection.scalars(query.limit(limit)))


def received_between(
    connection: Connection, start: datetime, end: datetime, *, types: Sequence[str] | None = None
) -> list[str]:
    """Returns the documents first received in [start, end), oldest first; only those with a record of such a type."""
    query = (
        select(DOCUMENTS.c.id)
        .where(DOCUMENTS.c.received_at >= start, DOCUMENTS.c.received_at < end)
        .order_by(DOCUMENTS.c.received_at, DOCUMENTS.c.id)
    )
    if types is not None:
        current = RECORDS.c.state != RecordState.SUPERSEDED.value
        of_type = select(RECORDS.c.document_id).where(RECORDS.c.document_type.in_(types), current)
        query = query.where(DOCUMENTS.c.id.in_(of_type))
    return list(connection.scalars(query))


def in_flight_ids(connection: Connection, *, limit: int | None = None) -> list[str]:
    """Returns the backlog, oldest first, leased ones too."""
    query = select(IN_FLIGHT.c.document_id).order_by(IN_FLIGHT.c.queued_at, IN_FLIGHT.c.document_id)
    return list(connection.scalars(query if limit is None else query.limit(limit)))


def published_after(connection: Connection, after: tuple[str, str] | None, *, limit: int) -> list[PublishedBundle]:
    """Returns a page of current bundles in order of document and record id.

    Raises:
        LedgerError: a bundle is damaged.
    """
    query = (
        select(PUBLICATIONS)
        .where(PUBLICATIONS.c.superseded_at.is_(None))
        .order_by(PUBLICATIONS.c.document_id, PUBLICATIONS.c.record_id)
        .limit(limit)
    )
    if after is not None:
        same = and_(PUBLICATIONS.c.document_id == after[0], PUBLICATIONS.c.record_id > after[1])
        query = query.where(or_(PUBLICATIONS.c.document_id > after[0], same))
    return [
        PublishedBundle(
            document_id=row.document_id,
            record_id=row.record_id,
            revision=row.revision,
            published_at=row.published_at,
            actor=row.actor,
            bundle=_bundle(row.payload, row.record_id),
        )
        for row in connection.execute(query)
    ]


def publication_numbers(connection: Connection) -> dict[str, int]:
    """Returns the number of each record's current publication; narrow, so that a run can compare all of them."""
    query = select(PUBLICATIONS.c.record_id, PUBLICATIONS.c.number).where(PUBLICATIONS.c.superseded_at.is_(None))
    return {row.record_id: row.number for row in connection.execute(query)}


def record_times(connection: Connection, document_id: str) -> dict[str, RecordTimes]:
    """Returns the times of a document's records."""
    kept_at, current = RECORD_REVISIONS.c.created_at, PUBLICATIONS.c.superseded_at.is_(None)
    query = (
        select(
            RECORDS.c.id,
            func.min(kept_at).label("read_at"),
            func.max(kept_at).label("revised_at"),
            func.max(PUBLICATIONS.c.published_at).label("published_at"),
        )
        .join(RECORD_REVISIONS, RECORD_REVISIONS.c.record_id == RECORDS.c.id)
        .outerjoin(PUBLICATIONS, (PUBLICATIONS.c.record_id == RECORDS.c.id) & current)
        .where(RECORDS.c.document_id == document_id)
        .group_by(RECORDS.c.id)
    )
    times = connection.execute(query).mappings()
    return {row["id"]: RecordTimes(**{name: row[name] for name in RecordTimes.model_fields}) for row in times}


def published_bundle(connection: Connection, record_id: str, number: int) -> str | None:
    """Returns the JSON of one publication, None if there is none.

    Raises:
        LedgerError: it is damaged.
    """
    query = select(PUBLICATIONS.c.payload).where(PUBLICATIONS.c.record_id == record_id, PUBLICATIONS.c.number == number)
    packed = connection.scalar(query)
    return None if packed is None else _bundle(packed, record_id)


def _bundle(packed: bytes, record_id: str) -> str:
    """Returns the bundle in a payload."""
    try:
        return unpack(packed).decode()
    except ValueError:
        error = LedgerError("a published bundle is damaged", subject=record_id)
    raise error


def _statuses(connection: Connection, query: Select[tuple[object, ...]]) -> list[DocumentStatus]:
    """Returns the statuses of the documents that a query chooses: four queries, however many documents."""
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    names = _names(connection, ids)
    records = _records(connection, ids)
    leases = select(IN_FLIGHT).where(IN_FLIGHT.c.document_id.in_(ids))
    flying = {row["document_id"]: row for row in connection.execute(leases).mappings()}
    statuses = []
    for row in rows:
        kept = {name: row[name] for name in DocumentStatus.model_fields if name in row}
        lease = flying.get(row["id"])
        if lease is not None:
            kept |= {name: lease[name] for name in ("attempts", "worker_id", "lease_expires_at")}
        statuses.append(
            DocumentStatus(
                **{**kept, "document_id": row["id"]},
                file_names=tuple(names.get(row["id"], ())),
                records=tuple(records.get(row["id"], ())),
            )
        )
    return statuses


def _names(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Returns the file names under which documents arrived."""
    names: dict[str, list[str]] = {}
    query = select(ARRIVALS.c.document_id, ARRIVALS.c.file_name).where(ARRIVALS.c.document_id.in_(ids))
    for row in connection.execute(query.order_by(ARRIVALS.c.id)):
        names.setdefault(row.document_id, []).append(row.file_name)
    return names


def _records(connection: Connection, ids: Sequence[str]) -> dict[str, list[RecordStatus]]:
    """Returns the current records of documents."""
    records: dict[str, list[RecordStatus]] = {}
    query = (
        select(RECORDS)
        .where(RECORDS.c.document_id.in_(ids), RECORDS.c.state != RecordState.SUPERSEDED.value)
        .order_by(RECORDS.c.page_start, RECORDS.c.id)
    )
    for row in connection.execute(query).mappings():
        kept = {name: row[name] for name in RecordStatus.model_fields if name in row}
        records.setdefault(row["document_id"], []).append(RecordStatus(**{**kept, "record_id": row["id"]}))
    return records


def known_documents(connection: Connection, document_ids: Sequence[str]) -> frozenset[str]:
    """Returns those of the ids that are documents."""
    return frozenset(connection.scalars(select(DOCUMENTS.c.id).where(DOCUMENTS.c.id.in_(document_ids))))
