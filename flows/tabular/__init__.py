"""Flat, typed tables of what the ledger holds, for analytics and features (docs/tables.md)."""
