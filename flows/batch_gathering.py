"""Gathers questions to a model for a batch while documents are read; the documents then wait without a lease."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from documents.errors import LeaseLostError
from flows.counts import Wanted
from flows.second_reader import SecondReader
from ledger import leases, llm_batches
from ledger.ledger import Ledger
from ledger.llm_batches import BatchQuestion, BatchState, LlmBatch
from ledger.transaction import LedgerTransaction


@dataclass(slots=True)
class Gathering:
    """The batch that questions are added to; chunks are extracted by several threads.

    Attributes:
        reader: knows the endpoint, the run's money and what was answered before.
        ledger: keeps which question is in which batch.
        hold: until when a batch that was seen to now holds its documents.
        on: whether questions are gathered; else all are asked directly.
        current: id of the batch that is added to.
        mine: batches that this run sees to.
        waiting: documents that this run has put into a batch that is not back.
        lock: held while batches and questions change places.
    """

    reader: SecondReader
    ledger: Ledger
    hold: Callable[[], datetime]
    on: bool = False
    current: str | None = None
    mine: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def park(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """Puts questions into a batch, whose documents then wait for it; returns those that are left to the reader.

        It asks what a batch did not bring back in time, and everything where nothing is gathered, and notes what was
        answered before the document came in flight.
        """
        with self.ledger.snapshot() as connection:
            had = llm_batches.had(connection, {each.document_id for each in wanted})
            late = llm_batches.late(connection, {each.document_id for each in wanted})
        left = [each for each in wanted if each.question.key not in had.get(each.document_id, ())]
        left = [replace(each, late=(each.document_id, each.question.key) in late) for each in left]
        if not (self.on and self.reader.settings.batch and self.reader.allowed):
            return left
        fresh = [each for each in left if each.document_id not in had and each.question.sendable]
        fresh = self.reader.unanswered(fresh)
        parked, gathered = self._gather(fresh), {each.question.key for each in fresh}
        return [each for each in left if each.document_id not in parked or each.question.key not in gathered]

    def _gather(self, wanted: Sequence[Wanted]) -> set[str]:
        """Adds questions to the open batch and gives the documents' leases back, in one transaction."""
        if not wanted:
            return set()
        with self.lock, self.ledger.transaction(self.reader.actor) as tx:
            elsewhere = llm_batches.awaited(tx.connection, {each.question.key for each in wanted}, tx.now)
            parked: set[str] = set()
            for document_id, group in groupby(wanted, key=lambda each: each.document_id):
                of_document = list(group)
                if self._added(tx, of_document, elsewhere):
                    parked.add(document_id)
            self.waiting |= parked
        return parked

    def _added(self, tx: LedgerTransaction, wanted: Sequence[Wanted], elsewhere: dict[str, str]) -> bool:
        lease = wanted[0].lease
        if lease is None:
            return False
        try:
            leases.hold(tx, lease)
        except LeaseLostError:
            return False
        added = False
        for key, question in {each.question.key: each.question for each in wanted}.items():
            there, reserved = elsewhere.get(key), 0.0
            if there is None:
                price = self.reader.settings.batch_price
                sure = self.reader.reserve(question, first=price, repeats=0)
                if sure is None:
                    continue
                there, reserved = self._open(tx), sure
                elsewhere[key] = there
            asked = BatchQuestion(key=key, document_id=lease.document_id, reserved=reserved)
            llm_batches.add(tx, there, [asked])
            added = True
        if added:
            leases.release(tx, [lease])
        return added

    def _open(self, tx: LedgerTransaction) -> str:
        """The batch that questions are gathered for; begun with its first one."""
        if self.current is None:
            batch = LlmBatch(
                id=uuid.uuid4().hex,
                state=BatchState.GATHERING,
                host=self.reader.host,
                model=self.reader.settings.model,
                run_id=self.reader.run_id,
                worker_id=self.reader.actor,
                held_until=self.hold(),
                created_at=tx.now,
            )
            llm_batches.begin(tx, batch)
            self.current = batch.id
            self.mine.add(batch.id)
        return self.current

    def finish(self, batch_id: str) -> None:
        """Adds nothing more to a batch."""
        with self.lock:
            if self.current == batch_id:
                self.current = None

    def move(self, batch_id: str, keys: Iterable[str]) -> None:
        """Moves questions that a batch has no room for to one of their own."""
        with self.lock, self.ledger.transaction(self.reader.actor) as tx:
            before, self.current = self.current, None
            llm_batches.move(tx, batch_id, keys, to=self._open(tx))
            self.current = before
