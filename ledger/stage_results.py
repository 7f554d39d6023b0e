"""Results of stages under content keys: what is committed here is never computed again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import Field as PydanticField
from sqlalchemy import Connection, RowMapping, delete, select

from documents.errors import LedgerError
from documents.value import Value
from ledger.database import insert_if_absent
from ledger.packing import canonical_json, digest, pack, unpack
from ledger.tables import STAGE_RESULTS
from ledger.transaction import LedgerTransaction


class StageResult(Value):
    """A stage's result.

    Attributes:
        document_id: of which document.
        stage: the stage's name.
        key: content key: input keys and versions; equal keys have equal results.
        payload: the result, as JSON bytes.
        versions: what shaped it, for whoever reads the table.
    """

    document_id: str
    stage: str
    key: str
    payload: bytes = PydanticField(repr=False)
    versions: dict[str, str] = PydanticField(default_factory=dict)


def store(tx: LedgerTransaction, results: Iterable[StageResult]) -> None:
    """Stores results; one whose key is known is left as it is."""
    results = list(results)
    keys = [result.key for result in results]
    known = set(tx.connection.scalars(select(STAGE_RESULTS.c.key).where(STAGE_RESULTS.c.key.in_(keys))))
    rows = {result.key: _row(tx, result) for result in results if result.key not in known}
    if rows:
        tx.connection.execute(insert_if_absent(tx.connection, STAGE_RESULTS), list(rows.values()))


def _row(tx: LedgerTransaction, result: StageResult) -> dict[str, object]:
    """Returns the row of a result."""
    packed = pack(result.payload)
    versions = canonical_json(result.versions)
    return {
        "key": result.key,
        "document_id": result.document_id,
        "stage": result.stage,
        "versions": versions,
        "payload": packed,
        "digest": digest(packed, result.key, result.document_id, result.stage, versions),
        "created_at": tx.now,
    }


def read(connection: Connection, keys: Sequence[str]) -> dict[str, bytes]:
    """Returns the payloads of those keys that have a result.

    Raises:
        LedgerError: a stored result is damaged.
    """
    rows = connection.execute(select(STAGE_RESULTS).where(STAGE_RESULTS.c.key.in_(keys))).mappings()
    return {row["key"]: _payload(row) for row in rows}


def latest(connection: Connection, document_id: str, stage: str) -> bytes | None:
    """Returns a document's newest result of a stage, None if it has none.

    Raises:
        LedgerError: it is damaged.
    """
    newest = (
        select(STAGE_RESULTS)
        .where(STAGE_RESULTS.c.document_id == document_id, STAGE_RESULTS.c.stage == stage)
        .order_by(STAGE_RESULTS.c.created_at.desc())
        .limit(1)
    )
    row = connection.execute(newest).mappings().one_or_none()
    return None if row is None else _payload(row)


def known_keys(connection: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Returns those of the keys that have a result (for a dry run of a backfill)."""
    return frozenset(connection.scalars(select(STAGE_RESULTS.c.key).where(STAGE_RESULTS.c.key.in_(keys))))


def discard(tx: LedgerTransaction, document_ids: Sequence[str], stages: Sequence[str]) -> int:
    """Removes results so that a backfill computes them anew; returns how many."""
    chosen = STAGE_RESULTS.c.document_id.in_(document_ids) & STAGE_RESULTS.c.stage.in_(stages)
    return tx.connection.execute(delete(STAGE_RESULTS).where(chosen)).rowcount


def is_intact(row: RowMapping) -> bool:
    """Whether a row's payload and the columns that give it meaning are as they were written."""
    payload = row["payload"]
    parts = [str(row[name]) for name in ("key", "document_id", "stage", "versions")]
    return isinstance(payload, bytes) and digest(payload, *parts) == row["digest"]


def _payload(row: RowMapping) -> bytes:
    """Returns a row's payload after checking it."""
    payload = row["payload"]
    if not is_intact(row) or not isinstance(payload, bytes):
        error = LedgerError("a stage result is damaged", subject=str(row["key"]))
        error.remedy = "Run `fax2fhir verify`, then `fax2fhir backfill` with that stage to compute it anew."
        raise error
    return unpack(payload)
