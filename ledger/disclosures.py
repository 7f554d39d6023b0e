"""What left for a model, for which document, when: read from the audit chain; it holds no text of a document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from pydantic import Field as PydanticField
from sqlalchemy import Connection, RowMapping, select

from documents.value import Value
from ledger.tables import AUDIT_EVENTS
from ledger.transaction import LedgerTransaction

ACTION = "document.disclosed"


class Disclosure(Value):
    """One question as it was sent to a model, repeats included.

    Attributes:
        document_id: of which document.
        document_type: what its pages were read as; its schema is what was asked for.
        pages: of what was sent, e.g. `1,3-4`.
        fields: the entities that were asked for, e.g. `patient`.
        model, host: who was asked, in the characters that audit details allow.
        redacted: whether identifiers were replaced.
        replaced: how many of each kind, over all pages sent.
        question: beginning of the question's content key, which its answer and its bill are kept under.
    """

    document_id: str
    document_type: str
    pages: str
    fields: tuple[str, ...]
    model: str
    host: str
    redacted: bool
    replaced: dict[str, int] = PydanticField(default_factory=dict)
    question: str


class Disclosed(Value):
    """A disclosure as the audit chain holds it: when, and by which worker."""

    at: datetime
    actor: str
    disclosure: Disclosure


def record(tx: LedgerTransaction, disclosure: Disclosure) -> None:
    """Adds the audit event; it is committed before anything is sent.

    Raises:
        ValueError: a detail could be patient text.
    """
    tx.record_event(
        ACTION,
        document_id=disclosure.document_id,
        document_type=disclosure.document_type,
        pages=disclosure.pages,
        fields=",".join(disclosure.fields),
        model=code(disclosure.model),
        host=code(disclosure.host),
        redacted=disclosure.redacted,
        replaced=",".join(f"{kind}:{count}" for kind, count in sorted(disclosure.replaced.items())),
        question=disclosure.question,
    )


def disclosures(
    connection: Connection,
    *,
    document_id: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Disclosed]:
    """Yields what was sent in [start, end), oldest first; of one document, if given."""
    columns = AUDIT_EVENTS.c
    query = select(AUDIT_EVENTS).where(columns.action == ACTION).order_by(columns.sequence)
    if document_id is not None:
        query = query.where(columns.document_id == document_id)
    if start is not None:
        query = query.where(columns.at >= start)
    if end is not None:
        query = query.where(columns.at < end)
    for row in connection.execute(query.execution_options(yield_per=1000)).mappings():
        yield Disclosed(at=row["at"], actor=row["actor"], disclosure=_disclosure(row))


def _disclosure(row: RowMapping) -> Disclosure:
    details = json.loads(str(row["details"]))
    counts = (pair.split(":") for pair in details["replaced"].split(",") if pair)
    return Disclosure.model_validate(
        {
            **details,
            "document_id": row["document_id"],
            "fields": tuple(details["fields"].split(",")),
            "replaced": {kind: int(count) for kind, count in counts},
        }
    )


def code(name: str) -> str:
    """A model's or a host's name in the characters that audit details allow."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-:/") else "_" for c in name)[:100]
