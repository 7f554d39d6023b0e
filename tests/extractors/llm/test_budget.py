"""A run's money: what is under way counts in full, a question in a batch in part."""

from __future__ import annotations

import pytest

from extractors.llm.budget import Budget
from extractors.llm.settings import LlmSettings


def budget(limit: float) -> Budget:
    settings = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", input_price=1, output_price=4, budget=limit)
    return Budget(settings)


def test_a_question_in_a_batch_sets_aside_its_share_of_one_request() -> None:
    whole, half = budget(0).reserve(4000), budget(0).reserve(4000, requests=0.5)
    assert whole is not None
    assert half == pytest.approx(whole / 8)


def test_what_an_earlier_run_sent_is_paid_before_anything_else() -> None:
    one = budget(0).reserve(4000)
    assert one is not None
    money = budget(1.5 * one)
    money.take_over(one)
    assert money.reserve(4000) is None
    money.settle(one, 0.1 * one)
    assert money.reserve(4000) == one
