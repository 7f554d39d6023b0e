from __future__ import annotations

import json
from datetime import UTC, timedelta

import pytest
from sqlalchemy import text

from ledger import deliveries, delivery_statuses, outbox, record_keeping, submissions
from ledger.deliveries import Claimed, DeliveryKind, DeliveryState, Doubt, Issue, Outcome
from ledger.ledger import Ledger
from ledger.record_keeping import Mapped
from ledger.states import RecordState
from tests.ledger.made import Clock, arrival, document_id, field, record
from tests.ledger.test_submissions import READY

TARGET = "warehouse"
KINDS = tuple(DeliveryKind)
SENT = Outcome(state=DeliveryState.DELIVERED, status="http-200")


def publish(ledger: Ledger, name: str, text: str = "first") -> str:
    """Publishes a bundle of a record, its first or a further one; returns the record's id."""
    made = record(name, field("patient.name", text, at=1))
    known = ledger.record(made.id)
    if known is None:
        ledger.record_arrival(arrival(name), actor="intake")
    with ledger.transaction("worker") as tx:
        revision = record_keeping.keep_record(tx, made, RecordState.PUBLISHED, prior=known, run_id=None)
        record_keeping.publish(tx, made, revision, Mapped(bundle=json.dumps({"of": text}), mapping="3"))
    return made.id


def withdraw(ledger: Ledger, record_id: str) -> None:
    kept = ledger.record(record_id)
    assert kept is not None
    with ledger.transaction("anna") as tx:
        record_keeping.set_record_state(tx, kept, RecordState.REFUSED)


def claim(ledger: Ledger, worker: str = "w1", *, limit: int = 1, batch: str | None = None) -> list[Claimed]:
    with ledger.transaction(worker) as tx:
        outbox.enqueue(tx, TARGET, KINDS)
        return deliveries.claim(tx, TARGET, lease_s=60, limit=limit, batch=batch)


def settle(ledger: Ledger, claimed: Claimed, outcome: Outcome = SENT) -> bool:
    with ledger.transaction(claimed.worker_id) as tx:
        return deliveries.settle(tx, claimed, outcome)


def states(ledger: Ledger, record_id: str) -> list[tuple[str, int, str]]:
    with ledger.snapshot() as connection:
        rows = delivery_statuses.deliveries_of(connection, record_id)
    return [(row.kind.value, row.number, row.state.value) for row in rows]


def test_what_is_published_is_due_once_for_each_target(ledger: Ledger) -> None:
    record_id = publish(ledger, "a")
    (claimed,) = claim(ledger)
    assert (claimed.record_id, claimed.kind, claimed.number, claimed.attempts) == (record_id, "publication", 1, 1)
    assert settle(ledger, claimed)
    assert claim(ledger) == []
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, "another", KINDS)
        assert [each.target for each in deliveries.claim(tx, "another", lease_s=60)] == ["another"]


def test_two_workers_never_hold_the_same_delivery(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, "a")
    (first,) = claim(ledger, "w1")
    assert claim(ledger, "w2") == []
    clock.advance(61)
    (second,) = claim(ledger, "w2")
    assert (second.attempts, second.fence) == (2, first.fence + 1)
    refused = Outcome(state=DeliveryState.REFUSED, status="http-400")
    assert not settle(ledger, first, refused)  # too late: another worker delivers it by now
    assert settle(ledger, second)
    assert states(ledger, second.record_id) == [("publication", 1, "delivered")]


def test_nothing_of_a_record_overtakes_what_is_under_way_of_it(ledger: Ledger, clock: Clock) -> None:
    record_id = publish(ledger, "a")
    (first,) = claim(ledger, "w1")
    publish(ledger, "a", "second")
    assert claim(ledger, "w2") == []
    clock.advance(61)
    (second,) = claim(ledger, "w2")
    assert second.number == 2
    assert states(ledger, record_id) == [("publication", 1, "superseded"), ("publication", 2, "sending")]
    with ledger.snapshot() as connection:
        assert deliveries.tried_bundles(connection, second) == ['{"of": "first"}']
    assert not settle(ledger, first)


def test_a_publication_that_was_superseded_before_it_was_tried_is_never_sent(ledger: Ledger) -> None:
    record_id = publish(ledger, "a")
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, TARGET, KINDS)
    publish(ledger, "a", "second")
    (claimed,) = claim(ledger)
    assert claimed.number == 2
    assert states(ledger, record_id) == [("publication", 1, "superseded"), ("publication", 2, "sending")]
    with ledger.snapshot() as connection:
        assert deliveries.tried_bundles(connection, claimed) == []


