"""The benchmark of delivery: kill -9 in the middle of a delivery to a server that fails, then a second run."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation import bench_submissions
from evaluation.bench_delivery import DeliveryCounts, measure
from evaluation.bench_submissions import SubmissionCounts


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_by_a_kill_and_a_failing_server(tmp_path: Path) -> None:
    counts = measure(12, fail=0.2, kill=True, home=tmp_path)
    assert counts.holds, counts
    assert (counts.kills, counts.runs, counts.delivered) == (1, 2, 12)
    assert counts.resources > 12 * 10


@pytest.mark.parametrize("fault", [{"lost": 1}, {"extra": 1}, {"double": 1}, {"delivered": 11}, {"intact": False}])
def test_any_deviation_fails_it(fault: dict[str, int]) -> None:
    whole = DeliveryCounts(
        bundles=12, resources=240, kills=1, runs=2, delivered=12, lost=0, extra=0, double=0, intact=True, seconds=1.0
    )
    assert whole.holds
    assert not whole.model_copy(update=fault).holds


@pytest.mark.slow
def test_a_payer_takes_each_request_once_through_lost_answers_and_a_kill(tmp_path: Path) -> None:
    counts = bench_submissions.measure(20, cut=0.3, kill=True, inquire=True, home=tmp_path)
    assert counts.holds, counts
    assert (counts.kills, counts.delivered) == (1, 20)


@pytest.mark.slow
def test_the_payer_would_take_them_twice_if_it_were_not_asked(tmp_path: Path) -> None:
    counts = bench_submissions.measure(20, cut=0.3, kill=False, inquire=False, home=tmp_path)
    assert counts.double > 0
    assert not counts.holds


@pytest.mark.parametrize("fault", [{"lost": 1}, {"double": 1}, {"delivered": 11}, {"intact": False}])
def test_any_deviation_at_a_payer_fails_it(fault: dict[str, int]) -> None:
    whole = SubmissionCounts(requests=12, kills=1, runs=2, delivered=12, lost=0, double=0, intact=True, seconds=1.0)
    assert whole.holds
    assert not whole.model_copy(update=fault).holds
