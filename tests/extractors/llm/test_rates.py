"""An endpoint that asks us to wait is heeded, for a while."""

from __future__ import annotations

import pytest

from extractors.llm.rates import LONGEST_HOLD_S, Rates


@pytest.mark.parametrize(("asked", "held"), [(30.0, 30.0), (200_000.0, LONGEST_HOLD_S), (float("inf"), LONGEST_HOLD_S)])
def test_nobody_is_held_for_the_rest_of_the_night(asked: float, held: float) -> None:
    rates = Rates(requests_per_minute=0, tokens_per_minute=0, clock=lambda: 1000.0)
    rates.hold(asked)
    assert rates.wait_s(10) == held