def test_a_withdrawn_publication_is_taken_back_where_it_may_have_been_received(ledger: Ledger, clock: Clock) -> None:
    record_id, never_sent = publish(ledger, "a"), publish(ledger, "b")
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, TARGET, KINDS)
    withdraw(ledger, never_sent)
    (first,) = claim(ledger)
    assert first.record_id == record_id
    withdraw(ledger, record_id)  # its outcome will not be known
    clock.advance(61)
    (back,) = claim(ledger)
    assert (back.kind, back.number) == ("withdrawal", 1)
    with ledger.snapshot() as connection:
        assert deliveries.tried_bundles(connection, back) == ['{"of": "first"}']
    assert settle(ledger, back)
    assert claim(ledger) == []
    assert states(ledger, never_sent) == [("publication", 1, "superseded")]


def test_a_withdrawal_that_was_overtaken_is_due_after_all_once_the_newer_one_is_withdrawn_too(
    ledger: Ledger, clock: Clock
) -> None:
    record_id = publish(ledger, "a")
    (first,) = claim(ledger)
    settle(ledger, first)
    withdraw(ledger, record_id)
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, TARGET, KINDS)
    clock.advance(10)  # the clock of another machine
    publish(ledger, "a", "second")
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, TARGET, KINDS)
    clock.advance(-10)
    assert claim(ledger) == []
    assert ("withdrawal", 1, "superseded") in states(ledger, record_id)
    withdraw(ledger, record_id)
    assert [(each.kind, each.number) for each in claim(ledger)] == [("withdrawal", 1)]


def test_submissions_go_out_in_their_order_and_none_is_skipped(ledger: Ledger, clock: Clock) -> None:
    record_id = publish(ledger, "a")
    for _ in range(2):
        with ledger.transaction("anna") as tx:
            submissions.submit(tx, READY, record_id=record_id, document_id=document_id("a"), revision=1)
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, TARGET, [DeliveryKind.SUBMISSION])
        (first,) = deliveries.claim(tx, TARGET, lease_s=60, limit=5)
    assert (first.kind, first.number) == ("submission", 1)
    failed = Outcome(state=DeliveryState.FAILED, status="http-503", not_before=clock() + timedelta(seconds=9))
    assert settle(ledger, first, failed)
    with ledger.transaction("w1") as tx:
        assert deliveries.claim(tx, TARGET, lease_s=60, limit=5) == []
    clock.advance(10)
    with ledger.transaction("w1") as tx:
        (again,) = deliveries.claim(tx, TARGET, lease_s=60, limit=5)
    assert again.number == 1
    assert settle(ledger, again, SENT.model_copy(update={"answer": '{"resourceType": "Bundle"}'}))
    with ledger.transaction("w1") as tx:
        assert [each.number for each in deliveries.claim(tx, TARGET, lease_s=60, limit=5)] == [2]


def test_what_a_payer_refused_is_neither_updated_nor_cancelled(ledger: Ledger) -> None:
    record_id = publish(ledger, "a")

    def last_ready() -> int | None:
        with ledger.snapshot() as connection:
            found = submissions.last_ready(connection, record_id)
            return None if found is None else found.number

    def answered(target: str, outcome: Outcome) -> None:
        with ledger.transaction("w1") as tx:
            outbox.enqueue(tx, target, [DeliveryKind.SUBMISSION])
            (claimed,) = deliveries.claim(tx, target, lease_s=60)
            deliveries.settle(tx, claimed, outcome)

    refused = Outcome(state=DeliveryState.REFUSED, status="http-422")
    for number, said in enumerate((SENT.model_copy(update={"status": "claim-queued"}), refused), start=1):
        with ledger.transaction("anna") as tx:
            submissions.submit(tx, READY, record_id=record_id, document_id=document_id("a"), revision=1)
        assert last_ready() == number
        answered(TARGET, said)
    assert last_ready() == 1
    answered("archive", SENT.model_copy(update={"status": "written"}))
    answered("archive", SENT.model_copy(update={"status": "written"}))
    assert last_ready() == 1
    answered("clearing", refused)
    answered("clearing", SENT.model_copy(update={"status": "claim-complete"}))
    assert last_ready() == 2


def test_what_was_refused_after_it_may_have_been_taken_is_still_with_the_payer(ledger: Ledger) -> None:
    record_id = publish(ledger, "a")
    with ledger.transaction("anna") as tx:
        submissions.submit(tx, READY, record_id=record_id, document_id=document_id("a"), revision=1)
        outbox.enqueue(tx, TARGET, [DeliveryKind.SUBMISSION])
        (claimed,) = deliveries.claim(tx, TARGET, lease_s=60)
        double = Outcome(state=DeliveryState.REFUSED, status="claim-error", doubt=Doubt.UNSURE)
        deliveries.settle(tx, claimed, double)
    with ledger.transaction("anna") as tx:
        found = submissions.last_ready(tx.connection, record_id)
        assert found is not None
        assert found.number == 1  # what follows is an update, or takes it back
        assert deliveries.confirm(tx, TARGET, record_id=record_id) == 1
        (kept,) = delivery_statuses.deliveries_of(tx.connection, record_id)
        assert (kept.state, kept.status, kept.doubt) == (DeliveryState.DELIVERED, "claim-confirmed", None)


