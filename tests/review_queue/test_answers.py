from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from documents.records import Field, FieldStatus, Record
from ledger.ledger import Ledger
from ledger.states import DocumentState
from ledger.tables import AUDIT_EVENTS
from review_queue import checks
from review_queue.items import Action, Closing
from review_queue.releasing import CancelReason, cancel, enter, release
from tests.ledger.made import Clock, arrival, document_id, field, record
from tests.review_queue.made import receive, rerun, run
from tests.review_queue.test_releasing import RELEASING, sign_off, submission_of, typed

MEMBER = field("patient.member_id", "XKT4471903", at=1)
CASE = field("case.reference_number", "PA202600417", at=2)
DAY = field("service.start", "2026-06-01", at=3)
KNEE = field("procedure.code", "27447", group="s1", at=4)
DENIED = field("decision.outcome", "denied", at=5)
LINKED = "answers"


def asks(name: str, *fields: Field) -> Record:
    return record(name, *(fields or (MEMBER, CASE, DAY, KNEE)))


def letter(name: str, *fields: Field) -> Record:
    made = record(name, DENIED, *(fields or (MEMBER, CASE)))
    return made.model_copy(update={"segment": made.segment.model_copy(update={"document_type": "denial_letter"})})


def settled(ledger: Ledger, name: str, made: Record) -> DocumentState:
    receive(ledger, name)
    return run(ledger, name, made)


def released(ledger: Ledger, name: str, *fields: Field) -> Record:
    """A request that was read and released."""
    made = asks(name, *fields)
    settled(ledger, name, made)
    enter(ledger, made.id, typed("professional"), actor="ben")
    release(ledger, made.id, RELEASING, actor="ben")
    return made


def bundle(ledger: Ledger, made: Record) -> str:
    return next(each.bundle for each in ledger.published_bundles() if each.record_id == made.id)


def links(ledger: Ledger) -> list[dict[str, object]]:
    with ledger.snapshot() as connection:
        query = select(AUDIT_EVENTS.c.details).where(AUDIT_EVENTS.c.action == "record.linked")
        return [json.loads(details) for details in connection.scalars(query)]


def intact(ledger: Ledger) -> bool:
    return checks.verify(ledger).intact and checks.reconcile(ledger).balanced


def test_a_letter_answers_the_one_request_of_its_case(ledger: Ledger) -> None:
    made = released(ledger, "request")
    said = letter("letter")
    assert settled(ledger, "letter", said) is DocumentState.PUBLISHED
    assert bundle(ledger, said).endswith("answers 1")
    assert links(ledger) == [{"request": made.id, "number": 1, "by": "reference"}]
    assert intact(ledger)


@pytest.mark.parametrize(
    ("said", "by"),
    [((MEMBER, DAY, KNEE), "service"), ((MEMBER, CASE, DAY, KNEE), "reference,service")],
    ids=["service", "both"],
)
def test_which_keys_named_the_request_is_in_the_audit_trail(ledger: Ledger, said: tuple[Field, ...], by: str) -> None:
    released(ledger, "request")
    settled(ledger, "letter", letter("letter", *said))
    assert [each["by"] for each in links(ledger)] == [by]


def test_a_letter_answers_none_of_two_and_none_that_contradicts(ledger: Ledger) -> None:
    released(ledger, "first", MEMBER, CASE)
    released(ledger, "second", MEMBER, CASE, DAY)
    settled(ledger, "letter", letter("letter"))
    other = field("case.reference_number", "PA202600999", at=2)
    released(ledger, "third", MEMBER, DAY, KNEE)
    released(ledger, "fourth", MEMBER, other)
    mixed = letter("mixed", MEMBER, other, DAY, KNEE)
    settled(ledger, "mixed", mixed)
    assert links(ledger) == []
    assert LINKED not in bundle(ledger, mixed)


def test_a_letter_answers_nothing_that_was_not_submitted(ledger: Ledger) -> None:
    settled(ledger, "request", asks("request"))
    settled(ledger, "letter", letter("letter"))
    assert links(ledger) == []
    assert checks.reconcile(ledger).in_flight == 0


def test_a_request_that_is_submitted_after_its_letter_has_the_letter_mapped_again(ledger: Ledger) -> None:
    said = letter("letter")
    settled(ledger, "letter", said)
    assert LINKED not in bundle(ledger, said)
    released(ledger, "request")
    assert ledger.document(document_id("letter")).state is DocumentState.IN_FLIGHT
    assert LINKED not in bundle(ledger, said)  # it stays published meanwhile
    assert run(ledger, "letter", said) is DocumentState.PUBLISHED
    assert bundle(ledger, said).endswith("answers 1")
    # The same again changes nothing.
    before = ledger.publication_numbers()
    rerun(ledger, "letter", said)
    rerun(ledger, "request", asks("request"))
    assert ledger.publication_numbers() == before
    assert intact(ledger)


def test_a_second_request_of_the_case_takes_the_link_away(ledger: Ledger) -> None:
    released(ledger, "request")
    said = letter("letter")
    settled(ledger, "letter", said)
    settled(ledger, "another", asks("another", MEMBER, CASE))
    assert run(ledger, "letter", said) is DocumentState.PUBLISHED
    assert LINKED not in bundle(ledger, said)


def test_a_letter_answers_what_was_submitted_before_it_came(ledger: Ledger, clock: Clock) -> None:
    made = released(ledger, "request")
    said = letter("letter")
    clock.advance(3600)
    ledger.record_arrival(arrival("letter", at=clock()), actor="intake")
    clock.advance(3600)
    enter(ledger, made.id, typed("oral", Action.CORRECT), actor="ben")
    release(ledger, made.id, RELEASING, actor="ben")
    cancel(ledger, made.id, CancelReason.DUPLICATE, actor="ben", build_submission=submission_of)
    run(ledger, "letter", said)
    assert bundle(ledger, said).endswith("answers 1")


def test_a_letter_in_review_is_linked_when_it_is_signed_off(ledger: Ledger) -> None:
    released(ledger, "request")
    said = letter("letter").model_copy(update={"accepted": False, "review_reasons": ("field_in_review",)})
    assert settled(ledger, "letter", said) is DocumentState.IN_REVIEW
    sign_off(ledger, said)
    assert bundle(ledger, said).endswith("answers 1")
    rerun(ledger, "letter", said)
    assert bundle(ledger, said).endswith("answers 1")
    assert intact(ledger)


def test_a_refused_request_is_answered_by_nothing(ledger: Ledger) -> None:
    made = released(ledger, "request")
    said = letter("letter")
    settled(ledger, "letter", said)
    doubtful = field("diagnosis.code", "E11.9", at=7, status=FieldStatus.REVIEW)
    rerun(ledger, "request", asks("request", MEMBER, CASE, DAY, KNEE, doubtful))
    assert checks.reconcile(ledger).in_flight == 0
    sign_off(ledger, made, closing=Closing.REFUSE)
    assert run(ledger, "letter", said) is DocumentState.PUBLISHED
    assert LINKED not in bundle(ledger, said)
    assert intact(ledger)
