"""Cited values from spans of a passage, and the group ids they share."""

from __future__ import annotations

from dataclasses import dataclass, field

from documents.values import Assertion, Cited
from extractors.prose.passages import Passage

# Grounding caps a quote at 200 characters; a longer one proves less, not more.
LONGEST_QUOTE = 180


@dataclass(slots=True)
class Groups:
    """Hands out group ids, unique within a reading: med1, med2, dx1, ..."""

    counts: dict[str, int] = field(default_factory=dict)

    def next(self, prefix: str) -> str:
        """The next id of an entity."""
        self.counts[prefix] = self.counts.get(prefix, 0) + 1
        return f"{prefix}{self.counts[prefix]}"


@dataclass(frozen=True, slots=True)
class Mention:
    """What the values of one mention share: passage, group, assertion and features."""

    passage: Passage
    group: str | None
    assertion: Assertion = Assertion.PRESENT
    features: tuple[tuple[str, float], ...] = ()

    def cite(self, path: str, value: str, span: tuple[int, int], *, derived: bool = False) -> Cited:
        """A cited value; the span's offsets are those of the passage's text, the quote is the page's own text."""
        start, end = span
        end = min(end, start + LONGEST_QUOTE)
        return Cited(
            path=path,
            group=self.group,
            value=value,
            quote=self.passage.quote(start, end),
            page=self.passage.page,
            start=self.passage.start + start,
            assertion=self.assertion,
            features=dict(self.features),
            derived=derived,
        )
