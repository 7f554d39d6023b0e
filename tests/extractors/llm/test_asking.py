"""A window's requests are counted, timed and repeated only where that helps; over real HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest

from documents.values import Cited
from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import Answerer, Loopback, loopback
from extractors.backends.completion import Client
from extractors.document_type import all_document_types
from extractors.llm.answer_model import answer_model_of, schema_characters
from extractors.llm.asking import Asked, Asking
from extractors.llm.breaker import FAILURES_TO_OPEN, Breaker
from extractors.llm.identifiers import known_of
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import questions
from extractors.llm.rates import Rates
from extractors.llm.settings import AnswerMode, LlmSettings
from tests.extractors.printed import page_of

PAGE = page_of("Patient: Ada Example\nDOB: 04/12/1969\nICD-10: E11.9 Type 2 diabetes", number=1)
NOTE = all_document_types()["clinical_note"]


def name_answer(name: str, quote: str) -> Answerer:
    def answer(body: Mapping[str, Any]) -> dict[str, Any]:
        blank = nothing_stated(body)
        return {**blank, "patient": {**blank["patient"], "name": {"value": name, "quote": quote, "page": 1}}}

    return answer


async def _ask(endpoint: Loopback, times: int, deadline_s: float) -> list[Asked]:
    settings = LlmSettings(base_url=endpoint.url, model="m", deadline_s=deadline_s)
    rates = Rates(requests_per_minute=0, tokens_per_minute=0, clock=time.monotonic)
    client = Client(settings)
    asking = Asking(client, settings, rates, Breaker(clock=time.monotonic), asyncio.Semaphore(4))
    try:
        return [await asking.ask(next(questions([PAGE], NOTE, settings, known=None))) for _ in range(times)]
    finally:
        await client.close()


def ask(endpoint: Loopback, deadline_s: float = 20.0) -> Asked:
    return asyncio.run(_ask(endpoint, 1, deadline_s))[0]


def test_a_proven_answer_costs_one_request() -> None:
    with loopback(name_answer("Ada Example", "Ada Example")) as endpoint:
        asked = ask(endpoint)
    assert (asked.outcome, asked.requests) == (LlmOutcome.ANSWERED, 1)
    assert [(c.path, c.value, c.quote) for c in asked.cited] == [("patient.name", "Ada Example", "Ada Example")]


def test_an_unproven_quote_is_sent_back_once_and_then_kept_for_a_person() -> None:
    with loopback(name_answer("Eve Stranger", "Eve Stranger")) as endpoint:
        asked = ask(endpoint)
        told = endpoint.requests[1]["messages"][-1]["content"]
    assert asked.requests == 2
    assert "patient.name: the quote does not stand on the pages" in told
    assert [c.value for c in asked.cited] == ["Eve Stranger"]


@pytest.mark.parametrize(
    ("fault", "requests", "outcome"),
    [
        (Fault.SERVER_ERROR, 4, LlmOutcome.SERVER_ERROR),
        (Fault.RATE_LIMIT, 4, LlmOutcome.RATE_LIMITED),
        (Fault.RESET, 4, LlmOutcome.UNREACHABLE),
        (Fault.BAD_JSON, 2, LlmOutcome.INVALID),
        (Fault.REFUSAL, 1, LlmOutcome.REFUSED),
        (Fault.TRUNCATION, 1, LlmOutcome.TRUNCATED),
        (Fault.CONTENT_FILTER, 1, LlmOutcome.FILTERED),
        (Fault.HTML, 1, LlmOutcome.GARBAGE),
        (Fault.UNAUTHORIZED, 1, LlmOutcome.REJECTED),
    ],
)
def test_only_what_may_mend_is_repeated(fault: Fault, requests: int, outcome: LlmOutcome) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = fault
        asked = ask(endpoint)
        assert len(endpoint.requests) == requests
    assert (asked.outcome, asked.requests, asked.cited) == (outcome, requests, ())


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.SLOW_DRIP])
def test_the_windows_deadline_counts_drips(fault: Fault) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = fault
        begun = time.monotonic()
        asked = ask(endpoint, deadline_s=1.5)
        assert time.monotonic() - begun < 3.5
    assert (asked.outcome, asked.cited) == (LlmOutcome.TIMED_OUT, ())


@pytest.mark.parametrize(
    ("fault", "answers"), [(Fault.HANG, 1), (Fault.RESET, 4), (Fault.SERVER_ERROR, 0), (Fault.TOO_LARGE, 0)]
)
def test_a_request_without_usage_costs_what_it_can_have_cost(fault: Fault, answers: int) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = fault
        asked = ask(endpoint, deadline_s=1.5 if fault is Fault.HANG else 20.0)
    schema = schema_characters(answer_model_of(NOTE), AnswerMode.TOOLS)
    assert asked.input_tokens >= asked.requests * (len(PAGE.text) + schema) // 4
    assert asked.output_tokens == answers * LlmSettings(base_url=endpoint.url, model="m").most_output_tokens


def test_a_passing_fault_is_survived() -> None:
    with loopback(name_answer("Ada Example", "Ada Example")) as endpoint:
        endpoint.fault, endpoint.faults_left = Fault.SERVER_ERROR, 1
        asked = ask(endpoint)
    assert asked.ends == (LlmOutcome.SERVER_ERROR, LlmOutcome.ANSWERED)


def test_a_dead_endpoint_is_left_alone() -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = Fault.HTML
        asked = asyncio.run(_ask(endpoint, FAILURES_TO_OPEN + 3, 20.0))
        assert len(endpoint.requests) == FAILURES_TO_OPEN
    assert [a.outcome for a in asked[-3:]] == [LlmOutcome.CIRCUIT_OPEN] * 3


def test_documents_that_are_refused_for_their_size_close_nothing_for_others() -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.fault, endpoint.faults_left = Fault.TOO_LARGE, FAILURES_TO_OPEN + 1
        asked = asyncio.run(_ask(endpoint, FAILURES_TO_OPEN + 2, 20.0))
    assert [a.outcome for a in asked] == [LlmOutcome.REJECTED] * (FAILURES_TO_OPEN + 1) + [LlmOutcome.ANSWERED]


def test_a_refused_key_is_the_endpoints_fault() -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = Fault.UNAUTHORIZED
        asked = asyncio.run(_ask(endpoint, FAILURES_TO_OPEN + 1, 20.0))
    assert asked[-1].outcome is LlmOutcome.CIRCUIT_OPEN


def test_a_window_loses_no_time_while_it_waits_for_others() -> None:
    def slow(body: Mapping[str, Any]) -> dict[str, Any]:
        time.sleep(0.8)
        return nothing_stated(body)

    async def all_at_once(url: str) -> list[Asked]:
        settings = LlmSettings(base_url=url, model="m", deadline_s=2.0, in_flight=1)
        rates = Rates(requests_per_minute=0, tokens_per_minute=0, clock=time.monotonic)
        client = Client(settings)
        gate = asyncio.Semaphore(settings.in_flight)
        asking = Asking(client, settings, rates, Breaker(clock=time.monotonic), gate)
        try:
            question = next(questions([PAGE], NOTE, settings, known=None))
            return await asyncio.gather(*(asking.ask(question) for _ in range(4)))
        finally:
            await client.close()

    with loopback(slow) as endpoint:
        asked = asyncio.run(all_at_once(endpoint.url))
    assert [each.outcome for each in asked] == [LlmOutcome.ANSWERED] * 4
    assert max(each.seconds for each in asked) < 2.0


def test_pages_cannot_close_the_fence() -> None:
    with loopback(nothing_stated) as endpoint:
        ask(endpoint)
        fence = endpoint.requests[0]["messages"][1]["content"].splitlines()[0]
    assert fence not in PAGE.text


def test_an_answer_about_redacted_pages_is_proven_on_the_original_ones() -> None:
    known = known_of([PAGE], [Cited(path="patient.name", value="Ada Example", quote="Ada Example", page=1)])

    async def once(url: str) -> Asked:
        settings = LlmSettings(base_url=url, model="m", redact=True)
        rates = Rates(requests_per_minute=0, tokens_per_minute=0, clock=time.monotonic)
        client = Client(settings)
        asking = Asking(client, settings, rates, Breaker(clock=time.monotonic), asyncio.Semaphore(4))
        try:
            return await asking.ask(next(questions([PAGE], NOTE, settings, known=known)))
        finally:
            await client.close()

    with loopback(name_answer("[NAME-1]", "Patient: [NAME-1]")) as endpoint:
        asked = asyncio.run(once(endpoint.url))
        assert "Ada" not in str(endpoint.requests)
    assert (asked.requests, [c.value for c in asked.cited]) == (1, ["[NAME-1]"])
