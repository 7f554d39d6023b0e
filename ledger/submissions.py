"""Submissions: what a person released for a payer, numbered by record; history is kept, one is current.

A submission is READY (a bundle that a payer can take) or BLOCKED (what is missing for one). Every ready one counts as
issued, so they go out in the order of their numbers: an update refers to the ready one before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum

from pydantic import Field as PydanticField
from sqlalchemy import Connection, RowMapping, Select, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.sql.elements import ColumnElement

from documents.errors import LedgerError
from documents.value import Value
from ledger.packing import canonical_json, digest, pack, unpack
from ledger.states import RecordState
from ledger.tables import AUDIT_EVENTS, DELIVERIES, RECORDS, SUBMISSIONS
from ledger.transaction import LedgerTransaction

_PAGE = 200
# Audit events of a part: whether it was sent along or not.
_PARTS = ("submission.attached", "submission.withheld")

Snapshot = Callable[[], AbstractContextManager[Connection]]
"""Opens a reading connection: `Ledger.snapshot`."""


class SubmissionKind(StrEnum):
    """What a payer is asked: for a decision, for one on changed content, or to let a request go."""

    REQUEST = "request"
    UPDATE = "update"
    CANCEL = "cancel"


class SubmissionState(StrEnum):
    """READY is a bundle for a payer; BLOCKED says what is missing for one."""

    READY = "ready"
    BLOCKED = "blocked"


class MissingElement(Value):
    """What blocks a submission, without patient text.

    Attributes:
        path: FHIR path of the element.
        field: path of the record's field that gives it, with its group where one line lacks it; empty if none does.
        message: one sentence.
    """

    path: str
    field: str = ""
    message: str = ""


class Part(Value):
    """Pages of a submission's document, and whether they go to the payer.

    Attributes:
        record_id, revision: what was read from them.
        document_type: as which.
        pages: e.g. `3-4`.
        digest: SHA-256 of the bytes that are sent; empty where none are.
        withheld: why none are, as a code; empty where they are.
    """

    record_id: str
    revision: int
    document_type: str
    pages: str
    digest: str = ""
    withheld: str = ""


class NewSubmission(Value):
    """A submission to be written.

    Attributes:
        kind, state: see there.
        payload: JSON of the bundle: the request's, or the one that says what is missing.
        content_key: of what it says; a submission of the same content is not made twice.
        mapping: version of the mapping.
        missing: what blocks it; empty when READY.
        site_rows: ids of the rows of the site's table that completed it; kept in the audit chain only.
        parts: the parts of its document that are sent along, its own first, and those that are not; kept there too.
    """

    kind: SubmissionKind
    state: SubmissionState
    payload: str = PydanticField(repr=False)
    content_key: str
    mapping: str
    missing: tuple[MissingElement, ...] = ()
    site_rows: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class Submission(NewSubmission):
    """A submission as kept.

    Attributes:
        record_id, document_id, revision: what it was made from.
        number: of the record's submissions, from 1; also the number in its Claim's identifier.
        digest: over its payload and columns; the audit chain holds it too.
        created_at, actor: when and by whom it was released.
        superseded_at: when a later one took its place.
    """

    record_id: str
    document_id: str
    revision: int
    number: int
    digest: str
    created_at: datetime
    actor: str
    superseded_at: datetime | None = None

    @property
    def ready(self) -> bool:
        """Whether a payer can take it."""
        return self.state is SubmissionState.READY


def submit(tx: LedgerTransaction, new: NewSubmission, *, record_id: str, document_id: str, revision: int) -> int:
    """Writes a record's next submission, which is its current one from then on; returns its number."""
    number = next_number(tx.connection, record_id)
    _supersede(tx, record_id)
    row: dict[str, object] = {
        "record_id": record_id,
        "number": number,
        "revision": revision,
        "document_id": document_id,
        "kind": new.kind.value,
        "state": new.state.value,
        "content_key": new.content_key,
        "mapping": new.mapping,
        "missing": canonical_json([each.model_dump() for each in new.missing]),
        "payload": pack(new.payload.encode()),
        "created_at": tx.now,
        "actor": tx.actor,
    }
    row["digest"] = seal(row)
    tx.connection.execute(insert(SUBMISSIONS).values(row))
    tx.record_event(
        "submission.made",
        document_id=document_id,
        record_id=record_id,
        number=number,
        revision=revision,
        kind=new.kind.value,
        state=new.state.value,
        missing=len(new.missing),
        digest=str(row["digest"]),
    )
    for each in new.site_rows:
        tx.record_event("submission.completed", document_id=document_id, record_id=record_id, number=number, row=each)
    for part in new.parts:
        _note_part(tx, part, record_id=record_id, document_id=document_id, number=number)
    return number


