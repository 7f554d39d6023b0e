"""A request that another document made before goes to a person, however often either is settled."""

from __future__ import annotations

import pytest

from documents.records import Field, FieldStatus, Record
from ledger.ledger import Ledger
from ledger.states import DocumentState
from review_queue.checks import reconcile, verify
from review_queue.errors import ReviewIncompleteError
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef
from review_queue.queue import ReviewQueue, SignOff
from review_queue.settlement import RecordResult, Settlement, settle
from tests.ledger.made import document_id, field, leased, record
from tests.review_queue.made import bundle_of, receive

DAY, MEMBER = field("request.date", "2026-03-02", at=1), field("patient.member_id", "XKT4471903", at=2)
# Codes of services: each, with the day and the member, is a key.
KNEE, SPINE = "29881", "72148"


def asking(name: str, *codes: str, pages: tuple[int, int] = (1, 2), member: Field = MEMBER) -> Record:
    """A request for services."""
    services = [field("procedure.code", code, group=f"s{n}", at=3 + n) for n, code in enumerate(codes)]
    return record(name, DAY, member, *services, pages=pages)


def settled(ledger: Ledger, name: str, *codes: str, again: bool = False, of: Record | None = None) -> DocumentState:
    if again:
        ledger.requeue([document_id(name)], actor="ops", reason="backfill", run_id="run")
    else:
        receive(ledger, name)
    lease = leased(ledger, name)
    made = of or asking(name, *codes)
    result = RecordResult(record=made, bundle=bundle_of(made) if made.accepted else None)
    return settle(ledger, ledger.begin(lease), Settlement(records=(result,), mapping="1"), build_bundle=bundle_of)


def findings(ledger: Ledger, name: str) -> list[str]:
    return [f.rule for kept in ledger.records_of(document_id(name)) if kept.current for f in kept.record.findings]


def test_the_second_document_waits_and_names_the_first(ledger: Ledger) -> None:
    assert settled(ledger, "first", KNEE) is DocumentState.PUBLISHED
    assert settled(ledger, "second", KNEE, SPINE) is DocumentState.IN_REVIEW
    (item,) = ReviewQueue(ledger).waiting()
    assert item.reasons == ("finding:DUP-001",)
    (kept,) = ledger.records_of(document_id("second"))
    assert asking("first", KNEE).id[:12] in kept.record.findings[0].message
    assert not kept.record.accepted
    assert reconcile(ledger).balanced
    assert verify(ledger).intact


def test_other_keys_are_other_requests(ledger: Ledger) -> None:
    assert settled(ledger, "first", KNEE) is DocumentState.PUBLISHED
    assert settled(ledger, "second", SPINE) is DocumentState.PUBLISHED
    assert settled(ledger, "third") is DocumentState.PUBLISHED


def test_a_backfill_finds_the_same_however_often_and_in_whatever_order(ledger: Ledger) -> None:
    settled(ledger, "first", KNEE)
    settled(ledger, "second", KNEE)
    assert settled(ledger, "first", KNEE, again=True) is DocumentState.PUBLISHED
    assert settled(ledger, "second", KNEE, again=True) is DocumentState.IN_REVIEW
    assert (findings(ledger, "first"), findings(ledger, "second")) == ([], ["DUP-001"])
    (kept,) = ledger.records_of(document_id("second"))
    assert kept.revision == 1


def test_a_request_that_is_read_otherwise_now_gives_its_keys_up(ledger: Ledger) -> None:
    settled(ledger, "first", KNEE)
    settled(ledger, "second", KNEE)
    settled(ledger, "first", SPINE, again=True)
    assert settled(ledger, "second", KNEE, again=True) is DocumentState.PUBLISHED
    settled(ledger, "first", again=True)
    assert settled(ledger, "third", SPINE) is DocumentState.PUBLISHED


def test_a_record_that_is_not_read_any_more_was_no_request(ledger: Ledger) -> None:
    settled(ledger, "first", KNEE)
    settled(ledger, "first", again=True, of=asking("first", KNEE, pages=(1, 1)))
    assert settled(ledger, "second", KNEE) is DocumentState.PUBLISHED
    assert settled(ledger, "third", KNEE) is DocumentState.IN_REVIEW


def test_a_refused_request_may_come_again(ledger: Ledger) -> None:
    settled(ledger, "first", SPINE)
    settled(ledger, "second", SPINE, KNEE)
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    claimed = queue.claim(item.id, actor="ana")
    refusal = SignOff(version=claimed.version, closing=Closing.REFUSE, reason=ClosingReason.ILLEGIBLE)
    queue.sign_off(claimed.id, refusal, actor="ana", build_bundle=bundle_of)
    assert settled(ledger, "third", KNEE) is DocumentState.PUBLISHED


def misread(name: str) -> Record:
    """The same request, its member id in doubt and a digit wrong."""
    return asking(name, KNEE, member=field("patient.member_id", "XKT4471908", status=FieldStatus.REVIEW, at=2))


def corrected(ledger: Ledger) -> tuple[ReviewQueue, str, int]:
    """The queue, and the item with its version, after a person put the digit right."""
    queue = ReviewQueue(ledger)
    (waiting,) = queue.waiting()
    item = queue.claim(waiting.id, actor="ana")
    right = FieldDecision(action=Action.CORRECT, field=FieldRef(path="patient.member_id"), value="XKT4471903")
    decided = queue.decide(item.id, right, actor="ana", version=item.version)
    return queue, item.id, decided.item.version


def test_a_corrected_value_shows_that_the_request_came_before(ledger: Ledger) -> None:
    settled(ledger, "first", KNEE)
    assert settled(ledger, "second", of=misread("second")) is DocumentState.IN_REVIEW
    queue, item, version = corrected(ledger)
    with pytest.raises(ReviewIncompleteError, match=asking("first", KNEE).id[:12]):
        queue.sign_off(item, SignOff(version=version), actor="ana", build_bundle=bundle_of)
    queue.sign_off(item, SignOff(version=version, repeats=True), actor="ana", build_bundle=bundle_of)
    assert findings(ledger, "second") == ["DUP-001"]
    assert settled(ledger, "second", of=misread("second"), again=True) is DocumentState.PUBLISHED
    assert verify(ledger).intact


def test_a_corrected_request_is_the_earlier_one_for_the_next(ledger: Ledger) -> None:
    settled(ledger, "first", of=misread("first"))
    queue, item, version = corrected(ledger)
    queue.sign_off(item, SignOff(version=version), actor="ana", build_bundle=bundle_of)
    settled(ledger, "first", of=misread("first"), again=True)
    assert settled(ledger, "second", KNEE) is DocumentState.IN_REVIEW
