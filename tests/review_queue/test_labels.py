from __future__ import annotations

import pytest

from documents.records import FieldStatus, Record
from documents.values import Assertion, Kind
from ledger.ledger import Ledger
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef
from review_queue.labels import FieldLabel, FieldVerdict, labels
from review_queue.queue import ReviewQueue, SignOff
from review_queue.settlement import RecordResult, Settlement, settle
from review_queue.tables import DRAW_KEYS, FIELD_LABELS
from tests.ledger.made import Clock, document_id, field, leased, record
from tests.review_queue.made import bundle_of, receive

PAYER = field("payer.name", "Blue Harbor Health", at=1)
CODE = field("diagnosis.code", "M54.16", group="d1", at=3).model_copy(update={"features": {"printed": 1.0}})
DATE = field("patient.dob", "1980-03-04", at=4)
DOUBTFUL = field("procedure.code", "72148", group="p1", status=FieldStatus.REVIEW, at=5)
UNCLEAR = field("procedure.modifier", "26", group="p1", status=FieldStatus.REVIEW, at=6)
CERTAIN = 1.0


def settled(ledger: Ledger, made: Record, *, share: float = 0.0) -> None:
    receive(ledger, "fax")
    lease = leased(ledger, "fax")
    result = RecordResult(record=made, bundle=bundle_of(made) if made.accepted else None)
    settlement = Settlement(records=(result,), mapping="1", run_id="run", audit_share=share, sender="+16055550142")
    settle(ledger, ledger.begin(lease), settlement, build_bundle=bundle_of)


def review(ledger: Ledger, *decisions: FieldDecision, closing: Closing = Closing.PUBLISH) -> None:
    """Claims the only item, decides, signs off."""
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    version = queue.claim(item.id, actor="nurse").version
    for decision in decisions:
        version = queue.decide(item.id, decision, actor="nurse", version=version).item.version
    reason = None if closing is Closing.PUBLISH else ClosingReason.NOT_A_CASE
    signed = SignOff(version=version, closing=closing, reason=reason, mapping="1")
    queue.sign_off(item.id, signed, actor="nurse", build_bundle=bundle_of)


def on(path: str, action: Action, group: str | None = None, value: str | None = None) -> FieldDecision:
    reason = "not_on_page" if action is Action.REJECT else None
    kind = Kind.TEXT if action is Action.ADD else None
    return FieldDecision(action=action, field=FieldRef(path=path, group=group), value=value, reason=reason, kind=kind)


def found(ledger: Ledger) -> dict[str, FieldLabel]:
    with ledger.snapshot() as connection:
        return {label.path: label for label in labels(connection)}


def test_what_the_queue_asked_about_is_labelled_and_what_nobody_was_asked_about_is_not(ledger: Ledger) -> None:
    settled(ledger, record("fax", PAYER, CODE, DOUBTFUL, UNCLEAR))
    review(
        ledger,
        on("procedure.code", Action.ACCEPT, "p1"),
        on("procedure.modifier", Action.CORRECT, "p1", "59"),
        on("patient.phone", Action.ADD, value="6055550142"),
    )
    verdicts = {path: label.verdict for path, label in found(ledger).items()}
    assert verdicts == {
        "procedure.code": FieldVerdict.CONFIRMED,
        "procedure.modifier": FieldVerdict.CORRECTED,
        "patient.phone": FieldVerdict.ADDED,
    }
    label = found(ledger)["procedure.code"]
    assert (label.audited, label.propensity, label.accepted) == (False, 1.0, False)
    assert (label.sender, label.payer, label.document_type) == (
        "16055550142",
        "blueharborhealth",
        "prior_auth_request",
    )


def test_a_payer_that_nobody_accepted_is_not_kept_for_it_may_be_anybody_s_name(ledger: Ledger) -> None:
    misread = field("payer.name", "Brook, Ada", at=1, status=FieldStatus.REVIEW)
    settled(ledger, record("fax", misread, CODE, DOUBTFUL))
    review(ledger, on("payer.name", Action.REJECT), on("procedure.code", Action.ACCEPT, "p1"))
    assert found(ledger)["procedure.code"].payer is None


