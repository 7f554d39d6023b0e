"""The order of the stages, from an inbox to settled documents; no Prefect in it."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from documents.errors import (
    Fax2FhirError,
    LeaseLostError,
    LedgerError,
    MissingDocumentError,
    MissingProgramError,
    StoreError,
)
from documents.intake import InboxFile, Skipped, SkipReason, remove, scan_inbox, take_in
from documents.outcomes import OutcomeCode
from documents.pages import Page
from documents.reader_pool import ReaderPool
from documents.reading import ReadDocument
from documents.records import Record
from documents.sniff import MediaType
from documents.store import Store
from extractors.backend import Backend
from extractors.llm.questions import Question
from extractors.records.weighting import Weights, load_weights
from flows import stages
from flows.counts import Chunk, IntakeCounts, StageCounts, Wanted
from flows.lease_keeper import kept_alive
from flows.packs import loaded_shelf
from flows.settings import Settings
from flows.stored_results import StoredResults
from flows.versions import Stage, Versions
from ledger import spend
from ledger.arrivals import Arrival
from ledger.leases import MAX_ATTEMPTS, Among, Lease
from ledger.ledger import Ledger
from ledger.reconciliation import Reconciliation
from ledger.stage_results import StageResult
from ledger.statuses import DocumentStatus
from review_queue import checks
from review_queue.circumstances import Circumstances
from review_queue.settlement import RecordResult, Settlement, settle
from validation.errors import CodeTableError, PackError

if TYPE_CHECKING:
    from flows.batch_night import BatchNight
    from flows.second_reader import SecondReader

LOG = logging.getLogger("fax2fhir")
# Machinery that is broken for every document ends the run; any other failure is its document's own outcome.
BROKEN_MACHINERY = (LedgerError, StoreError, MissingProgramError, CodeTableError, PackError)


def _nothing(_document_id: str, _point: str) -> None:
    """No observer at the stage boundaries."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One run over one installation.

    Attributes:
        settings: see there.
        ledger, store, pool, backend: the open parts.
        versions: of the stages.
        worker_id: of this process; leases are held in its name.
        run_id: of this run in the ledger.
        weights: that confidence is computed with.
        second: reads with a model beside the backend; None where no model is configured.
        night: asks its questions through the batch API; None where no model is configured.
        clock: the time now, aware.
        boundary: called with a document's id and a point's name at each stage boundary (crash tests end there).
    """

    settings: Settings
    ledger: Ledger
    store: Store
    pool: ReaderPool
    backend: Backend
    versions: Versions
    worker_id: str
    run_id: str
    weights: Weights = field(default_factory=load_weights)
    second: SecondReader | None = None
    night: BatchNight | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    boundary: Callable[[str, str], None] = _nothing

    # --- intake and the backlog

    def take_in(self, inbox: Path, *, keep: bool = False) -> IntakeCounts:
        """Stores and records what lies in the inbox, then removes it from there unless `keep`.

        Raises:
            StoreError: the inbox or the store cannot be used.
            LedgerError: an arrival could not be recorded; its inbox copy stays.
        """
        scan = scan_inbox(inbox, now=self.clock(), settle_s=self.settings.settle_s)
        if any(skipped.reason is SkipReason.STILL_WRITTEN for skipped in scan.skipped):
            time.sleep(self.settings.settle_s)  # what was copied a moment ago is complete by then
            scan = scan_inbox(inbox, now=self.clock(), settle_s=self.settings.settle_s)
        counts = IntakeCounts(skipped=dict(Counter(skipped.reason.value for skipped in scan.skipped)))
        for file in scan.files:
            counts += self._take_in_one(file, keep=keep)
        return counts

    def _take_in_one(self, file: InboxFile, *, keep: bool) -> IntakeCounts:
        """Stored, then recorded, then removed: a crash between any two loses nothing."""
        arrived = take_in(file, self.store)
        if isinstance(arrived, Skipped):
            return IntakeCounts(skipped={arrived.reason.value: 1})
        self.boundary(arrived.document_id, "stored")
        recorded = self.ledger.record_arrival(
            Arrival(
                document_id=arrived.document_id,
                file_name=arrived.arrived_as,
                origin=":".join(str(part) for part in file.identity),
                received_at=arrived.arrived_at,
                size=arrived.size,
                media_type=arrived.media_type,
            ),
            actor=self.worker_id,
        )
        self.boundary(arrived.document_id, "recorded")
        stays = int(not keep and not remove(file))
        if recorded.repeated:
            return IntakeCounts(known=1, stuck=stays)
        return IntakeCounts(new=1, stuck=stays) if recorded.first else IntakeCounts(again=1, stuck=stays)

    def rounds(self) -> Iterator[None]:
        """Once over what is in flight, and again each time a batch of questions to a model is back."""
        return iter((None,)) if self.night is None else self.night.rounds(self._questions)

    def chunks(self, *, size: int, run_id: str | None = None) -> Iterator[Chunk]:
        """Claims what is in flight, chunk by chunk, until nothing is left to claim that this run has not tried.

        Documents that a live worker holds are left to it; if it dies, a later run takes them over.

        Args:
            size: documents a chunk.
            run_id: only what that run put back in flight (a backfill).
        """
        number = 0
        tried: set[str] = set()
        again: set[str] = set()  # failed in this run and came up again: a later run's
        while leases := self._claimed(size, Among(run_id=run_id, excluding=frozenset(again))):
            fresh = [lease for lease in leases if lease.document_id not in tried]
            again.update(lease.document_id for lease in leases if lease.document_id in tried)
            self._put_off([lease for lease in leases if lease.document_id in again])
            if fresh:
                number += 1
                tried.update(lease.document_id for lease in fresh)
                yield Chunk(number=number, leases=tuple(self._begun(fresh)))
            if self.night is not None:
                tried -= self.night.waiting  # they come again once their batch is back
                self.night.tend()

    def _claimed(self, size: int, among: Among) -> list[Lease]:
        return self.ledger.claim(self.worker_id, limit=size, lease_s=self.settings.lease_s, among=among)

    def process(self, chunk: Chunk) -> StageCounts:
        """All stages of one chunk, in order."""
        self.read(chunk)
        self.extract(chunk)
        return self.publish(chunk)

    def reconcile(self) -> Reconciliation:
        """Counts every document once, from facts."""
        return checks.reconcile(self.ledger)

    # --- stages

    def read(self, chunk: Chunk) -> StageCounts:
        """Reads the documents that have no reading of the current version."""
        with kept_alive(self.ledger, chunk.leases, self.settings.lease_s):
            keys = {lease: self.results.key(lease.document_id, Stage.READ) for lease in chunk.leases}
            known = self.ledger.known_keys(list(keys.values()))
            missing = [lease for lease in chunk.leases if keys[lease] not in known]
            counts = StageCounts(known=len(chunk.leases) - len(missing))
            for lease, future in self._submitted(missing):
                counts += self._guarded(lease, partial(self._keep_reading, future=future))
            return counts

    def extract(self, chunk: Chunk) -> StageCounts:
        """Splits documents into segments and has each extractable one read by the backend."""
        with kept_alive(self.ledger, chunk.leases, self.settings.lease_s):
            counts = sum((self._guarded(lease, self._extract) for lease in chunk.leases), StageCounts())
            if self.second is not None:
                wanted = [Wanted(x.document_id, q, x) for x in chunk.leases for q in self._questions(x.document_id)]
                self.second.ask(wanted if self.night is None else self.night.gathering.park(wanted))
            return counts

    def publish(self, chunk: Chunk) -> StageCounts:
        """Checks and scores every value, maps accepted records to FHIR, and settles each document."""
        waiting = frozenset() if self.night is None else self.night.waiting
        left = [lease for lease in chunk.leases if lease.document_id not in waiting]
        with kept_alive(self.ledger, left, self.settings.lease_s):
            counts = StageCounts(waiting=len(chunk.leases) - len(left))
            return sum((self._guarded(lease, self._publish) for lease in left), counts)

    # --- one document

    def _guarded(self, lease: Lease, step: Callable[[Lease], StageCounts]) -> StageCounts:
        """The per-document boundary: a failure is this document's, the run goes on; nothing of its text gets out."""
        try:
            return step(lease)
        except LeaseLostError:
            return StageCounts(lost=1)
        except BROKEN_MACHINERY:
            raise
        except Exception as error:  # the one broad except: a document must never end the night
            code = error.code if isinstance(error, Fax2FhirError) else type(error).__name__
            LOG.error("document %s failed: %s", lease.document_id, code)
            self._give_back(lease)
            return StageCounts(failed=1)

    def _begun(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """Counts an attempt at each; one on which too many workers ended goes to a person instead."""
        for lease in leases:
            if lease.exhausted:
                self._settle(lease, Settlement(outcome=OutcomeCode.STAGE_FAILED, run_id=self.run_id))
        return self.ledger.begin_all([lease for lease in leases if not lease.exhausted])

    def _give_back(self, lease: Lease) -> None:
        """A later run tries again; after too many tries a person gets it."""
        if self.ledger.document(lease.document_id).attempts >= MAX_ATTEMPTS:
            self._settle(lease, Settlement(outcome=OutcomeCode.STAGE_FAILED, run_id=self.run_id))
        else:
            self._put_off([lease], failed=True)

    def _put_off(self, leases: Sequence[Lease], *, failed: bool = False) -> None:
        """Gives documents back for a later run: nobody claims them for the time of a lease."""
        later = self.clock() + timedelta(seconds=self.settings.lease_s)
        self.ledger.release(leases, failed=failed, not_before=later)

    def _submitted(self, leases: Sequence[Lease]) -> Iterator[tuple[Lease, Future[ReadDocument]]]:
        """Hands documents to the reading processes a few ahead of what is stored, so that memory stays flat."""
        ahead = 2 * self.settings.reading_workers
        pending: deque[tuple[Lease, Future[ReadDocument]]] = deque()
        media_types = self.ledger.media_types([lease.document_id for lease in leases])
        for lease in leases:
            media_type = media_types[lease.document_id]
            known = None if media_type is None else MediaType(media_type)
            try:
                path = self.store.path(lease.document_id)
            except MissingDocumentError:
                self._settle(lease, Settlement(outcome=OutcomeCode.BYTES_MISSING, run_id=self.run_id))
                continue
            pending.append((lease, self.pool.submit(path, known)))
            if len(pending) > ahead:
                yield pending.popleft()
        yield from pending

    def _keep_reading(self, lease: Lease, *, future: Future[ReadDocument]) -> StageCounts:
        read = future.result()
        self._keep(lease, Stage.READ, read.model_dump_json().encode())
        return StageCounts(done=1, pages=len(read.pages))

    def _extract(self, lease: Lease) -> StageCounts:
        key = self.results.key(lease.document_id, Stage.EXTRACT)
        read = self.results.reading(lease.document_id)
        if read is None or not read.pages or key in self.ledger.known_keys([key]):
            return StageCounts(known=1)
        extracted = stages.extract(read.pages, self.backend)
        self._keep(lease, Stage.EXTRACT, extracted.model_dump_json().encode())
        return StageCounts(done=1)

    def _questions(self, document_id: str) -> list[Question]:
        """The questions about a document; none while an earlier stage has no result."""
        read, stored = self.results.reading(document_id), self.results.extracted(document_id)
        if read is None or stored is None or self.settings.llm is None:
            return []
        return [q for each in stages.questions_of(read.pages, stored.parts, self.settings.llm) for q in each]

    def _publish(self, lease: Lease) -> StageCounts:
        settlement = self._settlement(self.ledger.document(lease.document_id))
        if settlement is None:
            return StageCounts()
        self._settle(lease, settlement)
        self.boundary(lease.document_id, "settled")
        return StageCounts(done=1)

    def _settlement(self, document: DocumentStatus) -> Settlement | None:
        """What becomes of a document; None while an earlier stage has no result (it failed and was given back)."""
        read = self.results.reading(document.document_id)
        if read is None:
            return None
        if not read.pages:
            return Settlement(outcome=read.code or OutcomeCode.NO_PAGES, page_count=read.page_count, run_id=self.run_id)
        extracted = self.results.extracted(document.document_id)
        if extracted is None:
            return None
        reception = stages.received(read.pages, document.received_at, self.settings.zone)
        records, checked = self._checked(document.document_id, read.pages, extracted, reception)
        self.boundary(document.document_id, Stage.CHECK)
        outcome = read.code
        if outcome is None and (not records or stages.needs_a_person(extracted)):
            outcome = OutcomeCode.NOTHING_TO_EXTRACT
        mapped = tuple(
            RecordResult(
                record=record, bundle=self._mapped(record, document, Circumstances()) if record.accepted else None
            )
            for record in records
        )
        self.boundary(document.document_id, Stage.MAP)
        return Settlement(
            records=mapped,
            outcome=outcome,
            mapping=self.versions.map,
            run_id=self.run_id,
            page_count=read.page_count,
            header_at=reception.header_at,
            sender=reception.sender,
            stage_results=checked,
            audit_share=self.settings.audit_share,
        )

    def _checked(
        self, document_id: str, pages: Sequence[Page], extracted: stages.Extracted, reception: stages.Received
    ) -> tuple[tuple[Record, ...], tuple[StageResult, ...]]:
        """The records, and their stage result unless it is stored already (it is committed with the settlement)."""
        second = self._second(pages, extracted)
        key = self.results.check_key(document_id, second)
        stored = self.ledger.stage_result(key)
        if stored is not None:
            return stages.RECORDS.validate_json(stored), ()
        records = stages.check(
            document_id,
            pages,
            extracted,
            received=reception,
            facility=stages.Facility(self.settings.zone, loaded_shelf(self.settings), self.weights),
            second=second,
        )
        result = self.results.result(document_id, Stage.CHECK, stages.RECORDS.dump_json(records))
        return records, (result.model_copy(update={"key": key}),)

    def check_key(self, document_id: str) -> str:
        """The key of the check of what is read and extracted by now, with the model's answers to it."""
        plain = self.results.key(document_id, Stage.CHECK)
        if self.settings.llm is None:
            return plain
        read, extracted = self.results.reading(document_id), self.results.extracted(document_id)
        if read is None or extracted is None:
            return plain
        return self.results.check_key(document_id, self._second(read.pages, extracted))

    def _second(self, pages: Sequence[Page], extracted: stages.Extracted) -> tuple[stages.SecondReading, ...]:
        """What the model read in each part; empty where none is configured."""
        if self.settings.llm is None:
            return ()
        asked = stages.questions_of(pages, extracted.parts, self.settings.llm)
        keys = [question.key for each in asked for question in each]
        stored = self.ledger.stage_results(keys)
        with self.ledger.snapshot() as connection:
            latest = spend.latest(connection, [key for key in keys if key not in stored])
        failed = {key: spent.outcome for key, spent in latest.items()}
        return tuple(stages.second_reading(each, stored, failed, model=self.settings.llm.model) for each in asked)

    def _settle(self, lease: Lease, settlement: Settlement) -> None:
        settle(self.ledger, lease, settlement, build_bundle=self.map)

    def map(self, record: Record, given: Circumstances) -> str:
        """The FHIR bundle of a record, as JSON."""
        return self._mapped(record, self.ledger.document(record.document_id), given)

    def _mapped(self, record: Record, document: DocumentStatus, given: Circumstances) -> str:
        from flows.mapping import bundle_of

        return bundle_of(record, given, document=document, store=self.store, recorded=self.clock())

    @property
    def results(self) -> StoredResults:
        """What the stages of these versions have said already."""
        return StoredResults(self.ledger, self.versions)

    def _keep(self, lease: Lease, stage: Stage, payload: bytes) -> None:
        self.ledger.store_stage_results(lease, [self.results.result(lease.document_id, stage, payload)])
        self.boundary(lease.document_id, stage)
