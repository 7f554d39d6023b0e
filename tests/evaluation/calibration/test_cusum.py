"""Alarms with labels: as rare as stated while the scores hold, soon when errors multiply."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from documents.values import Kind
from evaluation.calibration.cusum import Cusum, Outcome, cusum_limit, family_alarms
from evaluation.calibration.labels import Label
from extractors.records.weighting import FamilyWeights, Mode, Slice, Weights, load_weights
from extractors.schema import ErrorCost

DOSES = Slice(family="medication", sender="8065550167")
RNG = np.random.default_rng(23)
SCORES = [float(score) for score in RNG.beta(40, 1, 300)]


def decided(count: int, *, times_the_risk: float = 1.0) -> list[Outcome]:
    scores = RNG.choice(SCORES, count)
    return [Outcome(score=s, right=bool(RNG.random() >= (1 - s) * times_the_risk)) for s in scores]


def test_alarms_come_as_seldom_as_stated() -> None:
    limit = cusum_limit(SCORES, run_length=1000)
    state, alarms = Cusum(slice=DOSES), 0
    for _ in range(1000):
        state, alarm = state.after(decided(100), limit)
        alarms += alarm is not None
    assert 70 <= alarms <= 135  # 100 in 100,000 labels


def test_a_longer_run_length_follows_from_the_tail() -> None:
    limits = [cusum_limit(SCORES, run_length=length) for length in (1000, 2000, 8000, 50_000)]
    assert all(longer > shorter for shorter, longer in pairwise(limits))
    state, alarms = Cusum(slice=DOSES), 0
    for _ in range(400):
        state, alarm = state.after(decided(100), limits[2])
        alarms += alarm is not None
    assert alarms <= 12  # 5 in 40,000 labels


def test_four_times_the_risk_is_noticed_within_a_few_hundred_labels() -> None:
    limit = cusum_limit(SCORES)
    delays = []
    for _ in range(9):
        state, alarm, labels = Cusum(slice=DOSES), None, 0
        while alarm is None:
            state, alarm = state.after(decided(1, times_the_risk=4), limit)
            labels += 1
        delays.append(labels)
    assert sorted(delays)[4] <= 300
    assert alarm is not None
    assert alarm.slice == DOSES
    assert "family medication of sender 8065550167" in alarm.in_words


def test_one_wrong_value_is_no_series() -> None:
    state, alarm = Cusum(slice=DOSES).after([Outcome(score=0.999, right=False)], cusum_limit([0.999] * 20))
    assert alarm is None
    assert state.wrong == 1


def learned(right: float, *, days: int = 9) -> list[Label]:
    """Labels of sure values, of which such a share is right."""
    row = {"grounded": 1.0, "printed": 1.0, "kind_id": 1.0, "label": 0.2}
    at = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(days=days)
    return [
        Label(
            features=row,
            kind=Kind.IDENTIFIER,
            cost=ErrorCost.CRITICAL,
            path="patient.mrn",
            right=i % 100 < right * 100,
            accepted=True,
            at=at,
        )
        for i in range(400)
    ]


def watched(mode: Mode, *, until: int = 0) -> Weights:
    trained = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(days=until)
    deltas = {"bias": 0.1} if mode is Mode.WARM else {}
    own = FamilyWeights(mode=mode, labels=200, deltas=deltas, trained_until=trained)
    return load_weights().model_copy(update={"families": {"id": own}})


def test_a_family_that_is_wrong_more_often_than_announced_rings() -> None:
    assert not list(family_alarms(learned(1.0), watched(Mode.WARM), since={}))
    (alarm,) = family_alarms(learned(0.9), watched(Mode.WARM), since={})
    assert alarm.slice == Slice(family="id")


def test_only_labels_after_learning_and_after_the_last_alarm_tell() -> None:
    assert not list(family_alarms(learned(0.9), watched(Mode.WARM, until=10), since={}))
    since = {"id": datetime(2026, 5, 20, tzinfo=UTC)}
    assert not list(family_alarms(learned(0.9), watched(Mode.WARM), since=since))


def test_a_family_that_is_cold_anyway_does_not_ring() -> None:
    assert not list(family_alarms(learned(0.9), watched(Mode.COLD), since={}))
    held = watched(Mode.WARM).model_copy(update={"cold_slices": (Slice(family="id", reason="cusum"),)})
    assert not list(family_alarms(learned(0.9), held, since={}))
