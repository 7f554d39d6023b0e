"""What a run says about itself: ids and counts, never a value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pydantic import Field

from documents.value import Value
from extractors.llm.questions import Question
from ledger.leases import Lease


class Chunk(Value):
    """Documents that are processed together, each under its own lease. `number` counts from 1 within a run."""

    number: int
    leases: tuple[Lease, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to a model about a document.

    `lease` holds the document; None where a batch does (it awaits it). `late`: a batch that was given up holds it too.
    """

    document_id: str
    question: Question
    lease: Lease | None = None
    late: bool = False


class IntakeCounts(Value):
    """What intake did with an inbox.

    Attributes:
        new: documents received for the first time.
        again: documents received before, with the same bytes.
        known: deliveries that were recorded already (an earlier run was cut short, or files were kept).
        stuck: taken in, but their files could not be removed from the inbox.
        skipped: entries left alone, by reason (documents.intake.SkipReason).
    """

    new: int = 0
    again: int = 0
    known: int = 0
    stuck: int = 0
    skipped: dict[str, int] = Field(default_factory=dict)

    def __add__(self, other: IntakeCounts) -> IntakeCounts:
        """Sums, name by name."""
        return IntakeCounts(
            new=self.new + other.new,
            again=self.again + other.again,
            known=self.known + other.known,
            stuck=self.stuck + other.stuck,
            skipped=dict(Counter(self.skipped) + Counter(other.skipped)),
        )

    def in_words(self) -> str:
        """One line for logs."""
        parts = [f"{self.new} new", f"{self.again} received again", f"{self.known} recorded before"]
        if self.stuck:
            parts.append(f"{self.stuck} could not be removed from the inbox")
        parts += [f"{count} left in the inbox ({reason})" for reason, count in sorted(self.skipped.items())]
        return ", ".join(parts)


class StageCounts(Value):
    """What a stage did with a chunk.

    Attributes:
        done: documents computed now.
        known: whose result of the current version existed already.
        failed: that are tried again by a later run, or went to a person after too many tries.
        lost: taken over by another worker meanwhile.
        waiting: for a batch of questions to a model.
        pages: read now.
    """

    done: int = 0
    known: int = 0
    failed: int = 0
    lost: int = 0
    waiting: int = 0
    pages: int = 0

    def __add__(self, other: StageCounts) -> StageCounts:
        """Sums, name by name."""
        return StageCounts(**{name: count + getattr(other, name) for name, count in self.model_dump().items()})

    def in_words(self) -> str:
        """One line for logs."""
        return ", ".join(f"{name} {count}" for name, count in self.model_dump().items())