def test_an_audited_record_confirms_every_accepted_field_that_was_left_as_it_was(ledger: Ledger) -> None:
    settled(ledger, record("fax", PAYER, CODE, DATE), share=CERTAIN)
    review(ledger, on("patient.dob", Action.CORRECT, value="1980-04-03"))
    known = found(ledger)
    assert {path: label.verdict for path, label in known.items()} == {
        "patient.dob": FieldVerdict.CORRECTED,
        "payer.name": FieldVerdict.CONFIRMED,
        "diagnosis.code": FieldVerdict.CONFIRMED,
    }
    assert all(label.audited and label.accepted for label in known.values())
    assert all(label.propensity == pytest.approx(CERTAIN) for label in known.values())
    assert known["diagnosis.code"].features == {"printed": 1.0}


def test_the_chance_of_the_draw_goes_with_the_label(ledger: Ledger) -> None:
    with ledger.transaction("test") as tx:
        tx.connection.execute(DRAW_KEYS.update().values(key="05" * 32))  # draws this record at a share of one half
    settled(ledger, record("fax", CODE), share=0.5)
    review(ledger)
    assert found(ledger)["diagnosis.code"].propensity == pytest.approx(0.5)


def test_a_correction_to_what_was_read_confirms_it_and_a_rejection_says_it_is_wrong(ledger: Ledger) -> None:
    settled(ledger, record("fax", CODE, DOUBTFUL, UNCLEAR))
    review(
        ledger,
        on("procedure.code", Action.CORRECT, "p1", "72148"),
        on("procedure.modifier", Action.REJECT, "p1"),
    )
    known = found(ledger)
    assert known["procedure.code"].verdict is FieldVerdict.CONFIRMED
    assert known["procedure.modifier"].verdict is FieldVerdict.REJECTED


def test_another_assertion_of_the_same_value_is_a_correction(ledger: Ledger) -> None:
    settled(ledger, record("fax", CODE, DOUBTFUL))
    denied = on("procedure.code", Action.CORRECT, "p1", "72148").model_copy(update={"assertion": Assertion.NEGATED})
    review(ledger, denied)
    assert found(ledger)["procedure.code"].verdict is FieldVerdict.CORRECTED


def test_a_record_closed_by_hand_confirms_nothing_that_was_not_decided(ledger: Ledger) -> None:
    settled(ledger, record("fax", PAYER, CODE, DATE), share=CERTAIN)
    review(ledger, on("patient.dob", Action.REJECT), closing=Closing.REFUSE)
    assert set(found(ledger)) == {"patient.dob"}


def test_the_last_decision_on_a_field_counts_and_an_audited_one_stays_so(ledger: Ledger, clock: Clock) -> None:
    settled(ledger, record("fax", CODE, DATE), share=CERTAIN)
    review(ledger)
    ledger.requeue([document_id("fax")], actor="ops", reason="backfill", run_id="later")
    clock.advance(3600)
    error = field("diagnosis.code", "M54.16", group="d1", status=FieldStatus.REVIEW, at=3)
    lease = leased(ledger, "fax")
    settlement = Settlement(records=(RecordResult(record=record("fax", error, DATE)),), run_id="later")
    settle(ledger, ledger.begin(lease), settlement, build_bundle=bundle_of)
    review(ledger, on("diagnosis.code", Action.CORRECT, "d1", "M54.17"))
    known = found(ledger)
    assert len(known) == 2
    assert (known["diagnosis.code"].verdict, known["diagnosis.code"].audited) == (FieldVerdict.CORRECTED, True)


def test_no_value_gets_into_a_label(ledger: Ledger) -> None:
    settled(ledger, record("fax", CODE, DATE, DOUBTFUL), share=CERTAIN)
    review(ledger, on("procedure.code", Action.CORRECT, "p1", "72149"))
    with ledger.snapshot() as connection:
        rows = [str(tuple(row)) for row in connection.execute(FIELD_LABELS.select())]
    assert rows
    for value in ("M54.16", "1980-03-04", "72148", "72149"):
        assert not any(value in row for row in rows)
