"""Of overlapping hits in a text, the longest; of equally long ones the first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Spanned(Protocol):
    """A hit with its span."""

    @property
    def start(self) -> int:
        """Offset of its first character."""
        ...

    @property
    def end(self) -> int:
        """Offset after its last character."""
        ...


Hit = TypeVar("Hit", bound=Spanned)


def longest(hits: Iterable[Hit], length: int) -> list[Hit]:
    """Hits that do not overlap, in order, in a text of `length` characters; of equal spans the earlier hit."""
    taken = bytearray(length)
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)
