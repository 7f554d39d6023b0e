from __future__ import annotations

import pytest

from documents.errors import LeaseLostError
from documents.outcomes import DISPOSITIONS, Disposition, OutcomeCode
from documents.records import FieldStatus, Finding, Severity
from ledger.ledger import Ledger
from ledger.states import DocumentState, RecordState
from review_queue.checks import reconcile, verify
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef, ItemState
from review_queue.queue import ReviewQueue, SignOff
from review_queue.settlement import RecordResult, Settlement, settle
from tests.ledger.made import Clock, document_id, field, record, result
from tests.review_queue.made import bundle_of, receive, rerun, run

GOOD = field("diagnosis.code", "M54.16", group="d1", at=3)
DOUBTFUL = field("procedure.code", "72148", group="p1", status=FieldStatus.REVIEW, at=5)


def bundles(ledger: Ledger) -> list[str]:
    return [published.bundle for published in ledger.published_bundles()]


def state_of(ledger: Ledger, name: str) -> DocumentState:
    (status,) = ledger.documents_matching(document_id(name))
    return status.state


def test_an_accepted_record_is_published_and_another_waits_for_a_person(ledger: Ledger) -> None:
    for name in ("sure", "unsure"):
        receive(ledger, name)
    assert run(ledger, "sure", record("sure", GOOD)) is DocumentState.PUBLISHED
    assert run(ledger, "unsure", record("unsure", GOOD, DOUBTFUL)) is DocumentState.IN_REVIEW
    assert bundles(ledger) == ["bundle diagnosis.code=M54.16"]
    (item,) = ReviewQueue(ledger).waiting()
    assert (item.document_id, item.reasons) == (document_id("unsure"), ("field_in_review",))
    counts = reconcile(ledger)
    assert counts.balanced, counts.discrepancies
    assert counts.in_words() == "received 2 = published 1 + in review 1 + rejected 0 + in flight 0"
    (kept,) = ledger.records_of(document_id("unsure"))
    assert kept.record == record("unsure", GOOD, DOUBTFUL)
    assert verify(ledger).intact


@pytest.mark.parametrize("code", list(OutcomeCode))
def test_each_outcome_ends_where_it_is_documented_to_end(ledger: Ledger, code: OutcomeCode) -> None:
    receive(ledger, "fax")
    state = run(ledger, "fax", outcome=code)
    rejected = DISPOSITIONS[code] is Disposition.REJECTED
    assert state is (DocumentState.REJECTED if rejected else DocumentState.IN_REVIEW)
    assert [item.reasons for item in ReviewQueue(ledger).waiting()] == ([] if rejected else [(code.value,)])
    assert ledger.document(document_id("fax")).outcome_code == code.value
    assert reconcile(ledger).balanced


def test_a_document_with_nothing_to_extract_goes_to_a_person(ledger: Ledger) -> None:
    receive(ledger, "fax")
    assert run(ledger, "fax") is DocumentState.IN_REVIEW
    assert ledger.document(document_id("fax")).outcome_code == OutcomeCode.NOTHING_TO_EXTRACT.value


def test_a_page_that_failed_keeps_a_document_in_review_beside_its_published_record(ledger: Ledger) -> None:
    receive(ledger, "fax")
    assert run(ledger, "fax", record("fax", GOOD), outcome=OutcomeCode.OCR_FAILED) is DocumentState.IN_REVIEW
    assert len(bundles(ledger)) == 1
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    version = queue.claim(item.id, actor="nurse").version
    closing = SignOff(version=version, closing=Closing.ROUTE, reason=ClosingReason.HANDLED_ELSEWHERE)
    queue.sign_off(item.id, closing, actor="nurse", build_bundle=bundle_of)
    assert state_of(ledger, "fax") is DocumentState.PUBLISHED
    assert reconcile(ledger).balanced


def test_a_rejected_document_has_no_records(ledger: Ledger) -> None:
    receive(ledger, "fax")
    with pytest.raises(ValueError, match="no records"):
        run(ledger, "fax", record("fax", GOOD), outcome=OutcomeCode.ENCRYPTED)
    assert state_of(ledger, "fax") is DocumentState.IN_FLIGHT


def test_a_worker_that_lost_its_lease_settles_nothing(ledger: Ledger, clock: Clock) -> None:
    receive(ledger, "fax")
    (slow,) = ledger.claim("slow", limit=1, lease_s=60)
    clock.advance(61)
    run(ledger, "fax", record("fax", GOOD))
    late = Settlement(records=(RecordResult(record=record("fax", DOUBTFUL)),))
    for _ in range(2):
        with pytest.raises(LeaseLostError):
            settle(ledger, slow, late, build_bundle=bundle_of)
        ledger.requeue([document_id("fax")], actor="ops", reason="backfill", run_id=None)
    assert len(bundles(ledger)) == 1
    assert [kept.record for kept in ledger.records_of(document_id("fax"))] == [record("fax", GOOD)]


