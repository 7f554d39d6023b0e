"""Asks a model about one window: at most four requests and two minutes in all, and at most one answer sent back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from documents.values import Cited
from extractors.llm.answer_model import Answer, answer_model_of, schema_characters
from extractors.llm.breaker import Breaker
from extractors.llm.budget import tokens_of
from extractors.llm.cited import cited_values
from extractors.llm.completion import Completes, Completion
from extractors.llm.grounds import reproach, ungrounded
from extractors.llm.outcomes import WORTH_REPEATING, LlmOutcome
from extractors.llm.prompt import messages
from extractors.llm.rates import Rates
from extractors.llm.settings import LlmSettings

if TYPE_CHECKING:
    from extractors.llm.questions import Question

# Where the endpoint does not say how long to wait: doubled each time, so that three waits fit into two minutes.
_FIRST_WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question.

    Attributes:
        outcome: of the last request; or why none was sent.
        cited: what was answered; empty unless ANSWERED.
        requests, input_tokens, output_tokens, seconds: what it cost, failed requests included; see Completion.billed.
        ends: how each request ended, in order.
    """

    outcome: LlmOutcome
    cited: tuple[Cited, ...] = ()
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    ends: tuple[LlmOutcome, ...] = ()


@dataclass(slots=True)
class _Tally:
    ends: list[LlmOutcome] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, done: Completion) -> None:
        self.ends.append(done.outcome)
        self.input_tokens += done.input_tokens
        self.output_tokens += done.output_tokens


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks windows through one client; all of it belongs to one event loop.

    Attributes:
        client: sends requests.
        settings: see there.
        rates, breaker: shared by all windows.
        gate: holds the windows in flight to the site's number.
        clock: monotonic seconds.
    """

    client: Completes
    settings: LlmSettings
    rates: Rates
    breaker: Breaker
    gate: asyncio.Semaphore
    clock: Callable[[], float] = time.monotonic

    async def ask(self, question: Question, first: Completion | None = None) -> Asked:
        """Asks about one window; its time begins when it may send its first request.

        Args:
            question: about the window.
            first: how the first request ended, where it was sent in a batch.
        """
        async with self.gate:
            return await self._ask(question, first)

    async def _ask(self, question: Question, first: Completion | None) -> Asked:
        document_type = question.document_type
        model = answer_model_of(document_type)
        sent = messages(question.pages, question.texts, document_type)
        until = self.clock() + self.settings.deadline_s
        begun, tally, sent_back = self.clock(), _Tally(), False
        kept: tuple[Cited, ...] = ()
        while len(tally.ends) < self.settings.most_requests:
            done = first if first and not tally.ends else await self._once(sent, model, until=until)
            if isinstance(done, LlmOutcome):
                outcome = tally.ends[-1] if tally.ends else done
                break
            tally.add(done.billed(sent=self._tokens(sent, model), most=self.settings.most_output_tokens))
            outcome = done.outcome
            if done.answer is not None:
                kept = tuple(cited_values(done.answer, document_type))
                said = kept if question.redacted is None else [question.redacted.put_back(each) for each in kept]
                failed = [] if sent_back else list(ungrounded(said, document_type, question.pages))
                if not failed:
                    break
                sent, sent_back = [*sent, *_sent_back(done.answer, reproach(failed))], True
            elif outcome is LlmOutcome.INVALID and not sent_back:
                sent, sent_back = [*sent, {"role": "user", "content": _misfit(done.faults)}], True
            elif outcome in WORTH_REPEATING:
                if not await self._waited(done, len(tally.ends), until=until):
                    break
            else:
                break
        if kept:
            outcome = LlmOutcome.ANSWERED  # what the second answer failed to mend is ungrounded, and a person sees it
        return Asked(
            outcome,
            kept,
            len(tally.ends),
            tally.input_tokens,
            tally.output_tokens,
            self.clock() - begun,
            tuple(tally.ends),
        )

    async def _once(self, sent: list[dict[str, str]], model: type[Answer], *, until: float) -> Completion | LlmOutcome:
        """One request within the rates; an outcome if none was sent: the endpoint is left alone, or no time is left."""
        tokens = self._tokens(sent, model)
        while (wait := self.rates.wait_s(tokens)) > 0:
            if self.clock() + wait >= until:
                return LlmOutcome.RATE_LIMITED
            await asyncio.sleep(wait)
        left = until - self.clock()
        if left <= 0:
            return LlmOutcome.TIMED_OUT
        if not self.breaker.admits():
            return LlmOutcome.CIRCUIT_OPEN
        done = await self.client.complete(sent, model, timeout_s=left)
        if done.shows_endpoint_ill:
            self.breaker.failed()
        else:
            self.breaker.succeeded()
        return done

    def _tokens(self, sent: list[dict[str, str]], model: type[Answer]) -> int:
        return tokens_of(sum(len(m["content"]) for m in sent) + schema_characters(model, self.settings.mode))

    async def _waited(self, done: Completion, tries: int, *, until: float) -> bool:
        """Waits before a repeat, as long as the endpoint asked; False if the window has no time for that."""
        wait = done.retry_after_s if done.retry_after_s is not None else _FIRST_WAIT_S * 2 ** (tries - 1)
        if done.outcome is LlmOutcome.RATE_LIMITED:
            self.rates.hold(wait)
        if self.clock() + wait >= until:
            return False
        await asyncio.sleep(wait)
        return True


def _sent_back(answer: Answer, why: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": answer.model_dump_json()}, {"role": "user", "content": why}]


def _misfit(faults: Sequence[str]) -> str:
    named = "\n".join(f"- {fault}" for fault in faults)
    return f"Your answer did not fit the structure. Give the whole answer again, in that structure.\n{named}".rstrip()
