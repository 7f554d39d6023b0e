"""What `status`, `export` and a backfill's choice read from a ledger with settled documents."""

from __future__ import annotations

from datetime import timedelta

import pytest

from documents.errors import LedgerError
from documents.outcomes import OutcomeCode
from documents.records import FieldStatus
from ledger.ledger import Ledger
from ledger.states import DocumentState, RecordState
from tests.ledger.databases import on_sqlite
from tests.ledger.made import START, arrival, document_id, field, record
from tests.review_queue.made import receive, rerun, run

GOOD = field("diagnosis.code", "M54.16", group="d1", at=3)
DOUBT = field("procedure.code", "72148", status=FieldStatus.REVIEW, at=5)


def test_a_status_says_where_a_document_is_and_why(ledger: Ledger) -> None:
    receive(ledger, "fax")
    due = START + timedelta(hours=72)
    run(ledger, "fax", record("fax", GOOD, DOUBT, due=due), record("fax", GOOD, pages=(3, 3)))
    status = ledger.document(document_id("fax"))
    assert (status.state, status.page_count, status.file_names) == (DocumentState.IN_REVIEW, 2, ("fax.pdf",))
    assert status.due_at is not None
    assert status.due_at.timestamp() == due.timestamp()
    lines = [(r.page_start, r.state, r.accepted_fields, r.review_fields) for r in status.records]
    assert lines == [(1, RecordState.IN_REVIEW, 1, 1), (3, RecordState.PUBLISHED, 1, 0)]
    assert (status.run_id, status.attempts, status.worker_id) == ("run", 0, None)
    with pytest.raises(LedgerError, match="no such document"):
        ledger.document("nothing")


def test_a_record_is_found_by_its_id_and_its_beginning(ledger: Ledger) -> None:
    receive(ledger, "fax")
    read = record("fax", GOOD)
    run(ledger, "fax", read)
    kept = ledger.record(read.id)
    assert kept is not None
    assert (kept.record, kept.state, kept.revision) == (read, RecordState.PUBLISHED, 1)
    assert ledger.records_matching(read.id[:10]) == [read.id]
    assert ledger.records_matching("") == []
    assert ledger.record("nothing") is None


def test_documents_are_chosen_by_time_of_arrival_and_type(ledger: Ledger) -> None:
    for hours, name in enumerate(("first", "second", "third")):
        ledger.record_arrival(arrival(name, at=START + timedelta(hours=hours)), actor="x")
    run(ledger, "second", record("second", GOOD))
    start, end = START, START + timedelta(hours=2)
    assert ledger.documents_received_between(start, end) == [document_id("first"), document_id("second")]
    chosen = ledger.documents_received_between(start, end, types=["prior_auth_request"])
    assert chosen == [document_id("second")]
    assert ledger.documents_received_between(start, end, types=["referral"]) == []


def test_all_bundles_are_given_page_by_page(ledger: Ledger) -> None:
    for number in range(205):
        receive(ledger, f"fax{number}")
        run(ledger, f"fax{number}", record(f"fax{number}", GOOD))
    found = list(ledger.published_bundles())
    assert len(found) == len({each.record_id for each in found}) == 205
    assert found[0].document_id == min(document_id(f"fax{n}") for n in range(205))


def test_publications_are_numbered_and_stay_readable(ledger: Ledger) -> None:
    receive(ledger, "fax")
    read = record("fax", GOOD)
    run(ledger, "fax", read)
    assert not ledger.mapped_otherwise(document_id("fax"), "1")
    assert ledger.mapped_otherwise(document_id("fax"), "2")
    rerun(ledger, "fax", record("fax", GOOD, field("patient.dob", "1970-01-02")), mapping="2")
    assert ledger.publication_numbers() == {read.id: 2}
    assert ledger.published_bundle(read.id, 1) == "bundle diagnosis.code=M54.16"
    assert ledger.published_bundle(read.id, 2) == "bundle diagnosis.code=M54.16 patient.dob=1970-01-02"
    assert ledger.published_bundle(read.id, 3) is None


def test_a_run_counts_what_it_settled(ledger: Ledger) -> None:
    for name in ("sure", "unsure", "broken"):
        receive(ledger, name)
    run(ledger, "sure", record("sure", GOOD))
    run(ledger, "unsure", record("unsure", DOUBT))
    run(ledger, "broken", outcome=OutcomeCode.ENCRYPTED)
    assert ledger.settled_by("run") == {"ENCRYPTED": 1, "in_review": 1, "published": 1}
    assert ledger.settled_by("other") == {}


@on_sqlite
@pytest.mark.parametrize("table", ["record_revisions", "publications"])
def test_a_damaged_record_or_bundle_is_not_handed_on(ledger: Ledger, table: str) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD))
    with ledger.transaction("x") as tx:
        tx.connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_update")
        tx.connection.exec_driver_sql(f"UPDATE {table} SET payload = x'00'")  # noqa: S608 - a fixed list of tables
    with pytest.raises(LedgerError, match="damaged"):
        _ = [*ledger.records_of(document_id("fax")), *ledger.published_bundles()]
