"""A run's questions through the batch API: gathered while documents are read, submitted, awaited, taken back.

Where a batch is stands in the ledger before and after each step at the endpoint, so that a run that was killed between
any two is taken up by the next one, and no question is submitted twice. Documents wait for their batch without a lease;
what a batch does not answer in time is asked directly when the document is claimed again.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from documents.errors import LeaseLostError
from extractors.backends.batch import BatchClient
from extractors.llm.batches import MOST_BYTES, MOST_REQUESTS, BatchFaultError, Progress, SeenBatch
from extractors.llm.breaker import FAILURES_TO_OPEN
from extractors.llm.outcomes import WORTH_REPEATING, LlmOutcome
from extractors.llm.questions import Question
from flows.batch_answers import BatchAnswers
from flows.batch_gathering import Gathering
from flows.counts import Wanted
from flows.second_reader import SecondReader
from flows.worker import is_dead
from ledger import llm_batches
from ledger.disclosures import code
from ledger.ledger import Ledger
from ledger.llm_batches import BatchEnd, BatchState, LlmBatch

LOG = logging.getLogger("fax2fhir")
QuestionsOf = Callable[[str], Sequence[Question]]
# Earlier documents are answered while later ones are read, and what is held in memory stays small. The endpoint's own
# limits are far above.
_ENOUGH = 500
# How long a batch holds its documents while nobody sees to it: longer than any chunk takes between two looks.
_HOLD_S = 3600.0
# OpenAI's Batch guide: a batch is `cancelling` for up to 10 minutes; then what was run can be downloaded.
_CANCELLING_S = 600.0


@dataclass(slots=True)
class BatchNight:
    """The batches that this run sees to.

    Attributes:
        reader: asks directly, keeps answers, spending and disclosures.
        ledger: knows where each batch is.
        scratch: folder for files while they are written; they have no name in it.
        clock: the time now, aware.
        boundary: called with a batch's id and a point's name after each step (crash tests end there).
        most_bytes, most_requests: of a batch's file.
        enough: a batch that holds so many questions is submitted while documents are still read.
        gathering: questions that are not submitted yet.
    """

    reader: SecondReader
    ledger: Ledger
    scratch: Path
    clock: Callable[[], datetime]
    boundary: Callable[[str, str], None] = lambda _batch, _point: None
    most_bytes: int = MOST_BYTES
    most_requests: int = MOST_REQUESTS
    enough: int = _ENOUGH
    gathering: Gathering = field(init=False)
    _client: BatchClient = field(init=False)
    _questions_of: QuestionsOf | None = None
    _tries: Counter[str] = field(default_factory=Counter)
    _looked: float = 0.0

    def __post_init__(self) -> None:
        """Opens nothing: the first batch connects."""
        self._client = BatchClient(self.reader.settings)
        self.gathering = Gathering(self.reader, self.ledger, self._hold)

    @property
    def waiting(self) -> set[str]:
        """Documents that this run has put into a batch that is not back."""
        return self.gathering.waiting

    def close(self) -> None:
        """Closes the connections; batches that are out stay there for the next run."""
        self.reader.run(self._client.close())

    # --- a run's beginning, and each chunk

    def rounds(self, questions_of: QuestionsOf) -> Iterator[None]:
        """Yields once for what is in flight, and again each time a batch is back; outside of it nothing is gathered.

        Args:
            questions_of: the questions about a document, by its id.
        """
        self._begin(questions_of)
        yield
        while self._waited():
            yield

    def _begin(self, questions_of: QuestionsOf) -> None:
        """Takes up the batches of runs that ended without them; from now on questions are gathered."""
        self._questions_of, self.gathering.on = questions_of, True
        with self.ledger.snapshot() as connection:
            found = llm_batches.open_batches(connection)
        for batch in found:
            left = batch.worker_id == self.reader.actor or is_dead(batch.worker_id)
            if left or batch.held_until <= self.clock():
                self._take_over(batch)

    def _take_over(self, batch: LlmBatch) -> None:
        own = batch.model_copy(update={"worker_id": self.reader.actor})
        with self.ledger.transaction(self.reader.actor) as tx:
            if not llm_batches.change(tx, batch, worker_id=own.worker_id, held_until=self._hold()):
                return
            asked = llm_batches.questions(tx.connection, batch.id)
            if not self._is_ours(batch):
                llm_batches.close(tx, own, BatchEnd.DROPPED)
                return
        self.reader.budget.take_over(sum(each.reserved for each in asked if each.outcome is None))
        self.gathering.mine.add(batch.id)

    def _is_ours(self, batch: LlmBatch) -> bool:
        """Whether a batch may still be asked and its answers followed up, as the site is set up now."""
        settings = self.reader.settings
        same = (batch.host, batch.model) == (self.reader.host, settings.model)
        return same and self.reader.allowed and (settings.batch or batch.state is not BatchState.GATHERING)

    def _hold(self) -> datetime:
        return self.clock() + timedelta(seconds=_HOLD_S)

    # --- while other work goes on, and when there is none left

    def tend(self) -> None:
        """Submits what is enough for a batch and looks at those that are out, as often as the site wants."""
        if self.gathering.mine and time.monotonic() - self._looked >= self.reader.settings.batch_poll_s:
            self._see_to_all(enough=self.enough)

    def _waited(self) -> bool:
        """Submits everything and waits until a batch is closed; False if none is out."""
        while before := set(self.gathering.mine):
            self._see_to_all(enough=1)
            if before - self.gathering.mine:
                return True
            time.sleep(self.reader.settings.batch_poll_s)
        return False

    def _see_to_all(self, *, enough: int) -> None:
        self._looked = time.monotonic()
        with self.gathering.lock, self.ledger.snapshot() as connection:
            found = [each for each in llm_batches.open_batches(connection) if each.id in self.gathering.mine]
            sizes = {each.id: len(llm_batches.questions(connection, each.id)) for each in found}
            self.gathering.mine &= {each.id for each in found}
        for batch in found:
            if batch.worker_id != self.reader.actor:
                self.gathering.mine.discard(batch.id)  # another worker took it for left alone
            elif batch.state is BatchState.SUBMITTED:
                self._look(batch)
            elif sizes[batch.id] >= enough or batch.id != self.gathering.current:
                self._submit(batch)
            self._renew(batch)

    def _renew(self, batch: LlmBatch) -> None:
        if batch.held_until - self.clock() < timedelta(seconds=_HOLD_S / 2):
            with self.ledger.transaction(self.reader.actor) as tx:
                llm_batches.change(tx, batch, held_until=self._hold())

    def _is_late(self, batch: LlmBatch, *, after_s: float = 0.0) -> bool:
        wait = timedelta(seconds=self.reader.settings.batch_wait_s + after_s)
        return batch.submitted_at is not None and self.clock() >= batch.submitted_at + wait

    # --- to the endpoint

    def _submit(self, batch: LlmBatch) -> None:
        """Writes, discloses, uploads and creates; after a failure that may mend the next look goes on from there."""
        self.gathering.finish(batch.id)
        self.boundary(batch.id, "gathered")
        try:
            with TemporaryFile(dir=self.scratch) as file:
                seen = self.reader.run(self._sent(batch, file))
        except BatchFaultError as fault:
            self._tries[batch.id] += 1
            mends = fault.outcome in WORTH_REPEATING and self._tries[batch.id] < FAILURES_TO_OPEN
            LOG.warning("batch %s could not be submitted: %s", batch.id[:12], fault.outcome)
            if not mends or self._is_late(batch):
                self._end(batch, BatchEnd.REFUSED)
            return
        except LeaseLostError:
            return  # another worker took it for left alone
        if seen is None:
            self._end(batch, BatchEnd.DROPPED)
            return
        with self.ledger.transaction(self.reader.actor) as tx:
            llm_batches.change(tx, batch, state=BatchState.SUBMITTED, endpoint_id=seen.id)
            tx.record_event("batch.submitted", batch=batch.id, model=code(batch.model), host=code(batch.host))
        self.boundary(batch.id, "submitted")

    async def _sent(self, batch: LlmBatch, file: IO[bytes]) -> SeenBatch | None:
        """The batch at the endpoint; None if there is nothing in it that can still be asked."""
        name, file_id = f"{batch.id}.jsonl", None
        if batch.state is BatchState.SUBMITTING:  # an earlier try may have come further than it could say
            if (made := await self._client.created(batch.id)) is not None:
                return made
            file_id = await self._client.uploaded(name)
        if file_id is None:
            wanted = await self._written(batch, file)
            if not wanted:
                return None
            self._disclose(batch, wanted)
            file_id = await self._client.upload(file, name)
            self.boundary(batch.id, "uploaded")
        made = await self._client.create(file_id, batch.id)
        self.boundary(batch.id, "created")
        return made

    async def _written(self, batch: LlmBatch, file: IO[bytes]) -> list[Wanted]:
        """Writes a line for each question; what has no room waits for the next batch.

        Returns:
            The questions of the file, for every document that asks them.
        """
        keys: set[str] = set()
        left: list[str] = []
        wanted: list[Wanted] = []
        for document_id, asked in self._documents(batch):
            for question in asked:
                if question.key not in keys:
                    line = await self._client.line(question)
                    if file.tell() + len(line) > self.most_bytes or len(keys) >= self.most_requests:
                        left.append(question.key)
                        continue
                    file.write(line)
                    keys.add(question.key)
                wanted.append(Wanted(document_id, question))
        if left and keys:
            self.gathering.move(batch.id, left)
        return wanted

    def _documents(self, batch: LlmBatch) -> Iterable[tuple[str, list[Question]]]:
        """The documents that await a batch, with those of its questions that their readings still give."""
        if self._questions_of is None:
            return
        with self.ledger.snapshot() as connection:
            asked = llm_batches.questions(connection, batch.id)
        for document_id, group in groupby(asked, key=lambda each: each.document_id):
            keys = {each.key for each in group}
            yield document_id, [q for q in self._questions_of(document_id) if q.key in keys and q.sendable]

    def _disclose(self, batch: LlmBatch, wanted: Sequence[Wanted]) -> None:
        """Records what is about to leave; only then anything does."""
        with self.ledger.transaction(self.reader.actor) as tx:
            self.reader.disclose(tx, wanted)
            submitted_at = batch.submitted_at or tx.now
            if not llm_batches.change(tx, batch, state=BatchState.SUBMITTING, submitted_at=submitted_at):
                raise LeaseLostError("the batch was taken over", subject=batch.id)
        self.boundary(batch.id, "disclosed")

    # --- back from the endpoint

    def _look(self, batch: LlmBatch) -> None:
        """Takes the answers of a batch that has ended; one that is late is cancelled, and given up some time later."""
        if batch.endpoint_id is None:
            return
        try:
            seen = self.reader.run(self._client.look(batch.endpoint_id))
            self.boundary(batch.id, "polled")
            if seen.progress is Progress.FAILED:
                self._end(batch, BatchEnd.FAILED, seen)
                return
            if seen.progress is Progress.ENDED:
                self._collect(batch, seen)
                return
            if self._is_late(batch):
                self.reader.run(self._client.cancel(batch.endpoint_id))
        except BatchFaultError as fault:
            LOG.warning("batch %s: %s", batch.id[:12], fault.outcome)
        if self._is_late(batch, after_s=min(_CANCELLING_S, self.reader.settings.batch_wait_s)):
            self._end(batch, BatchEnd.LATE)

    def _collect(self, batch: LlmBatch, seen: SeenBatch) -> None:
        with TemporaryFile(dir=self.scratch) as file:
            try:
                self.reader.run(self._client.download(seen.files, file))
            except BatchFaultError as fault:
                if fault.outcome is not LlmOutcome.REJECTED:
                    raise
                file.truncate(0)  # there is nothing any more: a run that ended just now took it and removed the files
            self.boundary(batch.id, "downloaded")
            answers = BatchAnswers(self.reader, self.ledger, self._client, self.boundary)
            answers.keep(batch, file, self._documents(batch))
        self._end(batch, BatchEnd.COLLECTED, seen)

    def _end(self, batch: LlmBatch, end: BatchEnd, seen: SeenBatch | None = None) -> None:
        """Closes a batch: its files are removed from the endpoint, its documents go on, its money is free again."""
        self._clean(batch, seen)
        with self.ledger.transaction(self.reader.actor) as tx:
            asked = llm_batches.questions(tx.connection, batch.id)
            closed = llm_batches.close(tx, batch, end)
        self.gathering.mine.discard(batch.id)
        if not closed:
            return
        self.boundary(batch.id, "closed")
        self.waiting.difference_update(each.document_id for each in asked)
        for each in asked:
            if each.outcome is None:
                self.reader.budget.settle(each.reserved, 0.0)
        unanswered = sum(each.outcome is None for each in asked)
        LOG.info("batch %s: %s, %d questions, %d not answered", batch.id[:12], end, len(asked), unanswered)

    def _clean(self, batch: LlmBatch, seen: SeenBatch | None) -> None:
        """Pages do not lie at the endpoint for longer than they are needed; what cannot be removed expires there."""
        try:
            uploaded = self.reader.run(self._client.uploaded(f"{batch.id}.jsonl")) if seen is None else seen.input_file
            for each in (uploaded, *(() if seen is None else seen.files)):
                if each is not None:
                    self.reader.run(self._client.delete(each))
        except BatchFaultError as fault:
            LOG.warning("files of batch %s could not be removed: %s", batch.id[:12], fault.outcome)
        self.boundary(batch.id, "cleaned")
