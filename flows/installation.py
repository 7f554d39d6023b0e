"""Opens an installation: its folders, its database, its reading processes, and a run in the ledger."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from documents.errors import LedgerError, SettingsError
from documents.limits import ReadingLimits
from documents.reader_pool import ReaderPool
from documents.store import Store
from flows.pipeline import Pipeline
from flows.report import run_report
from flows.settings import Settings
from flows.stages import load_backend
from flows.versions import current_versions, under_weights
from flows.weights_versions import weights_in_force
from flows.worker import is_dead, worker_id
from ledger.ledger import Ledger
from ledger.record_keeping import KeptRecord
from ledger.schema_migration import upgrade
from ledger.tables import METADATA
from review_queue import tables as review_tables

if TYPE_CHECKING:
    from flows.batch_night import BatchNight
    from flows.second_reader import SecondReader

# A writer that is still at work after a day does not exist.
A_DAY_S = 86_400.0
# The queue's tables join the ledger's metadata when they are imported.
JOINED_METADATA = [METADATA, review_tables.REVIEW_ITEMS.metadata]


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@contextmanager
def opened_ledger(settings: Settings, *, clock: Callable[[], datetime] = now) -> Iterator[Ledger]:
    """The installation's ledger, created or migrated where need be.

    Raises:
        LedgerError: the database cannot be reached, is damaged or of a later version.
    """
    os.umask(0o077)  # everything below may hold patient data
    settings.home.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url, JOINED_METADATA)
    with Ledger.open(settings.database_url, clock=clock) as ledger:
        yield ledger


@contextmanager
def opened(
    settings: Settings, *, kind: str, actor: str, boundary: Callable[[str, str], None] | None = None
) -> Iterator[Pipeline]:
    """A pipeline ready to run, recorded as a run in the ledger from its beginning to its report.

    Args:
        settings: of the installation.
        kind: `nightly`, `backfill` or `run`.
        actor: who asked for it.
        boundary: observer at the stage boundaries, for crash tests.
    """
    shipped = current_versions(settings)
    store = Store(settings.store)
    store.remove_leftovers(older_than_s=A_DAY_S, now=now().timestamp())
    with opened_ledger(settings) as ledger:
        worker = worker_id()
        _expire_leases_of_the_dead(ledger, actor=worker)
        weights = weights_in_force(ledger)
        versions = under_weights(shipped, weights)
        run_id = uuid.uuid4().hex
        ledger.start_run(run_id, kind=kind, actor=actor, settings={**settings.masked(), **versions.model_dump()})
        limits = ReadingLimits(max_pages=settings.max_pages)
        settings.scratch.mkdir(parents=True, exist_ok=True)
        watched = boundary or (lambda _document_id, _point: None)
        with (
            ReaderPool(limits, settings.reading_workers, scratch=settings.scratch) as pool,
            _second_reader(settings, ledger, run_id=run_id, actor=worker) as second,
            _batch_night(second, settings, boundary=watched) as night,
        ):
            pipeline = Pipeline(
                settings=settings,
                ledger=ledger,
                store=store,
                pool=pool,
                backend=load_backend(settings.backend),
                versions=versions,
                worker_id=worker,
                run_id=run_id,
                weights=weights,
                second=second,
                night=night,
                clock=now,
                boundary=watched,
            )
            try:
                yield pipeline
            finally:
                # After an interruption nobody has to wait for these leases; in good order none is left.
                ledger.release_all(worker)
        ledger.finish_run(run_id, actor=worker, report=run_report(ledger, run_id, settings).model_dump())


def one_record(ledger: Ledger, reference: str) -> KeptRecord:
    """The record that an id or its beginning means.

    Raises:
        SettingsError: it means none, or several.
        LedgerError: it is gone.
    """
    found = ledger.records_matching(reference)
    if len(found) != 1:
        raise SettingsError("no such record" if not found else "several records begin so; give more of the id")
    kept = ledger.record(found[0])
    if kept is None:
        raise LedgerError("the record is gone", subject=found[0])
    return kept


def _expire_leases_of_the_dead(ledger: Ledger, *, actor: str) -> None:
    dead = [each for each in ledger.lease_holders() if is_dead(each)]
    if dead:
        ledger.expire_leases(dead, actor=actor)


@contextmanager
def _second_reader(settings: Settings, ledger: Ledger, *, run_id: str, actor: str) -> Iterator[SecondReader | None]:
    """The model beside the backend, where one is configured; its client is imported only then: it takes a second."""
    if settings.llm is None:
        yield None
        return
    from flows.second_reader import SecondReader

    with closing(SecondReader(settings.llm, ledger, run_id=run_id, actor=actor)) as second:
        yield second


@contextmanager
def _batch_night(
    second: SecondReader | None, settings: Settings, *, boundary: Callable[[str, str], None]
) -> Iterator[BatchNight | None]:
    """The model's batch API, where a model is configured."""
    if second is None:
        yield None
        return
    from flows.batch_night import BatchNight

    with closing(BatchNight(second, second.ledger, settings.scratch, now, boundary)) as night:
        yield night
