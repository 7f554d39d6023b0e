"""Asks a model about the segments of a chunk: cached, within the run's budget, disclosed before anything is sent.

One client, one event loop and one breaker live as long as the run. What a question came to is stored as a stage result
under the question's own key, so that a crash, a repeat or a backfill asks nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from documents.errors import LeaseLostError
from extractors.backends.completion import Client
from extractors.llm.answer_model import answer_model_of, schema_characters
from extractors.llm.asking import Asking
from extractors.llm.breaker import Breaker
from extractors.llm.budget import Budget, tokens_of
from extractors.llm.completion import Completion
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Answered, Question
from extractors.llm.rates import Rates
from extractors.llm.settings import LlmSettings
from flows.counts import Wanted
from ledger import disclosures, leases, spend, stage_results
from ledger.disclosures import Disclosure
from ledger.ledger import Ledger
from ledger.spend import Spent
from ledger.stage_results import StageResult
from ledger.transaction import LedgerTransaction

T = TypeVar("T")
LOG = logging.getLogger("fax2fhir")
STAGE = "ask"
# Questions whose disclosure is recorded, and whose answers are kept, in one transaction: a crash costs at most these.
SLICE = 32
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
        budget: of this run.
    """

    settings: LlmSettings
    ledger: Ledger
    run_id: str
    actor: str
    budget: Budget = field(init=False)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _one_at_a_time: threading.RLock = field(default_factory=threading.RLock)
    _client: Client = field(init=False)
    _asking: Asking = field(init=False)

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
            self.budget = Budget(self.settings, spend.cost_of_run(connection, self.run_id))

    def close(self) -> None:
        """Closes the connections and the event loop."""
        self.run(self._client.close())
        self._runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs work in the event loop; chunks are extracted by several threads, the loop serves one at a time."""
        with self._one_at_a_time:
            return self._runner.run(work)

    @property
    def host(self) -> str:
        """Of the endpoint."""
        return urlsplit(self.settings.base_url).hostname or "unknown"

    @property
    def allowed(self) -> bool:
        """Whether documents may be sent: an agreement covers the endpoint, or what identifies patients is replaced."""
        return self.settings.agreement or self.settings.redact

    def ask(self, wanted: Sequence[Wanted]) -> None:
        """Asks what was not answered before; every outcome is recorded, none is raised.

        Raises:
            LedgerError: an answer or a disclosure could not be recorded.
        """
        left = self.unanswered(wanted)
        open_keys = {each.question.key for each in left}
        self._note([each for each in wanted if each.question.key not in open_keys], spend.KNOWN)
        if not self.allowed:
            self._note(left, LlmOutcome.NOT_ALLOWED)
            return
        self._note([each for each in left if not each.question.sendable], LlmOutcome.NOT_REDACTED)
        left = [each for each in left if each.question.sendable]
        for start in range(0, len(left), SLICE):
            self.run(self._ask_slice(left[start : start + SLICE]))

    def _note(self, wanted: Sequence[Wanted], outcome: str) -> None:
        """Records questions that are not asked, and why."""
        if wanted:
            with self.ledger.transaction(self.actor) as tx:
                spend.record(tx, [self._spent(each, outcome) for each in wanted], run_id=self.run_id)

    def unanswered(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """Those of the questions that have no kept answer."""
        known = self.ledger.known_keys([each.question.key for each in wanted])
        return [each for each in wanted if each.question.key not in known]

    async def _ask_slice(self, wanted: Sequence[Wanted]) -> None:
        reserved = [(each, self.reserve(each.question)) for each in wanted]
        affordable = [(each, most) for each, most in reserved if most is not None]
        self._note([each for each, most in reserved if most is None], LlmOutcome.OVER_BUDGET)
        with self.ledger.transaction(self.actor) as tx:
            self.disclose(tx, [each for each, _ in affordable])
        answers = await asyncio.gather(*(self._one(each, most) for each, most in affordable))
        with self.ledger.transaction(self.actor) as tx:
            for (each, _), answer in zip(affordable, answers, strict=True):
                self.keep(tx, each, answer, cost=self._cost(answer))

    async def _one(self, wanted: Wanted, reserved: float) -> Answered:
        asking = self._asking
        if wanted.late:  # the endpoint may still have run its request of the batch
            fewer = {"most_requests": max(1, self.settings.most_requests - 1)}
            asking = replace(asking, settings=self.settings.model_copy(update=fewer))
        asked = await asking.ask(wanted.question)
        answer = Answered.of(asked)
        self.budget.settle(reserved, self._cost(answer))
        return answer

    async def follow_up(self, question: Question, first: Completion) -> tuple[Answered, float]:
        """What comes of a question whose first request was sent in a batch, and what it cost in all.

        An answer that is not proven is sent back, and a fault that may mend is repeated, directly and within the
        requests that a question may have, as far as the run's money goes.
        """
        settings, reserved = self.settings, self.reserve(question, first=0.0)
        first = first.billed(sent=tokens_of(self._characters(question)), most=settings.most_output_tokens)
        asking = self._asking
        if reserved is None:
            asking = replace(asking, settings=settings.model_copy(update={"most_requests": 1}))
        asked = await asking.ask(question, first)
        batched = settings.cost(input_tokens=first.input_tokens, output_tokens=first.output_tokens)
        direct = settings.cost(input_tokens=asked.input_tokens, output_tokens=asked.output_tokens) - batched
        cost = direct + settings.batch_price * batched
        self.budget.settle(reserved or 0.0, cost)
        return Answered.of(asked), cost

    def reserve(self, question: Question, *, first: float = 1.0, repeats: int | None = None) -> float | None:
        """Sets aside what a question can cost at most; see Budget.reserve."""
        return self.budget.reserve(self._characters(question), first=first, repeats=repeats)

    def _characters(self, question: Question) -> int:
        model = answer_model_of(question.document_type)
        return question.characters + schema_characters(model, self.settings.mode)

    def _cost(self, answer: Answered) -> float:
        return self.settings.cost(input_tokens=answer.input_tokens, output_tokens=answer.output_tokens)

    def disclose(self, tx: LedgerTransaction, wanted: Sequence[Wanted]) -> None:
        """Records what is about to leave, for whom: pages, fields, and how much was replaced in them."""
        for each in wanted:
            question = each.question
            sent = Disclosure(
                document_id=each.document_id,
                document_type=question.document_type.name,
                pages=_listed([page.number for page in question.pages]),
                fields=tuple(dict.fromkeys(spec.entity for spec in question.document_type.specs.values())),
                model=self.settings.model,
                host=self.host,
                redacted=question.redacted is not None,
                replaced=question.replaced,
                question=question.key[:16],
            )
            disclosures.record(tx, sent)

    def keep(self, tx: LedgerTransaction, wanted: Wanted, answer: Answered, *, cost: float) -> None:
        """Stores an answer and what it cost; a document that another worker took over keeps its own."""
        spend.record(tx, [self._spent(wanted, answer.outcome, answer, cost)], run_id=self.run_id)
        if answer.outcome not in _SETTLED:
            return
        if wanted.lease is not None:
            try:
                leases.hold(tx, wanted.lease)
            except LeaseLostError:
                return
        stage_results.store(tx, [self._result(wanted, answer)])

    def _result(self, wanted: Wanted, answer: Answered) -> StageResult:
        return StageResult(
            document_id=wanted.document_id,
            stage=STAGE,
            key=wanted.question.key,
            payload=answer.model_dump_json().encode(),
            versions={"model": self.settings.model},
        )

    def _spent(self, wanted: Wanted, outcome: str, answer: Answered | None = None, cost: float = 0.0) -> Spent:
        return Spent(
            document_id=wanted.document_id,
            key=wanted.question.key,
            model=self.settings.model,
            outcome=outcome,
            requests=0 if answer is None else len(answer.ends),
            input_tokens=0 if answer is None else answer.input_tokens,
            output_tokens=0 if answer is None else answer.output_tokens,
            seconds=0.0 if answer is None else answer.seconds,
            cost=cost,
        )


def _listed(numbers: Sequence[int]) -> str:
    """Page numbers in order, runs of them as `2-4`; pages between may have been withheld."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