def test_stage_results_given_with_a_settlement_are_stored_with_it(ledger: Ledger) -> None:
    receive(ledger, "fax")
    (lease,) = ledger.claim("w", limit=1, lease_s=60)
    settle(ledger, lease, Settlement(stage_results=(result("fax"),)), build_bundle=bundle_of)
    assert ledger.stage_result(result("fax").key) == result("fax").payload


@pytest.mark.parametrize("fields", [(GOOD,), (GOOD, DOUBTFUL)])
def test_a_backfill_that_comes_out_the_same_changes_nothing(ledger: Ledger, fields: tuple[object, ...]) -> None:
    receive(ledger, "fax")
    read = record("fax", *fields)  # type: ignore[arg-type]
    run(ledger, "fax", read)
    before = (bundles(ledger), ReviewQueue(ledger).waiting(), ledger.records_of(document_id("fax")))
    again = record("fax", *fields, version="2")  # type: ignore[arg-type]
    rerun(ledger, "fax", again)
    assert (bundles(ledger), ReviewQueue(ledger).waiting(), ledger.records_of(document_id("fax"))) == before
    assert reconcile(ledger).balanced


def test_a_backfill_that_comes_out_otherwise_takes_the_place_of_what_was_published(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD))
    rerun(ledger, "fax", record("fax", GOOD, field("patient.dob", "1970-01-02")))
    assert bundles(ledger) == ["bundle diagnosis.code=M54.16 patient.dob=1970-01-02"]
    assert verify(ledger).checked["publications"] == 2


def test_a_newer_mapping_of_the_same_record_is_published_anew(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD))
    rerun(ledger, "fax", record("fax", GOOD), mapping="2")
    assert [published.revision for published in ledger.published_bundles()] == [1]
    assert verify(ledger).checked["publications"] == 2


def test_what_is_published_stays_so_while_a_backfill_runs_or_fails(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD))
    ledger.requeue([document_id("fax")], actor="ops", reason="backfill", run_id="r")
    assert state_of(ledger, "fax") is DocumentState.IN_FLIGHT
    assert len(bundles(ledger)) == 1
    assert run(ledger, "fax", outcome=OutcomeCode.STAGE_FAILED) is DocumentState.IN_REVIEW
    assert len(bundles(ledger)) == 1
    assert reconcile(ledger).balanced
    assert rerun(ledger, "fax", record("fax", GOOD)) is DocumentState.PUBLISHED
    assert ReviewQueue(ledger).waiting() == []
    assert reconcile(ledger).balanced


def test_a_record_that_is_accepted_now_leaves_the_queue(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", DOUBTFUL))
    rerun(ledger, "fax", record("fax", GOOD))
    assert state_of(ledger, "fax") is DocumentState.PUBLISHED
    (item,) = ReviewQueue(ledger).matching(document_id("fax"))
    assert item.state is ItemState.RESOLVED
    rerun(ledger, "fax", record("fax", DOUBTFUL))
    (item,) = ReviewQueue(ledger).waiting()
    assert item.state is ItemState.OPEN
    assert len(bundles(ledger)) == 1  # until the person has signed off
    assert reconcile(ledger).balanced


def test_records_that_are_not_read_any_more_are_superseded(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD), record("fax", DOUBTFUL, pages=(3, 4)))
    rerun(ledger, "fax", record("fax", GOOD, pages=(1, 4)))
    assert len(bundles(ledger)) == 1
    assert ReviewQueue(ledger).waiting() == []
    states = {kept.state for kept in ledger.records_of(document_id("fax"))}
    assert states == {RecordState.PUBLISHED, RecordState.SUPERSEDED}
    assert len(ledger.document(document_id("fax")).records) == 1
    assert reconcile(ledger).balanced
    rerun(ledger, "fax", record("fax", GOOD), record("fax", GOOD, pages=(3, 4)))
    assert len(bundles(ledger)) == 2
    assert reconcile(ledger).balanced


def sign_off_corrected(ledger: Ledger, value: str) -> None:
    """A reviewer corrects the procedure code and signs off."""
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    version = queue.claim(item.id, actor="nurse").version
    correction = FieldDecision(
        action=Action.CORRECT, field=FieldRef(path="procedure.code", group="p1"), value=value, reason="misread"
    )
    view = queue.decide(item.id, correction, actor="nurse", version=version)
    queue.sign_off(item.id, SignOff(version=view.item.version, mapping="1"), actor="nurse", build_bundle=bundle_of)


