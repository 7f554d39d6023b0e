"""A run's money: what is under way counts in full, a question in a batch in part."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from extractors.backends.batch import BatchClient
from extractors.document_type import all_document_types
from extractors.llm.answer_model import answer_model_of, schema_characters
from extractors.llm.budget import Budget
from extractors.llm.questions import questions
from extractors.llm.settings import AnswerMode, LlmSettings
from tests.extractors.printed import page_of


def budget(limit: float) -> Budget:
    settings = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", input_price=1, output_price=4, budget=limit)
    return Budget(settings)


def test_a_question_in_a_batch_sets_aside_its_share_of_one_request() -> None:
    one, half = budget(0).reserve(4000, repeats=0), budget(0).reserve(4000, first=0.5, repeats=0)
    assert one is not None
    assert half == pytest.approx(one / 2)


def test_what_is_set_aside_covers_each_answer_being_sent_back() -> None:
    limits = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m")
    whole = budget(0).reserve(4000)
    repeats, answer = limits.most_requests - 1, limits.most_output_tokens
    asked = 1000 + repeats * (1000 + answer)
    assert whole is not None
    assert whole >= budget(0).settings.cost(input_tokens=asked, output_tokens=limits.most_requests * answer)


@pytest.mark.parametrize("mode", AnswerMode)
@pytest.mark.parametrize("name", ["clinical_note", "prior_auth_request"])
def test_instructions_and_schema_are_counted_as_they_are_sent(name: str, mode: AnswerMode) -> None:
    document_type = all_document_types()[name]
    settings = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", mode=mode)
    question = next(questions([page_of("Patient: Ada Example", number=1)], document_type, settings, known=None))

    async def sent() -> dict[str, Any]:
        client = BatchClient(settings)
        body: dict[str, Any] = json.loads(await client.line(question))["body"]
        await client.close()
        return body

    body = asyncio.run(sent())
    written = sum(len(each["content"]) for each in body.pop("messages")) + len(json.dumps(body))
    counted = question.characters + schema_characters(answer_model_of(document_type), mode)
    assert written <= counted < 1.1 * written


def test_what_an_earlier_run_sent_is_paid_before_anything_else() -> None:
    one = budget(0).reserve(4000)
    assert one is not None
    money = budget(1.5 * one)
    money.take_over(one)
    assert money.reserve(4000) is None
    money.settle(one, 0.1 * one)
    assert money.reserve(4000) == one
