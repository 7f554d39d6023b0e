"""What an audit proves, against the published figures and a brute-force binomial."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.calibration.certificate import at_most, by_record, in_words, needed, upper_bound
from tests.evaluation.calibration.labelled import label


@pytest.mark.parametrize(
    ("risk", "sizes"), [(0.01, (299, 473, 773)), (0.02, (149, 236, 386)), (0.05, (59, 93, 153))], ids=str
)
def test_values_needed_to_prove_a_risk(risk: float, sizes: tuple[int, int, int]) -> None:
    assert tuple(needed(wrong, risk) for wrong in (0, 1, 3)) == sizes
    for wrong, n in zip((0, 1, 3), sizes, strict=True):
        assert upper_bound(n, wrong) <= risk < upper_bound(n - 1, wrong)


def test_without_an_error_the_bound_has_a_closed_form() -> None:
    assert upper_bound(100, 0, 0.9) == pytest.approx(1 - 0.1 ** (1 / 100))
    assert upper_bound(7, 7) == 1.0
    assert upper_bound(0, 0) == 1.0


@given(st.integers(1, 60), st.data())
def test_at_the_bound_so_few_errors_are_just_that_unlikely(n: int, draws: st.DataObject) -> None:
    wrong = draws.draw(st.integers(0, n - 1))
    bound = upper_bound(n, wrong)
    tail = sum(math.comb(n, k) * bound**k * (1 - bound) ** (n - k) for k in range(wrong + 1))
    assert tail == pytest.approx(0.05, rel=1e-6)
    assert bound > wrong / n


def test_many_values_are_no_trouble() -> None:
    assert upper_bound(2_000_000, 500) == pytest.approx(0.00027, rel=0.02)
    assert at_most(10, 3, 0.0) == 1.0
    assert at_most(10, 3, 1.0) == 0.0


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="between"):
        upper_bound(3, 4)


@pytest.mark.parametrize(
    ("n", "wrong", "said"),
    [
        (473, 1, "Of 473 audited records 1 held a wrong value: at most 1 % of such records do, at 95 % confidence."),
        (299, 0, "Of 299 audited records none held a wrong value: at most 1 % of such records do, at 95 % confidence."),
        (773, 3, "Of 773 audited records 3 held a wrong value: at most 1 % of such records do, at 95 % confidence."),
        (
            12_000,
            20,
            "Of 12,000 audited records 20 held a wrong value: at most 0.25 % of such records do, at 95 % confidence.",
        ),
        (
            298,
            0,
            "Not certified: of 298 audited records none held a wrong value; 1 more audited record without an error "
            "is needed to prove at most 1 % of such records at 95 % confidence.",
        ),
        (
            400,
            1,
            "Not certified: of 400 audited records 1 held a wrong value; 73 more audited records without an error "
            "are needed to prove at most 1 % of such records at 95 % confidence.",
        ),
        (
            0,
            0,
            "Not certified: nothing is audited yet; 299 more audited records without an error are needed to prove at "
            "most 1 % of such records at 95 % confidence.",
        ),
    ],
)
def test_a_certificate_in_words(n: int, wrong: int, said: str) -> None:
    assert in_words(n, wrong, 0.01) == said


def test_the_unit_is_the_record_since_its_values_are_wrong_together() -> None:
    fax = [label(record="r1", right=right) for right in (True, False, False)]
    assert by_record([*fax, label(record="r2"), label(), label(right=False)]) == (4, 2)
    assert by_record([]) == (0, 0)
