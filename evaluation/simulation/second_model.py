"""The second reading of a document by a model that answers from gold, with a set rate of planted errors.

The questions, the validation and the way back of an ungrounded quote are the product's own; only the network is left
out (evaluation/loopback has it).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import cache

from documents.records import Segment
from evaluation.loopback.answers import GoldModel
from evaluation.simulation.bank import Specimen
from extractors.backend import Reading
from extractors.document_type import all_document_types
from extractors.llm.answer_model import Answer
from extractors.llm.asking import Asking
from extractors.llm.breaker import Breaker
from extractors.llm.completion import Completion
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Answered, questions, reading_of
from extractors.llm.rates import Rates
from extractors.llm.settings import LlmSettings

_SETTINGS = LlmSettings(base_url="http://localhost", model="gold", agreement=True)


@cache
def _schema(model: type[Answer]) -> dict[str, object]:
    return model.model_json_schema()


class _FromGold:
    """A client that has the model in its own process."""

    def __init__(self, model: GoldModel) -> None:
        self._model = model

    async def complete(self, messages: list[dict[str, str]], model: type[Answer], *, timeout_s: float) -> Completion:  # noqa: ARG002 - answers at once
        shown = [m for m in messages if "--- page " in m["content"]]
        schema = {"json_schema": {"schema": _schema(model)}}
        answer = self._model({"messages": shown, "response_format": schema})
        return Completion(LlmOutcome.ANSWERED, model.model_validate(answer))


def second_readings(specimens: Sequence[Specimen], *, error_rate: float, seed: int) -> list[list[Reading | None]]:
    """What the model reads in each part of each document; None in parts that are not extracted."""
    return asyncio.run(_asked(specimens, error_rate, seed))


async def _asked(specimens: Sequence[Specimen], error_rate: float, seed: int) -> list[list[Reading | None]]:
    found = []
    for specimen in specimens:
        client = _FromGold(GoldModel([dict(specimen.labels)], error_rate=error_rate, seed=seed))
        asking = Asking(
            client,
            _SETTINGS,
            Rates(requests_per_minute=0, tokens_per_minute=0, clock=time.monotonic),
            Breaker(clock=time.monotonic),
            asyncio.Semaphore(1),
        )
        found.append([await _part(asking, specimen, segment, first) for segment, first in specimen.parts])
    return found


async def _part(asking: Asking, specimen: Specimen, segment: Segment, first: Reading | None) -> Reading | None:
    if first is None:
        return None
    document_type = all_document_types()[segment.document_type]
    own = specimen.pages[segment.page_start - 1 : segment.page_end]
    answers = []
    for question in questions(own, document_type, _SETTINGS, known=None):
        asked = await asking.ask(question)
        answers.append((question, Answered.of(asked)))
    return reading_of(answers)
