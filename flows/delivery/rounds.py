"""One run's deliveries to one target: claim, send, write down what came of it, until nothing is due any more."""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from documents.errors import Fax2FhirError, LedgerError, SettingsError
from documents.value import Value
from fhir_mapping.pas.addressee import addressee
from flows.delivery.answers import backoff, failed
from flows.delivery.parcels import Sender, parcel
from flows.delivery.targets import Target, TargetKind
from flows.worker import is_dead
from ledger import deliveries, outbox
from ledger.deliveries import Claimed, DeliveryState, Doubt, Outcome
from ledger.ledger import Ledger

LOG = logging.getLogger("fax2fhir")
# The target, not the record, is the trouble, and waiting will not mend it: the rest would fail in the same way.
_OURS_TO_MEND = ("login", "http-401", "http-403", "http-3")
# After so many failures in a row the target is taken to be away, and left alone for longer and longer.
_AWAY_AFTER = 3
_BUSY = ("http-429", "http-503")
# A claim outlives the longest attempt by this, whatever the scheduler does.
_LEASE_MARGIN_S = 10.0
_SHORTEST_S = 0.05
# What a process had sent before it was killed may still be at work at the target for so long.
_GRACE_S = 15.0


@dataclass(slots=True)
class Round:
    """What a run does at one target.

    Attributes:
        ledger: holds the outbox.
        target: to whom.
        sender: how.
        actor: id of this worker.
        clock: the time now, aware.
        sleep: waits so many seconds.
        counts: deliveries by what came of them; an attempt in vain counts as `failed` each time.
        stopped: why it ended while something was due; empty if it did not.
    """

    ledger: Ledger
    target: Target
    sender: Sender
    actor: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    counts: Counter[str] = field(default_factory=Counter)
    stopped: str = ""
    _in_vain: int = 0

    def run(self) -> None:
        """Delivers what is due, and waits for what is to be tried again as long as the target's patience lasts.

        Raises:
            LedgerError: the ledger fails.
            SettingsError: a credential cannot be read.
        """
        until = time.monotonic() + self.target.patience_s
        with self.ledger.transaction(self.actor) as tx:
            outbox.enqueue(tx, self.target.name, self.sender.kinds, takes=self._takes)
            dead = [each for each in deliveries.holders(tx.connection, self.target.name) if is_dead(each)]
            deliveries.shorten(tx, self.target.name, dead, grace_s=max(_GRACE_S, self.target.at_work_s))
        while not self.stopped:
            claimed = self._claim()
            if claimed:
                self._rest(self._deliver(claimed)[-1], until)
                continue
            with self.ledger.snapshot() as connection:
                due = deliveries.next_due(connection, self.target.name)
            if due is None:
                return
            self._wait(due, until, "later")

    def _takes(self, submission: str) -> bool:
        return self.target.stands_for(addressee(submission))

    def _claim(self) -> list[Claimed]:
        with self.ledger.transaction(self.actor) as tx:
            return deliveries.claim(
                tx,
                self.target.name,
                lease_s=self.sender.longest_s + _LEASE_MARGIN_S,
                limit=self.sender.together,
                batch=uuid.uuid4().hex if self.sender.together > 1 else None,
            )

    def _deliver(self, claimed: list[Claimed]) -> list[Outcome]:
        parcels, outcomes = [], []
        for each in claimed:
            try:
                parcels.append(parcel(self.ledger, each))
            except LedgerError as error:
                if error.subject != each.record_id:
                    raise
                # What is damaged here never leaves; it must not hold back what is not.
                damaged = Outcome(state=DeliveryState.REFUSED, status="damaged-here", doubt=each.doubt)
                outcomes.append((each, damaged))
        try:
            sent = self.sender.send(parcels, now=self.clock()) if parcels else []
            outcomes += zip((each.claimed for each in parcels), sent, strict=True)
        except BaseException as error:
            # A defect of ours must not hold back what else is due. On an interruption whoever comes next need not wait.
            ours = isinstance(error, Exception) and not isinstance(error, Fax2FhirError)
            code = "unexpected" if ours else "interrupted"
            later = [self._left(each, code) for each in claimed]
            self._settle(list(zip(claimed, later, strict=True)))
            if not ours:
                raise
            LOG.error("a delivery to %s failed: %s", self.target.name, type(error).__name__)
            return later
        self._settle(outcomes)
        return [outcome for _, outcome in outcomes]

    def _left(self, claimed: Claimed, code: str) -> Outcome:
        """An attempt that ended midway: what it sent may be at work."""
        outcome = failed(code, attempts=claimed.attempts, now=self.clock(), wait_s=self.target.at_work_s)
        unsure = Doubt.UNSURE if self.target.kind is TargetKind.PAS else None
        return outcome.model_copy(update={"doubt": claimed.doubt or unsure})

    def _settle(self, outcomes: Sequence[tuple[Claimed, Outcome]]) -> None:
        with self.ledger.transaction(self.actor) as tx:
            for each, outcome in outcomes:
                if deliveries.settle(tx, each, outcome):
                    self.counts[outcome.state.value] += 1

    def _rest(self, last: Outcome, until: float) -> None:
        """Leaves a target alone that asks for it, seems to be away, or does not know us."""
        if last.state is not DeliveryState.FAILED:
            self._in_vain = 0
            return
        self._in_vain += 1
        if last.status.startswith(_OURS_TO_MEND):
            self.stopped = last.status
        elif last.status in _BUSY and last.not_before is not None:
            self._wait(last.not_before, until, last.status)
        elif self._in_vain >= _AWAY_AFTER:
            pause = timedelta(seconds=backoff(self._in_vain - _AWAY_AFTER + 1))
            self._wait(self.clock() + pause, until, last.status)

    def _wait(self, moment: datetime, until: float, why: str) -> None:
        seconds = max((moment - self.clock()) / timedelta(seconds=1), _SHORTEST_S)
        if time.monotonic() + seconds > until:
            self.stopped = why
        else:
            self.sleep(seconds)


