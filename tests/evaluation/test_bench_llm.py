"""The benchmark of the model's path: one client's connections, and known questions that cost no request."""

from __future__ import annotations

import subprocess

import pytest
from pydantic import BaseModel

from evaluation.bench_llm import CACHED, measure
from extractors.document_type import all_document_types
from extractors.llm.answer_model import Answer, answer_model_of
from extractors.llm.settings import AnswerMode


@pytest.mark.parametrize("mode", [AnswerMode.TOOLS, AnswerMode.JSON_SCHEMA])
def test_one_client_keeps_no_more_connections_than_are_in_flight(mode: AnswerMode) -> None:
    costs = measure(mode, calls=12, rounds=1, in_flight=4)
    assert 1 <= costs.connections <= costs.in_flight
    assert costs.cpu_ms > 0


def test_known_questions_cost_no_request() -> None:
    said = subprocess.run([*CACHED, "60"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("60 known questions: ")
    assert said.endswith(", 0 requests\n")


def test_the_schema_that_is_made_once_is_the_models_own() -> None:
    model = answer_model_of(all_document_types()["referral"])
    assert model.model_json_schema() == super(Answer, model).model_json_schema()
    changed = model.model_json_schema()
    changed.clear()
    assert model.model_json_schema() == BaseModel.model_json_schema.__func__(model)  # type: ignore[attr-defined]
