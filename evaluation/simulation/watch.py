"""What a site does about alarms: looks at every night and at what people decided, holds slices back, frees them again.

Here the person who frees a slice does so as soon as `fax2fhir weights` would say that it may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evaluation.calibration.cusum import family_alarms
from evaluation.calibration.drift import Alarm, label_free_alarms
from evaluation.calibration.holds import Hold, holds_after, still_held, with_holds
from evaluation.calibration.labels import Label
from evaluation.calibration.slices import SliceSummary, added
from evaluation.simulation.reviewer import FIRST_NIGHT
from extractors.records.weighting import Weights


@dataclass(frozen=True, slots=True)
class Rung:
    """An alarm and the night on which it rang."""

    night: int
    alarm: Alarm


@dataclass(slots=True)
class Watch:
    """The state of all alarms.

    Attributes:
        holds: in force.
    """

    holds: tuple[Hold, ...] = ()
    _nights: list[list[SliceSummary]] = field(default_factory=list)
    _since: dict[str, datetime] = field(default_factory=dict)

    def after_night(self, night: int, summaries: Sequence[SliceSummary]) -> list[Rung]:
        """The alarms of what came in on a night."""
        self._nights.append(added(summaries))
        alarms = label_free_alarms(self._nights)
        rung = {alarm.slice for alarm in alarms}
        # What the slice is like from here on is what later nights are compared with.
        self._nights = [[s for s in each if s.slice not in rung] for each in self._nights]
        return self._held(night, alarms)

    def after_learning(self, night: int, labels: Sequence[Label], weights: Weights) -> list[Rung]:
        """The alarms of what people decided, once new weights are in force."""
        alarms = list(family_alarms(labels, self.holding(weights), since=self._since))
        self._since |= {
            alarm.slice.family: FIRST_NIGHT + timedelta(days=night) for alarm in alarms if alarm.slice.family
        }
        return self._held(night, alarms)

    def _held(self, night: int, alarms: Sequence[Alarm]) -> list[Rung]:
        self.holds = holds_after(self.holds, alarms, at=FIRST_NIGHT + timedelta(days=night))
        return [Rung(night, alarm) for alarm in alarms]

    def lift(self, labels: Sequence[Label], weights: Weights) -> None:
        """Frees the slices in which people found right what the weights would accept."""
        self.holds = still_held(self.holds, labels, weights)

    def holding(self, weights: Weights) -> Weights:
        """The weights with the holds in force."""
        return with_holds(weights, self.holds)
