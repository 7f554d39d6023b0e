from __future__ import annotations

import pytest
from sqlalchemy import select

from documents.records import FieldStatus, Record
from ledger.ledger import Ledger
from ledger.states import DocumentState
from review_queue.audit_sample import AUDIT_SAMPLE, SampleProgress, counts_of_run, draw, progress, propensity
from review_queue.checks import reconcile, verify
from review_queue.items import Action, Closing, ClosingReason, FieldDecision, FieldRef
from review_queue.queue import ReviewQueue, SignOff
from review_queue.settlement import RecordResult, Settlement, settle
from review_queue.tables import AUDIT_DRAWS, DRAW_KEYS
from tests.ledger.made import document_id, field, leased, record
from tests.review_queue.made import bundle_of, receive

GOOD = field("diagnosis.code", "M54.16", group="d1", at=3)
OTHER = field("diagnosis.code", "M54.17", group="d1", at=3)
DOUBTFUL = field("procedure.code", "72148", group="p1", status=FieldStatus.REVIEW, at=5)
ALWAYS = 1.0


def settled(ledger: Ledger, name: str, *records: Record, share: float) -> DocumentState:
    """Settles a document, for the first time or once more, under a share of the audit sample."""
    if name not in known(ledger):
        receive(ledger, name)
    else:
        ledger.requeue([document_id(name)], actor="ops", reason="backfill", run_id="run")
    lease = leased(ledger, name)
    results = tuple(RecordResult(record=r, bundle=bundle_of(r) if r.accepted else None) for r in records)
    settlement = Settlement(records=results, mapping="1", run_id="run", page_count=2, audit_share=share)
    return settle(ledger, ledger.begin(lease), settlement, build_bundle=bundle_of)


def known(ledger: Ledger) -> set[str]:
    return {name.removesuffix(".pdf") for each in ledger.all_documents() for name in each.file_names}


def drawn_at(ledger: Ledger, share: float, count: int = 400) -> set[str]:
    """Which of many records the draw holds back."""
    with ledger.transaction("worker") as tx:
        made = [record(f"fax {n}", GOOD) for n in range(count)]
        return {each.id for each in made if draw(tx, each, share=share, run_id="run")}


def sign_off(ledger: Ledger) -> None:
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    version = queue.claim(item.id, actor="nurse").version
    queue.sign_off(item.id, SignOff(version=version, mapping="1"), actor="nurse", build_bundle=bundle_of)


def test_a_drawn_record_waits_for_a_person_and_nothing_of_it_is_published(ledger: Ledger) -> None:
    assert settled(ledger, "fax", record("fax", GOOD), share=ALWAYS) is DocumentState.IN_REVIEW
    (item,) = ReviewQueue(ledger).waiting()
    assert item.reasons == (AUDIT_SAMPLE,)
    assert not list(ledger.published_bundles())
    assert reconcile(ledger).balanced
    sign_off(ledger)
    (published,) = ledger.published_bundles()
    assert published.bundle == "bundle diagnosis.code=M54.16"
    assert verify(ledger).intact


def test_a_record_that_needs_a_person_anyway_is_not_drawn(ledger: Ledger) -> None:
    settled(ledger, "fax", record("fax", GOOD, DOUBTFUL), share=ALWAYS)
    (item,) = ReviewQueue(ledger).waiting()
    assert AUDIT_SAMPLE not in item.reasons
    with ledger.snapshot() as connection:
        assert counts_of_run(connection, "run", share=ALWAYS).eligible == 0


def test_the_share_is_drawn_and_its_chance_is_kept(ledger: Ledger) -> None:
    drawn = drawn_at(ledger, 0.25)
    assert 60 <= len(drawn) <= 140  # 100 expected; outside once in a million draws of a key
    with ledger.snapshot() as connection:
        counts = counts_of_run(connection, "run", share=0.25)
        assert (counts.eligible, counts.drawn) == (400, len(drawn))
        assert propensity(connection, min(drawn)) == pytest.approx(0.25)
        assert propensity(connection, "never seen") == pytest.approx(1.0)


def test_running_again_draws_the_same_records_and_a_larger_share_only_adds_to_them(ledger: Ledger) -> None:
    small = drawn_at(ledger, 0.05)
    assert drawn_at(ledger, 0.05) == small
    with ledger.transaction("worker") as tx:
        changed = [record(f"fax {n}", OTHER) for n in range(400)]
        larger = {each.id for each in changed if draw(tx, each, share=0.25, run_id="later")}
    assert small < larger