def _note_part(tx: LedgerTransaction, part: Part, *, record_id: str, document_id: str, number: int) -> None:
    tx.record_event(
        _PARTS[bool(part.withheld)],
        document_id=document_id,
        record_id=record_id,
        number=number,
        part=part.record_id,
        revision=part.revision,
        document_type=part.document_type,
        pages=part.pages,
        **({"reason": part.withheld} if part.withheld else {"digest": part.digest}),
    )


def parts_of(connection: Connection, submission: Submission) -> list[Part]:
    """Returns which parts of its document went with a submission, then which did not, as the audit chain has it."""
    columns = AUDIT_EVENTS.c
    query = (
        select(columns.details)
        .where(columns.document_id == submission.document_id, columns.record_id == submission.record_id)
        .where(columns.action.in_(_PARTS))
        .order_by(columns.sequence)
    )
    told = (json.loads(details) for details in connection.scalars(query))
    return [
        Part(
            record_id=each["part"],
            revision=each["revision"],
            document_type=each["document_type"],
            pages=each["pages"],
            digest=each.get("digest", ""),
            withheld=each.get("reason", ""),
        )
        for each in told
        if each["number"] == submission.number
    ]


def restore(tx: LedgerTransaction, kept: Submission) -> None:
    """Makes an earlier submission the record's current one again, since the record says again what it says."""
    _supersede(tx, kept.record_id)
    same = (SUBMISSIONS.c.record_id == kept.record_id) & (SUBMISSIONS.c.number == kept.number)
    tx.connection.execute(update(SUBMISSIONS).where(same).values(superseded_at=None))
    tx.record_event("submission.restored", document_id=kept.document_id, record_id=kept.record_id, number=kept.number)


def _supersede(tx: LedgerTransaction, record_id: str) -> None:
    """Ends a record's current submission."""
    current = (SUBMISSIONS.c.record_id == record_id) & SUBMISSIONS.c.superseded_at.is_(None)
    tx.connection.execute(update(SUBMISSIONS).where(current).values(superseded_at=tx.now))


def seal(row: RowMapping | dict[str, object]) -> str:
    """Returns the hash of a submission's row: its payload and the columns that give it its meaning."""
    names = ("record_id", "number", "revision", "document_id", "kind", "state", "content_key", "mapping", "missing")
    payload = row["payload"]
    if not isinstance(payload, bytes):
        raise TypeError("a payload is bytes")
    return digest(payload, *(row[name] for name in names))  # type: ignore[arg-type]


def next_number(connection: Connection, record_id: str) -> int:
    """Returns the number that a record's next submission will have."""
    latest = select(func.max(SUBMISSIONS.c.number)).where(SUBMISSIONS.c.record_id == record_id)
    return 1 + (connection.scalar(latest) or 0)


def submissions_of(connection: Connection, record_id: str) -> list[Submission]:
    """Returns a record's submissions, superseded ones too, oldest first."""
    query = select(SUBMISSIONS).where(SUBMISSIONS.c.record_id == record_id).order_by(SUBMISSIONS.c.number)
    return _read(connection, query)


