"""What each run counted of the documents of one sender, payer or type; what is counted is not known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select

from documents.value import Value
from ledger.tables import SLICE_COUNTS
from ledger.transaction import LedgerTransaction

# PostgreSQL takes at most 65,535 parameters a statement.
_MOST_NAMES = 500


class SliceCount(Value):
    """What a run counted of a slice, as JSON."""

    run_id: str
    slice: str
    at: datetime
    counts: str


def keep(tx: LedgerTransaction, run_id: str, counts: Mapping[str, str]) -> None:
    """Keeps what a run counted, by slice, in place of what it counted before."""
    tx.connection.execute(delete(SLICE_COUNTS).where(SLICE_COUNTS.c.run_id == run_id))
    rows = [{"run_id": run_id, "slice": name, "at": tx.now, "counts": each} for name, each in counts.items()]
    if rows:
        tx.connection.execute(insert(SLICE_COUNTS), rows)


def since(connection: Connection, start: datetime, slices: Sequence[str]) -> list[SliceCount]:
    """Returns what was counted of these slices since a time, the oldest first."""
    found: list[SliceCount] = []
    for at in range(0, len(slices), _MOST_NAMES):
        wanted = (SLICE_COUNTS.c.at >= start) & SLICE_COUNTS.c.slice.in_(slices[at : at + _MOST_NAMES])
        found += [_count(row) for row in connection.execute(select(SLICE_COUNTS).where(wanted)).mappings()]
    return sorted(found, key=lambda count: (count.at, count.run_id))


def of_run(connection: Connection, run_id: str) -> list[SliceCount]:
    """Returns what a run counted, by slice."""
    ordered = select(SLICE_COUNTS).where(SLICE_COUNTS.c.run_id == run_id).order_by(SLICE_COUNTS.c.slice)
    return [_count(row) for row in connection.execute(ordered).mappings()]


def _count(row: RowMapping) -> SliceCount:
    return SliceCount.model_validate({name: row[name] for name in SliceCount.model_fields})
