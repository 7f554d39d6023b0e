"""What a site does about alarms: looks at every night and every label, holds slices back, frees them again."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from evaluation.calibration.cusum import Cusum, Outcome, cusum_limit
from evaluation.calibration.drift import Alarm, label_free_alarms
from evaluation.calibration.holds import Hold, holds_after, still_held, with_holds
from evaluation.calibration.labels import Label
from evaluation.calibration.slices import SliceSummary, added
from evaluation.simulation.reviewer import FIRST_NIGHT
from extractors.records.weighting import Slice, Weights

# A family's limit is set when so many of its labels are known, from the latest so many.
_LEAST_SCORES, _SCORES = 200, 1000


@dataclass(frozen=True, slots=True)
class Rung:
    """An alarm and the night on which it rang."""

    night: int
    alarm: Alarm


@dataclass(slots=True)
class Watch:
    """The state of all alarms.

    Attributes:
        watching: False lets alarms go unheard, for comparison.
        holds: in force.
    """

    watching: bool = True
    holds: tuple[Hold, ...] = ()
    _nights: list[list[SliceSummary]] = field(default_factory=list)
    _sums: dict[Slice, Cusum] = field(default_factory=dict)
    _limits: dict[Slice, float] = field(default_factory=dict)
    _recent: dict[str, deque[Label]] = field(default_factory=dict)
    _version: str = ""

    def after_night(
        self, night: int, summaries: Sequence[SliceSummary], decided: Sequence[Label], weights: Weights
    ) -> list[Rung]:
        """The alarms of a night, from what came in and what people decided."""
        self._nights.append(added(summaries))
        alarms = [*label_free_alarms(self._nights), *self._labelled(decided, weights)]
        if not self.watching:
            return []
        self.holds = holds_after(self.holds, alarms, at=FIRST_NIGHT + timedelta(days=night))
        rung = {alarm.slice for alarm in alarms}
        # What the slice is like from here on is what later nights are compared with.
        self._nights = [[s for s in each if s.slice not in rung] for each in self._nights]
        return [Rung(night, alarm) for alarm in alarms]

    def lift(self, labels: Sequence[Label], weights: Weights) -> None:
        """Frees the slices in which people found right what the weights would accept."""
        self.holds = still_held(self.holds, labels, weights)

    def holding(self, weights: Weights) -> Weights:
        """The weights with the holds in force."""
        return with_holds(weights, self.holds)

    def _labelled(self, decided: Sequence[Label], weights: Weights) -> list[Alarm]:
        """The alarms of the labels of a night, family by family.

        Where the evidence itself speaks against a value its score is capped and announces nothing. Limits follow from
        what scores the weights in force give, so they are set anew with every version.
        """
        if weights.version != self._version:
            self._version, self._limits = weights.version, {}
        alarms = []
        by_slice: dict[Slice, list[Outcome]] = {}
        for label in decided:
            if not label.noted:
                by_slice.setdefault(Slice(family=label.family), []).append(_outcome(label, weights))
                self._recent.setdefault(label.family, deque(maxlen=_SCORES)).append(label)
        for slice_, outcomes in by_slice.items():
            limit = self._limit(slice_, weights)
            if limit is not None:
                state = self._sums.get(slice_, Cusum(slice=slice_))
                self._sums[slice_], alarm = state.after(outcomes, limit)
                alarms += [alarm] if alarm else []
        return alarms

    def _limit(self, slice_: Slice, weights: Weights) -> float | None:
        recent = self._recent[slice_.family or ""]
        if slice_ not in self._limits and len(recent) >= _LEAST_SCORES:
            self._limits[slice_] = cusum_limit([_outcome(label, weights).score for label in recent])
        return self._limits.get(slice_)


def _outcome(label: Label, weights: Weights) -> Outcome:
    here = weights.within(sender=label.sender, payer=label.payer, document_type=label.document_type)
    return Outcome(score=label.judged(here).confidence, right=label.right)
