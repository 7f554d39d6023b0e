"""Damage and loss are found, wherever they happen: in payloads, in rows, in states."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from documents.outcomes import OutcomeCode
from documents.records import FieldStatus
from ledger.ledger import Ledger
from review_queue.checks import reconcile, verify
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef
from review_queue.queue import ReviewQueue, SignOff
from review_queue.settlement import Settlement, settle
from tests.ledger.databases import on_sqlite
from tests.ledger.made import arrival, document_id, field, leased, record, result
from tests.ledger.test_audit import raw
from tests.review_queue.made import bundle_of, receive, run

# What a changed byte would change for somebody; ids and foreign keys are found by the database's own checks.
SEALED = {
    "stage_results": ("key", "document_id", "stage", "versions", "payload", "digest"),
    "record_revisions": ("record_id", "revision", "payload", "digest"),
    "publications": ("record_id", "number", "document_id", "payload", "digest"),
    "arrivals": ("document_id", "file_name", "stem", "origin", "received_at"),
    "audit_events": ("at", "actor", "action", "document_id", "record_id", "details", "previous_hash", "hash"),
    "review_decisions": ("item_id", "item_version", "record_id", "actor", "at", "action", "path", "before", "after"),
}


def busy_day(ledger: Ledger) -> None:
    """Some of everything."""
    doubt = field("procedure.code", "72148", status=FieldStatus.REVIEW, at=1)
    for name in ("sure", "unsure", "waiting", "broken"):
        receive(ledger, name)
    lease = leased(ledger, "sure")
    ledger.store_stage_results(lease, [result("sure"), result("sure", stage="extract", payload=b"{}" * 300)])
    ledger.release([lease])
    run(ledger, "sure", record("sure", field("diagnosis.code", "M54.16", group="d1", at=3)))
    run(ledger, "unsure", record("unsure", doubt))
    run(ledger, "waiting", record("waiting", doubt))
    run(ledger, "broken", outcome=OutcomeCode.DAMAGED)
    queue = ReviewQueue(ledger)
    (item,) = queue.matching(document_id("unsure"))
    version = queue.claim(item.id, actor="nurse").version
    decision = FieldDecision(action=Action.ACCEPT, field=FieldRef(path="procedure.code"))
    version = queue.decide(item.id, decision, actor="nurse", version=version).item.version
    queue.sign_off(item.id, SignOff(version=version), actor="nurse", build_bundle=bundle_of)


def flipped(value: object, draw: random.Random) -> object:
    """The value with one bit of one byte changed, as a worn disk would have it."""
    if isinstance(value, int):
        return value ^ 1
    damaged = bytearray(value if isinstance(value, bytes) else str(value).encode())
    at = draw.randrange(len(damaged))
    damaged[at] ^= 1 << draw.randrange(3 if isinstance(value, str) else 8)
    return bytes(damaged) if isinstance(value, bytes) else damaged.decode("utf-8", "replace")


@on_sqlite
@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in SEALED.items() for column in columns]
)
def test_a_flipped_bit_in_any_sealed_column_is_found(ledger: Ledger, tmp_path: Path, table: str, column: str) -> None:
    busy_day(ledger)
    assert verify(ledger).intact
    draw = random.Random(f"{table}.{column}")
    with raw(tmp_path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        query = f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 - fixed names
        before = connection.execute(query).fetchall()
    assert before
    for rowid, value in before[:6]:
        change = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"  # noqa: S608 - fixed names
        with raw(tmp_path) as connection:
            connection.execute(change, (flipped(value, draw), rowid))
        assert not verify(ledger).intact, f"row {rowid}"
        with raw(tmp_path) as connection:
            connection.execute(change, (value, rowid))
        assert verify(ledger).intact


@on_sqlite
@pytest.mark.parametrize("table", ["record_revisions", "publications", "arrivals", "review_decisions", "audit_events"])
def test_a_removed_row_is_found(ledger: Ledger, tmp_path: Path, table: str) -> None:
    busy_day(ledger)
    with raw(tmp_path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")  # noqa: S608
    assert not verify(ledger).intact


@on_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET state = 'published' WHERE state = 'in_review'",
        "UPDATE documents SET state = 'rejected' WHERE state = 'published'",
        "UPDATE documents SET outcome_code = NULL",
        "DELETE FROM review_items WHERE waiting",
        "UPDATE review_items SET waiting = 0, closed_at = opened_at",
        "UPDATE review_items SET waiting = 1",
        "UPDATE records SET state = 'published'",
        "UPDATE records SET state = 'superseded'",
        "UPDATE publications SET superseded_at = published_at",
        "INSERT INTO in_flight (document_id, queued_at, reason, attempts) SELECT id, received_at, '', 0 FROM documents",
        "DELETE FROM arrivals WHERE id = 1",
        "INSERT INTO documents (id, size, received_at, state, fence) VALUES ('x', 1, '2026-11-01', 'rejected', 0)",
    ],
)
def test_a_state_that_disagrees_with_the_facts_is_named(ledger: Ledger, tmp_path: Path, statement: str) -> None:
    busy_day(ledger)
    assert reconcile(ledger).balanced
    with raw(tmp_path) as connection:
        connection.execute(statement)
    found = reconcile(ledger)
    assert not found.balanced
    assert found.discrepancies


class History:
    """Takes one random step after another: deliveries, settlements, backfills, reviews."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger = ledger
        self.queue = ReviewQueue(ledger)
        self.draw = random.Random(seed)

    def step(self) -> None:
        name = f"fax{self.draw.randrange(12)}"
        action = self.draw.choice(["receive", "settle", "settle", "requeue", "review", "review"])
        if action == "receive":
            self.ledger.record_arrival(arrival(name, origin=str(self.draw.randrange(3))), actor="intake")
        elif action == "settle":
            self.settle()
        elif action == "requeue":
            self.ledger.requeue([document_id(name)], actor="ops", reason="backfill", run_id=None)
        else:
            self.review()

    def settle(self) -> None:
        sure = field("diagnosis.code", "M54.16", group="d1", at=3)
        doubt = field("procedure.code", "72148", status=FieldStatus.REVIEW, at=1)
        for lease in self.ledger.claim("w", limit=1, lease_s=60):
            (name,) = [f"fax{n}" for n in range(12) if document_id(f"fax{n}") == lease.document_id]
            self.ledger.release([lease])
            outcome = self.draw.choice([None, None, None, OutcomeCode.OCR_FAILED, OutcomeCode.DAMAGED])
            read = self.draw.choice([(), (sure,), (sure, doubt), (doubt,)])
            pages = self.draw.choice([(1, 2), (2, 3), (3, 3)])
            made = [record(name, *read, pages=pages)] if read and outcome is not OutcomeCode.DAMAGED else []
            run(self.ledger, name, *made, outcome=outcome)

    def review(self) -> None:
        item = self.queue.claim_next(actor="nurse")
        if item is None:
            return
        view = self.queue.view(item.id, actor="nurse")
        version = item.version
        for path in view.undecided:
            accept = FieldDecision(action=Action.ACCEPT, field=FieldRef(path=path))
            version = self.queue.decide(item.id, accept, actor="nurse", version=version).item.version
        sign_off = SignOff(version=version)
        if view.record is None or not view.record.fields or self.draw.random() < 0.3:
            closing = self.draw.choice([Closing.ROUTE, Closing.REFUSE])
            sign_off = SignOff(version=version, closing=closing, reason=ClosingReason.HANDLED_ELSEWHERE)
        self.queue.sign_off(item.id, sign_off, actor="nurse", build_bundle=bundle_of)


