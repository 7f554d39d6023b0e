"""Alarms with labels: as rare as stated while the scores hold, soon when errors multiply."""

from itertools import pairwise

import numpy as np

from evaluation.calibration.cusum import Cusum, Outcome, cusum_limit
from extractors.records.weighting import Slice

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
