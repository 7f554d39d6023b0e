"""How one request to a model ended, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from extractors.llm.answer_model import Answer
from extractors.llm.outcomes import LlmOutcome


@dataclass(frozen=True, slots=True)
class Completion:
    """How one request ended.

    Attributes:
        outcome: ANSWERED, or what went wrong.
        answer: set only when ANSWERED.
        input_tokens, output_tokens: as the endpoint counted them; 0 where it did not say.
        seconds: wall time.
        retry_after_s: how long the endpoint asks us to wait, where it does.
        faults: places and kinds of what did not fit the schema, without values.
    """

    outcome: LlmOutcome
    answer: Answer | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    retry_after_s: float | None = None
    faults: tuple[str, ...] = ()


class Completes(Protocol):
    """What sends a request."""

    async def complete(self, messages: list[dict[str, str]], model: type[Answer], *, timeout_s: float) -> Completion:
        """Sends one request; every fault is a Completion."""
        ...