@pytest.mark.parametrize("seed", [11, 12])
def test_received_equals_the_sum_after_every_step_of_any_history(ledger: Ledger, seed: int) -> None:
    history = History(ledger, seed)
    seen = set()
    for _ in range(150):
        history.step()
        found = reconcile(ledger)
        assert found.balanced, found.discrepancies
        seen |= {name for name in ("published", "in_review", "rejected", "in_flight") if getattr(found, name)}
    assert seen == {"published", "in_review", "rejected", "in_flight"}
    assert verify(ledger).intact


@on_sqlite
def test_the_cost_of_a_document_does_not_grow_with_the_documents_held(ledger: Ledger) -> None:
    """Counts the steps of SQLite's virtual machine, which a busy machine does not change."""

    def steps(name: str) -> int:
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        with ledger.snapshot() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.set_progress_handler(count, 100)
        receive(ledger, name)
        (lease,) = ledger.claim("w", limit=1, lease_s=60)
        ledger.store_stage_results(ledger.begin(lease), [result(name)])
        read = record(name, field("procedure.code", "1", status=FieldStatus.REVIEW, at=1))
        settlement = Settlement.model_validate({"records": [{"record": read}], "mapping": "1"})
        settle(ledger, lease, settlement, build_bundle=bundle_of)
        driver.set_progress_handler(None, 0)
        return counted

    few = steps("first")
    for number in range(200):
        receive(ledger, f"fax{number}")
        run(ledger, f"fax{number}", record(f"fax{number}", field("diagnosis.code", "1", group="d1", at=1)))
    assert few > 0
    assert steps("last") <= 1.5 * few + 5
