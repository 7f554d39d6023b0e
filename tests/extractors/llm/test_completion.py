"""Every fault of an endpoint is told apart over real HTTP, and none of them is a value."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import loopback
from extractors.backends.completion import Client, retry_after_s
from extractors.document_type import all_document_types
from extractors.llm.answer_model import answer_model_of
from extractors.llm.completion import Completion
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.settings import AnswerMode, LlmSettings

CANARY = "Zebulon Quagmire"
EXPECTED = {
    Fault.RATE_LIMIT: LlmOutcome.RATE_LIMITED,
    Fault.SERVER_ERROR: LlmOutcome.SERVER_ERROR,
    Fault.HANG: LlmOutcome.TIMED_OUT,
    Fault.RESET: LlmOutcome.UNREACHABLE,
    Fault.SLOW_DRIP: LlmOutcome.TIMED_OUT,
    Fault.HTML: LlmOutcome.GARBAGE,
    Fault.UNAUTHORIZED: LlmOutcome.REJECTED,
    Fault.TOO_LARGE: LlmOutcome.REJECTED,
    Fault.EMPTY_CHOICES: LlmOutcome.GARBAGE,
    Fault.BAD_JSON: LlmOutcome.INVALID,
    Fault.WRONG_TYPES: LlmOutcome.INVALID,
    Fault.EXTRA_FIELDS: LlmOutcome.INVALID,
    Fault.TRUNCATION: LlmOutcome.TRUNCATED,
    Fault.REFUSAL: LlmOutcome.REFUSED,
    Fault.REFUSAL_IN_PROSE: LlmOutcome.REFUSED,
    Fault.CONTENT_FILTER: LlmOutcome.FILTERED,
}


def ask(url: str, mode: AnswerMode, timeout_s: float = 1.5) -> Completion:
    async def once() -> Completion:
        client = Client(LlmSettings(base_url=url, model="m", key=SecretStr("k"), mode=mode))
        try:
            messages = [{"role": "user", "content": f"--- page 1 ---\nPatient: {CANARY}"}]
            model = answer_model_of(all_document_types()["clinical_note"])
            return await client.complete(messages, model, timeout_s=timeout_s)
        finally:
            await client.close()

    return asyncio.run(once())


@pytest.mark.parametrize("mode", AnswerMode)
@pytest.mark.parametrize("fault", EXPECTED)
def test_each_fault_is_told_apart(
    fault: Fault, mode: AnswerMode, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = fault
        begun = time.monotonic()
        done = ask(endpoint.url, mode)
        took = time.monotonic() - begun
        assert len(endpoint.requests) == 1
    assert (done.outcome, done.answer) == (EXPECTED[fault], None)
    assert took < 6
    assert CANARY not in caplog.text + repr(done) + "".join(capfd.readouterr())


def test_every_fault_of_the_endpoint_has_its_outcome() -> None:
    in_a_well_formed_answer = {Fault.WRONG_QUOTES, Fault.SWAPPED_PATIENTS}
    assert set(EXPECTED) == set(Fault) - in_a_well_formed_answer


@pytest.mark.parametrize("mode", AnswerMode)
def test_an_answer_is_an_answer(mode: AnswerMode) -> None:
    with loopback(nothing_stated) as endpoint:
        done = ask(endpoint.url, mode)
    assert done.outcome is LlmOutcome.ANSWERED
    assert done.answer is not None
    assert done.input_tokens > 0


def test_the_endpoints_wish_to_wait_is_kept() -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = Fault.RATE_LIMIT
        assert ask(endpoint.url, AnswerMode.TOOLS).retry_after_s == 1.0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("2.5", 2.5), ("-3", 0.0), ("200000", 600.0), ("inf", None), ("nan", None), ("soon", None), ("", None)],
)
def test_no_wish_to_wait_silences_the_model_for_long(said: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": said}) == seconds


def test_the_wish_to_wait_until_a_date_is_kept() -> None:
    def until(minutes: float) -> str:
        return format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)

    assert retry_after_s({"retry-after": until(2)}) == pytest.approx(120, abs=5)
    assert retry_after_s({"retry-after": until(-2)}) == 0.0
    assert retry_after_s({"retry-after": until(3000)}) == 600.0
    assert retry_after_s({"retry-after": until(2).replace("GMT", "-0000")}) == pytest.approx(120, abs=5)


def test_nobody_there_is_unreachable() -> None:
    assert ask("http://127.0.0.1:9/v1", AnswerMode.TOOLS).outcome is LlmOutcome.UNREACHABLE
