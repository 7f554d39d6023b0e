"""Asks a model about the segments of a chunk: cached, within the run's budget, disclosed before anything is sent.

One client, one event loop and one breaker live as long as the run. What a question came to is stored as a stage result
under the question's own key, so that a crash, a repeat or a backfill asks nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from documents.errors import LeaseLostError
from extractors.backends.completion import Client
from extractors.llm.asking import Asking
from extractors.llm.breaker import Breaker
from extractors.llm.budget import Budget
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Answered
from extractors.llm.rates import Rates
from extractors.llm.settings import LlmSettings
from flows.counts import Wanted
from ledger import disclosures, leases, spend, stage_results
from ledger.disclosures import Disclosure
from ledger.ledger import Ledger
from ledger.spend import Spent
from ledger.stage_results import StageResult

LOG = logging.getLogger("fax2fhir")
STAGE = "ask"
# Questions whose disclosure is recorded, and whose answers are kept, in one transaction: a crash costs at most these.
_SLICE = 32
# The document caused these, and would again: asking in the next run would cost and give the same.
_SETTLED = frozenset(
    {LlmOutcome.ANSWERED, LlmOutcome.REFUSED, LlmOutcome.TRUNCATED, LlmOutcome.FILTERED, LlmOutcome.INVALID}
)


@dataclass(slots=True)
class SecondReader:
    """Reads with a model beside the embedded backend.

    Attributes:
        settings: of the model.
        ledger: keeps answers, spending and disclosures.
        run_id: of this run.
        actor: who acts: the worker.
        outcomes: how questions ended in this run.
    """

    settings: LlmSettings
    ledger: Ledger
    run_id: str
    actor: str
    outcomes: Counter[LlmOutcome] = field(default_factory=Counter)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _client: Client = field(init=False)
    _asking: Asking = field(init=False)
    _budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        """Opens nothing: the first question connects."""
        self._client = Client(self.settings)
        rates = Rates(
            requests_per_minute=self.settings.requests_per_minute,
            tokens_per_minute=self.settings.tokens_per_minute,
            clock=time.monotonic,
        )
        gate = asyncio.Semaphore(self.settings.in_flight)
        self._asking = Asking(self._client, self.settings, rates, Breaker(clock=time.monotonic), gate)
        with self.ledger.snapshot() as connection:
            self._budget = Budget(self.settings, spend.cost_of_run(connection, self.run_id))

    def close(self) -> None:
        """Closes the connections and the event loop."""
        self._runner.run(self._client.close())
        self._runner.close()

    @property
    def allowed(self) -> bool:
        """Whether documents may be sent: an agreement covers the endpoint, or what identifies patients is replaced."""
        return self.settings.agreement or self.settings.redact

    def ask(self, wanted: Sequence[Wanted]) -> None:
        """Asks what was not answered before; every outcome is counted, none is raised.

        Raises:
            LedgerError: an answer or a disclosure could not be recorded.
        """
        known = self.ledger.known_keys([each.question.key for each in wanted])
        left = [each for each in wanted if each.question.key not in known]
        if not self.allowed:
            self.outcomes[LlmOutcome.NOT_ALLOWED] += len(left)
            return
        self.outcomes[LlmOutcome.NOT_REDACTED] += sum(not each.question.sendable for each in left)
        left = [each for each in left if each.question.sendable]
        for start in range(0, len(left), _SLICE):
            self._runner.run(self._ask_slice(left[start : start + _SLICE]))

    async def _ask_slice(self, wanted: Sequence[Wanted]) -> None:
        affordable = list(self._affordable(wanted))
        self._disclose([each for each, _ in affordable])
        answers = await asyncio.gather(*(self._one(each, reserved) for each, reserved in affordable))
        self._keep([(each, answer) for (each, _), answer in zip(affordable, answers, strict=True)])

    def _affordable(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, float]]:
        for each in wanted:
            reserved = self._budget.reserve(each.question.characters)
            if reserved is None:
                self.outcomes[LlmOutcome.OVER_BUDGET] += 1
            else:
                yield each, reserved

    async def _one(self, wanted: Wanted, reserved: float) -> Answered:
        question = wanted.question
        asked = await self._asking.ask(question)
        answer = Answered.of(asked)
        self._budget.settle(reserved, self._cost(answer))
        self.outcomes[answer.outcome] += 1
        return answer

    def _cost(self, answer: Answered) -> float:
        return self.settings.cost(input_tokens=answer.input_tokens, output_tokens=answer.output_tokens)

    def _disclose(self, wanted: Sequence[Wanted]) -> None:
        """Records what is about to leave, for whom: pages, fields, and how much was replaced in them."""
        host = urlsplit(self.settings.base_url).hostname or "unknown"
        with self.ledger.transaction(self.actor) as tx:
            for each in wanted:
                question = each.question
                sent = Disclosure(
                    document_id=each.lease.document_id,
                    document_type=question.document_type.name,
                    pages=f"{question.pages[0].number}-{question.pages[-1].number}",
                    fields=tuple(dict.fromkeys(spec.entity for spec in question.document_type.specs.values())),
                    model=self.settings.model,
                    host=host,
                    redacted=question.redacted is not None,
                    replaced=question.replaced,
                    question=question.key[:16],
                )
                disclosures.record(tx, sent)

    def _keep(self, answers: Sequence[tuple[Wanted, Answered]]) -> None:
        """Stores answers and spending in one transaction; a document that another worker took over keeps its own."""
        with self.ledger.transaction(self.actor) as tx:
            for wanted, answer in answers:
                spend.record(tx, self._spent(wanted, answer), run_id=self.run_id)
                if answer.outcome not in _SETTLED:
                    continue
                try:
                    leases.hold(tx, wanted.lease)
                except LeaseLostError:
                    continue
                stage_results.store(tx, [self._result(wanted, answer)])

    def _result(self, wanted: Wanted, answer: Answered) -> StageResult:
        return StageResult(
            document_id=wanted.lease.document_id,
            stage=STAGE,
            key=wanted.question.key,
            payload=answer.model_dump_json().encode(),
            versions={"model": self.settings.model},
        )

    def _spent(self, wanted: Wanted, answer: Answered) -> Spent:
        return Spent(
            document_id=wanted.lease.document_id,
            key=wanted.question.key,
            model=self.settings.model,
            outcome=answer.outcome,
            requests=len(answer.ends),
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            seconds=answer.seconds,
            cost=self._cost(answer),
        )
