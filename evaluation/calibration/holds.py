"""Slices that an alarm holds back: judged COLD until what the weights would accept there has been looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from documents.value import Value
from evaluation.calibration.certificate import upper_bound
from evaluation.calibration.drift import Alarm
from evaluation.calibration.labels import Label
from extractors.records.weighting import Slice, Weights

# A hold ends when people have decided so many values that COLD leaves to them and the weights would accept, and found
# all right; or more with some wrong, as long as the bound on the share of wrong ones (5.8 %) is the same.
_LEAST_LABELS = 50
_BOUND = upper_bound(_LEAST_LABELS, 0)


class Hold(Value):
    """A slice that is judged COLD, since when, and for which statistic."""

    slice: Slice
    since: datetime
    statistic: str


def holds_after(holds: Sequence[Hold], alarms: Iterable[Alarm], *, at: datetime) -> tuple[Hold, ...]:
    """The holds with those of new alarms; an alarm about a slice that is held already begins its time anew."""
    rung = {alarm.slice: Hold(slice=alarm.slice, since=at, statistic=alarm.statistic) for alarm in alarms}
    return (*(hold for hold in holds if hold.slice not in rung), *rung.values())


def still_held(holds: Sequence[Hold], labels: Sequence[Label], weights: Weights) -> tuple[Hold, ...]:
    """The holds that labels given since have not ended.

    Args:
        holds: in force.
        labels: of all slices.
        weights: those that would judge the slice without the hold.
    """
    return tuple(hold for hold in holds if not _ended(hold, labels, weights))


def _ended(hold: Hold, labels: Sequence[Label], weights: Weights) -> bool:
    free = weights.model_copy(update={"cold_slices": ()})
    since = [label for label in labels if label.at > hold.since and belongs(label, hold.slice)]
    would = [label for label in since if label.judged(free).accepted]
    return bool(would) and upper_bound(len(would), sum(not label.right for label in would)) <= _BOUND


def belongs(label: Label, slice_: Slice) -> bool:
    """Whether a label is of the slice."""
    here = slice_.holds(sender=label.sender, payer=label.payer, document_type=label.document_type)
    return here and slice_.family in (None, label.family)


def with_holds(weights: Weights, holds: Iterable[Hold]) -> Weights:
    """The weights with the held slices judged COLD."""
    return weights.model_copy(
        update={"cold_slices": tuple(h.slice.model_copy(update={"reason": h.statistic}) for h in holds)}
    )
