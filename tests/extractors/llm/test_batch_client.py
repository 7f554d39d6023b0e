"""The batch endpoints over real HTTP: the requests of direct calls, the outcomes of direct calls, coded faults."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from io import BytesIO
from tempfile import TemporaryFile
from typing import TypeVar

import pytest
from pydantic import SecretStr

from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.faults import BatchFault, Fault
from evaluation.loopback.server import Loopback, completion, loopback
from extractors.backends.batch import BatchClient
from extractors.backends.completion import Client
from extractors.document_type import all_document_types
from extractors.llm.answer_model import answer_model_of
from extractors.llm.batches import BatchFaultError, BatchReply, Progress, SeenBatch, replies
from extractors.llm.completion import Completion
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.prompt import messages
from extractors.llm.questions import Question, questions
from extractors.llm.settings import AnswerMode, LlmSettings
from tests.extractors.printed import page_of

T = TypeVar("T")
CANARY = "Zebulon Quagmire"
NOTE = all_document_types()["clinical_note"]


def settings_of(url: str, mode: AnswerMode = AnswerMode.TOOLS) -> LlmSettings:
    return LlmSettings(base_url=url, model="m", key=SecretStr("k"), mode=mode)


def question(settings: LlmSettings, name: str = CANARY) -> Question:
    return next(iter(questions([page_of(f"Patient: {name}", number=1)], NOTE, settings, known=None)))


def with_client(settings: LlmSettings, use: Callable[[BatchClient], Awaitable[T]]) -> T:
    async def used() -> T:
        client = BatchClient(settings)
        try:
            return await use(client)
        finally:
            await client.close()

    return asyncio.run(used())


async def submitted(client: BatchClient, *asked: Question) -> SeenBatch:
    with TemporaryFile() as file:
        file.writelines([await client.line(each) for each in asked])
        return await client.create(await client.upload(file, "ours.jsonl"), "ours")


@pytest.mark.parametrize("mode", AnswerMode)
def test_a_batch_sends_what_a_direct_call_sends(mode: AnswerMode) -> None:
    with loopback(nothing_stated) as endpoint:
        settings = settings_of(endpoint.url, mode)
        asked = question(settings)

        async def directly() -> None:
            client = Client(settings)
            sent = messages(asked.pages, asked.texts, NOTE)
            await client.complete(sent, answer_model_of(NOTE), timeout_s=5)
            await client.close()

        asyncio.run(directly())
        line = json.loads(with_client(settings, lambda client: client.line(asked)))
        assert line["body"] == endpoint.requests[0]
    assert (line["custom_id"], line["method"], line["url"]) == (asked.key, "POST", "/v1/chat/completions")
    assert len(asked.key) <= 64


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (None, LlmOutcome.ANSWERED),
        (Fault.BAD_JSON, LlmOutcome.INVALID),
        (Fault.WRONG_TYPES, LlmOutcome.INVALID),
        (Fault.EXTRA_FIELDS, LlmOutcome.INVALID),
        (Fault.EMPTY_CHOICES, LlmOutcome.GARBAGE),
        (Fault.TRUNCATION, LlmOutcome.TRUNCATED),
        (Fault.REFUSAL, LlmOutcome.REFUSED),
        (Fault.REFUSAL_IN_PROSE, LlmOutcome.REFUSED),
        (Fault.CONTENT_FILTER, LlmOutcome.FILTERED),
    ],
)
@pytest.mark.parametrize("mode", [AnswerMode.TOOLS, AnswerMode.JSON_SCHEMA])
def test_a_reply_comes_to_what_a_direct_answer_comes_to(
    fault: Fault | None, outcome: LlmOutcome, mode: AnswerMode
) -> None:
    settings = settings_of("http://127.0.0.1:9/v1", mode)
    asked = question(settings)

    async def read(client: BatchClient) -> Completion:
        body = json.loads(await client.line(asked))["body"]
        return await client.completion(BatchReply(status=200, body=completion(body, nothing_stated, fault)), asked)

    done = with_client(settings, read)
    assert done.outcome is outcome
    assert (done.answer is not None) == (outcome is LlmOutcome.ANSWERED)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(429, LlmOutcome.RATE_LIMITED), (500, LlmOutcome.SERVER_ERROR), (400, LlmOutcome.REJECTED)],
)
def test_a_line_with_an_error_is_told_apart(status: int, outcome: LlmOutcome) -> None:
    settings = settings_of("http://127.0.0.1:9/v1")
    reply = BatchReply(status=status, body={"error": {"message": CANARY}})
    done = with_client(settings, lambda client: client.completion(reply, question(settings)))
    assert (done.outcome, done.answer) == (outcome, None)
    assert CANARY not in repr(done)


def test_a_batch_is_found_again_by_our_id_and_its_files_are_removed() -> None:
    with loopback(nothing_stated) as endpoint:
        settings = settings_of(endpoint.url)
        asked = [question(settings, name) for name in ("Ada Brook", "Bo Carver")]

        async def through(client: BatchClient) -> tuple[SeenBatch | None, str | None, bytes]:
            assert await client.created("ours") is None
            made = await submitted(client, *asked)
            found, file = await client.created("ours"), await client.uploaded("ours.jsonl")
            seen, into = await client.look(made.id), BytesIO()
            assert seen.progress is Progress.ENDED
            await client.download(seen.files, into)
            for each in (file, *seen.files):
                await client.delete(str(each))
            return found, file, into.getvalue()

        found, file, answers = with_client(settings, through)
        assert (found is not None, file is not None) == (True, True)
        assert endpoint.batches.files == {}
        assert len(replies(BytesIO(answers), {each.key for each in asked}).places) == 2


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (BatchFault.UPLOAD_REFUSED, LlmOutcome.REJECTED),
        (BatchFault.UPLOAD_BROKEN, LlmOutcome.SERVER_ERROR),
        (BatchFault.CREATE_REFUSED, LlmOutcome.REJECTED),
    ],
)
def test_a_call_that_fails_says_only_how(
    fault: BatchFault, outcome: LlmOutcome, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with loopback(nothing_stated) as endpoint:
        endpoint.batches.fault = fault
        settings = settings_of(endpoint.url)
        with pytest.raises(BatchFaultError) as failed:
            with_client(settings, lambda client: submitted(client, question(settings)))
    assert failed.value.outcome is outcome
    assert failed.value.__cause__ is None
    assert CANARY not in caplog.text + str(failed.value)


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(BatchFaultError, match="unreachable"):
        with_client(settings_of("http://127.0.0.1:9/v1"), lambda client: client.look("batch_1"))


def outcomes_of(endpoint: Loopback) -> tuple[Progress, int]:
    """How a batch of two questions ends, and how many of them it answers."""
    settings = settings_of(endpoint.url)
    asked = [question(settings, name) for name in ("Ada Brook", "Bo Carver")]

    async def through(client: BatchClient) -> tuple[Progress, int]:
        made, into = await submitted(client, *asked), BytesIO()
        seen = await client.look(made.id)
        await client.download(seen.files, into)
        return seen.progress, len(replies(into, {each.key for each in asked}).places)

    return with_client(settings, through)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (None, (Progress.ENDED, 2)),
        (BatchFault.FAILED, (Progress.FAILED, 0)),
        (BatchFault.EXPIRED, (Progress.ENDED, 1)),
        (BatchFault.NEVER, (Progress.RUNNING, 0)),
        (BatchFault.LINES_LIMITED, (Progress.ENDED, 2)),
        (BatchFault.LINES_MISSING, (Progress.ENDED, 1)),
        (BatchFault.OUT_OF_ORDER, (Progress.ENDED, 2)),
        (BatchFault.UNKNOWN_ID, (Progress.ENDED, 2)),
        (BatchFault.REPEATED_ID, (Progress.ENDED, 2)),  # both were answered alike: nothing stated
        (BatchFault.GARBAGE_LINE, (Progress.ENDED, 2)),
        (BatchFault.CUT_FILE, (Progress.ENDED, 1)),
    ],
)
def test_every_end_of_a_batch_gives_the_answers_that_it_has(
    fault: BatchFault | None, expected: tuple[Progress, int]
) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.batches.fault = fault
        assert outcomes_of(endpoint) == expected
