"""A circuit breaker: an endpoint that keeps failing is left alone for a while, then tried with one request."""

from __future__ import annotations

from collections.abc import Callable

# Five failures in a row are no accident at any failure rate that a night could live with: at 20 % it is one in 3,000.
FAILURES_TO_OPEN = 5
_REST_S = 60.0


class Breaker:
    """Counts failures of the endpoint; not safe for several threads, one event loop owns it."""

    def __init__(self, *, clock: Callable[[], float], rest_s: float = _REST_S) -> None:
        """`clock` is monotonic, in seconds; `rest_s` is how long an ill endpoint is left alone."""
        self._clock = clock
        self._rest_s = rest_s
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    def admits(self) -> bool:
        """Whether a request may be sent now; after the rest, one at a time is let through."""
        if self._opened_at is None:
            return True
        if self._trying or self._clock() - self._opened_at < self._rest_s:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The endpoint answered, whatever it said."""
        self._failures, self._opened_at, self._trying = 0, None, False

    def failed(self) -> None:
        """The endpoint itself failed."""
        self._failures += 1
        self._trying = False
        if self._failures >= FAILURES_TO_OPEN:
            self._opened_at = self._clock()
