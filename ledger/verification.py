"""Looks for damage: every payload against its hash, every audited row against the audit chain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, RowMapping, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from documents.value import Value
from ledger import arrivals, audit, stage_results, submissions, weights
from ledger.audit import AuditHead
from ledger.packing import digest
from ledger.tables import (
    ARRIVALS,
    AUDIT_EVENTS,
    DELIVERIES,
    PUBLICATIONS,
    RECORD_REVISIONS,
    STAGE_RESULTS,
    SUBMISSIONS,
    WEIGHTS_VERSIONS,
)

_BATCH = 500
_CHECKED = (AUDIT_EVENTS, STAGE_RESULTS, RECORD_REVISIONS, PUBLICATIONS, SUBMISSIONS, ARRIVALS, WEIGHTS_VERSIONS)


class Verification(Value):
    """What a verification looked at and found.

    Attributes:
        checked: rows by table.
        head: the chain's head; keep it outside and give it to the next verification.
        problems: what is wrong, as sentences with ids; empty when all is well.
    """

    checked: dict[str, int]
    head: AuditHead | None
    problems: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def verify(connection: Connection, *, known: AuditHead | None = None) -> Verification:
    """Re-hashes the ledger, inside the caller's snapshot.

    Args:
        connection: a reading one.
        known: an audit head exported earlier; only with it is a cut tail found.
    """
    problems = [*readable(_file, connection), *audit.chain_problems(connection, known=known)]
    for check in (_stage_results, _revisions, _publications, _submissions, _answers, _arrivals, _weights):
        problems.extend(readable(check, connection))
    head: AuditHead | None = None
    checked: dict[str, int] = {}
    try:
        head = audit.last_link(connection)
        for table in _CHECKED:
            checked[table.name] = connection.scalar(select(func.count()).select_from(table)) or 0
    except SQLAlchemyError:
        problems.append("database file: a table cannot be read")
    return Verification(checked=checked, head=head, problems=tuple(problems))


def readable(check: Callable[[Connection], Iterator[str]], connection: Connection) -> list[str]:
    """Runs one check; a row that cannot even be decoded ends it with a problem."""
    found: list[str] = []
    try:
        found.extend(check(connection))
    except (ValueError, TypeError, SQLAlchemyError):
        found.append(f"{check.__name__.strip('_')}: a row cannot be read")
    return found


def _file(connection: Connection) -> Iterator[str]:
    """SQLite's own check of the file: it finds a broken page or index, not a changed value."""
    if connection.dialect.name != "sqlite":
        return
    findings = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if findings != ["ok"]:
        yield f"database file: {len(findings)} findings of the integrity check"
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        yield "database file: a row refers to one that does not exist"


def _stage_results(connection: Connection) -> Iterator[str]:
    for row in _rows(connection, STAGE_RESULTS):
        if not stage_results.is_intact(row):
            yield f"stage result {row['key']} was changed"


def _revisions(connection: Connection) -> Iterator[str]:
    sealed = _sealed(connection, "record.saved", "revision")
    for row in _rows(connection, RECORD_REVISIONS):
        key = (row["record_id"], row["revision"])
        if digest(row["payload"], *key) != row["digest"] or sealed.pop(key, None) != row["digest"]:
            yield f"revision {row['revision']} of record {row['record_id']} was changed or added"
    for record_id, revision in sealed:
        yield f"revision {revision} of record {record_id} is missing"


def _publications(connection: Connection) -> Iterator[str]:
    sealed = _sealed(connection, "bundle.published", "number")
    for row in _rows(connection, PUBLICATIONS):
        key = (row["record_id"], row["number"])
        seal = digest(row["payload"], *key, row["document_id"])
        if seal != row["digest"] or sealed.pop(key, None) != row["digest"]:
            yield f"bundle {row['number']} of record {row['record_id']} was changed or added"
    for record_id, number in sealed:
        yield f"bundle {number} of record {record_id} is missing"


def _submissions(connection: Connection) -> Iterator[str]:
    sealed = _sealed(connection, "submission.made", "number")
    for row in _rows(connection, SUBMISSIONS):
        key = (row["record_id"], row["number"])
        known = sealed.pop(key, None)
        if submissions.seal(row) != row["digest"] or known != row["digest"]:
            yield f"submission {row['number']} of record {row['record_id']} was changed or added"
    for record_id, number in sealed:
        yield f"submission {number} of record {record_id} is missing"


def _answers(connection: Connection) -> Iterator[str]:
    """What payers answered; a delivery that was retried may have had several answers, and holds the last."""
    sealed: dict[tuple[object, object, object, object], set[object]] = {}
    for action in ("delivery.delivered", "delivery.refused"):
        for event, details in _events(connection, action):
            if "digest" in details:
                sent = (details["target"], event["record_id"], details["kind"], details["number"])
                sealed.setdefault(sent, set()).add(details["digest"])
    for row in _rows(connection, DELIVERIES):
        key: tuple[str, str, str, int] = (row["target"], row["record_id"], row["kind"], row["number"])
        known = sealed.pop(key, set())
        if row["answer"] is None and not known:
            continue
        seal = None if row["answer"] is None else digest(row["answer"], *key)
        if seal != row["answer_digest"] or seal not in known:
            yield f"the answer to {row['kind']} {row['number']} of record {row['record_id']} is not as it came"
    for _, record_id, kind, number in sealed:
        yield f"the delivery of {kind} {number} of record {record_id} is missing"


def _arrivals(connection: Connection) -> Iterator[str]:
    sealed: dict[tuple[str | None, object], object] = {}
    for event, details in _events(connection, "document.received"):
        sealed[event["document_id"], details.get("arrival")] = details.get("row")
    for row in _rows(connection, ARRIVALS):
        if sealed.pop((row["document_id"], row["id"]), None) != arrivals.arrival_hash(dict(row)):
            yield f"arrival {row['id']} of document {row['document_id']} was changed or added"
    for document_id, number in sealed:
        yield f"arrival {number} of document {document_id} is missing"


def _weights(connection: Connection) -> Iterator[str]:
    sealed = {details["version"]: details["digest"] for _, details in _events(connection, "weights.replaced")}
    for row in _rows(connection, WEIGHTS_VERSIONS):
        if weights.seal(row) != row["digest"] or sealed.pop(row["name"], None) != row["digest"]:
            yield f"weights {row['name']} were changed or added"
    for name in sealed:
        yield f"weights {name} are missing"


def _sealed(connection: Connection, action: str, number: str) -> dict[tuple[str | None, object], object]:
    """Returns the hashes that the audit chain holds, by record and number."""
    events = _events(connection, action)
    return {(event["record_id"], details.get(number)): details.get("digest") for event, details in events}


def _events(connection: Connection, action: str) -> Iterator[tuple[RowMapping, dict[str, object]]]:
    """Yields the events of one action with their details."""
    of_action = select(AUDIT_EVENTS).where(AUDIT_EVENTS.c.action == action).order_by(AUDIT_EVENTS.c.sequence)
    for row in connection.execute(of_action.execution_options(yield_per=_BATCH)).mappings():
        yield row, json.loads(row["details"])


def _rows(connection: Connection, table: Table) -> Iterator[RowMapping]:
    """Yields a table's rows in the order of its key, a batch at a time."""
    ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    yield from connection.execute(ordered).mappings()
