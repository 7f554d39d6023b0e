"""What happens in the weeks of a simulation, and which alarm has to notice it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evaluation.calibration.drift import Alarm
from evaluation.simulation.bank import Condition

NIGHTS = 7


class Event(StrEnum):
    """A change of what comes in, or of what reads it."""

    WORSE_SENDER = "a sender's machine gets worse"
    NEW_SENDER = "a sender comes that nobody knows"
    WORSE_MODEL = "the model gets worse"
    NEW_RELEASE = "codes come of a release that is not loaded"


# Documents that a change touches until its alarm; a sender whom nobody knows has nothing to be compared with.
WITHIN: dict[Event, int | None] = {
    Event.WORSE_SENDER: 60,
    Event.NEW_SENDER: None,
    Event.WORSE_MODEL: 200,
    Event.NEW_RELEASE: 200,
}
# When each begins, as a share of all nights. A third of them are calm; and after a change that rings everywhere, as a
# model's does, slices need LEAST_REFERENCE documents before the next one can be told from it.
_BEGINS = {
    Event.WORSE_SENDER: 0.36,
    Event.NEW_SENDER: 0.46,
    Event.WORSE_MODEL: 0.55,
    Event.NEW_RELEASE: 0.8,
}


@dataclass(frozen=True, slots=True)
class Story:
    """The nights of a simulation.

    Attributes:
        weeks: how many.
        begins: the first night of each event; events that are left out do not happen.
        worsens: the sender whose machine gets worse.
        newcomer: the sender that nobody knows before.
    """

    weeks: int
    begins: dict[Event, int]
    worsens: str
    newcomer: str

    @property
    def nights(self) -> int:
        """How many in all."""
        return self.weeks * NIGHTS

    @property
    def calm(self) -> int:
        """Nights before the first event."""
        return min(self.begins.values(), default=self.nights)

    def happening(self, event: Event, night: int) -> bool:
        """Whether an event has begun."""
        return event in self.begins and night >= self.begins[event]

    def condition(self, sender: str, night: int, *, recoded: bool) -> Condition:
        """How a sender's document comes on a night; `recoded` if it shows a code of the new release, once in force."""
        if sender == self.worsens and self.happening(Event.WORSE_SENDER, night):
            return Condition.WORSE
        return Condition.RECODED if recoded and self.happening(Event.NEW_RELEASE, night) else Condition.USUAL

    def reached(self, sender: str, night: int) -> Iterator[Event]:
        """Yields the events that touch a sender's documents on a night."""
        whose = {Event.WORSE_SENDER: self.worsens, Event.NEW_SENDER: self.newcomer}
        yield from (e for e in self.begins if self.happening(e, night) and whose.get(e, sender) == sender)

    def noticed(self, event: Event, alarm: Alarm) -> bool:
        """Whether an alarm is about an event."""
        if event is Event.WORSE_SENDER:
            return alarm.slice.sender == self.worsens
        if event is Event.NEW_RELEASE:
            return alarm.statistic in ("unknown_code", "reviewed", "accepted")
        return event is Event.WORSE_MODEL


def story(weeks: int, senders: Sequence[str], *, with_model: bool) -> Story:
    """A story with all events; the first sender's machine gets worse, the last one is new."""
    events = [event for event in Event if with_model or event is not Event.WORSE_MODEL]
    nights = weeks * NIGHTS
    begins = {event: round(_BEGINS[event] * nights) for event in events}
    return Story(weeks, begins, worsens=senders[0], newcomer=senders[-1])
