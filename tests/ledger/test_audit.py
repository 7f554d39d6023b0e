from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from documents.errors import LedgerError
from ledger.audit import GENESIS, AuditHead, link_hash
from ledger.ledger import Ledger
from ledger.tables import APPEND_ONLY, AUDIT_EVENTS
from review_queue.tables import APPEND_ONLY as QUEUE_APPEND_ONLY
from tests.ledger.databases import on_sqlite
from tests.ledger.made import Clock, arrival


@contextmanager
def raw(folder: Path, *, triggers: bool = False) -> Iterator[sqlite3.Connection]:
    """The database file as somebody with its rights has it: without the triggers, if asked."""
    connection = sqlite3.connect(folder / "ledger.sqlite")
    try:
        if not triggers:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in found:
                connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()
    finally:
        connection.close()


def five_events(ledger: Ledger, clock: Clock) -> None:
    for number in range(5):
        clock.advance(1)
        ledger.record_arrival(arrival(f"fax{number}"), actor="intake")


@on_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor = 'other' WHERE sequence = 3",
        "UPDATE audit_events SET at = '2026-11-01 08:00:00.000000' WHERE sequence = 3",
        "UPDATE audit_events SET details = '{}' WHERE sequence = 3",
        "UPDATE audit_events SET document_id = NULL WHERE sequence = 5",
        "DELETE FROM audit_events WHERE sequence = 1",
        "DELETE FROM audit_events WHERE sequence = 3",
        "DELETE FROM audit_events WHERE sequence = 5",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET sequence = 4",
        "INSERT INTO audit_events SELECT 6, at, actor, action, document_id, record_id, details, hash, hash "
        "FROM audit_events WHERE sequence = 5",
        "UPDATE audit_events SET sequence = CASE sequence WHEN 2 THEN -3 ELSE -2 END WHERE sequence IN (2, 3);"
        "UPDATE audit_events SET sequence = -sequence WHERE sequence < 0",
        "UPDATE audit_events SET at = 'never' WHERE sequence = 2",
    ],
)
def test_each_change_of_the_log_is_found(ledger: Ledger, clock: Clock, tmp_path: Path, statement: str) -> None:
    five_events(ledger, clock)
    assert ledger.verify().intact
    with raw(tmp_path) as connection:
        connection.executescript(statement)
    assert any(problem.startswith("audit") for problem in ledger.verify().problems)


@on_sqlite
def test_a_log_rewritten_from_an_event_on_is_found_by_the_exported_head(
    ledger: Ledger, clock: Clock, tmp_path: Path
) -> None:
    five_events(ledger, clock)
    known = ledger.audit_head()
    with raw(tmp_path) as connection:
        _cut_tail(connection, 3)
    assert not [problem for problem in ledger.verify().problems if problem.startswith("audit")]
    assert "exported" in " ".join(ledger.verify(known=known).problems)
    clock.advance(100)
    five_events(ledger, clock)  # the chain grows past the exported head again, by other events
    assert "exported" in " ".join(ledger.verify(known=known).problems)


def _cut_tail(connection: sqlite3.Connection, last: int) -> None:
    """Removes the events behind one, with all that they tell of, and puts the head right."""
    connection.execute("DELETE FROM audit_events WHERE sequence > ?", (last,))
    (digest,) = connection.execute("SELECT hash FROM audit_events WHERE sequence = ?", (last,)).fetchone()
    connection.execute("UPDATE audit_head SET sequence = ?, hash = ?", (last, digest))
    connection.execute(
        "DELETE FROM in_flight WHERE document_id IN (SELECT document_id FROM arrivals WHERE id > ?)", (last,)
    )
    connection.execute("DELETE FROM arrivals WHERE id > ?", (last,))
    connection.execute("DELETE FROM documents WHERE id NOT IN (SELECT document_id FROM arrivals)")


def test_an_earlier_head_stays_good_while_the_log_grows(ledger: Ledger, clock: Clock) -> None:
    five_events(ledger, clock)
    known = ledger.audit_head()
    ledger.record_arrival(arrival("one more"), actor="intake")
    assert ledger.verify(known=known).intact
    assert ledger.verify(known=AuditHead(sequence=2, hash=GENESIS)).problems


@on_sqlite
def test_an_event_rewritten_together_with_its_hash_is_found(ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    five_events(ledger, clock)
    with ledger.snapshot() as connection:
        query = select(AUDIT_EVENTS).where(AUDIT_EVENTS.c.sequence == 3)
        event = dict(connection.execute(query).mappings().one())
    forged = link_hash({**event, "actor": "other"})
    with raw(tmp_path) as connection_:
        connection_.execute("UPDATE audit_events SET actor = 'other', hash = ? WHERE sequence = 3", (forged,))
    assert ledger.verify().problems == ("audit: event 4 does not follow the one before it",)


@on_sqlite
@pytest.mark.parametrize("table", [*APPEND_ONLY, *QUEUE_APPEND_ONLY])
def test_the_database_itself_refuses_to_change_what_is_only_added(
    ledger: Ledger, clock: Clock, tmp_path: Path, table: str
) -> None:
    five_events(ledger, clock)
    with raw(tmp_path, triggers=True) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        assert {(f"{table}_no_update",), (f"{table}_no_delete",)} <= set(triggers)
        if table in ("audit_events", "arrivals"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a fixed list of tables


def test_a_refused_change_is_reported_as_such(ledger: Ledger, clock: Clock) -> None:
    five_events(ledger, clock)
    with pytest.raises(LedgerError, match="append-only"), ledger.transaction("x") as tx:
        tx.connection.exec_driver_sql("UPDATE audit_events SET actor = 'y'")
    assert ledger.verify().intact


@pytest.mark.parametrize("text", ["Marisol Canary", "12 Elm Street", "Müller", "a\nb", "x" * 201])
def test_no_phrase_gets_into_the_log(ledger: Ledger, text: str) -> None:
    with pytest.raises(ValueError, match="not an id"), ledger.transaction("x") as tx:
        tx.record_event("item.decided", path=text)
    assert ledger.audit_head().sequence == 0


@on_sqlite
def test_if_the_log_cannot_be_written_the_action_does_not_happen(ledger: Ledger, tmp_path: Path) -> None:
    with raw(tmp_path) as connection:
        connection.execute("DELETE FROM audit_head")
    with pytest.raises(LedgerError, match="head"):
        ledger.record_arrival(arrival("fax"), actor="intake")
    assert ledger.reconcile().received == 0
    with pytest.raises(LedgerError, match="head"):
        ledger.audit_head()


def test_a_view_is_an_event(ledger: Ledger) -> None:
    ledger.record_arrival(arrival("fax"), actor="intake")
    before = ledger.audit_head().sequence
    ledger.record_view(actor="nurse", document_id=arrival("fax").document_id)
    assert ledger.audit_head().sequence == before + 1
