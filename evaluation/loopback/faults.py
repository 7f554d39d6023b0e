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
    TOO_LARGE = "too_large"
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


class BatchFault(StrEnum):
    """Faults of the batch endpoints."""

    UPLOAD_REFUSED = "upload_refused"
    UPLOAD_BROKEN = "upload_broken"
    CREATE_REFUSED = "create_refused"
    POLL_BROKEN = "poll_broken"
    DOWNLOAD_BROKEN = "download_broken"
    FAILED = "failed"  # the input file does not pass validation, or the queue is full
    EXPIRED = "expired"  # half of the requests were run within the completion window
    NEVER = "never"  # stays in progress, also when it is cancelled
    LINES_LIMITED = "lines_limited"  # every request met a 429
    LINES_BROKEN = "lines_broken"  # every request met a 500
    LINES_MISSING = "lines_missing"
    OUT_OF_ORDER = "out_of_order"
    UNKNOWN_ID = "unknown_id"
    REPEATED_ID = "repeated_id"  # with another answer
    GARBAGE_LINE = "garbage_line"
    CUT_FILE = "cut_file"