def submission(connection: Connection, record_id: str, number: int) -> Submission | None:
    """Returns one submission, None if there is none."""
    same = (SUBMISSIONS.c.record_id == record_id) & (SUBMISSIONS.c.number == number)
    found = _read(connection, select(SUBMISSIONS).where(same))
    return found[0] if found else None


def current(connection: Connection, record_id: str) -> Submission | None:
    """Returns a record's current submission, None if it never had one."""
    same = (SUBMISSIONS.c.record_id == record_id) & SUBMISSIONS.c.superseded_at.is_(None)
    found = _read(connection, select(SUBMISSIONS).where(same))
    return found[0] if found else None


def last_ready(connection: Connection, record_id: str) -> Submission | None:
    """Returns the last of a record's submissions that a payer can take, None if there is none.

    One that its payer refused is with nobody: it is neither updated nor cancelled.
    """
    found = _read(connection, _last_ready(SUBMISSIONS.c.record_id == record_id))
    return found[0] if found else None


def _last_ready(which: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """The last ready submission of each of some records that its payer has not refused, by record."""
    ready = (SUBMISSIONS.c.state == SubmissionState.READY.value) & ~_is_refused()
    last = (
        select(SUBMISSIONS.c.record_id, func.max(SUBMISSIONS.c.number).label("number"))
        .where(which, ready)
        .group_by(SUBMISSIONS.c.record_id)
        .subquery()
    )
    same = (SUBMISSIONS.c.record_id == last.c.record_id) & (SUBMISSIONS.c.number == last.c.number)
    return select(SUBMISSIONS).join(last, same).order_by(SUBMISSIONS.c.record_id)


def _is_refused() -> ColumnElement[bool]:
    """Whether a payer's answer refused a submission and none may have taken it."""
    row = DELIVERIES.c
    said = or_(row.status.like("http-%"), row.status.like("claim-%"))  # by a payer, not by a folder
    # Refused at last, and an attempt before may have been taken: a payer may refuse the second as a double one.
    in_doubt = row.doubt.is_not(None)
    under_way = row.state.in_(("sending", "failed", "held")) | ((row.state == "delivered") & said) | in_doubt
    same = (
        (row.kind == "submission") & (row.record_id == SUBMISSIONS.c.record_id) & (row.number == SUBMISSIONS.c.number)
    )
    refused = exists(select(row.number).where(same, row.state == "refused", said).correlate(SUBMISSIONS))
    return refused & ~exists(select(row.number).where(same, under_way).correlate(SUBMISSIONS))


def cancellations_due(connection: Connection, record_id: str | None = None) -> list[Submission]:
    """Returns the last ready submission of each record, or of one, that is no case any more and was not cancelled."""
    gone = [state.value for state in (RecordState.REFUSED, RecordState.ROUTED, RecordState.SUPERSEDED)]
    closed = select(RECORDS.c.id).where(RECORDS.c.state.in_(gone))
    which = SUBMISSIONS.c.record_id.in_(closed if record_id is None else closed.where(RECORDS.c.id == record_id))
    return _read(connection, _last_ready(which).where(SUBMISSIONS.c.kind != SubmissionKind.CANCEL.value))


def changed_since(connection: Connection) -> frozenset[str]:
    """Returns the published records whose current submission was made from an earlier revision."""
    later = (RECORDS.c.id == SUBMISSIONS.c.record_id) & (RECORDS.c.revision > SUBMISSIONS.c.revision)
    query = (
        select(SUBMISSIONS.c.record_id)
        .join(RECORDS, later)
        .where(SUBMISSIONS.c.superseded_at.is_(None), RECORDS.c.state == RecordState.PUBLISHED.value)
    )
    return frozenset(connection.scalars(query))


def packet_changed_since(connection: Connection) -> frozenset[str]:
    """Returns the records with a current submission of whose packet other pages would go along now.

    Pages that went along were decided otherwise since, or pages that waited for a person were released.
    """
    columns, current = AUDIT_EVENTS.c, SUBMISSIONS.c.superseded_at.is_(None)
    noted = (
        select(columns.record_id, SUBMISSIONS.c.number, columns.details)
        .join(SUBMISSIONS, SUBMISSIONS.c.record_id == columns.record_id)
        .where(current, columns.action.in_(_PARTS))
    )
    told = [(row.record_id, row.number, json.loads(row.details)) for row in connection.execute(noted)]
    parts = [(record_id, each) for record_id, number, each in told if each["number"] == number]
    others = {each["part"] for record_id, each in parts if each["part"] != record_id}
    heads = select(RECORDS.c.id, RECORDS.c.state, RECORDS.c.revision).where(RECORDS.c.id.in_(others))
    now = {row.id: (row.state, row.revision) for row in connection.execute(heads)}
    released, waiting = RecordState.PUBLISHED.value, RecordState.IN_REVIEW.value
    return frozenset(
        record_id
        for record_id, each in parts
        if each["part"] in now
        and (
            now[each["part"]][0] == released
            if each.get("reason") == waiting
            else "reason" not in each and now[each["part"]] != (released, each["revision"])
        )
    )


def current_submissions(snapshot: Snapshot) -> Iterator[Submission]:
    """Yields each record's current submission, ready or blocked, by record."""
    return _paged(snapshot, select(SUBMISSIONS).where(SUBMISSIONS.c.superseded_at.is_(None)))


def ready_submissions(snapshot: Snapshot) -> Iterator[Submission]:
    """Yields all that a payer can take, superseded ones too, by record and number: the order to send them in."""
    return _paged(snapshot, select(SUBMISSIONS).where(SUBMISSIONS.c.state == SubmissionState.READY.value))


def ready_keys(connection: Connection) -> list[tuple[str, int]]:
    """Returns record and number of all that a payer can take, in order; narrow, so that all may be compared."""
    ready = SUBMISSIONS.c.state == SubmissionState.READY.value
    query = select(SUBMISSIONS.c.record_id, SUBMISSIONS.c.number).where(ready)
    return [(row[0], row[1]) for row in connection.execute(query.order_by(*SUBMISSIONS.primary_key.columns))]


def counts(connection: Connection) -> dict[str, int]:
    """Returns how many records' current submissions are in each state."""
    current = SUBMISSIONS.c.superseded_at.is_(None)
    query = select(SUBMISSIONS.c.state, func.count()).where(current).group_by(SUBMISSIONS.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def _paged(snapshot: Snapshot, query: Select[tuple[object, ...]]) -> Iterator[Submission]:
    """Yields what a query chooses; memory stays flat, no snapshot is held meanwhile."""
    key = tuple_(SUBMISSIONS.c.record_id, SUBMISSIONS.c.number)
    page = query.order_by(SUBMISSIONS.c.record_id, SUBMISSIONS.c.number).limit(_PAGE)
    after: tuple[str, int] | None = None
    while True:
        with snapshot() as connection:
            found = _read(connection, page if after is None else page.where(key > after))
        yield from found
        if len(found) < _PAGE:
            return
        after = (found[-1].record_id, found[-1].number)


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> list[Submission]:
    """Returns the submissions that a query chooses."""
    return [_submission(row) for row in connection.execute(query).mappings()]


def _submission(row: RowMapping) -> Submission:
    """Returns the submission in a row.

    Raises:
        LedgerError: it is damaged.
    """
    try:
        columns = {name: row[name] for name in Submission.model_fields if name in row}
        missing = tuple(MissingElement.model_validate(each) for each in json.loads(row["missing"]))
        return Submission(**{**columns, "missing": missing, "payload": unpack(row["payload"]).decode()})
    except ValueError:
        error = LedgerError("a submission is damaged", subject=row["record_id"])
    raise error
