"""Things found by where they lie along one axis: a page with thousands of marks or rules is searched as fast as any."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from documents.pages import Box, Orientation, Page

Thing = TypeVar("Thing")
# Where a thing begins and ends along the axis, page fractions.
Extent = tuple[float, float]
# A rule found in pixels may touch the word beside it.
_TOUCHING = 0.003


class Along(Generic[Thing]):
    """Things in the order in which they begin along one axis."""

    def __init__(self, things: Iterable[Thing], extent: Callable[[Thing], Extent]) -> None:
        placed = sorted(((*extent(thing), thing) for thing in things), key=lambda each: each[0])
        self._placed = placed
        self._begins = [begin for begin, _, _ in placed]
        self._longest = max((end - begin for begin, end, _ in placed), default=0.0)

    def over(self, low: float, high: float) -> list[Thing]:
        """Those that share a point with what lies between `low` and `high`."""
        first = bisect_left(self._begins, low - self._longest)
        last = bisect_right(self._begins, high, first)
        return [thing for _, end, thing in self._placed[first:last] if end >= low]


class Walls:
    """What may stand between two words of a line: vertical rules and marks."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._by_middle = Along(boxes, lambda box: ((box.left + box.right) / 2,) * 2)

    def between(self, left: Box, right: Box, *, but: Box | None = None) -> bool:
        """Whether one stands there other than `but`, which a label may touch that is its own."""
        middle = (max(left.top, right.top) + min(left.bottom, right.bottom)) / 2
        beside = self._by_middle.over(left.right - _TOUCHING, right.left + _TOUCHING)
        return any(box is not but and box.top <= middle <= box.bottom for box in beside)


def upright(page: Page) -> list[Box]:
    """The page's vertical rules."""
    return [rule.box for rule in page.rules if rule.orientation is Orientation.VERTICAL]
