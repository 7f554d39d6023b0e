"""What a certificate may lower: only with an audit that proves the usual threshold, and only step by proven step."""

from __future__ import annotations

import pytest

from documents.values import Kind
from evaluation.calibration.labels import Label
from evaluation.calibration.thresholds import certificates
from extractors.records.weighting import FamilyWeights, Mode, threshold
from extractors.schema import ErrorCost
from tests.evaluation.calibration.labelled import COLD, label

WARM = COLD.model_copy(update={"families": {"words": FamilyWeights(mode=Mode.WARM)}})
USUAL = threshold(ErrorCost.ORDINARY)


def audits(count: int, wrong: int = 0) -> list[Label]:
    return [label(audited=True, propensity=0.03, right=i >= wrong) for i in range(count)]


def queued(count: int, wrong: int, fit: float) -> list[Label]:
    """Values in the queue whose label fits so badly that they fall short of the threshold for an ordinary field."""
    features = {"grounded": 1.0, "printed": 1.0, "label": fit, "kind_words": 1.0}
    return [label(features=features, accepted=False, right=i >= wrong) for i in range(count)]


def test_without_enough_audited_values_there_is_no_certificate() -> None:
    assert list(certificates(audits(58), WARM)) == []
    (found,) = certificates(audits(59), WARM)
    assert (found.cost, found.threshold, found.audited, found.wrong) == (ErrorCost.ORDINARY, USUAL, 59, 0)
    assert list(certificates(audits(59, wrong=1), WARM)) == []


def test_many_values_of_few_records_prove_no_more_than_the_records() -> None:
    def of(records: int) -> list[Label]:
        return [each.model_copy(update={"record": f"r{i % records}"}) for i, each in enumerate(audits(300))]

    assert list(certificates(of(58), WARM)) == []
    (found,) = certificates(of(59), WARM)
    assert (found.audited, found.wrong) == (59, 0)


def test_values_below_the_threshold_lower_it_by_records() -> None:
    near = [each.model_copy(update={"record": f"r{i % 20}"}) for i, each in enumerate(queued(80, 0, fit=-0.4))]
    (found,) = certificates([*audits(70), *near], WARM)
    assert found.threshold == USUAL


def test_values_of_the_queue_are_no_audit() -> None:
    seen = [label(right=True, accepted=True) for _ in range(400)]
    assert list(certificates(seen, WARM)) == []
    fresh = [label(right=True, accepted=False) for _ in range(400)]
    assert list(certificates(fresh, WARM)) == []


def test_what_the_weights_newly_accept_counts_by_its_share() -> None:
    sure = {"grounded": 1.0, "printed": 1.0, "label": 0.2, "kind_words": 1.0}
    fresh = [label(features=sure, accepted=False, right=i >= 40) for i in range(50)]
    few = [each.model_copy(update={"right": True}) for each in fresh[:3]]
    assert list(certificates([*audits(130), *few], WARM)) != []  # unproven by themselves, and next to nothing
    assert list(certificates([*audits(130), *fresh], WARM)) != []  # 50 among 4,383
    everything = [each.model_copy(update={"propensity": 1.0}) for each in audits(130)]
    assert list(certificates([*everything, *fresh], WARM)) == []


def test_right_values_right_below_the_threshold_lower_it_to_the_last_of_them() -> None:
    near = queued(80, 0, fit=-0.4)
    confidence = near[0].judged(WARM).confidence
    assert 0.9 < confidence < USUAL
    (found,) = certificates([*audits(70), *near], WARM)
    assert found.threshold == pytest.approx(confidence - 0.00005)
    family = FamilyWeights(mode=Mode.CERTIFIED, certificates=(found,))
    certified = WARM.model_copy(update={"families": {"words": family}})
    assert all(each.judged(certified).accepted for each in near)


def test_the_first_step_that_fails_ends_it_though_a_later_one_would_pass() -> None:
    near = queued(60, 1, fit=-0.4)  # 59 without an error would do; of 93 one may be wrong, but it is not asked
    assert next(iter(certificates([*audits(70), *near, *queued(200, 0, fit=-0.45)], WARM))).threshold == USUAL


def test_each_further_step_needs_its_own_proof() -> None:
    sure, unsure = queued(60, 0, fit=-0.4), queued(60, 20, fit=-0.6)
    (found,) = certificates([*audits(70), *sure, *unsure], WARM)
    assert found.threshold == pytest.approx(sure[0].judged(WARM).confidence - 0.00005)


def test_values_with_a_reason_against_them_lower_nothing() -> None:
    noted = [each.model_copy(update={"features": {**each.features, "noted": 1.0}}) for each in queued(100, 0, fit=0.2)]
    (found,) = certificates([*audits(70), *noted], WARM)
    assert found.threshold == USUAL


def test_each_cost_is_proven_by_its_own_values() -> None:
    critical = [label(kind=Kind.TEXT, cost=ErrorCost.CRITICAL, audited=True, propensity=0.03) for _ in range(298)]
    strong = {"grounded": 1.0, "printed": 1.0, "label": 0.2, "mentions": 2.0}
    critical = [each.model_copy(update={"features": strong}) for each in critical]
    assert [each.cost for each in certificates([*critical, *audits(100)], WARM)] == [ErrorCost.ORDINARY]
    assert [each.cost for each in certificates([*critical, critical[0], *audits(100)], WARM)] == [
        ErrorCost.CRITICAL,
        ErrorCost.ORDINARY,
    ]
