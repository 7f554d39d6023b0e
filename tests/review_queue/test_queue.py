from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from documents.errors import ConflictError, Fax2FhirError, SettingsError
from documents.outcomes import OutcomeCode
from documents.records import FieldStatus, Record
from documents.values import Assertion, Kind
from ledger.ledger import Ledger
from ledger.states import DocumentState
from review_queue import keeping
from review_queue.checks import reconcile, verify
from review_queue.circumstances import Circumstances
from review_queue.errors import NotInQueueError, ReviewIncompleteError
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef, ItemState, ReviewItem
from review_queue.queue import LEASE_S, ReviewQueue, SignOff
from tests.ledger.databases import on_sqlite
from tests.ledger.made import START, Clock, document_id, field, record
from tests.review_queue.made import bundle_of, receive, run

CODE = FieldRef(path="procedure.code", group="p1")
DOB = FieldRef(path="patient.dob")


@pytest.fixture
def queue(ledger: Ledger) -> ReviewQueue:
    """A queue with one item: a doubtful code, a doubtful dose, a missing date of birth."""
    receive(ledger, "fax")
    read = record(
        "fax",
        field("diagnosis.code", "M54.16", group="d1", at=3),
        field("procedure.code", "72148", group="p1", status=FieldStatus.REVIEW, at=5),
        field("medication.dose", "50 mg", group="m1", status=FieldStatus.REVIEW, at=7),
        missing=("patient.dob",),
    )
    run(ledger, "fax", read)
    return ReviewQueue(ledger)


@pytest.fixture
def item(queue: ReviewQueue) -> ReviewItem:
    """The one item, claimed by the nurse."""
    (waiting,) = queue.waiting()
    return queue.claim(waiting.id, actor="nurse")


def accept(ref: FieldRef = CODE) -> FieldDecision:
    return FieldDecision(action=Action.ACCEPT, field=ref)


def test_the_whole_way_of_an_item(ledger: Ledger, queue: ReviewQueue, item: ReviewItem) -> None:
    assert queue.view(item.id, actor="nurse").undecided == ("procedure.code[p1]", "medication.dose[m1]", "patient.dob")
    decisions = [
        accept(),
        FieldDecision(action=Action.REJECT, field=FieldRef(path="medication.dose", group="m1"), reason="struck_out"),
        FieldDecision(action=Action.ADD, field=DOB, value="1970-01-02", kind=Kind.DATE),
        FieldDecision(action=Action.CORRECT, field=FieldRef(path="diagnosis.code", group="d1"), value="M54.17"),
    ]
    version = item.version
    for decision in decisions:
        view = queue.decide(item.id, decision, actor="nurse", version=version)
        version = view.item.version
    assert view.undecided == ()
    signed = queue.sign_off(item.id, SignOff(version=version, mapping="1"), actor="nurse", build_bundle=bundle_of)
    assert signed.item.state is ItemState.SIGNED_OFF
    (published,) = ledger.published_bundles()
    assert published.bundle == "bundle diagnosis.code=M54.17 procedure.code=72148 patient.dob=1970-01-02"
    assert published.actor == "nurse"
    (kept,) = ledger.records_of(document_id("fax"))
    statuses = {f.path: f.status for f in kept.record.fields}
    assert statuses == {
        "diagnosis.code": FieldStatus.VERIFIED,
        "procedure.code": FieldStatus.VERIFIED,
        "medication.dose": FieldStatus.REJECTED,
        "patient.dob": FieldStatus.VERIFIED,
    }
    assert kept.record.missing == ()
    assert ledger.document(document_id("fax")).state is DocumentState.PUBLISHED
    assert queue.waiting() == []
    assert reconcile(ledger).balanced
    assert verify(ledger).intact


def test_nothing_is_signed_off_while_something_is_undecided(
    ledger: Ledger, queue: ReviewQueue, item: ReviewItem
) -> None:
    with pytest.raises(ReviewIncompleteError, match="3 fields"):
        queue.sign_off(item.id, SignOff(version=item.version), actor="nurse", build_bundle=bundle_of)
    version = queue.decide(item.id, accept(), actor="nurse", version=item.version).item.version
    with pytest.raises(ReviewIncompleteError, match="2 fields"):
        queue.sign_off(item.id, SignOff(version=version), actor="nurse", build_bundle=bundle_of)
    assert list(ledger.published_bundles()) == []


