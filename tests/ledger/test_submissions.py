from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, select

from documents.errors import LedgerError
from ledger import record_keeping, submissions
from ledger.ledger import Ledger
from ledger.states import RecordState
from ledger.submissions import MissingElement, NewSubmission, Submission, SubmissionKind, SubmissionState
from ledger.tables import AUDIT_EVENTS, SUBMISSIONS
from tests.ledger.databases import on_sqlite
from tests.ledger.made import Clock, arrival, document_id, field, record

READY = NewSubmission(
    kind=SubmissionKind.REQUEST,
    state=SubmissionState.READY,
    payload='{"resourceType": "Bundle"}',
    content_key="a" * 64,
    mapping="3",
)
BLOCKED = READY.model_copy(
    update={
        "state": SubmissionState.BLOCKED,
        "missing": (MissingElement(path="Claim.item[0].category", field="submission.service_category[s1]"),),
    }
)


def kept(ledger: Ledger, name: str = "a") -> str:
    """A published record; returns its id."""
    made = record(name, field("patient.name", "Ann Smith", at=1))
    ledger.record_arrival(arrival(name), actor="intake")
    with ledger.transaction("anna") as tx:
        record_keeping.keep_record(tx, made, RecordState.PUBLISHED, prior=None, run_id=None)
    return made.id


def submit(ledger: Ledger, record_id: str, new: NewSubmission, name: str = "a") -> int:
    with ledger.transaction("anna") as tx:
        return submissions.submit(tx, new, record_id=record_id, document_id=document_id(name), revision=1)


def of(ledger: Ledger, record_id: str) -> list[Submission]:
    with ledger.snapshot() as connection:
        return submissions.submissions_of(connection, record_id)


def test_each_submission_takes_the_place_of_the_one_before_and_all_are_kept(ledger: Ledger, clock: Clock) -> None:
    record_id = kept(ledger)
    assert submit(ledger, record_id, BLOCKED) == 1
    clock.advance(60)
    assert submit(ledger, record_id, READY) == 2
    first, second = of(ledger, record_id)
    assert (first.missing, first.ready, first.superseded_at) == (BLOCKED.missing, False, second.created_at)
    assert (second.payload, second.actor, second.superseded_at) == (READY.payload, "anna", None)
    assert list(submissions.current_submissions(ledger.snapshot)) == [second]
    assert list(submissions.ready_submissions(ledger.snapshot)) == [second]
    with ledger.snapshot() as connection:
        assert submissions.counts(connection) == {"ready": 1}
        assert submissions.submission(connection, record_id, 1) == first
        assert submissions.submission(connection, record_id, 3) is None
    assert ledger.verify().checked["submissions"] == 2
    assert ledger.verify().intact


def test_what_went_out_once_is_found_though_a_later_one_is_blocked(ledger: Ledger) -> None:
    record_id = kept(ledger)
    assert last_ready(ledger, record_id) is None
    for each in (READY, BLOCKED):
        submit(ledger, record_id, each)
    found = last_ready(ledger, record_id)
    assert found is not None
    assert found.number == 1
    assert [each.number for each in submissions.ready_submissions(ledger.snapshot)] == [1]


def last_ready(ledger: Ledger, record_id: str) -> Submission | None:
    with ledger.snapshot() as connection:
        return submissions.last_ready(connection, record_id)


def test_many_submissions_come_page_by_page_in_order(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "_PAGE", 2)
    for name in "abcde":
        record_id = kept(ledger, name)
        for _ in range(2):
            submit(ledger, record_id, READY, name)
    keys = [(each.record_id, each.number) for each in submissions.ready_submissions(ledger.snapshot)]
    assert keys == sorted(keys)
    assert len(keys) == 10


@pytest.mark.parametrize("change", [{"payload": b"x"}, {"state": "ready"}, {"missing": "[]"}])
def test_the_database_refuses_to_change_what_a_submission_says(ledger: Ledger, change: dict[str, object]) -> None:
    record_id = kept(ledger)
    submit(ledger, record_id, BLOCKED)
    with pytest.raises(LedgerError), ledger.transaction("mallory") as tx:
        tx.connection.execute(SUBMISSIONS.update().values(change))
    with pytest.raises(LedgerError), ledger.transaction("mallory") as tx:
        tx.connection.execute(SUBMISSIONS.delete())
    assert of(ledger, record_id)[0].missing == BLOCKED.missing


@on_sqlite
def test_a_submission_changed_behind_the_triggers_is_found(ledger: Ledger, tmp_path: Path) -> None:
    submit(ledger, kept(ledger), BLOCKED)
    raw = sqlite3.connect(tmp_path / "ledger.sqlite")
    with raw:
        raw.execute("DROP TRIGGER submissions_no_update")
        raw.execute("UPDATE submissions SET state = 'ready'")
    raw.close()
    (problem,) = ledger.verify().problems
    assert problem.startswith("submission 1 of record")


def test_the_audit_trail_names_the_rows_that_completed_a_submission(ledger: Ledger) -> None:
    record_id = kept(ledger)
    submit(ledger, record_id, READY.model_copy(update={"site_rows": ("knee-surgery/submission.service_category",)}))
    query = select(AUDIT_EVENTS.c.details).where(AUDIT_EVENTS.c.action == "submission.completed")
    with ledger.snapshot() as connection:
        told = [json.loads(details) for details in connection.scalars(query)]
    assert told == [{"number": 1, "row": "knee-surgery/submission.service_category"}]


def test_due_cancellations_of_any_number_of_records_are_one_question(ledger: Ledger) -> None:
    for name in ("a", "b", "c"):
        record_id = kept(ledger, name)
        submit(ledger, record_id, READY, name)
        closed = ledger.record(record_id)
        assert closed is not None
        with ledger.transaction("anna") as tx:
            record_keeping.set_record_state(tx, closed, RecordState.REFUSED)
    asked: list[str] = []
    with ledger.snapshot() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        due = submissions.cancellations_due(connection)
    assert [(each.number, each.ready) for each in due] == [(1, True)] * 3
    assert len(asked) == 1
