"""A run's money: what may still be asked, with what is under way counted in full until its bill is known."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from extractors.llm.settings import LlmSettings

# Of English text, by the rule of thumb of the tokenisers' makers.
_CHARACTERS_PER_TOKEN = 4
# What sends an answer back names at most twenty faults, a line each.
_REPROACH_TOKENS = 1000


def tokens_of(characters: int) -> int:
    """About how many tokens so many characters are."""
    return -(-characters // _CHARACTERS_PER_TOKEN)


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

    def reserve(self, characters: int, *, first: float = 1.0, repeats: int | None = None) -> float | None:
        """Sets aside what a question of so many characters can cost at most; None if the run cannot afford it.

        Args:
            characters: of what is sent, instructions and schema included.
            first: the part of a direct request's price that the first one costs: less in a batch, 0 if it is paid.
            repeats: how many may follow, each with the whole answer before it; None means all that a question may have.
        """
        tokens, answer = tokens_of(characters), self.settings.most_output_tokens
        once = self.settings.cost(input_tokens=tokens, output_tokens=answer)
        again = self.settings.cost(input_tokens=tokens + answer + _REPROACH_TOKENS, output_tokens=answer)
        most = first * once + again * (self.settings.most_requests - 1 if repeats is None else repeats)
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
