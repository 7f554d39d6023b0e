"""The durable truth about documents: one object over one database, each method one transaction or one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text

from documents.errors import LedgerError
from ledger import (
    arrivals,
    audit,
    database,
    leases,
    reconciliation,
    record_keeping,
    runs,
    stage_results,
    statuses,
    verification,
)
from ledger.arrivals import Arrival, ArrivalRecorded
from ledger.audit import AuditHead
from ledger.leases import ALL, Among, Lease
from ledger.reconciliation import Reconciliation
from ledger.record_keeping import KeptRecord
from ledger.runs import RunRow
from ledger.stage_results import StageResult
from ledger.states import DocumentState
from ledger.statuses import After, DocumentStatus, PublishedBundle, RecordTimes
from ledger.tables import SCHEMA_REVISION
from ledger.transaction import LedgerTransaction
from ledger.verification import Verification

_EXPORT_PAGE = 200
# PostgreSQL takes at most 65,535 parameters a statement.
_SLICE = 500


class Ledger:
    """The ledger of one installation. Safe to share between threads; each process opens its own.

    Every method raises LedgerError, without any value in it, when the database cannot be reached, is damaged, full,
    locked or read-only; what was committed before stays. Methods that take a Lease raise LeaseLostError when another
    worker took the document over.
    """

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    @classmethod
    def open(cls, url: str, *, clock: Callable[[], datetime]) -> Self:
        """Opens a migrated database (see `ledger.schema_migration.upgrade`).

        Raises:
            LedgerError: it is missing, unreachable, damaged or of another schema revision.
            SettingsError: the URL cannot be read.
        """
        file = database.sqlite_file(database.parsed_url(url))
        if file is not None and not file.exists():
            error = LedgerError("the database does not exist")
            error.remedy = "Run `fax2fhir run` or `make demo` once, or correct the database URL."
            raise error
        engine = database.open_engine(url)
        try:
            with database.reading(engine) as connection:
                revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        except LedgerError:
            engine.dispose()
            raise
        if revision != SCHEMA_REVISION:
            engine.dispose()
            raise LedgerError("the database has another schema revision than this program")
        return cls(engine, clock=clock)

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self, actor: str) -> Iterator[LedgerTransaction]:
        """One transaction with its audit events: all committed at the end, or nothing."""
        with database.writing(self._engine) as connection:
            tx = LedgerTransaction(connection, actor=actor, now=self._clock())
            yield tx
            tx.close()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A reading connection on which all queries see the same moment."""
        with database.reading(self._engine) as connection:
            yield connection

    # --- documents in flight

    def record_arrival(self, arrival: Arrival, *, actor: str) -> ArrivalRecorded:
        """Records a delivery; call it after the bytes are in the store and before the inbox copy is removed."""
        with self.transaction(actor) as tx:
            return arrivals.record_arrival(tx, arrival)

    def record_arrivals(self, received: Sequence[Arrival], *, actor: str) -> list[ArrivalRecorded]:
        """Records several deliveries in one transaction."""
        with self.transaction(actor) as tx:
            return [arrivals.record_arrival(tx, arrival) for arrival in received]

    def claim(self, worker_id: str, *, limit: int, lease_s: float, among: Among = ALL) -> list[Lease]:
        """Leases up to `limit` documents in flight that no live lease holds, oldest first.

        A document at which an attempt has failed is leased alone, so that one that kills its worker does not take the
        same neighbours down each time.
        """
        with self.transaction(worker_id) as tx:
            return leases.claim(tx, worker_id, limit=limit, lease_s=lease_s, among=among)

    def begin(self, lease: Lease) -> Lease:
        """Counts an attempt at a leased document; use the lease it returns from then on."""
        with self.transaction(lease.worker_id) as tx:
            return leases.begin(tx, lease)

    def begin_all(self, held: Sequence[Lease]) -> list[Lease]:
        """Counts an attempt at each document of a chunk, in one commit."""
        if not held:
            return []
        with self.transaction(held[0].worker_id) as tx:
            return [leases.begin(tx, lease) for lease in held]

    def renew(self, held: Sequence[Lease], *, lease_s: float) -> list[Lease]:
        """Extends leases; returns those still held."""
        if not held:
            return []
        with self.transaction(held[0].worker_id) as tx:
            return leases.renew(tx, held, lease_s=lease_s)

    def release(self, held: Sequence[Lease], *, failed: bool = False, not_before: datetime | None = None) -> None:
        """Gives documents back unsettled; `failed` leaves the attempt counted, `not_before` keeps them from a retry."""
        if not held:
            return
        with self.transaction(held[0].worker_id) as tx:
            leases.release(tx, held, failed=failed, not_before=not_before)

    def release_all(self, worker_id: str) -> int:
        """Gives back everything a worker holds; returns how many documents."""
        with self.transaction(worker_id) as tx:
            return leases.release_all(tx, worker_id)

    def record_export(self, *, actor: str, form: str, count: int) -> None:
        """Records that documents leave the installation; call it before they do."""
        with self.transaction(actor) as tx:
            tx.record_event("documents.exported", form=form, count=count)

    def known_documents(self, document_ids: Iterable[str]) -> frozenset[str]:
        """Returns those of the ids that are documents of this ledger."""
        with self.snapshot() as connection:
            return statuses.known_documents(connection, list(document_ids))

    def lease_holders(self) -> frozenset[str]:
        """Returns the workers that hold leases, live or expired."""
        with self.snapshot() as connection:
            return leases.holders(connection)

    def expire_leases(self, worker_ids: Sequence[str], *, actor: str) -> int:
        """Ends the leases of workers that are known to be dead; returns how many."""
        with self.transaction(actor) as tx:
            return leases.expire(tx, worker_ids)

    def in_flight_ids(self, *, limit: int | None = None) -> list[str]:
        """Returns the backlog, oldest first."""
        with self.snapshot() as connection:
            return statuses.in_flight_ids(connection, limit=limit)

    # --- stage results

    def stage_result(self, key: str) -> bytes | None:
        """Returns the result under a content key, None if there is none."""
        return self.stage_results([key]).get(key)

    def stage_results(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Returns the results under content keys, those that exist."""
        with self.snapshot() as connection:
            return stage_results.read(connection, keys)

    def latest_stage_result(self, document_id: str, stage: str) -> bytes | None:
        """Returns a document's newest result of a stage (its pages, say), None if there is none."""
        with self.snapshot() as connection:
            return stage_results.latest(connection, document_id, stage)

    def known_keys(self, keys: Sequence[str]) -> frozenset[str]:
        """Returns those of the content keys that have a result."""
        with self.snapshot() as connection:
            return stage_results.known_keys(connection, keys)

    def store_stage_results(self, lease: Lease, results: Sequence[StageResult]) -> None:
        """Stores results of the leased document; known keys are left as they are."""
        with self.transaction(lease.worker_id) as tx:
            leases.hold(tx, lease)
            stage_results.store(tx, results)

    # --- records and bundles

    def records_of(self, document_id: str) -> list[KeptRecord]:
        """Returns a document's records in page order, superseded ones too."""
        with self.snapshot() as connection:
            return record_keeping.kept_records(connection, document_id)

    def record(self, record_id: str) -> KeptRecord | None:
        """Returns a record, None if there is none."""
        with self.snapshot() as connection:
            return record_keeping.kept_record(connection, record_id)

    def record_times(self, document_id: str) -> dict[str, RecordTimes]:
        """Returns when a document's records were read and published, by record."""
        with self.snapshot() as connection:
            return statuses.record_times(connection, document_id)

    def records_matching(self, reference: str) -> list[str]:
        """Returns the ids of the records that an id or its beginning may mean."""
        with self.snapshot() as connection:
            return statuses.records_matching(connection, reference)

    def mapped_otherwise(self, document_id: str, mapping: str) -> bool:
        """Whether a current bundle of the document was mapped by another version of the mapping."""
        with self.snapshot() as connection:
            return record_keeping.mapped_otherwise(connection, document_id, mapping)

    def published_bundles(self) -> Iterator[PublishedBundle]:
        """Yields the current bundles by document and record; memory stays flat, no snapshot is held meanwhile."""
        after: tuple[str, str] | None = None
        while True:
            with self.snapshot() as connection:
                page = statuses.published_after(connection, after, limit=_EXPORT_PAGE)
            yield from page
            if len(page) < _EXPORT_PAGE:
                return
            after = (page[-1].document_id, page[-1].record_id)

    def publication_numbers(self) -> dict[str, int]:
        """Returns the number of each record's current publication."""
        with self.snapshot() as connection:
            return statuses.publication_numbers(connection)

    def published_bundle(self, record_id: str, number: int) -> str | None:
        """Returns the JSON of one publication, None if there is none."""
        with self.snapshot() as connection:
            return statuses.published_bundle(connection, record_id, number)

    # --- where is everything

    def documents(
        self,
        *,
        state: DocumentState | None = None,
        run_id: str | None = None,
        after: After | None = None,
        limit: int = 100,
    ) -> list[DocumentStatus]:
        """Returns a page of statuses in order of arrival."""
        with self.snapshot() as connection:
            return statuses.documents(connection, state=state, run_id=run_id, after=after, limit=limit)

    def all_documents(
        self, *, state: DocumentState | None = None, run_id: str | None = None
    ) -> Iterator[DocumentStatus]:
        """Yields all statuses in order of arrival, page by page."""
        after: After | None = None
        while page := self.documents(state=state, run_id=run_id, after=after, limit=_EXPORT_PAGE):
            yield from page
            after = After(received_at=page[-1].received_at, document_id=page[-1].document_id)

    def document(self, document_id: str) -> DocumentStatus:
        """Returns where a document is.

        Raises:
            LedgerError: there is none with that id.
        """
        with self.snapshot() as connection:
            found = statuses.document(connection, document_id)
        if found is None:
            raise LedgerError("no such document in the ledger", subject=document_id)
        return found

    def media_types(self, document_ids: Sequence[str]) -> dict[str, str | None]:
        """Returns the media types of documents, as sniffed when they arrived."""
        with self.snapshot() as connection:
            return statuses.media_types(connection, document_ids)

    def settled_by(self, run_id: str) -> dict[str, int]:
        """Returns how many documents a run settled, by outcome code, else by state."""
        with self.snapshot() as connection:
            return statuses.settled_by(connection, run_id)

    def documents_matching(self, reference: str) -> list[DocumentStatus]:
        """Returns the documents that an id, its beginning, a file name or its stem may mean."""
        with self.snapshot() as connection:
            return statuses.documents_matching(connection, arrivals.storable_name(reference))

    def documents_received_between(
        self, start: datetime, end: datetime, *, types: Sequence[str] | None = None
    ) -> list[str]:
        """Returns the ids of documents first received in [start, end), with a record of such a type if given."""
        with self.snapshot() as connection:
            return statuses.received_between(connection, start, end, types=types)

    def requeue(
        self,
        document_ids: Sequence[str],
        *,
        actor: str,
        reason: str,
        run_id: str | None,
        discard_stages: Sequence[str] = (),
    ) -> int:
        """Puts settled documents back in flight; what is published stays published meanwhile.

        Args:
            document_ids: which documents; those in flight already are left as they are.
            actor: who asked.
            reason: a code.
            run_id: the backfill's run.
            discard_stages: stages whose stored results are dropped, so that they run again though no version changed.

        Returns:
            How many documents were put in flight.
        """
        with self.transaction(actor) as tx:
            slices = [document_ids[at : at + _SLICE] for at in range(0, len(document_ids), _SLICE)]
            if discard_stages:
                dropped = sum(stage_results.discard(tx, ids, discard_stages) for ids in slices)
                tx.record_event("stage_results.discarded", run=run_id, stages=",".join(discard_stages), count=dropped)
            return sum(record_keeping.requeue(tx, ids, reason=reason, run_id=run_id) for ids in slices)

    def reconcile(self) -> Reconciliation:
        """Counts every document once, from facts, in one snapshot."""
        with self.snapshot() as connection:
            return reconciliation.reconcile(connection)

    # --- audit and runs

    def audit_head(self) -> AuditHead:
        """Returns the chain's head, to be kept outside the database."""
        with self.snapshot() as connection:
            return audit.read_head(connection)

    def verify(self, *, known: AuditHead | None = None) -> Verification:
        """Re-hashes everything the ledger holds, against the head exported earlier if given."""
        with self.snapshot() as connection:
            return verification.verify(connection, known=known)

    def record_view(self, *, actor: str, document_id: str, record_id: str | None = None) -> None:
        """Records that a person looked at a document."""
        with self.transaction(actor) as tx:
            tx.record_event("document.viewed", document_id=document_id, record_id=record_id)

    def start_run(self, run_id: str, *, kind: str, actor: str, settings: Mapping[str, object]) -> None:
        """Records that a run began."""
        with self.transaction(actor) as tx:
            runs.start(tx, run_id, kind=kind, settings=settings)

    def finish_run(self, run_id: str, *, actor: str, report: Mapping[str, object]) -> None:
        """Records what came of a run."""
        with self.transaction(actor) as tx:
            runs.finish(tx, run_id, report=report)

    def runs(self, *, limit: int = 20) -> list[RunRow]:
        """Returns the newest runs first."""
        with self.snapshot() as connection:
            return runs.latest(connection, limit=limit)
