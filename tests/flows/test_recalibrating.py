"""What people decided becomes weights in force, or leaves them as they are and says why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert

from documents.values import Kind
from evaluation.calibration.labels import Label
from extractors.document_type import all_document_types
from extractors.records.weighting import Mode, Slice, load_weights
from extractors.schema import ErrorCost
from flows.recalibrating import as_labels, counted, labelled_alarms, recalibrate
from flows.weights_commands import held
from flows.weights_versions import replaced, warm, weights_in_force
from ledger.ledger import Ledger
from review_queue.labels import FieldVerdict, labels
from review_queue.settlement import RecordResult, Settlement, settle
from review_queue.tables import FIELD_LABELS
from tests.evaluation.calibration.labelled import COLD, drawn, shifted
from tests.ledger.databases import clock, database_url, ledger, postgres
from tests.ledger.made import arrival, field, leased, record

__all__ = ["clock", "database_url", "ledger", "postgres"]

TYPE = "prior_auth_request"
# Righter than the shipped weights say.
TIMID = shifted(bias=1.2)


def path_of(kind: Kind, cost: ErrorCost) -> str:
    """A field of the document type of that kind and cost."""
    specs = all_document_types()[TYPE].specs
    return next(path for path, spec in specs.items() if (spec.reads.kind, spec.reads.cost) == (kind, cost))


def keep(ledger: Ledger, drawn_labels: Sequence[Label], **more: object) -> None:
    """Puts labels into the ledger as if people had signed one large record off."""
    made = record("fax", field("diagnosis.code", "M54.16"))
    if ledger.record(made.id) is None:
        ledger.record_arrival(arrival("fax"), actor="intake")
        lease = leased(ledger, "fax")
        settlement = Settlement(records=(RecordResult(record=made, bundle="bundle"),), mapping="1")
        settle(ledger, ledger.begin(lease), settlement, build_bundle=lambda _record, _given: "bundle")
    rows = [
        {
            "record_id": made.id,
            "item_version": 1,
            "at": label.at,
            "document_type": TYPE,
            "path": path_of(label.kind, label.cost),
            "ordinal": int(label.at.timestamp()),
            "kind": label.kind.value,
            "features": json.dumps(label.features),
            "confidence": label.judged(COLD).confidence,
            "accepted": label.accepted,
            "verdict": (FieldVerdict.CONFIRMED if label.right else FieldVerdict.CORRECTED).value,
            "audited": label.accepted,
            "propensity": 0.05 if label.accepted else 1.0,
            "weights": COLD.version,
            **more,
        }
        for label in drawn_labels
    ]
    with ledger.transaction("test") as tx:
        tx.connection.execute(insert(FIELD_LABELS), rows)


def test_labels_that_show_it_replace_the_weights_once(ledger: Ledger) -> None:
    keep(ledger, drawn(900, kind=Kind.TEXT, truth=TIMID))
    report = recalibrate(ledger, actor="night")
    assert (report.replaced, report.version) == (True, "weights-1")
    new = weights_in_force(ledger)
    assert new.family("words").mode is not Mode.COLD
    assert new.labels == 900
    assert "weights-1 is in force" in report.in_words()
    assert "All families, on the latest" in report.in_words()
    again = recalibrate(ledger, actor="night")
    assert (again.replaced, again.version) == (False, "weights-1")


def test_labels_that_tell_too_little_replace_nothing_and_say_so(ledger: Ledger) -> None:
    assert not recalibrate(ledger, actor="night").replaced
    keep(ledger, drawn(20, kind=Kind.TEXT, truth=TIMID))
    report = recalibrate(ledger, actor="night")
    assert (report.replaced, report.version) == (False, load_weights().version)
    assert "too few" in report.in_words()


def test_the_weights_learn_from_what_somebody_was_asked_about(ledger: Ledger) -> None:
    asked = drawn(6, kind=Kind.TEXT, truth=TIMID)
    later = [each.model_copy(update={"at": each.at + timedelta(days=1)}) for each in asked]
    keep(ledger, asked, accepted=False, audited=False, propensity=1.0)
    keep(ledger, later, accepted=True, audited=False, propensity=1.0, verdict="corrected")
    keep(ledger, [later[0].model_copy(update={"at": later[0].at + timedelta(days=1)})], verdict="added", features="{}")
    with ledger.snapshot() as connection:
        kept = labels(connection)
    learned = list(as_labels(kept))
    assert len(learned) == 6
    assert all(label.cost is ErrorCost.ORDINARY and label.document_type == TYPE for label in learned)
    counts = counted(kept)
    assert (counts.queue, counts.audited, counts.in_passing, counts.missed) == (6, 0, 6, 1)


def test_a_family_that_is_wrong_more_often_than_announced_is_held(ledger: Ledger) -> None:
    keep(ledger, drawn(900, kind=Kind.TEXT, truth=TIMID))
    recalibrate(ledger, actor="night")
    current = weights_in_force(ledger)
    with ledger.snapshot() as connection:
        assert not list(labelled_alarms(ledger, list(as_labels(labels(connection)))))
    worse = drawn(300, kind=Kind.TEXT, truth=shifted(bias=-3.0), seed=5)
    keep(ledger, [each.model_copy(update={"at": each.at + timedelta(days=30)}) for each in worse])
    with ledger.snapshot() as connection:
        (alarm,) = labelled_alarms(ledger, list(as_labels(labels(connection))))
    assert alarm.slice == Slice(family="words")
    report = recalibrate(ledger, actor="night")
    assert "ALARM" in report.in_words()
    after = weights_in_force(ledger)
    assert [each.family for each in after.cold_slices] == ["words"]
    assert after.within(sender=None, payer=None, document_type=TYPE).family("words").mode is Mode.COLD
    assert current.version == "weights-1"
    keep(ledger, [each.model_copy(update={"at": each.at + timedelta(days=365)}) for each in worse])
    assert not recalibrate(ledger, actor="night").alarms, "it rings once"


def test_a_lifted_alarm_does_not_ring_about_the_same_labels_again(ledger: Ledger) -> None:
    keep(ledger, drawn(900, kind=Kind.TEXT, truth=TIMID))
    recalibrate(ledger, actor="night")
    worse = drawn(300, kind=Kind.TEXT, truth=shifted(bias=-3.0), seed=5)
    keep(ledger, [each.model_copy(update={"at": each.at + timedelta(days=30)}) for each in worse])
    assert recalibrate(ledger, actor="night").alarms
    warm(ledger, "family:words", actor="ops")
    assert not recalibrate(ledger, actor="night").alarms


def test_what_was_decided_since_says_whether_an_alarm_may_be_lifted(ledger: Ledger) -> None:
    keep(ledger, drawn(900, kind=Kind.TEXT, truth=TIMID))
    recalibrate(ledger, actor="night")
    type_ = Slice(document_type=TYPE, reason="score")
    replaced(ledger, lambda w, _: w.model_copy(update={"cold_slices": (type_,)}), actor="night", reason="drift_alarm")
    assert "too few or too many" in held_in_words(ledger)
    right = [each for each in drawn(900, kind=Kind.TEXT, truth=TIMID, seed=6) if each.right]
    keep(ledger, [each.model_copy(update={"at": each.at + timedelta(days=365)}) for each in right])
    assert "may be lifted" in held_in_words(ledger)


def held_in_words(ledger: Ledger) -> str:
    with ledger.snapshot() as connection:
        learned = list(as_labels(labels(connection)))
    return "\n".join(held(ledger, weights_in_force(ledger), learned))


def test_what_an_alarm_holds_stays_held_when_the_weights_are_refitted(ledger: Ledger) -> None:
    sender = Slice(sender="16055550142", reason="score")
    replaced(ledger, lambda w, _: w.model_copy(update={"cold_slices": (sender,)}), actor="night", reason="drift_alarm")
    keep(ledger, drawn(900, kind=Kind.TEXT, truth=TIMID))
    assert recalibrate(ledger, actor="night").replaced
    assert weights_in_force(ledger).cold_slices == (sender,)