def test_what_failed_waits_for_its_time(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, "a")
    (claimed,) = claim(ledger)
    later = clock().astimezone(UTC) + timedelta(seconds=30)
    assert settle(ledger, claimed, Outcome(state=DeliveryState.FAILED, status="http-503", not_before=later))
    assert claim(ledger) == []
    with ledger.snapshot() as connection:
        assert deliveries.next_due(connection, TARGET) == later
    clock.advance(31)
    assert len(claim(ledger)) == 1
    with ledger.snapshot() as connection:  # what is held is free when its lease ends
        assert deliveries.next_due(connection, TARGET) == clock().astimezone(UTC) + timedelta(seconds=60)


def test_what_was_refused_says_why_and_is_tried_again_only_on_request(ledger: Ledger, clock: Clock) -> None:
    record_id = publish(ledger, "a")
    (claimed,) = claim(ledger)
    issue = Issue(code="invalid", resource="Patient/1", path="Patient.name[0]")
    settle(ledger, claimed, Outcome(state=DeliveryState.REFUSED, status="http-422", issues=(issue,)))
    clock.advance(3600)
    assert claim(ledger) == []
    with ledger.snapshot() as connection:
        (row,) = delivery_statuses.unsettled(connection)
        assert (row.status, row.issues) == ("http-422", (issue,))
        assert delivery_statuses.counts(connection) == {TARGET: {"refused": 1}}
    with ledger.transaction("ops") as tx:
        assert deliveries.retry(tx, TARGET, record_id=record_id) == 1
    assert len(claim(ledger)) == 1


def test_a_batch_that_was_left_is_claimed_as_a_whole_under_its_name(ledger: Ledger, clock: Clock) -> None:
    names = {publish(ledger, name) for name in "abc"}
    first = claim(ledger, "w1", limit=10, batch="b1")
    assert {each.record_id for each in first} == names
    publish(ledger, "d")
    clock.advance(61)
    again = claim(ledger, "w2", limit=10, batch="b2")
    assert {(each.record_id, each.batch) for each in again} == {(name, "b1") for name in names}
    assert [each.batch for each in claim(ledger, "w2", limit=10, batch="b2")] == ["b2"]
    for each in again:
        settle(ledger, each, Outcome(state=DeliveryState.FAILED, status="interrupted", not_before=clock()))
    once_more = claim(ledger, "w3", limit=10, batch="b3")
    assert {(each.record_id, each.batch) for each in once_more} == {(name, "b1") for name in names}


def test_every_attempt_is_in_the_audit_chain_before_anything_is_sent(ledger: Ledger) -> None:
    publish(ledger, "a")
    before = ledger.audit_head().sequence
    (claimed,) = claim(ledger)
    assert ledger.audit_head().sequence == before + 1
    settle(ledger, claimed)
    assert ledger.audit_head().sequence == before + 2
    assert ledger.verify().intact


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE deliveries SET answer = NULL, answer_digest = NULL",
        "UPDATE deliveries SET answer = :other",
        "UPDATE deliveries SET number = 2",
        "DELETE FROM deliveries",
    ],
)
def test_a_payers_answer_is_sealed(ledger: Ledger, damage: str) -> None:
    record_id = publish(ledger, "a")
    with ledger.transaction("anna") as tx:
        submissions.submit(tx, READY, record_id=record_id, document_id=document_id("a"), revision=1)
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, TARGET, [DeliveryKind.SUBMISSION])
        (claimed,) = deliveries.claim(tx, TARGET, lease_s=60)
    settle(ledger, claimed, SENT.model_copy(update={"answer": '{"resourceType": "Bundle"}'}))
    assert ledger.verify().intact
    with ledger.transaction("intruder") as tx:
        tx.connection.execute(text(damage), {"other": b"other"} if ":other" in damage else {})
    assert [problem for problem in ledger.verify().problems if "submission 1" in problem or "submission 2" in problem]


def test_what_a_dead_worker_held_is_free_soon_and_what_a_live_one_holds_is_not(ledger: Ledger, clock: Clock) -> None:
    publish(ledger, "a")
    publish(ledger, "b")
    (dead,), (live,) = claim(ledger, "w1"), claim(ledger, "w2")
    with ledger.transaction("w3") as tx:
        assert deliveries.holders(tx.connection, TARGET) == {"w1", "w2"}
        deliveries.shorten(tx, TARGET, ["w1"], grace_s=15)
    clock.advance(14)
    assert claim(ledger, "w3") == []
    clock.advance(2)
    assert [each.record_id for each in claim(ledger, "w3", limit=5)] == [dead.record_id]
    assert settle(ledger, live)
