"""Settled documents for the queue's tests."""

from __future__ import annotations

from documents.outcomes import OutcomeCode
from documents.records import Record
from ledger.ledger import Ledger
from ledger.states import DocumentState
from review_queue.circumstances import Circumstances
from review_queue.settlement import RecordResult, Settlement, settle
from tests.ledger.made import arrival, document_id, leased

PLAIN = Circumstances()


def bundle_of(record: Record, given: Circumstances = PLAIN) -> str:
    """Stands where the FHIR mapping stands: names the usable values, in order, and what a decision answers."""
    said = "bundle " + " ".join(f"{f.path}={f.value}" for f in record.fields if f.usable)
    return said if given.answers is None else f"{said} answers {given.answers.number}"


def receive(ledger: Ledger, name: str) -> None:
    ledger.record_arrival(arrival(name), actor="intake")


def run(
    ledger: Ledger, name: str, *records: Record, outcome: OutcomeCode | None = None, mapping: str = "1"
) -> DocumentState:
    """Claims and settles one document."""
    lease = leased(ledger, name)
    results = tuple(RecordResult(record=r, bundle=bundle_of(r) if r.accepted else None) for r in records)
    settlement = Settlement(records=results, outcome=outcome, mapping=mapping, run_id="run", page_count=2)
    return settle(ledger, ledger.begin(lease), settlement, build_bundle=bundle_of)


def rerun(
    ledger: Ledger, name: str, *records: Record, outcome: OutcomeCode | None = None, mapping: str = "1"
) -> DocumentState:
    """Settles a document once more, as a backfill does."""
    assert ledger.requeue([document_id(name)], actor="ops", reason="backfill", run_id="run") == 1
    return run(ledger, name, *records, outcome=outcome, mapping=mapping)
