"""A run's documents are counted by sender, payer and type, and a slice that changed is judged COLD until lifted."""

from __future__ import annotations

from itertools import count

from documents.records import FieldStatus, Record
from extractors.records.weighting import load_weights
from flows.drift_watch import alarms_of_run, watch_drift
from flows.report import run_report
from flows.settings import Settings
from flows.stages import SECOND_READING
from flows.weights_versions import roll_back, slice_name, warm, weights_in_force
from ledger import slice_counts
from ledger.ledger import Ledger
from review_queue.settlement import RecordResult, Settlement, settle
from tests.ledger.databases import clock, database_url, ledger, postgres
from tests.ledger.made import Clock, arrival, field, leased, record

__all__ = ["clock", "database_url", "ledger", "postgres"]

SENDER, OTHER = "+1 605-555-0142", "6055550177"
NUMBERS = count()
MISREAD = field("payer.name", "Brook, Ada", status=FieldStatus.REVIEW)
PRINTED = {"grounded": 1.0, "printed": 1.0, "label": 0.09}
SMUDGED = {"grounded": 0.0, "from_ocr": 1.0, "ocr_mean_conf": 0.55, "page_quality": -0.5}


def read(name: str, *, well: bool) -> Record:
    """A document's record as it usually comes, or as it comes from a machine that smudges."""
    status = FieldStatus.ACCEPTED if well else FieldStatus.REVIEW
    made = (
        field("payer.name", "Blue Harbor Health"),
        field("diagnosis.code", "M54.16", group="d1", status=status),
        field("patient.dob", "1980-03-04", status=status),
    )
    features = PRINTED if well else SMUDGED
    return record(name, *(each.model_copy(update={"features": features}) for each in made))


def night(
    ledger: Ledger,
    clock: Clock,
    sender: str,
    documents: int,
    *,
    well: bool = True,
    payer: bool = True,
    second: str = "",
) -> str:
    """A run over new documents of a sender; returns its id."""
    run_id = f"night-{next(NUMBERS)}"
    clock.advance(86_400)
    for _ in range(documents):
        name = f"fax {next(NUMBERS)}"
        ledger.record_arrival(arrival(name), actor="intake")
        lease = leased(ledger, name)
        made = read(name, well=well)
        made = made if payer else made.model_copy(update={"fields": (MISREAD, *made.fields[1:])})
        made = made.model_copy(update={"versions": {**made.versions, SECOND_READING: second}})
        results = (RecordResult(record=made, bundle="bundle" if made.accepted else None),)
        settlement = Settlement(records=results, mapping="1", run_id=run_id, sender=sender)
        settle(ledger, ledger.begin(lease), settlement, build_bundle=lambda _record, _given: "bundle")
    watch_drift(ledger, run_id, weights_in_force(ledger), actor="worker")
    return run_id


def held(ledger: Ledger) -> set[str]:
    return {slice_name(each) for each in weights_in_force(ledger).cold_slices}


def test_a_sender_that_changed_is_held_and_another_one_is_not(ledger: Ledger, clock: Clock) -> None:
    for _ in range(3):
        assert not alarms_of_run(ledger, night(ledger, clock, SENDER, 25))
        night(ledger, clock, OTHER, 25)
    changed = night(ledger, clock, SENDER, 25, well=False)
    assert "sender:16055550142" in held(ledger)
    assert "sender:6055550177" not in held(ledger)
    report = run_report(ledger, changed, Settings.from_environment({}))
    assert any("sender 16055550142" in alarm.in_words for alarm in alarms_of_run(ledger, changed))
    kept_report = report.model_dump_json()
    assert {alarm.slice.partition(":")[0] for alarm in report.alarms} >= {"sender", "payer"}
    assert "6055550142" not in kept_report, "what was read from paper is not for the run's report"
    assert "blueharbor" not in kept_report
    shown = report.in_markdown()
    assert "drift alarms rang" in shown
    assert "16055550142" not in shown, "what was read from paper is not for Prefect"
    with ledger.snapshot() as connection:
        kept = slice_counts.of_run(connection, changed)
    assert {each.slice for each in kept} == {"sender:16055550142", "payer:blueharborhealth", "type:prior_auth_request"}
    assert not any("M54.16" in each.counts or "1980" in each.counts for each in kept)
    assert ledger.verify().intact


def test_an_alarm_stays_until_a_person_lifts_it_and_then_the_new_state_is_the_measure(
    ledger: Ledger, clock: Clock
) -> None:
    for _ in range(3):
        night(ledger, clock, SENDER, 25)
    night(ledger, clock, SENDER, 25, well=False)
    rung = held(ledger)
    assert rung
    assert not alarms_of_run(ledger, night(ledger, clock, SENDER, 25)), "it rings once, not every night"
    assert held(ledger) == rung
    for name in rung:
        warm(ledger, name, actor="ops")
    assert weights_in_force(ledger).cold_slices == ()
    for _ in range(5):
        assert not alarms_of_run(ledger, night(ledger, clock, SENDER, 25))


def test_rolling_back_lifts_no_alarm(ledger: Ledger, clock: Clock) -> None:
    for _ in range(3):
        night(ledger, clock, SENDER, 25)
    night(ledger, clock, SENDER, 25, well=False)
    rung = held(ledger)
    roll_back(ledger, load_weights().version, actor="ops")
    assert held(ledger) == rung


def test_watching_a_run_again_counts_it_once(ledger: Ledger, clock: Clock) -> None:
    run_id = night(ledger, clock, SENDER, 4)
    with ledger.snapshot() as connection:
        before = slice_counts.of_run(connection, run_id)
    watch_drift(ledger, run_id, load_weights(), actor="worker")
    with ledger.snapshot() as connection:
        assert slice_counts.of_run(connection, run_id) == before


def test_a_payer_that_was_not_accepted_is_no_slice_for_it_may_be_anybody_s_name(ledger: Ledger, clock: Clock) -> None:
    run_id = night(ledger, clock, SENDER, 2, payer=False)
    with ledger.snapshot() as connection:
        names = {each.slice for each in slice_counts.of_run(connection, run_id)}
    assert names == {"sender:16055550142", "type:prior_auth_request"}


def test_a_night_without_the_model_s_answers_is_compared_with_none_that_had_them(ledger: Ledger, clock: Clock) -> None:
    for _ in range(3):
        night(ledger, clock, SENDER, 25, second="answered 2")
    assert not alarms_of_run(ledger, night(ledger, clock, SENDER, 25, well=False, second="server_error 2"))
    part = night(ledger, clock, SENDER, 25, well=False, second="answered 1, server_error 1")
    assert not alarms_of_run(ledger, part)
    assert alarms_of_run(ledger, night(ledger, clock, SENDER, 25, well=False, second="answered 1"))


def test_few_documents_of_a_new_sender_ring_nothing(ledger: Ledger, clock: Clock) -> None:
    night(ledger, clock, SENDER, 10)
    assert not alarms_of_run(ledger, night(ledger, clock, SENDER, 10, well=False))
    assert not held(ledger)
