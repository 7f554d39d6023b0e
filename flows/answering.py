"""Where the answers of a comparison come from: a client in this process, the installation's own run, or a recording."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from extractors.llm.asking import Asking
from extractors.llm.breaker import Breaker
from extractors.llm.completion import Completes
from extractors.llm.questions import Answered, Question
from extractors.llm.rates import Rates
from extractors.llm.settings import LlmSettings
from flows.backend_runs import Labelled


class Answers(Protocol):
    """Answers the questions about a document.

    Attributes:
        settings: with which the questions are made.
        made_with: what answers, in words.
        outdated: how many answers were given to an earlier wording of a question.
    """

    settings: LlmSettings
    made_with: str
    outdated: int

    def answers(self, document: Labelled, questions: Sequence[Question]) -> Mapping[str, Answered]:
        """What is answered, by question key; a question that is not in it was not asked."""
        ...


@dataclass(slots=True)
class InstallationAnswers:
    """What a model answered when the evaluation's installation read the documents: asked, disclosed and paid there."""

    settings: LlmSettings
    made_with: str
    outdated: int = 0

    def answers(self, document: Labelled, questions: Sequence[Question]) -> Mapping[str, Answered]:  # noqa: ARG002
        """The answers that came with the document."""
        return document.answers


@dataclass(slots=True)
class ClientAnswers:
    """Answers of a client that sends nothing out of this process."""

    settings: LlmSettings
    made_with: str
    client: Completes
    outdated: int = 0
    _asking: Asking = field(init=False)

    def __post_init__(self) -> None:
        """One window at a time is in flight: there is nothing to wait for."""
        rates = Rates(requests_per_minute=0, tokens_per_minute=0, clock=time.monotonic)
        breaker = Breaker(clock=time.monotonic)
        self._asking = Asking(self.client, self.settings, rates, breaker, asyncio.Semaphore(1))

    def answers(self, document: Labelled, questions: Sequence[Question]) -> Mapping[str, Answered]:  # noqa: ARG002
        """Asks each question, with the repeats that a real endpoint would see."""
        return asyncio.run(self._ask(questions))

    async def _ask(self, questions: Sequence[Question]) -> dict[str, Answered]:
        return {q.key: Answered.of(await self._asking.ask(q)) for q in questions if q.sendable}
