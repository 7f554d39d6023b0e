"""Requests that ask for what another document asked for before."""

from __future__ import annotations

from documents.records import Record
from ledger.request_keys import claim_keys
from ledger.transaction import LedgerTransaction
from validation.request_keys import request_keys
from validation.rulebook.elsewhere import DUPLICATE_REQUEST


def earlier_requests(tx: LedgerTransaction, record: Record, *, known: bool) -> tuple[str, ...]:
    """Gives a record the keys of what it asks for; returns the ids of records that asked for it before.

    Args:
        tx: the transaction in which the record is kept.
        record: with its verified values.
        known: whether it was kept before, so that it may hold keys that it has no more.
    """
    keys = request_keys(record)
    return claim_keys(tx, record, keys, known=known) if keys or known else ()


def is_marked(record: Record) -> bool:
    """Whether a record says already that it repeats an earlier one."""
    return any(finding.rule == DUPLICATE_REQUEST.id for finding in record.findings)


def marked(record: Record, earlier: str) -> Record:
    """The record with the finding that it repeats an earlier one, of which the id is shortened as everywhere."""
    finding = DUPLICATE_REQUEST.finding(note=f"record {earlier[:12]}")
    return record.model_copy(update={"findings": (*record.findings, finding)})
