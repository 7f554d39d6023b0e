"""The loopback model without a socket: a client whose answers are made in this process."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from evaluation.loopback.server import Answerer
from extractors.llm.answer_model import Answer
from extractors.llm.completion import Completion
from extractors.llm.outcomes import LlmOutcome

_CHARACTERS_PER_TOKEN = 4  # as the loopback endpoint counts them


class InProcess:
    """Completes requests by calling an answerer; what does not fit the schema is INVALID, as from an endpoint."""

    def __init__(self, answerer: Answerer) -> None:
        """`answerer` is what a loopback endpoint would be given."""
        self._answerer = answerer

    async def complete(self, messages: list[dict[str, str]], model: type[Answer], *, timeout_s: float) -> Completion:  # noqa: ARG002
        """Answers at once; there is nothing to wait for."""
        begun = time.monotonic()
        body: Mapping[str, Any] = {
            "messages": messages,
            "tools": [{"function": {"parameters": model.model_json_schema()}}],
        }
        said = json.dumps(self._answerer(body))
        sent = sum(len(each["content"]) for each in messages) // _CHARACTERS_PER_TOKEN
        try:
            answer = model.model_validate_json(said)
        except ValidationError:
            return Completion(LlmOutcome.INVALID, None, sent, len(said) // _CHARACTERS_PER_TOKEN)
        seconds = time.monotonic() - begun
        return Completion(LlmOutcome.ANSWERED, answer, sent, len(said) // _CHARACTERS_PER_TOKEN, seconds)

    async def close(self) -> None:
        """Holds nothing open."""
