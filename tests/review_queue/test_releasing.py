from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from documents.errors import ConflictError
from documents.records import FieldStatus, Record
from documents.values import Kind
from ledger import deliveries, outbox, submissions
from ledger.deliveries import DeliveryKind, DeliveryState, Outcome
from ledger.ledger import Ledger
from ledger.states import RecordState
from ledger.submissions import MissingElement, NewSubmission, Part, Submission, SubmissionKind, SubmissionState
from ledger.tables import AUDIT_EVENTS
from review_queue import checks
from review_queue.errors import NotReleasableError
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef
from review_queue.queue import ReviewQueue, SignOff
from review_queue.releasing import CancelReason, Issue, Releasing, cancel, enter, release
from tests.ledger.made import field, record
from tests.review_queue.made import bundle_of, receive, rerun, run

CLAIM_TYPE = "submission.claim_type"
DUBIOUS = field("patient.name", "Ann Smith", at=1, status=FieldStatus.REVIEW)
SURE = field("patient.name", "Ann Smith", at=1)


def submission_of(made: Record, issue: Issue) -> NewSubmission:
    """Stands where the mapping stands: a request needs its claim type and names the usable values."""
    said = bundle_of(made)
    ready = bool(made.values(CLAIM_TYPE, usable_only=True)) or issue.kind is SubmissionKind.CANCEL
    after = "" if issue.prior is None else f" after {issue.prior.number}"
    return NewSubmission(
        kind=issue.kind,
        state=SubmissionState.READY if ready else SubmissionState.BLOCKED,
        payload=f"{issue.kind} {issue.number}{after}: {said}",
        content_key=said,
        mapping="1",
        missing=() if ready else (MissingElement(path="Claim.type", field=CLAIM_TYPE),),
    )


RELEASING = Releasing(build_bundle=bundle_of, build_submission=submission_of, mapping="1")


def typed(value: str, action: Action = Action.ADD) -> FieldDecision:
    return FieldDecision(action=action, field=FieldRef(path=CLAIM_TYPE), value=value, kind=Kind.CHOICE)


def sign_off(ledger: Ledger, made: Record, *decisions: FieldDecision, closing: Closing = Closing.PUBLISH) -> None:
    """Claims the record's item, decides, signs off."""
    queue = ReviewQueue(ledger)
    (item,) = queue.matching(made.id)
    version = queue.claim(item.id, actor="anna").version
    for decision in decisions:
        version = queue.decide(item.id, decision, actor="anna", version=version).item.version
    reason = None if closing is Closing.PUBLISH else ClosingReason.NOT_A_CASE
    how = SignOff(version=version, closing=closing, reason=reason, mapping="1")
    queue.sign_off(item.id, how, actor="anna", build_bundle=bundle_of, build_submission=submission_of)


def accept(path: str) -> FieldDecision:
    return FieldDecision(action=Action.ACCEPT, field=FieldRef(path=path))


def of(ledger: Ledger, made: Record) -> list[tuple[str, str, bool]]:
    """Kind, state and whether it is current, of each submission."""
    return [(s.kind.value, s.state.value, s.superseded_at is None) for s in all_of(ledger, made)]


def all_of(ledger: Ledger, made: Record) -> list[Submission]:
    with ledger.snapshot() as connection:
        return submissions.submissions_of(connection, made.id)


def actions(ledger: Ledger) -> Sequence[str]:
    with ledger.snapshot() as connection:
        return list(connection.scalars(select(AUDIT_EVENTS.c.action).order_by(AUDIT_EVENTS.c.sequence)))


@pytest.fixture
def in_review(ledger: Ledger) -> Record:
    """A request with a value that a person must look at."""
    made = record("fax", DUBIOUS)
    receive(ledger, "fax")
    run(ledger, "fax", made)
    return made


@pytest.fixture
def accepted(ledger: Ledger) -> Record:
    """A request that needed nobody."""
    made = record("fax", SURE)
    receive(ledger, "fax")
    run(ledger, "fax", made)
    return made


def intact(ledger: Ledger) -> bool:
    return checks.verify(ledger).intact and checks.reconcile(ledger).balanced


def test_a_sign_off_makes_the_request_in_its_transaction(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))
    (made,) = all_of(ledger, in_review)
    assert (made.kind, made.state, made.actor, made.revision) == ("request", "ready", "anna", 2)
    assert intact(ledger)


