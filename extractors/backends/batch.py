"""The batch endpoints of an OpenAI-compatible API: the questions of direct calls, sent as one file, for half the price.

A request of a batch is the very body that a direct call would send, and its answer is read by the code that reads a
direct answer: both go through the same client, over a transport that keeps the one and gives the other.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any, TypeVar

import httpx2
from openai.types import Batch, FileObject

from extractors.backends.completion import Client, fault_of, raw_client
from extractors.llm.answer_model import answer_model_of
from extractors.llm.batches import BatchFaultError, BatchReply, Progress, SeenBatch
from extractors.llm.completion import Completion
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.prompt import messages
from extractors.llm.questions import Question
from extractors.llm.settings import LlmSettings

T = TypeVar("T")
_CALL_S = 60.0
# 200 MB at 3 Mbit/s.
_TRANSFER_S = 600.0
# The name under which a batch carries our id, so that one whose creation was not recorded is found again.
_OURS = "fax2fhir"
_PROGRESS = {
    "failed": Progress.FAILED,
    "completed": Progress.ENDED,
    "expired": Progress.ENDED,
    "cancelled": Progress.ENDED,
}
# Batches that lie further back in the endpoint's list than this were made on other nights.
_MOST_LISTED = 1000

_REPLY: ContextVar[BatchReply] = ContextVar("_REPLY")
_SENT: ContextVar[list[bytes]] = ContextVar("_SENT")
_NO_REPLY = BatchReply(status=200, body={})


class _Kept(httpx2.AsyncBaseTransport):
    """Sends nothing: keeps what would be sent, and answers with what was answered in a batch."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The reply of this task."""
        _SENT.get().append(await request.aread())
        reply = _REPLY.get()
        return httpx2.Response(reply.status, json=reply.body, request=request)


class BatchClient:
    """Files and batches of one endpoint; every failure of a call is a BatchFaultError."""

    def __init__(self, settings: LlmSettings) -> None:
        """Opens nothing yet: the first call connects."""
        self._settings = settings
        self._raw = raw_client(settings)
        self._reader = Client(settings, _Kept())
        # Azure's classic API leaves the version out of a request's path (its batch guide).
        self._path = "/chat/completions" if settings.azure_api_version else "/v1/chat/completions"

    async def close(self) -> None:
        """Closes the connections."""
        await self._raw.close()
        await self._reader.close()

    async def line(self, question: Question) -> bytes:
        """The line of the input file that asks a question, under its key."""
        sent: list[bytes] = []
        _SENT.set(sent)
        _REPLY.set(_NO_REPLY)
        await self._completed(question)
        asked = {"custom_id": question.key, "method": "POST", "url": self._path, "body": json.loads(sent[0])}
        return json.dumps(asked).encode() + b"\n"

    async def completion(self, reply: BatchReply, question: Question) -> Completion:
        """What a reply comes to, told apart like a direct answer."""
        _SENT.set([])
        _REPLY.set(reply)
        return await self._completed(question)

    async def _completed(self, question: Question) -> Completion:
        model = answer_model_of(question.document_type)
        asked = messages(question.pages, question.texts, question.document_type)
        return await self._reader.complete(asked, model, timeout_s=_CALL_S)

    async def upload(self, file: IO[bytes], name: str) -> str:
        """Uploads an input file; returns the endpoint's id of it."""
        file.seek(0)
        made = await _called(self._raw.files.create(file=(name, file), purpose="batch"), _TRANSFER_S)
        if not isinstance(made, FileObject) or not made.id:
            raise BatchFaultError(LlmOutcome.GARBAGE)  # a login page, say
        return made.id

    async def uploaded(self, name: str) -> str | None:
        """The id of a file that was uploaded before under this name."""

        async def found() -> str | None:
            async for file in _first(self._raw.files.list(purpose="batch")):
                if file.filename == name:
                    return str(file.id)
            return None

        return await _called(found())

    async def create(self, file_id: str, ours: str) -> SeenBatch:
        """Begins a batch over an uploaded file; `ours` is our id of it."""
        made = self._raw.batches.create(
            input_file_id=file_id,
            endpoint="/v1/chat/completions",
            completion_window="24h",
            metadata={_OURS: ours},
        )
        return _seen(await _called(made))

    async def created(self, ours: str) -> SeenBatch | None:
        """The batch that carries our id, if there is one."""

        async def found() -> SeenBatch | None:
            async for batch in _first(self._raw.batches.list(limit=100)):
                if (batch.metadata or {}).get(_OURS) == ours:
                    return _seen(batch)
            return None

        return await _called(found())

    async def look(self, batch_id: str) -> SeenBatch:
        """How far a batch is."""
        return _seen(await _called(self._raw.batches.retrieve(batch_id)))

    async def cancel(self, batch_id: str) -> None:
        """Ends a batch; what was run by then can still be downloaded once it has ended."""
        await _called(self._raw.batches.cancel(batch_id))

    async def download(self, file_ids: Iterable[str], into: IO[bytes]) -> None:
        """Writes files one after the other, each ended by a line's end: one that was cut does not run into the next."""

        async def copied(file_id: str) -> None:
            async with self._raw.files.with_streaming_response.content(file_id) as response:
                async for piece in response.iter_bytes():
                    into.write(piece)
            into.write(b"\n")

        for file_id in file_ids:
            await _called(copied(file_id), _TRANSFER_S)

    async def delete(self, file_id: str) -> None:
        """Removes a file from the endpoint."""
        await _called(self._raw.files.delete(file_id))


async def _called(call: Awaitable[T], timeout_s: float = _CALL_S) -> T:
    with _told_apart():
        async with asyncio.timeout(timeout_s):
            return await call


@contextmanager
def _told_apart() -> Iterator[None]:
    """Foreign errors hold what was sent and answered; only what kind they are goes on."""
    try:
        yield
    except TimeoutError:
        fault = BatchFaultError(LlmOutcome.TIMED_OUT)
    except Exception as error:
        fault = BatchFaultError(fault_of(error))
    else:
        return
    raise fault from None


async def _first(listed: Any) -> Any:
    """The newest entries of a list that the endpoint gives in pages."""
    count = 0
    async for entry in listed:
        yield entry
        count += 1
        if count >= _MOST_LISTED:
            return


def _seen(batch: Batch) -> SeenBatch:
    if not isinstance(batch, Batch) or not batch.id:
        raise BatchFaultError(LlmOutcome.GARBAGE)
    files = tuple(each for each in (batch.output_file_id, batch.error_file_id) if each)
    progress = _PROGRESS.get(batch.status, Progress.RUNNING)
    return SeenBatch(id=batch.id, progress=progress, files=files, input_file=batch.input_file_id)
