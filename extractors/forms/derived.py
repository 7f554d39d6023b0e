"""What follows from a value without being printed: a requested diagnosis is active, a code's shape names its system."""

from __future__ import annotations

from extractors.forms.collected import Collected, Place
from extractors.forms.parsing import Piece
from extractors.forms.sheet import Sheet


def derive_from(entity: str, group: str, pieces: list[Piece], *, sheet: Sheet, collected: Collected) -> None:
    """What follows from a value: a diagnosis on a request is active, a code's shape names its system."""
    for piece in pieces:
        span = (piece.start, piece.end)
        if piece.path in ("diagnosis.code", "diagnosis.description") and not collected.holds(group, "diagnosis.status"):
            collected.derive("diagnosis.status", "active", sheet.page, span, place=Place("text"), group=group)
        if piece.path == "procedure.code" and entity == "procedure":
            system = "HCPCS" if piece.value[:1].isalpha() else "CPT"
            collected.derive("procedure.system", system, sheet.page, span, place=Place("text"), group=group)
