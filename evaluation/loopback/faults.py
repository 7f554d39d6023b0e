"""What an endpoint does wrong, one fault each."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Faults of transport, of protocol and of the model; the last ones lie in a well-formed answer."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    HANG = "hang"
    RESET = "reset"
    SLOW_DRIP = "slow_drip"
    HTML = "html"
    UNAUTHORIZED = "unauthorized"
    EMPTY_CHOICES = "empty_choices"
    BAD_JSON = "bad_json"
    WRONG_TYPES = "wrong_types"
    EXTRA_FIELDS = "extra_fields"
    TRUNCATION = "truncation"
    REFUSAL = "refusal"
    REFUSAL_IN_PROSE = "refusal_in_prose"
    CONTENT_FILTER = "content_filter"
    WRONG_QUOTES = "wrong_quotes"
    SWAPPED_PATIENTS = "swapped_patients"
