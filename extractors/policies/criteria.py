"""What a policy demands: each criterion and each paper, from lists under headings and lead-ins, and from sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.outline.blocks import Block, BlockKind
from extractors.outline.flow import Flow, Span, Told
from extractors.outline.lists import entries, entry, without_tail
from extractors.policies.wordings import (
    CRITERIA,
    DEMANDS,
    DOCUMENTS,
    EXCLUDES,
    EXCLUSIONS,
    NO_CRITERION,
    OTHER_LISTS,
    STATES,
)

# A sentence shorter than this states no criterion (`See below.`).
_FEWEST_WORDS = 4


@dataclass(slots=True)
class Demands:
    """Collects requirements and exclusions while the blocks of a policy go by."""

    requirements: list[Told] = field(default_factory=list)
    exclusions: list[Told] = field(default_factory=list)
    _items: list[Block] = field(default_factory=list)
    _list: str | None = None
    _lead: str | None = None

    def take(self, block: Block, topic: str | None) -> None:
        """Takes a block in; `topic` is what the heading above it announces."""
        if block.kind is BlockKind.ITEM:
            kind = self._lead or topic
            if self._items and self._list != kind:
                self.close()
            self._list = kind
            self._items.append(block)
            return
        self.close()
        if block.kind is BlockKind.PARAGRAPH:
            self._paragraph(block.flow, topic)
        elif block.kind is BlockKind.HEADING:
            self._lead = _lead_of(block.text) if block.topic is None and block.text.rstrip().endswith(":") else None
        else:
            self._lead = None

    def close(self) -> None:
        """Ends the open list."""
        if self._items and self._list in (CRITERIA, DOCUMENTS):
            self.requirements += entries(self._items)
        elif self._items and self._list == EXCLUSIONS:
            self.exclusions += entries(self._items)
        self._items = []

    def _paragraph(self, flow: Flow, topic: str | None) -> None:
        self._lead = None
        for span in flow.sentences():
            text = flow.text[span.start : span.end]
            if text.rstrip().endswith(":"):
                self._lead = _lead_of(text)
            elif topic == EXCLUSIONS:
                self.exclusions += _sentence(flow, span)
            elif topic in (CRITERIA, DOCUMENTS) and _is_criterion(text):
                self.requirements += _sentence(flow, span)


def _lead_of(text: str) -> str | None:
    """What a line that ends with a colon opens a list of; None leaves it to the heading."""
    if EXCLUDES.search(text):
        return EXCLUSIONS
    if OTHER_LISTS.search(text):
        return "others"
    return CRITERIA if DEMANDS.search(text) else None


def _is_criterion(text: str) -> bool:
    """Whether a sentence under a heading of criteria demands something itself."""
    if len(text.split()) < _FEWEST_WORDS or NO_CRITERION.search(text) or EXCLUDES.search(text):
        return False
    opens = "following" in text.lower() or text.lower().rstrip(". ").endswith(
        ("below", "criteria", "are met", "is met")
    )
    return STATES.search(text) is not None and not opens


def _sentence(flow: Flow, span: Span) -> Iterator[Told]:
    for told in entry(flow):
        begin, end = max(span.start, told.span.start), min(span.end, told.span.end)
        if end > begin:
            yield Told(flow, without_tail(flow.text, Span(begin, end)))
