"""One request to a model through Instructor, with its own deadline; every fault is told apart and none keeps text.

Instructor and the client raise exceptions that hold the prompt and the answer. None of them leaves this module: a
request ends as a value. Repeating is not decided here either (`max_retries=0` everywhere), so that requests are counted
in one place.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import httpx2
import instructor
import openai
from instructor.core.exceptions import IncompleteOutputException
from pydantic import ValidationError

from extractors.llm.answer_model import Answer
from extractors.llm.completion import Completion
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.rates import LONGEST_HOLD_S
from extractors.llm.settings import AnswerMode, LlmSettings

# Both log what was sent and answered.
for _name in ("instructor", "openai", "httpx", "httpcore", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

A = TypeVar("A", bound=Answer)
_MODES = {
    AnswerMode.TOOLS: instructor.Mode.TOOLS,
    AnswerMode.JSON_SCHEMA: instructor.Mode.JSON_SCHEMA,
    AnswerMode.JSON: instructor.Mode.JSON,
    AnswerMode.MD_JSON: instructor.Mode.MD_JSON,
}
# Words with which a model declines in prose; looked for only where an answer is no JSON at all.
_DECLINES = (
    "i can't",
    "i cannot",
    "i can not",
    "i'm sorry",
    "i am sorry",
    "i'm unable",
    "i am unable",
    "unable to assist",
)

# What the endpoint answered to the request that this task made: some of Instructor's exceptions do not carry it.
_ANSWERED: ContextVar[list[Any]] = ContextVar("_ANSWERED")


class Client:
    """One client for the life of the process; its connections are shared by every request."""

    def __init__(self, settings: LlmSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """Opens nothing yet: the first request connects, unless it goes to another `transport`."""
        self._settings = settings
        self._raw = raw_client(settings, transport)
        self._instructor = instructor.from_openai(self._raw, mode=_MODES[settings.mode])
        self._instructor.on("completion:response", lambda raw: _ANSWERED.get().append(raw))

    async def complete(self, messages: list[dict[str, str]], model: type[Answer], *, timeout_s: float) -> Completion:
        """Sends one request; every fault is a Completion, nothing but cancellation is raised."""
        begun = time.monotonic()
        raws: list[Any] = []
        _ANSWERED.set(raws)
        try:
            async with asyncio.timeout(timeout_s):
                answer, raw = await self._instructor.chat.completions.create_with_completion(
                    model=self._settings.model,
                    messages=messages,  # type: ignore[arg-type]
                    response_model=_prepared(model),
                    max_retries=0,
                    timeout=timeout_s,
                    **_sampling(self._settings),
                )
            # A filtered answer may be whole and well-formed all the same.
            stopped = _said_by(raw)
            return Completion(
                stopped or LlmOutcome.ANSWERED,
                None if stopped else answer,
                *_tokens(raw),
                seconds=time.monotonic() - begun,
            )
        except TimeoutError:
            return Completion(LlmOutcome.TIMED_OUT, seconds=time.monotonic() - begun)
        except Exception as error:
            return _failed(error, raws[-1] if raws else None, seconds=time.monotonic() - begun)

    async def close(self) -> None:
        """Closes the connections."""
        await self._raw.close()


@cache
def _prepared(model: type[A]) -> type[A]:
    """The response model as Instructor wants it; of another it makes a class and a schema anew for every request."""
    prepared: type[A] = instructor.openai_schema(model)
    return prepared


def _sampling(settings: LlmSettings) -> dict[str, Any]:
    """How long and how steadily a model answers, under the names that it knows."""
    chosen: dict[str, Any] = {settings.token_limit.value: settings.most_output_tokens}
    return chosen if settings.temperature is None else {**chosen, "temperature": settings.temperature}


def raw_client(settings: LlmSettings, transport: httpx2.AsyncBaseTransport | None = None) -> openai.AsyncOpenAI:
    """A client of the endpoint that repeats nothing by itself."""
    key = settings.key.get_secret_value() or "none"
    http = None if transport is None else openai.DefaultAsyncHttpxClient(transport=transport)
    if settings.azure_api_version:
        return openai.AsyncAzureOpenAI(
            azure_endpoint=settings.base_url,
            api_key=key,
            api_version=settings.azure_api_version,
            max_retries=0,
            http_client=http,
        )
    return openai.AsyncOpenAI(base_url=settings.base_url, api_key=key, max_retries=0, http_client=http)


def fault_of(error: Exception) -> LlmOutcome:
    """What a call that gave no answer met."""
    return _outcome(error, _innermost(error), None)


def _failed(error: Exception, raw: Any, *, seconds: float) -> Completion:
    cause = _innermost(error)
    outcome = _outcome(error, cause, raw)
    answered = cause if isinstance(cause, openai.APIStatusError) else None
    wait = None if answered is None else retry_after_s(answered.response.headers)
    faults = _faults(cause) if isinstance(cause, ValidationError) else ()
    status = None if answered is None else answered.status_code
    return Completion(outcome, None, *_tokens(raw), seconds, wait, faults, status)


def _innermost(error: BaseException) -> BaseException:
    """The exception that began it: Instructor wraps, sometimes twice."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _outcome(error: Exception, cause: BaseException, raw: Any) -> LlmOutcome:  # noqa: PLR0911 - one line a fault
    said = _said_by(raw)
    if said is not None:
        return said
    if isinstance(error, IncompleteOutputException):
        return LlmOutcome.TRUNCATED
    if isinstance(cause, openai.RateLimitError):
        return LlmOutcome.RATE_LIMITED
    if isinstance(cause, openai.APITimeoutError | TimeoutError):
        return LlmOutcome.TIMED_OUT
    if isinstance(cause, openai.InternalServerError):
        return LlmOutcome.SERVER_ERROR
    if isinstance(cause, openai.APIStatusError):
        return LlmOutcome.REJECTED
    if isinstance(cause, openai.APIResponseValidationError):
        return LlmOutcome.GARBAGE
    if isinstance(cause, openai.APIConnectionError | OSError) or type(cause).__module__.startswith("httpcore"):
        return LlmOutcome.UNREACHABLE
    if raw is None or not getattr(raw, "choices", None):
        return LlmOutcome.GARBAGE
    return LlmOutcome.INVALID


def _said_by(raw: Any) -> LlmOutcome | None:
    """What the answer itself says of why it is none."""
    choices = getattr(raw, "choices", None)
    if not choices:
        return None
    reason, message = choices[0].finish_reason, choices[0].message
    if reason == "length":
        return LlmOutcome.TRUNCATED
    if reason == "content_filter":
        return LlmOutcome.FILTERED
    words = (message.content or "").lower()
    if message.refusal or ("{" not in words and any(d in words for d in _DECLINES)):
        return LlmOutcome.REFUSED
    return None


def _tokens(raw: Any) -> tuple[int, int]:
    usage = getattr(raw, "usage", None)
    return (int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0)) if usage is not None else (0, 0)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long an endpoint asks to wait, in seconds or until a date (RFC 9110, 10.2.3); None if it does not say."""
    said = headers.get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:
        try:
            until = parsedate_to_datetime(said)
        except ValueError:
            return None
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(0.0, seconds), LONGEST_HOLD_S) if math.isfinite(seconds) else None


def _faults(error: ValidationError) -> tuple[str, ...]:
    """Where the answer does not fit, e.g. `diagnosis.2.code: missing`."""
    listed = error.errors(include_input=False, include_url=False, include_context=False)
    return tuple(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in listed[:20])