def test_what_fails_after_the_request_was_made_leaves_neither_bundle_nor_request(
    ledger: Ledger, in_review: Record
) -> None:
    def broken(_made: Record, issue: Issue) -> NewSubmission:
        return submission_of(_made, issue).model_copy(update={"content_key": None})  # the database refuses it

    queue = ReviewQueue(ledger)
    (item,) = queue.matching(in_review.id)
    version = queue.claim(item.id, actor="anna").version
    version = queue.decide(item.id, accept("patient.name"), actor="anna", version=version).item.version
    how = SignOff(version=version, mapping="1")
    with pytest.raises(Exception, match=r"."):
        queue.sign_off(item.id, how, actor="anna", build_bundle=bundle_of, build_submission=broken)
    assert all_of(ledger, in_review) == []
    assert list(ledger.published_bundles()) == []
    assert intact(ledger)


def test_a_blocked_request_does_not_block_the_bundle_and_is_made_once_its_values_are_entered(
    ledger: Ledger, in_review: Record
) -> None:
    sign_off(ledger, in_review, accept("patient.name"))
    assert len(list(ledger.published_bundles())) == 1
    (blocked,) = all_of(ledger, in_review)
    assert [each.field for each in blocked.missing] == [CLAIM_TYPE]
    entered = enter(ledger, in_review.id, typed("professional"), actor="ben")
    assert [f.value for f in entered.values(CLAIM_TYPE)] == ["professional"]
    assert of(ledger, in_review) == [("request", "blocked", True)]
    released = release(ledger, in_review.id, RELEASING, actor="ben")
    assert released is not None
    assert (released.number, released.actor, released.ready) == (2, "ben", True)
    assert of(ledger, in_review) == [("request", "blocked", False), ("request", "ready", True)]
    assert actions(ledger).count("item.decided") == 2
    assert intact(ledger)


@pytest.mark.parametrize("values", [(), (typed("professional"),)], ids=["blocked", "ready"])
def test_the_same_content_is_not_submitted_again(
    ledger: Ledger, in_review: Record, values: tuple[FieldDecision, ...]
) -> None:
    sign_off(ledger, in_review, accept("patient.name"), *values)
    for _ in range(2):
        again = release(ledger, in_review.id, RELEASING, actor="ben")
        assert again is not None
        assert again.number == 1
    assert len(all_of(ledger, in_review)) == 1
    assert "submission.restored" not in actions(ledger)


def test_what_a_payer_refused_may_be_submitted_again_as_it_is(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))
    with ledger.transaction("deliver") as tx:
        outbox.enqueue(tx, "payer", [DeliveryKind.SUBMISSION])
        (claimed,) = deliveries.claim(tx, "payer", lease_s=60)
        deliveries.settle(tx, claimed, Outcome(state=DeliveryState.REFUSED, status="http-422"))
    release(ledger, in_review.id, RELEASING, actor="ben")
    assert of(ledger, in_review) == [("request", "ready", False), ("request", "ready", True)]
    assert intact(ledger)


def test_changed_content_is_an_update_of_what_the_payer_has(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))
    enter(ledger, in_review.id, typed("oral", Action.CORRECT), actor="ben")
    release(ledger, in_review.id, RELEASING, actor="ben")
    assert all_of(ledger, in_review)[-1].payload.startswith("update 2 after 1: ")
    reject = FieldDecision(action=Action.REJECT, field=FieldRef(path=CLAIM_TYPE), reason="wrong")
    enter(ledger, in_review.id, reject, actor="ben")
    release(ledger, in_review.id, RELEASING, actor="ben")
    assert of(ledger, in_review)[-1] == ("update", "blocked", True)
    enter(ledger, in_review.id, typed("institutional"), actor="ben")
    release(ledger, in_review.id, RELEASING, actor="ben")
    assert all_of(ledger, in_review)[-1].payload.startswith("update 4 after 2: ")
    assert intact(ledger)


def test_what_the_payer_has_already_is_current_again_and_not_sent_twice(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))
    reject = FieldDecision(action=Action.REJECT, field=FieldRef(path=CLAIM_TYPE), reason="wrong")
    enter(ledger, in_review.id, reject, actor="ben")
    release(ledger, in_review.id, RELEASING, actor="ben")
    enter(ledger, in_review.id, typed("professional"), actor="ben")
    release(ledger, in_review.id, RELEASING, actor="ben")
    assert of(ledger, in_review) == [("request", "ready", True), ("update", "blocked", False)]
    assert intact(ledger)


def test_nobody_released_what_was_accepted_without_a_person(ledger: Ledger, accepted: Record) -> None:
    assert all_of(ledger, accepted) == []
    enter(ledger, accepted.id, typed("professional"), actor="ben")
    assert all_of(ledger, accepted) == []
    released = release(ledger, accepted.id, RELEASING, actor="ben")
    assert released is not None
    assert released.ready
    assert [p.actor for p in ledger.published_bundles()] == ["ben"]
    assert {"record.released", "item.signed_off"} <= set(actions(ledger))
    (item,) = ReviewQueue(ledger).matching(accepted.id)
    assert (item.closed_by, item.closing) == ("ben", "publish")
    # A later reading keeps it as a person's.
    rerun(ledger, "fax", accepted)
    assert of(ledger, accepted) == [("request", "ready", True)]
    assert intact(ledger)


