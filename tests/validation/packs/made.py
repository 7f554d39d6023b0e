"""Packs for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from validation.packs.model import Pack
from validation.packs.shelf import Shelf

TEXT = """\
format: 1
id: summit
version: "1"
status: approved
approved: {by: Pat Reviewer, date: 2026-01-02}
payer: {name: Summit Care Plan, aliases: [Summit Care]}
effective: {from: 2026-01-01, to: 2026-12-31}
"""


def pack(**changes: Any) -> Pack:
    """A complete pack with some of its parts changed."""
    given: dict[str, Any] = {
        "id": "summit",
        "version": "1",
        "status": "approved",
        "approved": {"by": "Pat Reviewer", "date": "2026-01-02"},
        "payer": {"name": "Summit Care Plan", "aliases": ["Summit Care"]},
        "effective": {"from": "2026-01-01"},
    }
    return Pack.model_validate({**given, **changes})


def shelf(**changes: Any) -> Shelf:
    return Shelf((pack(**changes),), "fingerprint")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path
