"""How one request to a model ended, as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from extractors.llm.answer_model import Answer
from extractors.llm.outcomes import ENDPOINT_ILL, LlmOutcome

# RFC 9110, 15.5: bad request, content too large, unprocessable content. The next document may well be answered; a key,
# an address or a model that is refused (401, 403, 404) is refused for every document.
_ABOUT_THE_REQUEST = frozenset({400, 413, 422})
# A gateway in front of the model says these (RFC 9110, 15.6): behind it the request may have been answered.
_OF_A_GATEWAY = frozenset({502, 504})


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
        status: of HTTP, where the endpoint refused or failed with one.
    """

    outcome: LlmOutcome
    answer: Answer | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    retry_after_s: float | None = None
    faults: tuple[str, ...] = ()
    status: int | None = None

    @property
    def shows_endpoint_ill(self) -> bool:
        """Whether the endpoint is to blame, as far as can be told."""
        return self.outcome in ENDPOINT_ILL and self.status not in _ABOUT_THE_REQUEST

    def billed(self, *, sent: int, most: int) -> Completion:
        """With what it can have cost, in tokens, where the endpoint did not say: nothing that was sent is free.

        Args:
            sent: what was asked.
            most: of an answer; it counts unless the endpoint itself said that it gave none.
        """
        if self.input_tokens or self.output_tokens:
            return self
        unanswered = self.status is not None and self.status not in _OF_A_GATEWAY
        return replace(self, input_tokens=sent, output_tokens=0 if unanswered else most)


class Completes(Protocol):
    """What sends a request."""

    async def complete(self, messages: list[dict[str, str]], model: type[Answer], *, timeout_s: float) -> Completion:
        """Sends one request; every fault is a Completion."""
        ...
