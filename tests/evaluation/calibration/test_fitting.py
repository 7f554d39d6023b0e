"""When labels replace weights: enough of them, better on the latest, and no family by another's."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from documents.values import Kind
from evaluation.calibration.candidates import LEAST_LABELS
from evaluation.calibration.fitting import recalibrated
from evaluation.calibration.labels import Label
from evaluation.calibration.quality import quality
from extractors.records.weighting import Mode, Weights, tolerated_risk
from extractors.schema import ErrorCost
from tests.evaluation.calibration.labelled import COLD, START, drawn, label, shifted

TIMID = shifted(bias=1.2)  # values are righter than the shipped weights say


def test_too_few_labels_leave_a_family_cold() -> None:
    found = recalibrated(drawn(LEAST_LABELS - 1, kind=Kind.TEXT, truth=TIMID), COLD, version="w1")
    assert (found.replaced, found.weights) == (False, COLD)
    assert [(each.family, each.mode, each.replaced) for each in found.families] == [("words", Mode.COLD, False)]
    assert "too few" in found.why
    assert not recalibrated([], COLD, version="w1").replaced


@pytest.mark.parametrize(("count", "replaced"), [(71, False), (72, True)])
def test_fifty_labels_before_the_held_out_ones_are_enough(count: int, replaced: bool) -> None:
    doubtful = {"grounded": 1.0, "printed": 1.0, "label": -0.4, "kind_words": 1.0}
    labels = [label(minute=i, features=doubtful, accepted=False) for i in range(count)]
    dates = [label(minute=i, kind=Kind.DATE) for i in range(count)]
    weights = recalibrated([*labels, *dates], COLD, version="w1").weights
    assert (weights.family("words").mode is Mode.WARM) is replaced


def test_a_value_seen_by_chance_teaches_for_those_that_nobody_saw() -> None:
    row = {"grounded": 1.0, "printed": 1.0, "label": -0.4, "kind_words": 1.0}
    seen = [label(minute=i, features=row, audited=i % 2 > 0, propensity=0.02 if i % 2 else 1.0) for i in range(400)]
    labels = [each if each.audited else each.model_copy(update={"right": False}) for each in seen]
    taught = recalibrated(labels, COLD, version="w1").weights
    blind = recalibrated([x.model_copy(update={"propensity": 1.0}) for x in labels], COLD, version="w1").weights
    assert labels[0].judged(blind).confidence < 0.7
    assert taught.family("words").mode is not Mode.COLD
    assert labels[0].judged(taught).confidence > 0.95


def test_labels_that_say_so_move_the_weights_towards_the_truth() -> None:
    found = recalibrated(drawn(1500, kind=Kind.TEXT, truth=TIMID), COLD, version="w1")
    assert (found.replaced, found.weights.version, found.weights.labels) == (True, "w1", 1500)
    words = found.weights.family("words")
    assert (words.mode, words.labels) == (Mode.WARM, 1050)
    assert words.trained_until == START + timedelta(minutes=1049)
    unseen = drawn(4000, kind=Kind.TEXT, truth=TIMID, seed=2)
    before, after = quality(unseen, COLD), quality(unseen, found.weights)
    best = quality(unseen, TIMID)
    assert after.brier - best.brier < (before.brier - best.brier) / 4
    assert after.accepted > before.accepted
    assert found.weights.family("date") == COLD.family("date")
    assert found.weights.weights == COLD.weights


def test_weights_that_are_worse_on_the_latest_labels_are_not_taken() -> None:
    early = drawn(700, kind=Kind.TEXT, truth=shifted(bias=3.0))
    late = [
        each.model_copy(update={"at": each.at + timedelta(days=9)}) for each in drawn(400, kind=Kind.TEXT, truth=COLD)
    ]
    found = recalibrated([*late, *early], COLD, version="w1")
    (words,) = found.families
    assert (found.replaced, words.replaced, words.mode) == (False, False, Mode.COLD)
    assert words.before is not None
    assert words.after is not None
    assert words.after.brier > words.before.brier
    assert words.why.startswith("kept: Brier")


def test_one_family_learns_and_another_keeps_its_weights() -> None:
    dates = drawn(60, kind=Kind.DATE, truth=TIMID, seed=3)
    few = [each for each in dates if each.at < START + timedelta(minutes=30)]
    found = recalibrated([*drawn(1500, kind=Kind.TEXT, truth=TIMID), *few], COLD, version="w1")
    assert found.weights.family("words").mode is Mode.WARM
    assert found.weights.family("date").mode is Mode.COLD
    assert found.before is not None
    assert found.after is not None
    assert found.after.brier < found.before.brier


def test_a_second_recalibration_without_news_changes_nothing() -> None:
    labels = drawn(1500, kind=Kind.TEXT, truth=TIMID)
    first = recalibrated(labels, COLD, version="w1").weights
    again = recalibrated(labels, first, version="w2")
    assert (again.weights, again.replaced, again.families[0].replaced) == (first, False, False)


def _seen(labels: list[Label], rate: float, seed: int) -> list[Label]:
    """What people see: the queue, and a random sample of what was accepted."""
    rng = random.Random(seed)
    seen = []
    for each in labels:
        if not each.accepted:
            seen.append(each)
        elif rng.random() < rate:
            seen.append(each.model_copy(update={"audited": True, "propensity": rate}))
    return seen


@pytest.mark.parametrize("truth", [TIMID, COLD], ids=["timid", "calibrated"])
def test_what_queue_and_sample_teach_keeps_the_tolerated_risk(truth: Weights) -> None:
    seen = _seen(drawn(6_000, kind=Kind.TEXT, truth=truth), 0.05, seed=5)
    learned = recalibrated(seen, COLD, version="w1").weights
    found = quality(drawn(6000, kind=Kind.TEXT, truth=truth, seed=9), learned)
    assert found.accepted_wrong <= tolerated_risk(ErrorCost.ORDINARY) * found.accepted


def test_labels_that_shaped_the_weights_certify_nothing() -> None:
    labels = drawn(3000, kind=Kind.TEXT, truth=TIMID)
    audits = [label(minute=i + 0.5, audited=True, propensity=0.03) for i in range(100)]
    assert recalibrated([*labels, *audits], COLD, version="w1").weights.family("words").mode is Mode.WARM


def test_a_family_that_audits_prove_is_certified_and_loses_it_with_the_proof() -> None:
    labels = drawn(3000, kind=Kind.TEXT, truth=TIMID)
    warm = recalibrated(labels, COLD, version="w1").weights
    audits = [label(minute=10_000 + i, audited=True, propensity=0.03) for i in range(150)]
    certified = recalibrated([*labels, *audits], warm, version="w2").weights
    proven = certified.family("words")
    assert proven.mode is Mode.CERTIFIED
    (certificate,) = proven.certificates
    assert (certificate.wrong, certificate.audited >= 150, certificate.bound <= 0.05) == (0, True, True)
    spoilt = [label(minute=20_000 + i, audited=True, propensity=0.03, right=i % 4 > 0) for i in range(60)]
    after = recalibrated([*labels, *audits, *spoilt], certified, version="w3").weights.family("words")
    assert (after.mode, after.certificates) == (Mode.WARM, ())