def test_another_installation_draws_other_records(ledger: Ledger) -> None:
    mine = drawn_at(ledger, 0.25)
    with ledger.transaction("thief") as tx:
        tx.connection.execute(DRAW_KEYS.update().values(key="00" * 32))
        again = [record(f"fax {n}", OTHER) for n in range(400)]
        assert {each.id for each in again if draw(tx, each, share=0.25, run_id="other")} != mine


def test_what_is_published_is_not_drawn_by_a_backfill_unless_it_reads_otherwise(ledger: Ledger) -> None:
    assert settled(ledger, "fax", record("fax", GOOD), share=0.0) is DocumentState.PUBLISHED
    assert settled(ledger, "fax", record("fax", GOOD, version="2"), share=ALWAYS) is DocumentState.PUBLISHED
    assert settled(ledger, "fax", record("fax", OTHER), share=ALWAYS) is DocumentState.IN_REVIEW


def test_what_was_held_back_stays_so_whatever_later_runs_read(ledger: Ledger) -> None:
    settled(ledger, "fax", record("fax", GOOD), share=ALWAYS)
    assert settled(ledger, "fax", record("fax", GOOD), share=0.0) is DocumentState.IN_REVIEW
    assert settled(ledger, "fax", record("fax", OTHER), share=0.0) is DocumentState.IN_REVIEW
    sign_off(ledger)
    assert settled(ledger, "fax", record("fax", OTHER), share=ALWAYS) is DocumentState.PUBLISHED


def test_what_was_drawn_stays_so_beside_the_doubts_of_a_later_run(ledger: Ledger) -> None:
    settled(ledger, "fax", record("fax", GOOD), share=ALWAYS)
    settled(ledger, "fax", record("fax", GOOD, DOUBTFUL), share=0.0)
    (item,) = ReviewQueue(ledger).waiting()
    assert item.reasons == ("field_in_review", AUDIT_SAMPLE)
    settled(ledger, "fax", record("fax", GOOD), share=0.0)
    (item,) = ReviewQueue(ledger).waiting()
    assert item.reasons == (AUDIT_SAMPLE,)
    sign_off(ledger)
    settled(ledger, "fax", record("fax", OTHER, DOUBTFUL), share=0.0)
    (item,) = ReviewQueue(ledger).waiting()
    assert AUDIT_SAMPLE not in item.reasons, "signed off, it was audited"


def test_what_was_drawn_stays_so_when_somebody_has_begun_to_decide(ledger: Ledger) -> None:
    settled(ledger, "fax", record("fax", GOOD), share=ALWAYS)
    queue = ReviewQueue(ledger)
    (item,) = queue.waiting()
    claimed = queue.claim(item.id, actor="nurse")
    right = FieldDecision(action=Action.ACCEPT, field=FieldRef(path="diagnosis.code", group="d1"))
    queue.decide(item.id, right, version=claimed.version, actor="nurse")
    settled(ledger, "fax", record("fax", GOOD, DOUBTFUL), share=0.0)
    (item,) = queue.waiting()
    assert item.reasons == ("field_in_review", AUDIT_SAMPLE)


def test_how_far_people_have_come_is_counted(ledger: Ledger) -> None:
    for name in ("signed", "refused", "waiting"):
        settled(ledger, name, record(name, GOOD), share=ALWAYS)
    settled(ledger, "published", record("published", GOOD), share=1e-12)
    queue = ReviewQueue(ledger)
    for name, closing in (("signed", Closing.PUBLISH), ("refused", Closing.REFUSE)):
        (item,) = queue.matching(record(name, GOOD).id)
        version = queue.claim(item.id, actor="nurse").version
        signed = SignOff(version=version, closing=closing, reason=ClosingReason.NOT_A_CASE, mapping="1")
        queue.sign_off(item.id, signed, actor="nurse", build_bundle=bundle_of)
    with ledger.snapshot() as connection:
        found = progress(connection)
    assert found == SampleProgress(eligible=4, drawn=3, signed_off=1, by_hand=1, waiting=1)


def test_switched_off_nothing_is_drawn_or_kept(ledger: Ledger) -> None:
    assert not drawn_at(ledger, 0.0)
    with ledger.snapshot() as connection:
        assert connection.execute(select(AUDIT_DRAWS)).first() is None
        assert "switched off" in counts_of_run(connection, "run", share=0.0).in_words()
