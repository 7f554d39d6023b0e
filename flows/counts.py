"""What a run says about itself: ids and counts, never a value."""

from __future__ import annotations

from documents.value import Value
from ledger.leases import Lease


class Chunk(Value):
    """Documents that are processed together, each under its own lease. `number` counts from 1 within a run."""

    number: int
    leases: tuple[Lease, ...]


class IntakeCounts(Value):
    """What intake did with an inbox.

    Attributes:
        new: documents received for the first time.
        again: documents received before, with the same bytes.
        known: deliveries that were recorded already (an earlier run was cut short, or files were kept).
        skipped: entries left alone: still arriving, folders, links, pipes.
    """

    new: int = 0
    again: int = 0
    known: int = 0
    skipped: int = 0

    def __add__(self, other: IntakeCounts) -> IntakeCounts:
        """Sums, name by name."""
        return IntakeCounts(**_sums(self, other))

    def in_words(self) -> str:
        """One line for logs."""
        seen = f"{self.new} new, {self.again} received again, {self.known} recorded before"
        return f"{seen}, {self.skipped} left in the inbox"


class StageCounts(Value):
    """What a stage did with a chunk.

    Attributes:
        documents: in the chunk.
        done: computed now.
        known: whose result of the current version existed already.
        failed: that are tried again by a later run, or went to a person after too many tries.
        lost: taken over by another worker meanwhile.
        pages: read now.
    """

    documents: int = 0
    done: int = 0
    known: int = 0
    failed: int = 0
    lost: int = 0
    pages: int = 0

    def __add__(self, other: StageCounts) -> StageCounts:
        """Sums, name by name."""
        return StageCounts(**_sums(self, other))

    def in_words(self) -> str:
        """One line for logs."""
        return ", ".join(f"{name} {count}" for name, count in self.model_dump().items())


def _sums(one: Value, other: Value) -> dict[str, int]:
    return {name: count + getattr(other, name) for name, count in one.model_dump().items()}
