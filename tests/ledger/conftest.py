from __future__ import annotations

from tests.ledger.databases import clock, database_url, empty_url, ledger, postgres

__all__ = ["clock", "database_url", "empty_url", "ledger", "postgres"]