def test_a_later_reading_submits_nothing_by_itself(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))
    rerun(ledger, "fax", record("fax", DUBIOUS, field("patient.dob", "1980-03-04", at=2)))
    assert len(all_of(ledger, in_review)) == 1
    release(ledger, in_review.id, RELEASING, actor="ben")
    assert of(ledger, in_review)[-1] == ("update", "ready", True)


def test_a_record_in_review_is_signed_off_and_not_released(ledger: Ledger, in_review: Record) -> None:
    for act in (
        lambda: release(ledger, in_review.id, RELEASING, actor="ben"),
        lambda: enter(ledger, in_review.id, typed("oral"), actor="ben"),
        lambda: cancel(ledger, in_review.id, CancelReason.DUPLICATE, actor="ben", build_submission=submission_of),
    ):
        with pytest.raises(NotReleasableError):
            act()


def test_a_cancellation_follows_the_ready_request_and_ends_it(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))
    number = cancel(ledger, in_review.id, CancelReason.NO_LONGER_NEEDED, actor="ben", build_submission=submission_of)
    assert all_of(ledger, in_review)[-1].payload.startswith("cancel 2 after 1")
    assert number == 2
    with pytest.raises(NotReleasableError):
        cancel(ledger, in_review.id, CancelReason.DUPLICATE, actor="ben", build_submission=submission_of)
    release(ledger, in_review.id, RELEASING, actor="ben")
    assert of(ledger, in_review) == [
        ("request", "ready", False),
        ("cancel", "ready", False),
        ("request", "ready", True),
    ]
    assert "submission.cancelled" in actions(ledger)
    assert intact(ledger)


def test_a_refused_record_keeps_its_submission_until_somebody_cancels_it(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))
    rerun(ledger, "fax", record("fax", DUBIOUS, field("diagnosis.code", "E11.9", at=3, status=FieldStatus.REVIEW)))
    assert cancellations_due(ledger) == []
    sign_off(ledger, in_review, closing=Closing.REFUSE)
    assert cancellations_due(ledger) == cancellations_due(ledger, in_review.id) == [in_review.id]
    assert cancellations_due(ledger, "another") == []
    cancel(ledger, in_review.id, CancelReason.ENTERED_IN_ERROR, actor="ben", build_submission=submission_of)
    assert cancellations_due(ledger) == []


def cancellations_due(ledger: Ledger, record_id: str | None = None) -> list[str]:
    with ledger.snapshot() as connection:
        return [each.record_id for each in submissions.cancellations_due(connection, record_id)]


def test_of_two_releases_at_once_one_is_made(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"))
    enter(ledger, in_review.id, typed("professional"), actor="ben")

    def while_another_releases(made: Record, issue: Issue) -> NewSubmission:
        release(ledger, made.id, RELEASING, actor="carl")
        return submission_of(made, issue)

    slow = Releasing(build_bundle=bundle_of, build_submission=while_another_releases, mapping="1")
    with pytest.raises(ConflictError):
        release(ledger, in_review.id, slow, actor="ben")
    assert [s.actor for s in all_of(ledger, in_review)] == ["anna", "carl"]
    assert ledger.record(in_review.id).state is RecordState.PUBLISHED  # type: ignore[union-attr]


def test_pages_that_are_decided_otherwise_meanwhile_go_to_nobody(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"))
    note = record("note", DUBIOUS)
    receive(ledger, "note")
    run(ledger, "note", note)
    # It was published when the request was made of it, and is not any more.
    part = Part(record_id=note.id, revision=1, document_type="clinical_note", pages="2-2", digest="0" * 64)

    def with_the_note(made: Record, issue: Issue) -> NewSubmission:
        return submission_of(made, issue).model_copy(update={"content_key": "other", "parts": (part,)})

    before = all_of(ledger, in_review)
    with pytest.raises(ConflictError):
        release(ledger, in_review.id, Releasing(bundle_of, with_the_note, "1"), actor="ben")
    assert all_of(ledger, in_review) == before


def test_of_two_cancellations_at_once_one_is_made(ledger: Ledger, in_review: Record) -> None:
    sign_off(ledger, in_review, accept("patient.name"), typed("professional"))

    def while_another_cancels(made: Record, issue: Issue) -> NewSubmission:
        cancel(ledger, made.id, CancelReason.DUPLICATE, actor="carl", build_submission=submission_of)
        return submission_of(made, issue)

    with pytest.raises(ConflictError):
        cancel(ledger, in_review.id, CancelReason.DUPLICATE, actor="ben", build_submission=while_another_cancels)
    assert of(ledger, in_review) == [("request", "ready", False), ("cancel", "ready", True)]
