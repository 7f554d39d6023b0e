"""Writes every table of the ledger's current records to a folder, document by document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.tabular.files import ROWS_IN_MEMORY, opened_files
from flows.tabular.rows import Row, Source, rows
from flows.tabular.schema import TABLES
from ledger.ledger import Ledger
from ledger.record_keeping import KeptRecord
from ledger.states import RecordState
from review_queue import keeping
from review_queue.verified_values import join


def write_tables(ledger: Ledger, form: str, out: Path) -> int:
    """Writes `<table>.<form>` for each table; returns how many records they are about.

    Rows are in order of the documents' arrival, then of pages; memory does not grow with the ledger.
    """
    count = 0
    waiting: dict[str, list[Row]] = {table.name: [] for table in TABLES}
    with opened_files(TABLES, form, out) as files:
        for source in _sources(ledger):
            count += 1
            for table in TABLES:
                waiting[table.name] += rows(table, source)
                if len(waiting[table.name]) >= ROWS_IN_MEMORY:
                    files[table.name].write(waiting.pop(table.name))
                    waiting[table.name] = []
        for name, rest in waiting.items():
            if rest:
                files[name].write(rest)
    return count


def _sources(ledger: Ledger) -> Iterator[Source]:
    """Every current record, with what people decided so far and where it comes from."""
    for document in ledger.all_documents():
        if not document.records:
            continue
        times = ledger.record_times(document.document_id)
        for kept in ledger.records_of(document.document_id):
            if kept.current:
                yield Source(_decided(ledger, kept), document, times[kept.record.id])


def _decided(ledger: Ledger, kept: KeptRecord) -> KeptRecord:
    """A record that waits, as its decisions leave it; a record that was signed off holds them already."""
    if kept.state is not RecordState.IN_REVIEW:
        return kept
    with ledger.snapshot() as connection:
        decisions = keeping.decisions_on(connection, kept.record.id)
    return kept.model_copy(update={"record": join(kept.record, decisions).record})
