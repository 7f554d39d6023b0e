"""One site over weeks: documents come, are judged, queued, sampled; people decide, weights learn, alarms ring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evaluation.calibration.fitting import recalibrated
from evaluation.calibration.labels import Label
from evaluation.calibration.slices import SliceSummary
from evaluation.simulation.bank import Condition
from evaluation.simulation.events import NIGHTS, Event, Story
from evaluation.simulation.judged import Outcome, ReadDocument, judged
from evaluation.simulation.reviewer import Reviewer
from evaluation.simulation.watch import Rung, Watch
from extractors.records.confidence import FAMILIES
from extractors.records.weighting import Mode, Weights, load_weights

# Of the documents with a text layer so many show a code of the new release, once it is in force.
_RECODED = 0.6
# Shares of the senders: nobody sends as much as everybody else.
_SHARES = (0.24, 0.2, 0.17, 0.15, 0.13, 0.11)

# Sender, condition, and whether the model is worse.
Case = tuple[str, Condition, bool]
# The documents of each, by their number; the same one has the same number in all.
Bank = Mapping[Case, Mapping[int, ReadDocument]]


@dataclass(slots=True)
class Count:
    """Values: of which gold speaks, used without a person, wrong among these, and wrong among these by their scores."""

    seen: int = 0
    accepted: int = 0
    wrong: int = 0
    announced: float = 0.0

    def add(self, outcome: Outcome | Count) -> None:
        """Counts more values."""
        self.seen += outcome.seen
        self.accepted += outcome.accepted
        self.wrong += outcome.wrong
        self.announced += outcome.announced

    @property
    def coverage(self) -> float:
        """The share that is used without a person."""
        return self.accepted / max(1, self.seen)

    @property
    def wrong_share(self) -> float:
        """The share of wrong ones among these."""
        return self.wrong / max(1, self.accepted)


@dataclass(slots=True)
class Week:
    """What a week came to.

    Attributes:
        values: of its documents.
        unseen: values of documents that never come, under the weights that it ended with.
        documents, published: documents, and those that needed nobody.
        labels, audited: values that people decided, and those of them that the sample had drawn.
        rung: alarms.
        modes: of the families, at its end.
        held: slices that were judged COLD at its end.
    """

    values: Count = field(default_factory=Count)
    unseen: Count = field(default_factory=Count)
    documents: int = 0
    published: int = 0
    labels: int = 0
    audited: int = 0
    rung: list[Rung] = field(default_factory=list)
    modes: dict[str, Mode] = field(default_factory=dict)
    held: int = 0


@dataclass(slots=True)
class Site:
    """A site, and what its weeks came to.

    Attributes:
        story: what happens.
        bank: what nights are drawn from.
        apart: documents of the same senders that never come, for what the weights do with new ones.
        nightly: documents a night, on average.
        share: of accepted records, how many are drawn for the audit; 0 learns from the queue alone.
        rng: decides the nights.
        touched: documents that an event has reached until its alarm, or the end.
        noticed: by event, the alarm that noticed it.
    """

    story: Story
    bank: Bank
    apart: Bank
    nightly: float
    share: float
    rng: np.random.Generator
    weights: Weights = field(default_factory=load_weights)
    watch: Watch = field(default_factory=Watch)
    labels: list[Label] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    touched: Counter[Event] = field(default_factory=Counter)
    noticed: dict[Event, Rung] = field(default_factory=dict)
    _reviewer: Reviewer = field(init=False)
    _outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reviewer = Reviewer(self.rng)

    def run(self) -> list[Week]:
        """All nights, one after the other."""
        for night in range(self.story.nights):
            if night % NIGHTS == 0:
                self.weeks.append(Week())
            week = self.weeks[-1]
            decided = self._reviewer.decided(night)
            self.labels += decided
            week.labels += len(decided)
            week.audited += sum(label.audited for label in decided)
            summaries = self._documents(night, week)
            rung = self.watch.after_night(night, summaries)
            learns = night % NIGHTS == NIGHTS - 1
            if learns:
                rung += self._learn(night)
            if learns or rung:
                self.weights = self.watch.holding(self.weights)
                self._outcomes.clear()
            week.rung += rung
            self._notice(night, rung)
            if learns:
                week.modes = {name: self.weights.family(name).mode for name in sorted(set(FAMILIES.values()))}
                week.held = len(self.weights.cold_slices)
                self._try_unseen(night, week)
        return self.weeks

    def _learn(self, night: int) -> list[Rung]:
        """The weights learn from all labels; returns the alarms that these raise."""
        self.watch.lift(self.labels, self.weights)
        version = f"week-{len(self.weeks)}"
        self.weights = recalibrated(self.labels, self.watch.holding(self.weights), version=version).weights
        return self.watch.after_learning(night, self.labels, self.weights)

    def _documents(self, night: int, week: Week) -> list[SliceSummary]:
        """A night's documents, judged, queued, sampled; returns their summaries."""
        summaries: list[SliceSummary] = []
        for sender in self._senders(night):
            outcome = self._drawn(sender, night)
            week.documents += 1
            week.values.add(outcome)
            week.published += outcome.published
            summaries += outcome.summaries
            self._ask(outcome, night)
            for event in self.story.reached(sender, night):
                self.touched[event] += event not in self.noticed
        return summaries

    def _ask(self, outcome: Outcome, night: int) -> None:
        self._reviewer.takes(outcome.queued, night)
        for record in outcome.unseen:
            if self.rng.random() < self.share:
                self._reviewer.takes(record, night, propensity=self.share)

    def _known(self, night: int) -> list[str]:
        """The senders that there are."""
        known = dict.fromkeys(sender for sender, _, _ in self.bank)
        new = self.story.happening(Event.NEW_SENDER, night)
        return [sender for sender in known if new or sender != self.story.newcomer]

    def _senders(self, night: int) -> list[str]:
        """Who sends something, once for each document."""
        known = self._known(night)
        shares = np.array([_SHARES[i % len(_SHARES)] for i in range(len(known))])
        count = int(self.rng.poisson(self.nightly))
        return [known[i] for i in self.rng.choice(len(known), size=count, p=shares / shares.sum())]

    def _drawn(self, sender: str, night: int) -> Outcome:
        """A document of a sender as it comes on a night."""
        condition = self.story.condition(sender, night, recoded=bool(self.rng.random() < _RECODED))
        cases = self._cases(self.bank, sender, condition, night)
        document = cases[int(self.rng.integers(len(cases)))]
        if document.name not in self._outcomes:
            self._outcomes[document.name] = judged(document, self.weights)
        return self._outcomes[document.name]

    def _cases(self, bank: Bank, sender: str, condition: Condition, night: int) -> list[ReadDocument]:
        """A sender's documents in a condition; as they usually come where the bank has them in no other way."""
        worse_model = self.story.happening(Event.WORSE_MODEL, night)
        cases = bank[sender, Condition.USUAL, worse_model]
        return list({**cases, **bank.get((sender, condition, worse_model), {})}.values())

    def _try_unseen(self, night: int, week: Week) -> None:
        for sender in self._known(night):
            condition = self.story.condition(sender, night, recoded=True)
            for document in self._cases(self.apart, sender, condition, night):
                week.unseen.add(judged(document, self.weights))

    def _notice(self, night: int, rung: Sequence[Rung]) -> None:
        for event, begins in self.story.begins.items():
            for each in rung:
                if night >= begins and event not in self.noticed and self.story.noticed(event, each.alarm):
                    self.noticed[event] = each
