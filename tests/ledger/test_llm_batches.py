"""Documents that await a batch are claimed by nobody until it is closed or left alone for too long."""

from __future__ import annotations

from datetime import timedelta

from ledger import llm_batches
from ledger.ledger import Ledger
from ledger.llm_batches import BatchEnd, BatchQuestion, BatchState, LlmBatch
from tests.ledger.made import Clock, arrival, document_id


def batch(clock: Clock, *, worker: str = "w1", held_s: float = 600) -> LlmBatch:
    return LlmBatch(
        id="b1",
        state=BatchState.GATHERING,
        host="model.example",
        model="m",
        run_id="r1",
        worker_id=worker,
        held_until=clock() + timedelta(seconds=held_s),
        created_at=clock(),
    )


def begun(ledger: Ledger, clock: Clock) -> LlmBatch:
    """A batch with one question, of document `a`; `b` has none."""
    ledger.record_arrivals([arrival("a"), arrival("b")], actor="w1")
    made = batch(clock)
    with ledger.transaction("w1") as tx:
        llm_batches.begin(tx, made)
        llm_batches.add(tx, made.id, [BatchQuestion(key="k1", document_id=document_id("a"), reserved=0.5)])
    return made


def claimed(ledger: Ledger) -> set[str]:
    leases = ledger.claim("w2", limit=10, lease_s=60)
    ledger.release(leases)
    return {lease.document_id for lease in leases}


def test_a_document_in_an_open_batch_is_claimed_by_nobody(ledger: Ledger, clock: Clock) -> None:
    made = begun(ledger, clock)
    assert claimed(ledger) == {document_id("b")}
    with ledger.transaction("w1") as tx:
        assert llm_batches.close(tx, made, BatchEnd.COLLECTED)
    assert claimed(ledger) == {document_id("a"), document_id("b")}


def test_a_batch_that_nobody_sees_to_holds_nothing(ledger: Ledger, clock: Clock) -> None:
    begun(ledger, clock)
    clock.advance(601)
    assert claimed(ledger) == {document_id("a"), document_id("b")}
    with ledger.snapshot() as connection:
        assert llm_batches.awaited(connection, ["k1"], clock()) == {}


def test_only_who_sees_to_a_batch_changes_it(ledger: Ledger, clock: Clock) -> None:
    made = begun(ledger, clock)
    with ledger.transaction("w2") as tx:
        assert llm_batches.change(tx, made, worker_id="w2")
        assert not llm_batches.change(tx, made, state=BatchState.SUBMITTED)
        assert not llm_batches.close(tx, made, BatchEnd.LATE)
    with ledger.snapshot() as connection:
        (kept,) = llm_batches.open_batches(connection)
    assert (kept.worker_id, kept.state) == ("w2", BatchState.GATHERING)


def test_a_document_has_its_batch_once_each_time_it_comes_in_flight(ledger: Ledger, clock: Clock) -> None:
    made = begun(ledger, clock)
    ids = [document_id("a"), document_id("b")]
    with ledger.snapshot() as connection:
        assert llm_batches.had(connection, ids) == {}
        assert llm_batches.awaited(connection, ["k1", "k2"], clock()) == {"k1": "b1"}
    with ledger.transaction("w1") as tx:
        llm_batches.close(tx, made, BatchEnd.LATE)
    with ledger.snapshot() as connection:
        assert llm_batches.had(connection, ids) == {document_id("a"): frozenset()}
    with ledger.transaction("w1") as tx:
        llm_batches.settle(tx, made.id, {"k1": "refused"})
    with ledger.snapshot() as connection:
        assert llm_batches.had(connection, ids) == {document_id("a"): frozenset({"k1"})}
        (kept,) = llm_batches.questions(connection, made.id)
    assert (kept.outcome, kept.reserved) == ("refused", 0.5)


def test_what_has_no_room_moves_to_another_batch(ledger: Ledger, clock: Clock) -> None:
    made = begun(ledger, clock)
    with ledger.transaction("w1") as tx:
        llm_batches.begin(tx, made.model_copy(update={"id": "b2"}))
        llm_batches.move(tx, made.id, ["k1"], to="b2")
    with ledger.snapshot() as connection:
        assert llm_batches.questions(connection, "b1") == []
        assert [each.key for each in llm_batches.questions(connection, "b2")] == ["k1"]
    assert claimed(ledger) == {document_id("b")}
