"""How far deliveries are, for people."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from documents.value import Value
from ledger.deliveries import DeliveryKind, DeliveryState, Doubt, Issue
from ledger.tables import DELIVERIES

_ROW = DELIVERIES.c


class DeliveryRow(Value):
    """A delivery as `fax2fhir deliver status` shows it."""

    target: str
    record_id: str
    kind: DeliveryKind
    number: int
    state: DeliveryState
    attempts: int
    status: str | None
    issues: tuple[Issue, ...]
    next_at: datetime
    delivered_at: datetime | None
    doubt: Doubt | None


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """Returns how many deliveries of each target are in each state."""
    query = select(_ROW.target, _ROW.state, func.count()).group_by(_ROW.target, _ROW.state)
    found: dict[str, dict[str, int]] = {}
    for target, state, count in connection.execute(query.order_by(_ROW.target, _ROW.state)):
        found.setdefault(target, {})[state] = count
    return found


def unsettled(connection: Connection, *, limit: int = 100) -> list[DeliveryRow]:
    """Returns what a target refused, what is held, what failed so far, and what may have been taken twice."""
    shown = [DeliveryState.REFUSED.value, DeliveryState.HELD.value, DeliveryState.FAILED.value]
    query = select(DELIVERIES).where(_ROW.state.in_(shown) | (_ROW.doubt == Doubt.TWICE.value)).limit(limit)
    rows = connection.execute(query.order_by(_ROW.state.desc(), _ROW.target, _ROW.record_id, _ROW.number)).mappings()
    return [_shown(row) for row in rows]


def deliveries_of(connection: Connection, record_id: str) -> list[DeliveryRow]:
    """Returns all deliveries of a record, by target and number."""
    query = select(DELIVERIES).where(_ROW.record_id == record_id)
    rows = connection.execute(query.order_by(_ROW.target, _ROW.enqueued_at, _ROW.number)).mappings()
    return [_shown(row) for row in rows]


def _shown(row: RowMapping) -> DeliveryRow:
    columns = {name: row[name] for name in DeliveryRow.model_fields}
    issues = tuple(Issue.model_validate(each) for each in json.loads(str(row["issues"] or "[]")))
    return DeliveryRow.model_validate({**columns, "issues": issues})
