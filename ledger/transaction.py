"""One ledger transaction: what is written in it and the audit events about it are committed together or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from ledger import audit
from ledger.audit import Detail, Event


class LedgerTransaction:
    """A write transaction with its actor, its time and the audit events it will add.

    Events are chained when the transaction ends, so that on PostgreSQL the chain's lock is held shortly and always
    taken last.

    Attributes:
        connection: for statements.
        actor: who acts: a worker's id or a person's login.
        now: the time of everything in this transaction.
    """

    def __init__(self, connection: Connection, *, actor: str, now: datetime) -> None:
        self.connection = connection
        self.actor = actor
        # In UTC: adding a lease to a local time would be an hour wrong on the night when the clocks change.
        self.now = now.astimezone(UTC)
        self._events: list[Event] = []

    def record_event(
        self,
        action: str,
        *,
        document_id: str | None = None,
        record_id: str | None = None,
        **details: Detail,
    ) -> None:
        """Adds an event; details are ids, field paths, codes and counts.

        Raises:
            ValueError: a detail could be patient text.
        """
        audit.checked_details(details)
        self._events.append(Event(action=action, document_id=document_id, record_id=record_id, details=details))

    def close(self) -> None:
        """Chains the events; called once, just before the commit."""
        if self._events:
            audit.append(self.connection, self._events, at=self.now, actor=self.actor)
            self._events = []
