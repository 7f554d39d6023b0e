"""A slice that an alarm held back is freed by what people find there, not by time."""

from datetime import UTC, datetime, timedelta

from documents.values import Kind
from evaluation.calibration.drift import Alarm
from evaluation.calibration.holds import Hold, holds_after, still_held, with_holds
from evaluation.calibration.labels import Label
from extractors.records.weighting import FamilyWeights, Mode, Slice, load_weights
from extractors.schema import ErrorCost

MONDAY = datetime(2026, 8, 3, 6, tzinfo=UTC)
CLINIC = Slice(sender="4025550188")
ALARM = Alarm(slice=CLINIC, statistic="label", observed=0.2, expected=0.4, n=22, in_words="sender 4025550188: ...")
WARM = load_weights().model_copy(
    update={"families": {"id": FamilyWeights(mode=Mode.WARM, labels=90, deltas={"bias": 0.2})}}
)
ROW = {"grounded": 1.0, "printed": 1.0, "kind_id": 1.0, "label": 0.2}


def label(*, right: bool = True, sender: str = "4025550188", days: int = 1) -> Label:
    return Label(
        features=ROW,
        kind=Kind.IDENTIFIER,
        cost=ErrorCost.CRITICAL,
        path="patient.mrn",
        right=right,
        accepted=False,
        at=MONDAY + timedelta(days=days),
        sender=sender,
    )


HOLDS = holds_after((), [ALARM], at=MONDAY)


def test_an_alarm_makes_its_slice_cold_and_no_other() -> None:
    weights = with_holds(WARM, HOLDS)
    held = weights.within(sender="4025550188", payer=None, document_type="referral")
    assert held.family("id").mode is Mode.COLD
    assert weights.within(sender="7015550100", payer=None, document_type="referral").family("id").mode is Mode.WARM
    assert weights.cold_slices[0].reason == "label"


def test_fifty_right_values_free_it() -> None:
    assert still_held(HOLDS, [label()] * 49, WARM) == HOLDS
    assert still_held(HOLDS, [label()] * 50, WARM) == ()


def test_wrong_values_keep_it_held() -> None:
    assert still_held(HOLDS, [*[label()] * 50, label(right=False)], WARM) == HOLDS


def test_labels_of_others_and_of_before_say_nothing() -> None:
    others = [label(sender="7015550100")] * 60 + [label(days=-2)] * 60
    assert still_held(HOLDS, others, WARM) == HOLDS


def test_a_second_alarm_begins_anew() -> None:
    later = MONDAY + timedelta(days=9)
    assert holds_after(HOLDS, [ALARM], at=later) == (Hold(slice=CLINIC, since=later, statistic="label"),)
