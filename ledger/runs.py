"""Runs of the pipeline: what each was asked, with which settings, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from documents.value import Value
from ledger.packing import canonical_json
from ledger.tables import RUNS
from ledger.transaction import LedgerTransaction


class RunRow(Value):
    """One run; `finished_at` is None while it goes on, or for ever if it was killed."""

    id: str
    kind: str
    actor: str
    started_at: datetime
    finished_at: datetime | None
    settings: dict[str, object]
    report: dict[str, object] | None


def start(tx: LedgerTransaction, run_id: str, *, kind: str, settings: Mapping[str, object]) -> None:
    """Records that a run began; starting the same run again (a retry by the orchestrator) changes nothing."""
    if tx.connection.execute(select(RUNS.c.id).where(RUNS.c.id == run_id)).first() is not None:
        return
    row = {"id": run_id, "kind": kind, "actor": tx.actor, "settings": canonical_json(dict(settings))}
    tx.connection.execute(insert(RUNS).values(**row, started_at=tx.now))
    tx.record_event("run.started", run=run_id, kind=kind)


def finish(tx: LedgerTransaction, run_id: str, *, report: Mapping[str, object]) -> None:
    """Records what came of a run; the report holds counts, ids and codes only."""
    values = {"finished_at": tx.now, "report": canonical_json(dict(report))}
    tx.connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(values))
    tx.record_event("run.finished", run=run_id)


def latest(connection: Connection, *, limit: int = 20) -> list[RunRow]:
    """Returns the newest runs first."""
    rows = connection.execute(select(RUNS).order_by(RUNS.c.started_at.desc()).limit(limit)).mappings()
    return [
        RunRow(
            id=row["id"],
            kind=row["kind"],
            actor=row["actor"],
            started_at=row["started_at"],
            finished_at=row["finished_at"],
            settings=json.loads(row["settings"]),
            report=None if row["report"] is None else json.loads(row["report"]),
        )
        for row in rows
    ]