def test_a_missing_field_may_be_said_not_to_be_stated(queue: ReviewQueue, item: ReviewItem) -> None:
    not_stated = FieldDecision(action=Action.REJECT, field=DOB, reason="not_stated")
    view = queue.decide(item.id, not_stated, actor="nurse", version=item.version)
    assert "patient.dob" not in view.undecided
    assert view.record is not None
    assert view.record.values("patient.dob") == ()


def test_a_decision_may_be_changed_and_the_earlier_one_is_kept(queue: ReviewQueue, item: ReviewItem) -> None:
    version = item.version
    for value in ("72149", "72141"):
        correction = FieldDecision(
            action=Action.CORRECT, field=CODE, value=value, assertion=Assertion.HISTORICAL, reason="misread"
        )
        view = queue.decide(item.id, correction, actor="nurse", version=version)
        version = view.item.version
    assert view.record is not None
    (code,) = view.record.values("procedure.code")
    assert (code.value, code.assertion, code.source) == ("72141", Assertion.HISTORICAL, "person")
    assert [d.after.value for d in view.decisions if d.after is not None] == ["72149", "72141"]
    assert {d.before.value for d in view.decisions if d.before is not None} == {"72148"}


def test_an_added_field_may_be_corrected_and_a_second_one_added(queue: ReviewQueue, item: ReviewItem) -> None:
    version = item.version
    for decision in (
        FieldDecision(action=Action.ADD, field=DOB, value="1970-01-02", kind=Kind.DATE),
        FieldDecision(action=Action.CORRECT, field=DOB, value="1970-02-01"),
        FieldDecision(
            action=Action.ADD, field=FieldRef(path="procedure.code", group="p2"), value="99213", kind=Kind.TEXT
        ),
        FieldDecision(action=Action.REJECT, field=FieldRef(path="procedure.code", group="p2"), reason="wrong_row"),
    ):
        view = queue.decide(item.id, decision, actor="nurse", version=version)
        version = view.item.version
    assert view.record is not None
    assert [f.value for f in view.record.values("patient.dob")] == ["1970-02-01"]
    codes = [(f.value, f.status) for f in view.record.values("procedure.code")]
    assert codes == [("72148", FieldStatus.REVIEW)]