@contextmanager
def sender_for(target: Target) -> Iterator[Sender]:
    """What delivers to a target; its connections are closed at the end."""
    if target.folder is not None and not target.over_http:
        from flows.delivery.files import FolderSender, NdjsonSender

        yield FolderSender(target.folder) if target.kind is TargetKind.FOLDER else NdjsonSender(target.folder)
        return
    from flows.delivery.client import FhirClient
    from flows.delivery.payers import PayerSender
    from flows.delivery.servers import FhirSender

    with FhirClient(target) as client:
        yield FhirSender(client) if target.kind is TargetKind.FHIR else PayerSender(client)


class Delivered(Value):
    """What a run did at one target.

    Attributes:
        target: its name.
        counts: deliveries by what came of them; an attempt in vain counts as `failed` each time.
        stopped: code of why it ended while something was due; empty if nothing was.
    """

    target: str
    counts: dict[str, int]
    stopped: str = ""

    def in_words(self) -> str:
        """One line."""
        counted = ", ".join(f"{state} {count}" for state, count in sorted(self.counts.items())) or "nothing was due"
        return f"{self.target}: {counted}" + (f"; stopped: {self.stopped}" if self.stopped else "")


def deliver_to(ledger: Ledger, target: Target, *, actor: str) -> Delivered:
    """Delivers what is due at one target.

    Raises:
        LedgerError: the ledger fails.
        SettingsError: a credential cannot be read.
    """
    with sender_for(target) as sender:
        made = Round(ledger, target, sender, actor)
        made.run()
    return Delivered(target=target.name, counts=dict(made.counts), stopped=made.stopped)


def deliver_all(ledger: Ledger, targets: Iterable[Target], *, actor: str) -> list[Delivered]:
    """Delivers to each target in turn; one that cannot be used keeps nothing from the others.

    Raises:
        LedgerError: the ledger fails.
    """
    made = []
    for target in targets:
        try:
            made.append(deliver_to(ledger, target, actor=actor))
        except SettingsError as error:
            LOG.error("%s: %s", error.code, error)
            made.append(Delivered(target=target.name, counts={}, stopped=error.code))
    return made
