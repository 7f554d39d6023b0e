"""Answers to the questions about a document, for an evaluation: recorded ones replayed, others asked and kept.

No ledger, no budget and no disclosure log here: the documents of an evaluation are a labelled set, and a
client is there only where one was asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extractors.llm.asking import Asking
from extractors.llm.breaker import Breaker
from extractors.llm.completion import Completes
from extractors.llm.questions import Answered, Question
from extractors.llm.rates import Rates
from extractors.llm.settings import LlmSettings


@dataclass(slots=True)
class Answering:
    """Answers questions through one client and one event loop.

    Attributes:
        settings: of the model.
        client: sends requests; None answers nothing that was not asked before.
        known: answers by question key; grows.
    """

    settings: LlmSettings
    client: Completes | None
    known: dict[str, Answered] = field(default_factory=dict)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _asking: Asking | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Opens nothing: the first question connects."""
        if self.client is None:
            return
        rates = Rates(
            requests_per_minute=self.settings.requests_per_minute,
            tokens_per_minute=self.settings.tokens_per_minute,
            clock=time.monotonic,
        )
        gate = asyncio.Semaphore(self.settings.in_flight)
        self._asking = Asking(self.client, self.settings, rates, Breaker(clock=time.monotonic), gate)

    def answers(self, questions: Sequence[Question]) -> Mapping[str, Answered]:
        """What is known about the questions, by their keys; what is not is asked first where there is a client."""
        left = {q.key: q for q in questions if q.key not in self.known}
        if left and self._asking is not None:
            self.known |= self._runner.run(self._ask(self._asking, list(left.values())))
        return {q.key: self.known[q.key] for q in questions if q.key in self.known}

    async def _ask(self, asking: Asking, questions: Sequence[Question]) -> dict[str, Answered]:
        asked = (asking.ask(q.pages, q.texts, q.document_type, prefix=q.prefix) for q in questions)
        answered = await asyncio.gather(*asked)
        return {q.key: Answered.of(each) for q, each in zip(questions, answered, strict=True)}

    def close(self) -> None:
        """Ends the event loop."""
        self._runner.close()
