"""A run's money: what may still be asked, with what is under way counted in full until its bill is known."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.llm.settings import LlmSettings

# Of English text, by the rule of thumb of the tokenisers' makers; the schema and the instructions come on top.
_CHARACTERS_PER_TOKEN = 4
_INSTRUCTIONS_TOKENS = 3000


@dataclass(slots=True)
class Budget:
    """Counts spending against the site's limit; one event loop owns it.

    Attributes:
        settings: prices and the limit; a limit of 0 is none.
        spent: so far, in the site's currency.
    """

    settings: LlmSettings
    spent: float = 0.0
    _under_way: float = 0.0

    def reserve(self, characters: int) -> float | None:
        """Sets aside what a question of so many characters can cost at most; None if the run cannot afford it."""
        tokens = _INSTRUCTIONS_TOKENS + characters // _CHARACTERS_PER_TOKEN
        most = self.settings.most_requests * self.settings.cost(
            input_tokens=tokens, output_tokens=self.settings.most_output_tokens
        )
        if self.settings.budget and self.spent + self._under_way + most > self.settings.budget:
            return None
        self._under_way += most
        return most

    def settle(self, reserved: float, cost: float) -> None:
        """Puts the bill in place of what was set aside."""
        self._under_way -= reserved
        self.spent += cost
