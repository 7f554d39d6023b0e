"""How one window's reading by a model ended; each is recorded, and only ANSWERED yields values."""

from __future__ import annotations

from enum import StrEnum


class LlmOutcome(StrEnum):
    """The closed set of ends; see docs/llm.md for what to do about each."""

    ANSWERED = "answered"
    REFUSED = "refused"  # the model declined, in the refusal field or in prose
    TRUNCATED = "truncated"  # the answer hit the token limit; a half answer is never read
    FILTERED = "filtered"  # the provider's content filter stopped it
    INVALID = "invalid"  # the answer does not fit the schema, also after it was sent back
    RATE_LIMITED = "rate_limited"
    TIMED_OUT = "timed_out"  # no whole answer within the window's deadline, slow drips included
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"  # no connection, or it was cut
    GARBAGE = "garbage"  # not an answer of this protocol: a login page, no choices
    REJECTED = "rejected"  # the endpoint refused the request itself: key, model name, size
    OVER_BUDGET = "over_budget"  # not asked: the run's money is spent
    CIRCUIT_OPEN = "circuit_open"  # not asked: the endpoint failed too often just before
    NOT_ALLOWED = "not_allowed"  # not asked: no agreement covers patient data, and nothing is redacted

    NOT_REDACTED = "not_redacted"  # not asked: no name was found to replace, so the patient's may have been missed


# Asking again may help; everything else would only cost.
WORTH_REPEATING = frozenset(
    {LlmOutcome.RATE_LIMITED, LlmOutcome.TIMED_OUT, LlmOutcome.SERVER_ERROR, LlmOutcome.UNREACHABLE}
)
# These say that the endpoint is ill, unless it refused one request for what is in it (Completion.shows_endpoint_ill).
ENDPOINT_ILL = WORTH_REPEATING | {LlmOutcome.GARBAGE, LlmOutcome.REJECTED}
