"""A simulated reviewer: decides what the queue holds and what the sample draws, days later, and sometimes wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from evaluation.calibration.labels import Label

FIRST_NIGHT = datetime(2027, 1, 4, tzinfo=UTC)
# Of wrong values so many are confirmed, of right ones so many are changed: people err far more in waving through.
MISSED, SPOILT = 0.05, 0.002
# Days until a record is decided on, on average; a third of them the next day.
_DAYS = 3.0


@dataclass(slots=True)
class Reviewer:
    """Labels that are on their way, by the night on which they arrive."""

    rng: np.random.Generator
    due: dict[int, list[Label]] = field(default_factory=dict)

    def takes(self, labels: Sequence[Label], night: int, *, propensity: float = 1.0) -> None:
        """A record comes before the reviewer; all its values are decided at once.

        Args:
            labels: as a faultless reviewer would give them.
            night: on which it was read.
            propensity: below 1 for what the sample has drawn.
        """
        when = night + int(self.rng.geometric(1 / _DAYS))
        at = FIRST_NIGHT + timedelta(days=when)
        for label in labels:
            erred = self.rng.random() < (SPOILT if label.right else MISSED)
            said = {"right": label.right is not erred, "at": at, "propensity": propensity, "audited": propensity < 1}
            self.due.setdefault(when, []).append(label.model_copy(update=said))

    def decided(self, night: int) -> list[Label]:
        """The labels that arrive on a night."""
        return self.due.pop(night, [])
