"""A run's money: what may still be asked, with what is under way counted in full until its bill is known."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from extractors.llm.settings import LlmSettings

# Of English text, by the rule of thumb of the tokenisers' makers; the schema and the instructions come on top.
_CHARACTERS_PER_TOKEN = 4
_INSTRUCTIONS_TOKENS = 3000


@dataclass(slots=True)
class Budget:
    """Counts spending against the site's limit; safe to share between threads.

    Attributes:
        settings: prices and the limit; a limit of 0 is none.
        spent: so far, in the site's currency.
    """

    settings: LlmSettings
    spent: float = 0.0
    _under_way: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, characters: int, *, requests: float | None = None) -> float | None:
        """Sets aside what a question of so many characters can cost at most; None if the run cannot afford it.

        Args:
            characters: of what is sent.
            requests: how many, as direct ones (one in a batch counts in part); None means all that a question may have.
        """
        tokens = _INSTRUCTIONS_TOKENS + characters // _CHARACTERS_PER_TOKEN
        one = self.settings.cost(input_tokens=tokens, output_tokens=self.settings.most_output_tokens)
        most = one * (self.settings.most_requests if requests is None else requests)
        with self._lock:
            if self.settings.budget and self.spent + self._under_way + most > self.settings.budget:
                return None
            self._under_way += most
        return most

    def take_over(self, reserved: float) -> None:
        """Counts what an earlier run has set aside and not settled: its questions are sent already."""
        with self._lock:
            self._under_way += reserved

    def settle(self, reserved: float, cost: float) -> None:
        """Puts the bill in place of what was set aside."""
        with self._lock:
            self._under_way -= reserved
            self.spent += cost
