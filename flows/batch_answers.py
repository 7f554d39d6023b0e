"""The answers of a batch: read, proven, followed up and kept like direct ones, a few documents at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from extractors.backends.batch import BatchClient
from extractors.llm.batches import BatchReply, Replies, replies
from extractors.llm.questions import Answered, Question
from flows.counts import Wanted
from flows.second_reader import SLICE, SecondReader
from ledger import llm_batches
from ledger.ledger import Ledger
from ledger.llm_batches import LlmBatch

LOG = logging.getLogger("fax2fhir")
Replied = tuple[Wanted, BatchReply]


@dataclass(frozen=True, slots=True)
class BatchAnswers:
    """Keeps what a batch brought back.

    Attributes:
        reader: proves answers and sends them back where need be.
        ledger: keeps them.
        client: reads replies.
        boundary: called with the batch's id after each commit.
    """

    reader: SecondReader
    ledger: Ledger
    client: BatchClient
    boundary: Callable[[str, str], None]

    def keep(self, batch: LlmBatch, file: IO[bytes], documents: Iterable[tuple[str, list[Question]]]) -> None:
        """Keeps the answers that were not kept before.

        Args:
            batch: whose they are.
            file: its downloaded files.
            documents: that await it, with their questions.
        """
        with self.ledger.snapshot() as connection:
            asked = llm_batches.questions(connection, batch.id)
        reserved: dict[str, float] = {}
        for each in asked:
            if each.outcome is None:
                reserved[each.key] = reserved.get(each.key, 0.0) + each.reserved
        found = replies(file, {each.key for each in asked})
        if found.strays or found.doubtful:
            LOG.warning("batch %s: %d stray lines, %d doubtful", batch.id[:12], found.strays, found.doubtful)
        left = self._replied(documents, found, set(reserved))
        while part := list(islice(left, SLICE)):
            answers = self.reader.run(self._answers(part))
            with self.ledger.transaction(self.reader.actor) as tx:
                for (wanted, _), (answer, cost) in zip(part, answers, strict=True):
                    self.reader.keep(tx, wanted, answer, cost=cost)
                outcomes = {w.question.key: a.outcome.value for (w, _), (a, _) in zip(part, answers, strict=True)}
                llm_batches.settle(tx, batch.id, outcomes)
            for wanted, _ in part:
                self.reader.budget.settle(reserved[wanted.question.key], 0.0)
            self.boundary(batch.id, "kept")

    def _replied(
        self, documents: Iterable[tuple[str, list[Question]]], found: Replies, left: set[str]
    ) -> Iterator[Replied]:
        """The questions that have a reply and no outcome yet, each once, whoever asks it too."""
        for document_id, questions in documents:
            for question in questions:
                reply = found.of(question.key) if question.key in left else None
                if reply is not None:
                    left.discard(question.key)
                    yield Wanted(document_id, question), reply

    async def _answers(self, part: Sequence[Replied]) -> list[tuple[Answered, float]]:
        return await asyncio.gather(*(self._one(wanted.question, reply) for wanted, reply in part))

    async def _one(self, question: Question, reply: BatchReply) -> tuple[Answered, float]:
        return await self.reader.follow_up(question, await self.client.completion(reply, question))
