"""A payer takes each request once in effect, whatever becomes of its answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from evaluation.loopback.fhir_server import Fault, FhirServer
from flows.delivery.parcels import parcel
from flows.delivery.rounds import Round, sender_for
from flows.delivery.targets import Target
from ledger import deliveries, outbox, submissions
from ledger.deliveries import DeliveryKind, Doubt, Outcome
from ledger.delivery_statuses import DeliveryRow
from ledger.ledger import Ledger
from tests.fhir_mapping.pas.variants import bundles
from tests.flows.delivery.made import deliver, publish, record_of, rows, target
from tests.ledger.databases import on_sqlite
from tests.ledger.made import Clock, document_id
from tests.ledger.test_submissions import BLOCKED, READY

_MADE = bundles()
FIRST, SECOND, THIRD = _MADE["several-lines"], _MADE["update"], _MADE["cancellation"]
PAYER = "Example Health Plan"
# Nothing is known of what the payer did: cut off, no answer in time, a proxy that gave up or fell over.
LOST = (Fault.CUT_AFTER, Fault.GATEWAY_AFTER, Fault.DRIP_AFTER)


@pytest.fixture
def payer(server: FhirServer) -> FhirServer:
    """A payer that compares no identifiers: every request that it is sent is a new one."""
    server.forgetful = True
    return server


def submit(ledger: Ledger, bundle: str) -> dict[str, Any]:
    """Releases a request for a payer; returns its bundle."""
    with ledger.transaction("anna") as tx:
        new = READY.model_copy(update={"payload": bundle})
        submissions.submit(tx, new, record_id=record_of("a").id, document_id=document_id("a"), revision=1)
    made: dict[str, Any] = json.loads(bundle)
    return made


def released(ledger: Ledger, *sent: str) -> list[dict[str, Any]]:
    """A published record and its requests."""
    publish(ledger, "a")
    return [submit(ledger, each) for each in sent]


def to(server: FhirServer, **given: object) -> Target:
    return target(kind="pas", url=server.base, payers="*", **given)


def taken(server: FhirServer) -> list[dict[str, Any]]:
    return [bundle for bundle, times in server.store.submissions() for _ in range(times)]


def asked(server: FhirServer) -> list[str]:
    """The calls by operation."""
    return [call.rpartition("$")[2] for call in server.calls]


def row(ledger: Ledger) -> DeliveryRow:
    (found,) = rows(ledger, "a")
    return found


def test_a_payer_takes_each_submission_once_in_order(ledger: Ledger, payer: FhirServer, clock: Clock) -> None:
    sent = released(ledger, FIRST, SECOND, THIRD)
    assert deliver(ledger, to(payer), clock).counts == {"delivered": 3}
    assert taken(payer) == sent
    assert asked(payer) == ["submit"] * 3
    assert [row.status for row in rows(ledger, "a")] == ["claim-queued"] * 3
    assert ledger.verify().intact


@pytest.mark.parametrize("sent", [FIRST, SECOND, THIRD], ids=["request", "update", "cancellation"])
@pytest.mark.parametrize("fault", LOST)
def test_a_request_whose_answer_was_lost_is_asked_for_and_not_sent_again(
    ledger: Ledger, payer: FhirServer, clock: Clock, fault: Fault, sent: str
) -> None:
    (bundle,) = released(ledger, sent)
    payer.faults.append(fault)
    made = deliver(ledger, to(payer, deadline_s=1.0), clock)
    assert made.counts == {"failed": 1, "delivered": 1}
    assert taken(payer) == [bundle]
    assert asked(payer) == ["submit", "inquire"]
    assert (row(ledger).status, row(ledger).attempts, row(ledger).doubt) == ("claim-queued", 2, None)
    assert ledger.verify().intact


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.UNAVAILABLE, Fault.PAGE, Fault.HUGE])
def test_a_request_that_the_payer_does_not_know_is_sent_again(
    ledger: Ledger, payer: FhirServer, clock: Clock, fault: Fault
) -> None:
    (bundle,) = released(ledger, FIRST)
    payer.faults.append(fault)
    assert deliver(ledger, to(payer), clock).counts == {"failed": 1, "delivered": 1}
    assert taken(payer) == [bundle]
    assert asked(payer) == ["submit", "inquire", "submit"]
    assert row(ledger).doubt is None


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.ELSEWHERE])
def test_what_surely_was_not_taken_is_not_asked_for(
    ledger: Ledger, payer: FhirServer, clock: Clock, fault: Fault
) -> None:
    (bundle,) = released(ledger, FIRST)
    payer.faults.append(fault)
    assert deliver(ledger, to(payer, patience_s=0), clock).counts == {"failed": 1}
    clock.advance(5)
    assert deliver(ledger, to(payer), clock).counts == {"delivered": 1}
    assert asked(payer) == ["submit", "submit"]
    assert taken(payer) == [bundle]


def test_a_lost_answer_is_left_time_to_take_effect(ledger: Ledger, payer: FhirServer, clock: Clock) -> None:
    released(ledger, FIRST)
    payer.faults.append(Fault.CUT_AFTER)
    begun = clock()
    deliver(ledger, to(payer), clock)
    assert 60 <= (clock() - begun).total_seconds() < 70


def test_what_was_unknown_once_stays_so_until_the_payer_has_answered(
    ledger: Ledger, payer: FhirServer, clock: Clock
) -> None:
    (bundle,) = released(ledger, FIRST)
    faults = [Fault.CUT_AFTER, Fault.BUSY, Fault.CUT, Fault.GATEWAY_AFTER, Fault.PAGE]
    payer.faults.extend(faults)
    made = deliver(ledger, to(payer), clock)
    assert made.counts == {"failed": 5, "delivered": 1}
    assert taken(payer) == [bundle]
    assert asked(payer) == ["submit", *["inquire"] * 5]


def test_a_worker_that_was_killed_after_the_answer_makes_no_second_request(
    ledger: Ledger, payer: FhirServer, clock: Clock
) -> None:
    (bundle,) = released(ledger, FIRST)
    with sender_for(to(payer)) as sender:
        with ledger.transaction("w1") as tx:
            outbox.enqueue(tx, "warehouse", sender.kinds)
            (claimed,) = deliveries.claim(tx, "warehouse", lease_s=60)
        # As after kill -9: the answer is there, and nothing of it is written down.
        assert sender.send([parcel(ledger, claimed)], now=clock())[0].status == "claim-queued"
    assert (taken(payer), row(ledger).state) == ([bundle], "sending")
    clock.advance(3600)
    assert deliver(ledger, to(payer), clock, worker="w2").counts == {"delivered": 1}
    assert taken(payer) == [bundle]
    assert (row(ledger).status, row(ledger).doubt) == ("claim-queued", None)


def test_an_interrupted_worker_leaves_a_doubt(ledger: Ledger, payer: FhirServer, clock: Clock) -> None:
    released(ledger, FIRST)
    with sender_for(to(payer)) as sender:
        made = Round(ledger, to(payer), sender, "w1", clock=clock, sleep=clock.advance)

        def interrupted(_parcels: object, *, now: object) -> list[Outcome]:
            raise KeyboardInterrupt

        sender.send = interrupted  # type: ignore[method-assign,assignment]
        with pytest.raises(KeyboardInterrupt):
            made.run()
    assert (row(ledger).status, row(ledger).doubt) == ("interrupted", Doubt.UNSURE)


@pytest.mark.parametrize("given", [{}, {"inquire": False}], ids=["cannot", "may not"])
def test_a_payer_that_is_not_asked_gets_it_again_and_that_is_shown(
    ledger: Ledger, payer: FhirServer, clock: Clock, given: dict[str, object]
) -> None:
    (bundle,) = released(ledger, FIRST)
    payer.inquires = False
    payer.faults.append(Fault.CUT_AFTER)
    assert deliver(ledger, to(payer, **given), clock).counts == {"failed": 1, "delivered": 1}
    assert taken(payer) == [bundle, bundle]
    assert asked(payer) == ["submit", *([] if given else ["inquire"]), "submit"]
    assert (row(ledger).state, row(ledger).doubt) == ("delivered", Doubt.TWICE)
    with ledger.transaction("anna") as tx:
        assert deliveries.confirm(tx, "warehouse", record_id=record_of("a").id) == 1
    assert (row(ledger).status, row(ledger).doubt) == ("claim-queued", None)


def test_a_payer_whose_answers_are_always_lost_gets_a_request_twice_and_no_more(
    ledger: Ledger, payer: FhirServer, clock: Clock
) -> None:
    (bundle,) = released(ledger, FIRST)
    payer.inquires = False
    payer.faults.extend([Fault.CUT_AFTER, None, Fault.CUT_AFTER])
    deliver(ledger, to(payer), clock)
    assert taken(payer) == [bundle, bundle]
    assert (row(ledger).state, row(ledger).status, row(ledger).doubt) == ("held", "unconfirmed", Doubt.TWICE)
    clock.advance(86_400)
    deliver(ledger, to(payer), clock)
    assert taken(payer) == [bundle, bundle]


def test_a_repeat_that_surely_did_not_arrive_is_no_second_one(ledger: Ledger, payer: FhirServer, clock: Clock) -> None:
    (bundle,) = released(ledger, FIRST)
    payer.inquires = False
    payer.faults.extend([Fault.CUT_AFTER, None, Fault.BUSY])
    payer.retry_after = "3000"
    deliver(ledger, to(payer), clock)
    assert row(ledger).doubt is Doubt.UNSURE
    assert taken(payer) == [bundle]


def test_a_request_that_nobody_can_tell_of_waits_for_a_person_where_a_site_wants_it(
    ledger: Ledger, payer: FhirServer, clock: Clock
) -> None:
    first, second = released(ledger, FIRST, SECOND)
    payer.inquires = False
    payer.faults.append(Fault.CUT_AFTER)
    holding = to(payer, unsure="hold")
    assert deliver(ledger, holding, clock).counts == {"failed": 1, "held": 1}
    assert [(each.state.value, each.status) for each in rows(ledger, "a")] == [
        ("held", "unconfirmed"),
        ("pending", None),  # an update waits for what it updates
    ]
    assert deliver(ledger, holding, clock).counts == {}
    assert taken(payer) == [first]
    with ledger.transaction("anna") as tx:
        assert deliveries.confirm(tx, "warehouse", record_id=record_of("a").id) == 1
    assert deliver(ledger, holding, clock).counts == {"delivered": 1}
    assert taken(payer) == [first, second]
    assert [each.status for each in rows(ledger, "a")] == ["claim-confirmed", "claim-queued"]
    assert ledger.verify().intact


def test_a_person_who_asked_may_send_it_again(ledger: Ledger, payer: FhirServer, clock: Clock) -> None:
    (bundle,) = released(ledger, FIRST)
    payer.inquires = False
    payer.faults.append(Fault.CUT)
    holding = to(payer, unsure="hold")
    assert deliver(ledger, holding, clock).counts == {"failed": 1, "held": 1}
    with ledger.transaction("anna") as tx:
        assert deliveries.retry(tx, "warehouse") == 1
    assert deliver(ledger, holding, clock).counts == {"delivered": 1}
    assert taken(payer) == [bundle]
    assert (asked(payer), row(ledger).doubt) == (["submit", "inquire", "submit"], None)


def test_an_inquiry_that_fails_is_repeated_and_one_that_is_refused_is_not(
    ledger: Ledger, payer: FhirServer, clock: Clock
) -> None:
    (bundle,) = released(ledger, FIRST)
    payer.faults.extend([Fault.CUT, Fault.UNAVAILABLE, Fault.INVALID])
    made = deliver(ledger, to(payer), clock)
    assert made.counts == {"failed": 2, "delivered": 1}
    assert asked(payer) == ["submit", "inquire", "inquire", "submit"]
    assert taken(payer) == [bundle]
    assert row(ledger).doubt is Doubt.TWICE  # the payer refused to say


def test_a_folder_leaves_no_doubt(ledger: Ledger, clock: Clock, tmp_path: Any) -> None:
    released(ledger, FIRST)
    folder = target(kind="folder", folder=tmp_path / "out")
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, "warehouse", [DeliveryKind.SUBMISSION])
        (claimed,) = deliveries.claim(tx, "warehouse", lease_s=10)
    assert claimed.doubt is None
    clock.advance(20)
    assert deliver(ledger, folder, clock).counts == {"delivered": 2}
    assert {each.doubt for each in rows(ledger, "a")} == {None}


def test_what_is_blocked_is_sent_to_nobody(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    publish(ledger, "a")
    with ledger.transaction("anna") as tx:
        submissions.submit(tx, BLOCKED, record_id=record_of("a").id, document_id=document_id("a"), revision=1)
    assert not deliver(ledger, to(server), clock).counts
    assert not taken(server)


@on_sqlite
def test_a_damaged_request_is_sent_to_nobody_and_said_to_be_damaged(
    ledger: Ledger, server: FhirServer, clock: Clock
) -> None:
    released(ledger, READY.payload)
    with ledger.transaction("x") as tx:
        tx.connection.execute(text("DROP TRIGGER submissions_no_update"))
        tx.connection.execute(text("UPDATE submissions SET payload = :payload"), {"payload": b"damaged"})
    own = target(kind="pas", url=server.base, payers="Example Health Plan")
    assert deliver(ledger, own, clock).counts == {"refused": 1}
    assert [each.status for each in rows(ledger, "a")] == ["damaged-here"]
    assert not taken(server)


def test_a_payer_is_shown_no_other_payers_request(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    publish(ledger, "a")
    submit(ledger, FIRST.replace(PAYER, "Another Plan, Inc."))
    own = submit(ledger, SECOND.replace(PAYER, "Example  HEALTH Plan"))
    made = deliver(ledger, target(kind="pas", url=server.base, payers="Lakeside HMO; Example Health Plan"), clock)
    assert made.counts == {"delivered": 1}
    assert server.store.submissions() == [(own, 1)]
    # One that was due before the target was changed is held back when its turn comes.
    submit(ledger, FIRST.replace(PAYER, "Another Plan, Inc."))
    with ledger.transaction("w1") as tx:
        outbox.enqueue(tx, "warehouse", [DeliveryKind.SUBMISSION])
    later = deliver(ledger, target(kind="pas", url=server.base, payers="Example Health Plan"), clock)
    assert later.counts == {"refused": 2}
    assert {row.status for row in rows(ledger, "a") if row.state == "refused"} == {"other-payer"}
    assert server.store.submissions() == [(own, 1)]


def test_a_payers_errors_are_recorded_in_its_codes(ledger: Ledger, server: FhirServer, clock: Clock) -> None:
    publish(ledger, "a")
    submit(ledger, FIRST)
    error = {"code": {"coding": [{"system": "https://codesystem.x12.org/005010/901", "code": "64"}], "text": "Quill"}}
    response = {"resourceType": "ClaimResponse", "outcome": "error", "error": [error], "disposition": "Quill"}
    server.store.submit = lambda _, **__: {"resourceType": "Bundle", "entry": [{"resource": response}]}  # type: ignore[method-assign]
    made = deliver(ledger, target(kind="pas", url=server.base, payers="*"), clock)
    assert made.counts == {"refused": 1}
    (row,) = rows(ledger, "a")
    assert (row.status, [each.code for each in row.issues]) == ("claim-error", ["64"])
    assert "Quill" not in row.model_dump_json()


@pytest.mark.parametrize("outcome", [["error"], {}, 7, None])
def test_an_outcome_that_is_no_code_is_an_answer_all_the_same(
    ledger: Ledger, server: FhirServer, clock: Clock, outcome: object
) -> None:
    publish(ledger, "a")
    submit(ledger, FIRST)
    server.store.submit = lambda _, **__: {"resourceType": "ClaimResponse", "outcome": outcome}  # type: ignore[method-assign]
    assert deliver(ledger, target(kind="pas", url=server.base, payers="*"), clock).counts == {"delivered": 1}
    assert [row.status for row in rows(ledger, "a")] == ["http-200"]
