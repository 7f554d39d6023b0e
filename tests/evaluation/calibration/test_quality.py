"""Quality by hand; a label counts for those that nobody saw."""

from __future__ import annotations

import pytest

from evaluation.calibration.quality import counts_of, quality
from extractors.schema import ErrorCost
from tests.evaluation.calibration.labelled import COLD, label


def test_a_value_seen_by_chance_counts_for_the_unseen() -> None:
    unsure = {"grounded": 1.0, "printed": 1.0, "label": -0.8}
    wrong = label(right=False, audited=True, propensity=0.25)
    queued = label(right=True, features=unsure, accepted=False)
    found = quality([wrong, queued], COLD)
    sure, doubtful = wrong.judged(COLD).confidence, queued.judged(COLD).confidence
    assert found.brier == pytest.approx((4 * sure**2 + (1 - doubtful) ** 2) / 5)
    assert (found.labels, found.wrong, found.accepted, found.accepted_wrong) == (2, 1, 0.8, 0.8)
    assert found.cost == pytest.approx((4 * int(ErrorCost.ORDINARY) + 1) / 5)
    assert found.auroc == 0.0


def test_no_label_counts_for_more_than_fifty() -> None:
    assert list(counts_of([label(propensity=0.001), label()])) == [50.0, 1.0]


def test_better_is_better_in_every_figure() -> None:
    right, wrong = label(), label(right=False)
    good, bad = quality([right] * 9 + [wrong], COLD), quality([right] * 8 + [wrong] * 2, COLD)
    assert good.no_worse_than(good)
    assert good.no_worse_than(bad)
    assert not bad.no_worse_than(good)
    assert not good.model_copy(update={"cost": bad.cost + 1}).no_worse_than(bad)


def test_nothing_has_no_quality() -> None:
    with pytest.raises(ValueError, match="no labels"):
        quality([], COLD)