@pytest.mark.parametrize(
    ("decision", "error"),
    [
        (FieldDecision(action=Action.CORRECT, field=CODE), SettingsError),
        (FieldDecision(action=Action.ADD, field=DOB, value="1970"), SettingsError),
        (FieldDecision(action=Action.ADD, field=DOB, kind=Kind.DATE), SettingsError),
        (FieldDecision(action=Action.REJECT, field=CODE), SettingsError),
        (accept(FieldRef(path="procedure.code", group="p9")), NotInQueueError),
        (accept(FieldRef(path="procedure.code", group="p1", ordinal=1)), NotInQueueError),
        (accept(DOB), NotInQueueError),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    queue: ReviewQueue, item: ReviewItem, decision: FieldDecision, error: type[Fax2FhirError]
) -> None:
    with pytest.raises(error):
        queue.decide(item.id, decision, actor="nurse", version=item.version)
    assert queue.view(item.id, actor="nurse").decisions == ()


def test_fields_of_one_name_are_told_apart_by_their_place(ledger: Ledger) -> None:
    receive(ledger, "fax")
    twice = [field("patient.phone", number, status=FieldStatus.REVIEW, at=at) for at, number in ((1, "1"), (2, "2"))]
    run(ledger, "fax", record("fax", *twice))
    queue = ReviewQueue(ledger)
    item = queue.claim(queue.waiting()[0].id, actor="nurse")
    second = FieldDecision(
        action=Action.REJECT, field=FieldRef(path="patient.phone", ordinal=1), reason="of_the_clinic"
    )
    view = queue.decide(item.id, second, actor="nurse", version=item.version)
    assert view.record is not None
    assert [f.status for f in view.record.fields] == [FieldStatus.REVIEW, FieldStatus.REJECTED]


# --- claims


def test_a_claim_keeps_others_out_until_it_runs_out(queue: ReviewQueue, item: ReviewItem, clock: Clock) -> None:
    with pytest.raises(ConflictError):
        queue.claim(item.id, actor="doctor")
    assert queue.claim_next(actor="doctor") is None
    assert queue.claim(item.id, actor="nurse").claimed_by == "nurse"
    clock.advance(LEASE_S + 1)
    with pytest.raises(ConflictError):
        queue.decide(item.id, accept(), actor="nurse", version=item.version + 1)
    taken = queue.claim_next(actor="doctor")
    assert taken is not None
    assert taken.claimed_by == "doctor"
    with pytest.raises(ConflictError):
        queue.return_item(item.id, actor="nurse")


def test_each_decision_extends_the_claim(queue: ReviewQueue, item: ReviewItem, clock: Clock) -> None:
    clock.advance(LEASE_S - 1)
    queue.decide(item.id, accept(), actor="nurse", version=item.version)
    clock.advance(LEASE_S - 1)
    assert queue.claim_next(actor="doctor") is None


def test_a_returned_item_keeps_its_decisions(queue: ReviewQueue, item: ReviewItem) -> None:
    queue.decide(item.id, accept(), actor="nurse", version=item.version)
    assert queue.return_item(item.id, actor="nurse").state is ItemState.OPEN
    taken = queue.claim_next(actor="doctor")
    assert taken is not None
    assert "procedure.code[p1]" not in queue.view(taken.id, actor="doctor").undecided


def test_a_page_that_is_out_of_date_decides_nothing(queue: ReviewQueue, item: ReviewItem) -> None:
    queue.decide(item.id, accept(), actor="nurse", version=item.version)
    with pytest.raises(ConflictError):
        queue.decide(item.id, accept(), actor="nurse", version=item.version)
    assert len(queue.view(item.id, actor="nurse").decisions) == 1


def test_a_change_of_an_item_as_it_was_before_is_refused(ledger: Ledger, queue: ReviewQueue, item: ReviewItem) -> None:
    """As happens where transactions run side by side: both had read the same version."""
    with ledger.transaction("nurse") as tx:
        keeping.change_item(tx, item, {"claimed_until": item.claimed_until})
        with pytest.raises(ConflictError):
            keeping.change_item(tx, item, {"claimed_until": item.claimed_until})


def test_a_closed_item_is_closed(queue: ReviewQueue, item: ReviewItem) -> None:
    refusal = SignOff(version=item.version, closing=Closing.REFUSE, reason=ClosingReason.DUPLICATE)
    queue.sign_off(item.id, refusal, actor="nurse", build_bundle=bundle_of)
    for use in (
        lambda: queue.claim(item.id, actor="nurse"),
        lambda: queue.decide(item.id, accept(), actor="nurse", version=item.version + 1),
        lambda: queue.sign_off(item.id, refusal, actor="nurse", build_bundle=bundle_of),
    ):
        with pytest.raises(ConflictError):
            use()


def test_an_unknown_item_is_not_in_the_queue(queue: ReviewQueue) -> None:
    with pytest.raises(NotInQueueError):
        queue.claim("nothing", actor="nurse")
    assert queue.matching("nothing") == []
    assert queue.matching("") == []


def test_an_item_is_found_by_its_documents_id(queue: ReviewQueue, item: ReviewItem) -> None:
    assert [found.id for found in queue.matching(document_id("fax")[:8])] == [item.id]
    assert [found.id for found in queue.matching(item.id[:8])] == [item.id]


# --- races


def race(attempts: list[Callable[[], object]]) -> tuple[int, int]:
    """Runs all at once; returns how many succeeded and how many met a conflict."""

    def outcome(attempt: Callable[[], object]) -> bool:
        try:
            attempt()
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(len(attempts)) as threads:
        outcomes = list(threads.map(outcome, attempts))
    return outcomes.count(True), outcomes.count(False)


def test_of_two_deciders_exactly_one_succeeds_a_hundred_times(queue: ReviewQueue, item: ReviewItem) -> None:
    version = item.version
    for number in range(100):
        both = [FieldDecision(action=Action.CORRECT, field=CODE, value=f"{number}-{who}") for who in "ab"]
        tries = [lambda d=d, v=version: queue.decide(item.id, d, actor="nurse", version=v) for d in both]
        assert race(list(tries)) == (1, 1)
        version += 1
    assert len(queue.view(item.id, actor="nurse").decisions) == 100


def test_of_two_claimers_exactly_one_succeeds(ledger: Ledger) -> None:
    for number in range(25):
        receive(ledger, f"fax{number}")
        run(ledger, f"fax{number}", outcome=OutcomeCode.TIMEOUT)
    queue = ReviewQueue(ledger)
    for waiting in queue.waiting():
        claims = [lambda i=waiting.id, a=actor: queue.claim(i, actor=a) for actor in ("nurse", "doctor")]
        assert race(list(claims)) == (1, 1)


def test_two_sign_offs_at_once_publish_once(ledger: Ledger) -> None:
    for number in range(20):
        receive(ledger, f"fax{number}")
        run(
            ledger,
            f"fax{number}",
            record(f"fax{number}", field("procedure.code", "1", status=FieldStatus.REVIEW, at=1)),
        )
    queue = ReviewQueue(ledger)
    for waiting in queue.waiting():
        claimed = queue.claim(waiting.id, actor="nurse")
        decision = accept(FieldRef(path="procedure.code"))
        version = queue.decide(claimed.id, decision, actor="nurse", version=claimed.version).item.version
        sign_off = SignOff(version=version)
        both = [
            lambda i=waiting.id, s=sign_off: queue.sign_off(i, s, actor="nurse", build_bundle=bundle_of)
            for _ in range(2)
        ]
        assert race(list(both)) == (1, 1)
    assert len(list(ledger.published_bundles())) == 20
    assert verify(ledger).checked["publications"] == 20
    assert reconcile(ledger).balanced


def test_a_decision_made_while_the_bundle_is_built_stops_the_sign_off(
    ledger: Ledger, queue: ReviewQueue, item: ReviewItem
) -> None:
    version = item.version
    for decision in (
        accept(),
        accept(FieldRef(path="medication.dose", group="m1")),
        FieldDecision(action=Action.REJECT, field=DOB, reason="not_stated"),
    ):
        version = queue.decide(item.id, decision, actor="nurse", version=version).item.version

    def slow(made_of: Record, _given: Circumstances) -> str:
        queue.decide(
            item.id, FieldDecision(action=Action.CORRECT, field=CODE, value="1"), actor="nurse", version=version
        )
        return bundle_of(made_of)

    with pytest.raises(ConflictError):
        queue.sign_off(item.id, SignOff(version=version), actor="nurse", build_bundle=slow)
    assert list(ledger.published_bundles()) == []


# --- closing without a bundle


@pytest.mark.parametrize(
    ("closing", "state"), [(Closing.ROUTE, DocumentState.PUBLISHED), (Closing.REFUSE, DocumentState.REJECTED)]
)
@pytest.mark.parametrize("outcome", [None, OutcomeCode.TIMEOUT])
def test_an_item_is_closed_by_hand_with_a_reason(
    ledger: Ledger, closing: Closing, state: DocumentState, outcome: OutcomeCode | None
) -> None:
    receive(ledger, "fax")
    if outcome is None:
        run(ledger, "fax", record("fax"))  # a record of an unknown type: nothing to map
    else:
        run(ledger, "fax", outcome=outcome)
    queue = ReviewQueue(ledger)
    item = queue.claim(queue.waiting()[0].id, actor="nurse")
    for wrong in (SignOff(version=item.version), SignOff(version=item.version, closing=closing)):
        with pytest.raises((ReviewIncompleteError, NotInQueueError)):
            queue.sign_off(item.id, wrong, actor="nurse", build_bundle=bundle_of)
    by_hand = SignOff(version=item.version, closing=closing, reason=ClosingReason.ILLEGIBLE)
    queue.sign_off(item.id, by_hand, actor="nurse", build_bundle=bundle_of)
    status = ledger.document(document_id("fax"))
    assert (status.state, status.closing_reason) == (state, "illegible")
    assert reconcile(ledger).balanced
    assert queue.view(item.id, actor="nurse").item.closing == closing.value


# --- order


def test_the_list_is_ordered_by_cost_against_time_left_and_paged(ledger: Ledger) -> None:
    hours = {"calm": 160, "soon": 70, "late": -5}
    for name, left in hours.items():
        receive(ledger, name)
        doubt = field("procedure.code", "1", status=FieldStatus.REVIEW, at=1)
        run(ledger, name, record(name, doubt, due=START + timedelta(hours=left)))
    receive(ledger, "costly")
    many = [field("procedure.code", str(n), group=f"p{n}", status=FieldStatus.REVIEW, at=n) for n in range(8)]
    run(ledger, "costly", record("costly", *many, due=START + timedelta(hours=160)))
    receive(ledger, "no clock")
    run(ledger, "no clock", outcome=OutcomeCode.TIMEOUT)
    queue = ReviewQueue(ledger)
    order = [document_id(name) for name in ("late", "soon", "costly", "calm", "no clock")]
    assert [item.document_id for item in queue.waiting()] == order
    paged: list[ReviewItem] = []
    while page := queue.waiting(after=paged[-1] if paged else None, limit=2):
        paged += page
    assert [item.document_id for item in paged] == order
    first = queue.claim_next(actor="nurse")
    assert first is not None
    assert first.document_id == document_id("late")


@on_sqlite
def test_the_list_needs_no_sort(ledger: Ledger) -> None:
    with ledger.snapshot() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM review_items WHERE waiting IS 1 ORDER BY rank_at, id LIMIT 50"
        ).all()
    assert "ix_review_items_waiting_rank_at_id" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
