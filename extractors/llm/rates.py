"""Request and token rates, kept inside this process: whoever would go over them waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_MINUTE_S = 60.0
# Longer than any provider's window of requests a minute; who asks for more is asked again after this.
LONGEST_HOLD_S = 600.0


class Rates:
    """How long the next request has to wait so that no minute holds more than the site allows."""

    def __init__(self, *, requests_per_minute: int, tokens_per_minute: int, clock: Callable[[], float]) -> None:
        """A limit of 0 is none; `clock` is monotonic, in seconds."""
        self._most_requests = requests_per_minute
        self._most_tokens = tokens_per_minute
        self._clock = clock
        self._sent: deque[tuple[float, int]] = deque()
        self._not_before = 0.0

    def wait_s(self, tokens: int) -> float:
        """Seconds until a request of so many tokens may be sent; 0 notes it as sent now."""
        now = self._clock()
        while self._sent and self._sent[0][0] <= now - _MINUTE_S:
            self._sent.popleft()
        wait = max(0.0, self._not_before - now, self._too_many(now, tokens))
        if wait == 0.0:
            self._sent.append((now, tokens))
        return wait

    def hold(self, seconds: float) -> None:
        """Nobody sends before so many seconds (at most LONGEST_HOLD_S) have passed: the endpoint asked for it."""
        self._not_before = max(self._not_before, self._clock() + min(seconds, LONGEST_HOLD_S))

    def _too_many(self, now: float, tokens: int) -> float:
        wait = 0.0
        if self._most_requests and len(self._sent) >= self._most_requests:
            wait = self._sent[-self._most_requests][0] + _MINUTE_S - now
        if self._most_tokens and self._sent:
            over = sum(t for _, t in self._sent) + tokens - self._most_tokens
            for at, size in self._sent:
                if over <= 0:
                    break
                over -= size
                wait = max(wait, at + _MINUTE_S - now)
        return wait
