"""Whom a request is for: the payer that its Claim names."""

from __future__ import annotations

from fhir_mapping.transaction import parsed


def addressee(bundle: str) -> str:
    """The payer's name in a request, an update or a cancellation; empty where its first entry names none."""
    entries = parsed(bundle).get("entry", [])
    insurer = entries[0]["resource"].get("insurer", {}).get("reference") if entries else None
    named = (entry["resource"].get("name") for entry in entries if entry.get("fullUrl") == insurer)
    return next((name for name in named if isinstance(name, str)), "")
