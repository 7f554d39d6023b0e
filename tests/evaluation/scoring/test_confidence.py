"""Ranking figures against their definitions, computed by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scoring.bootstrap import draws
from evaluation.scoring.confidence import Ranking, confidence_of
from tests.evaluation.scoring.labels import score

Pairs = list[tuple[float, bool]]


def measured(pairs: Pairs) -> dict[str, float]:
    found = Ranking([pairs]).measure(np.ones((1, 1)))
    return {name: float(values[0]) for name, values in found.items()}


def test_by_hand() -> None:
    # Surest first: right, wrong, right, right. The wrong one is surer than two of three right ones: AUROC 1/3.
    found = measured([(0.9, True), (0.8, False), (0.7, True), (0.6, True)])
    assert found["auroc"] == pytest.approx(1 / 3)
    # Kept and wrong, by coverage 0, 1/4, 1/2, 3/4, 1: 0, 0, 1/4, 1/4, 1/4; the area by trapezoids.
    assert found["augrc"] == pytest.approx(0.25 * (0 + 0.125 + 0.25 + 0.25))
    assert found["coverage_99"] == 0.25
    assert found["brier"] == pytest.approx((0.01 + 0.64 + 0.09 + 0.16) / 4)


def test_coverage_counts_exactly_99_of_100_as_99_percent() -> None:
    pairs = [(1 - i / 1000, i != 40) for i in range(100)] + [(0.1, False)]
    assert measured(pairs)["coverage_99"] == pytest.approx(100 / 101)


def test_a_threshold_cannot_split_equal_confidences() -> None:
    pairs = [(0.9, True)] * 9 + [(0.9, False)]
    found = measured(pairs)
    assert (found["auroc"], found["coverage_95"]) == (0.5, 0.0)


def test_perfect_ranking() -> None:
    found = measured([(0.9, True), (0.8, True), (0.2, False), (0.1, False)])
    assert found["auroc"] == 1.0
    assert found["augrc"] == pytest.approx(0.5**2 / 2)  # what even a perfect order cannot avoid


CONFIDENCES = st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9])


@given(st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=2, max_size=20))
def test_auroc_is_the_chance_that_right_is_surer_than_wrong(pairs: Pairs) -> None:
    right, wrong = ([c for c, ok in pairs if ok is kind] for kind in (True, False))
    found = measured(pairs)["auroc"]
    if not right or not wrong:
        assert np.isnan(found)
        return
    wins = sum((a > b) + (a == b) / 2 for a in right for b in wrong)
    assert found == pytest.approx(wins / (len(right) * len(wrong)))


@given(st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=1, max_size=20))
def test_augrc_is_what_each_wrong_value_costs(pairs: Pairs) -> None:
    """A second formulation: a wrong value is kept at every threshold at or below it, so that it costs that share."""
    costs = [sum((b < c) + (b == c) / 2 for b, _ in pairs) / len(pairs) for c, right in pairs if not right]
    assert measured(pairs)["augrc"] == pytest.approx(sum(costs) / len(pairs))


@given(st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=1, max_size=20))
def test_coverage_and_brier_by_trying_every_threshold(pairs: Pairs) -> None:
    kept = [[right for c, right in pairs if c >= threshold] for threshold in {c for c, _ in pairs}]
    found = measured(pairs)
    for name, level in (("coverage_99", Fraction(99, 100)), ("coverage_95", Fraction(95, 100))):
        enough = [len(each) for each in kept if Fraction(sum(each), len(each)) >= level]
        assert found[name] == pytest.approx(max(enough, default=0) / len(pairs))
    assert found["brier"] == pytest.approx(sum((c - right) ** 2 for c, right in pairs) / len(pairs))


@given(st.lists(st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=1, max_size=4), min_size=2, max_size=4))
def test_a_document_drawn_twice_counts_twice(documents: list[Pairs]) -> None:
    """What a resample weighs is what the same documents, copied, would measure."""
    weighed = Ranking(documents).measure(np.array([[2.0, 0.0, *[1.0] * (len(documents) - 2)]]))
    copied = Ranking([documents[0], documents[0], *documents[2:]]).measure(np.ones((1, len(documents))))
    for name in ("auroc", "augrc", "coverage_99", "coverage_95", "brier"):
        assert weighed[name][0] == pytest.approx(copied[name][0], nan_ok=True)


def test_ece_by_hand() -> None:
    # 30 values in 15 bins of two: each bin says 0.9 or 0.6 on average, and one of its two is right.
    pairs = [(0.9 - i / 1e6, i % 2 == 0) for i in range(16)] + [(0.6 - i / 1e6, i % 2 == 0) for i in range(14)]
    assert measured(pairs)["ece"] == pytest.approx((16 * 0.4 + 14 * 0.1) / 30, abs=1e-4)


def test_the_run_says_when_the_score_does_not_rank() -> None:
    blind = [score(f"d{i}", ((0.5, True), (0.5, False))) for i in range(20)]
    found = confidence_of(blind, draws(blind))
    assert (found.values, found.wrong, found.ranks_errors) == (40, 20, False)
    assert "NOT" in found.in_words
    sharp = [score(f"d{i}", ((0.9, True), (0.2, False))) for i in range(20)]
    assert confidence_of(sharp, draws(sharp)).ranks_errors is True
    clean = [score("d", ((0.9, True),))]
    assert confidence_of(clean, draws(clean)).ranks_errors is None


def test_bins_of_equal_mass_hold_everything_and_ece_is_their_gap() -> None:
    scores = [score("d", tuple((0.8, i % 2 == 0) for i in range(30)))]
    found = confidence_of(scores, draws(scores))
    assert [(b.count, b.accuracy) for b in found.bins] == [(30, 0.5)]
    assert found.figures["ece"].value == pytest.approx(0.3)


def test_the_curve_ends_at_the_whole() -> None:
    scores = [score("d", tuple((i / 300, i % 3 > 0) for i in range(300)))]
    last = confidence_of(scores, draws(scores)).curve[-1]
    assert last.coverage == 1.0
    assert last.risk == pytest.approx(1 / 3)