def test_a_value_that_a_person_verified_survives_every_backfill(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD, DOUBTFUL))
    sign_off_corrected(ledger, "72149")
    expected = ["bundle diagnosis.code=M54.16 procedure.code=72149"]
    assert bundles(ledger) == expected
    # The same reading, a differing one that would be accepted, and one that does not find the field at all.
    rerun(ledger, "fax", record("fax", GOOD, DOUBTFUL, version="2"))
    assert verify(ledger).checked["publications"] == 1
    other = field("procedure.code", "72141", group="p7", at=5)
    assert rerun(ledger, "fax", record("fax", GOOD, other)) is DocumentState.PUBLISHED
    assert bundles(ledger) == expected
    (kept,) = ledger.records_of(document_id("fax"))
    view = ReviewQueue(ledger).view(ReviewQueue(ledger).matching(document_id("fax"))[0].id, actor="nurse")
    assert [(d.verified, d.reading) for d in view.differences] == [("72149", "72141")]
    assert [f.value for f in kept.record.values("procedure.code")] == ["72149"]
    assert rerun(ledger, "fax", record("fax", GOOD)) is DocumentState.IN_REVIEW
    assert bundles(ledger) == expected
    assert [item.reasons for item in ReviewQueue(ledger).waiting()] == [("verified_not_read_again",)]
    assert reconcile(ledger).balanced
    assert verify(ledger).intact


def test_a_new_doubt_in_a_signed_off_record_opens_it_again(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD, DOUBTFUL))
    sign_off_corrected(ledger, "72149")
    doubt = field("patient.dob", "1970-01-02", status=FieldStatus.REVIEW, at=9)
    assert rerun(ledger, "fax", record("fax", GOOD, DOUBTFUL, doubt)) is DocumentState.IN_REVIEW
    (item,) = ReviewQueue(ledger).waiting()
    assert ReviewQueue(ledger).view(item.id, actor="nurse").undecided == ("patient.dob",)


def test_a_new_error_in_a_signed_off_record_opens_it_again(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD, DOUBTFUL))
    sign_off_corrected(ledger, "72149")
    error = Finding(rule="DX-001", severity=Severity.ERROR, message="Unknown code.")
    flagged = record("fax", GOOD, DOUBTFUL).model_copy(update={"findings": (error,)})
    assert rerun(ledger, "fax", flagged) is DocumentState.IN_REVIEW
    assert len(bundles(ledger)) == 1


def test_what_a_person_routed_by_hand_is_not_published_behind_their_back(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", DOUBTFUL))
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    version = queue.claim(item.id, actor="nurse").version
    closing = SignOff(version=version, closing=Closing.ROUTE, reason=ClosingReason.HANDLED_ELSEWHERE)
    queue.sign_off(item.id, closing, actor="nurse", build_bundle=bundle_of)
    assert reconcile(ledger).routed_by_hand == 1
    assert rerun(ledger, "fax", record("fax", DOUBTFUL)) is DocumentState.PUBLISHED
    assert rerun(ledger, "fax", record("fax", GOOD)) is DocumentState.IN_REVIEW
    assert bundles(ledger) == []
    assert reconcile(ledger).balanced


def test_a_new_record_over_reviewed_pages_goes_to_a_person(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", record("fax", GOOD, DOUBTFUL))
    sign_off_corrected(ledger, "72149")
    assert rerun(ledger, "fax", record("fax", GOOD, pages=(2, 3))) is DocumentState.IN_REVIEW
    (item,) = ReviewQueue(ledger).waiting()
    assert "overlaps_reviewed_record" in item.reasons
    assert len(bundles(ledger)) == 1
    assert reconcile(ledger).balanced


def test_a_document_closed_by_hand_whose_reading_succeeds_later_goes_to_a_person(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", outcome=OutcomeCode.TIMEOUT)
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    version = queue.claim(item.id, actor="nurse").version
    refusal = SignOff(version=version, closing=Closing.REFUSE, reason=ClosingReason.NOT_A_CASE)
    queue.sign_off(item.id, refusal, actor="nurse", build_bundle=bundle_of)
    assert state_of(ledger, "fax") is DocumentState.REJECTED
    assert rerun(ledger, "fax", outcome=OutcomeCode.TIMEOUT) is DocumentState.REJECTED
    assert queue.waiting() == []
    assert rerun(ledger, "fax", record("fax", GOOD)) is DocumentState.IN_REVIEW
    assert bundles(ledger) == []
    assert reconcile(ledger).balanced


def test_another_outcome_opens_a_document_that_was_closed_by_hand_again(ledger: Ledger) -> None:
    receive(ledger, "fax")
    run(ledger, "fax", outcome=OutcomeCode.TIMEOUT)
    queue = ReviewQueue(ledger)
    version = queue.claim(queue.waiting()[0].id, actor="nurse").version
    refusal = SignOff(version=version, closing=Closing.REFUSE, reason=ClosingReason.ILLEGIBLE)
    queue.sign_off(queue.waiting()[0].id, refusal, actor="nurse", build_bundle=bundle_of)
    assert rerun(ledger, "fax", outcome=OutcomeCode.OCR_FAILED) is DocumentState.IN_REVIEW
    assert [item.reasons for item in queue.waiting()] == [("OCR_FAILED",)]
    assert ledger.document(document_id("fax")).closing_reason is None
    assert reconcile(ledger).balanced
