"""A request that another document made before goes to a person, however often either is settled."""

from __future__ import annotations

from documents.records import Record
from ledger.ledger import Ledger
from ledger.states import DocumentState
from review_queue.checks import reconcile, verify
from review_queue.items import Closing, ClosingReason
from review_queue.queue import ReviewQueue, SignOff
from review_queue.settlement import RecordResult, Settlement, settle
from tests.ledger.made import document_id, field, record
from tests.review_queue.made import bundle_of, receive

GOOD = field("procedure.code", "29881", group="s1", at=3)
KEY, OTHER_KEY = "a" * 64, "b" * 64


def settled(ledger: Ledger, name: str, *keys: str, again: bool = False, of: Record | None = None) -> DocumentState:
    if again:
        ledger.requeue([document_id(name)], actor="ops", reason="backfill", run_id="run")
    else:
        receive(ledger, name)
    (lease,) = ledger.claim("worker", limit=1, lease_s=60, ids=[document_id(name)])
    made = of or record(name, GOOD)
    result = RecordResult(record=made, bundle=bundle_of(made), request_keys=keys)
    return settle(ledger, ledger.begin(lease), Settlement(records=(result,), mapping="1"), build_bundle=bundle_of)


def findings(ledger: Ledger, name: str) -> list[str]:
    return [f.rule for kept in ledger.records_of(document_id(name)) if kept.current for f in kept.record.findings]


def test_the_second_document_waits_and_names_the_first(ledger: Ledger) -> None:
    assert settled(ledger, "first", KEY) is DocumentState.PUBLISHED
    assert settled(ledger, "second", KEY, OTHER_KEY) is DocumentState.IN_REVIEW
    (item,) = ReviewQueue(ledger).waiting()
    assert item.reasons == ("finding:DUP-001",)
    (kept,) = ledger.records_of(document_id("second"))
    assert record("first", GOOD).id[:12] in kept.record.findings[0].message
    assert not kept.record.accepted
    assert reconcile(ledger).balanced
    assert verify(ledger).intact


def test_other_keys_are_other_requests(ledger: Ledger) -> None:
    assert settled(ledger, "first", KEY) is DocumentState.PUBLISHED
    assert settled(ledger, "second", OTHER_KEY) is DocumentState.PUBLISHED
    assert settled(ledger, "third") is DocumentState.PUBLISHED


def test_a_backfill_finds_the_same_however_often_and_in_whatever_order(ledger: Ledger) -> None:
    settled(ledger, "first", KEY)
    settled(ledger, "second", KEY)
    assert settled(ledger, "first", KEY, again=True) is DocumentState.PUBLISHED
    assert settled(ledger, "second", KEY, again=True) is DocumentState.IN_REVIEW
    assert (findings(ledger, "first"), findings(ledger, "second")) == ([], ["DUP-001"])
    (kept,) = ledger.records_of(document_id("second"))
    assert kept.revision == 1


def test_a_request_that_is_read_otherwise_now_gives_its_keys_up(ledger: Ledger) -> None:
    settled(ledger, "first", KEY)
    settled(ledger, "second", KEY)
    settled(ledger, "first", OTHER_KEY, again=True)
    assert settled(ledger, "second", KEY, again=True) is DocumentState.PUBLISHED
    settled(ledger, "first", again=True)
    assert settled(ledger, "third", OTHER_KEY) is DocumentState.PUBLISHED


def test_a_record_that_is_not_read_any_more_was_no_request(ledger: Ledger) -> None:
    settled(ledger, "first", KEY)
    settled(ledger, "first", again=True, of=record("first", GOOD, pages=(1, 1)))
    assert settled(ledger, "second", KEY) is DocumentState.PUBLISHED
    assert settled(ledger, "third", KEY) is DocumentState.IN_REVIEW


def test_a_refused_request_may_come_again(ledger: Ledger) -> None:
    settled(ledger, "first", OTHER_KEY)
    settled(ledger, "second", OTHER_KEY, KEY)
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    claimed = queue.claim(item.id, actor="ana")
    refusal = SignOff(version=claimed.version, closing=Closing.REFUSE, reason=ClosingReason.ILLEGIBLE)
    queue.sign_off(claimed.id, refusal, actor="ana", build_bundle=bundle_of)
    assert settled(ledger, "third", KEY) is DocumentState.PUBLISHED
