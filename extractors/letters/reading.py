"""Reads a payer's letter from its outline: what headings, lead-ins and sentences say of the decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from documents.pages import Page
from documents.values import Cited
from extractors.letters import wanted
from extractors.letters.heads import cell_flow, payer_in, read_head
from extractors.letters.outcomes import Outcome, decided, outcome_of_status, outcomes_in
from extractors.letters.reasons import REFUSALS, announced_reason, clause_in
from extractors.letters.requested import read_labelled, read_sentence
from extractors.letters.terms import Terms, parts_by_stage, stage_of
from extractors.letters.wordings import APPEAL, DECISION, LETTER_TOPICS, NEEDED, OTHER, PEER, REASON
from extractors.outline.blocks import Block, BlockKind, blocks_of
from extractors.outline.flow import Citing, Flow, Span, Told
from extractors.outline.lists import entries
from extractors.outline.topics import said_once

_SALUTATION = re.compile(r"^\W*(?:dear\b|to whom it may concern|hello\b|greetings\b)", re.IGNORECASE)


def read_letter(pages: Sequence[Page]) -> Iterator[Cited]:
    """What the pages of a payer's letter state beyond what forms and prose hold."""
    reading = _Reading(Citing({p.number: p.text for p in pages}))
    blocks = blocks_of(pages, LETTER_TOPICS.topic)
    head = list(read_head([s for b in blocks for s in b.strips], reading.citing))
    yield from head
    for block in blocks:
        yield from reading.block(block)
    yield from reading.rest(next((c.value for c in head if c.path == "letter.date"), None))


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what the open heading and lead-in announce."""

    citing: Citing
    topic: str | None = None
    lead: str | None = None
    stage: str | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    reasons: list[Told] = field(default_factory=list)
    wants: list[Told] = field(default_factory=list)
    items: list[Block] = field(default_factory=list)
    payer_known: bool = False
    terms: Terms = field(init=False)

    def __post_init__(self) -> None:
        self.terms = Terms(self.citing)

    def block(self, block: Block) -> Iterator[Cited]:
        """Takes a block in."""
        if block.kind is not BlockKind.ITEM:
            self._list_ended()
        if block.kind is BlockKind.HEADING:
            self._heading(block)
        elif block.kind is BlockKind.ITEM:
            self._item(block)
        elif block.kind is BlockKind.ROW:
            yield from self._row(block)
        else:
            yield from self._paragraph(block.flow)

    def rest(self, letter: str | None) -> Iterator[Cited]:
        """What can be told only at the end: the decision as a whole, terms, reasons and papers once each."""
        self._list_ended()
        yield from self.terms.cited(letter)
        yield from decided(self.outcomes, self.citing)
        for number, told in enumerate(said_once(self.reasons)):
            yield self.citing.cite("denial.reason", told, group=f"den{number}")
        for number, told in enumerate(said_once(self.wants)):
            yield self.citing.cite("requirement.text", told, group=f"req{number}")

    def _heading(self, block: Block) -> None:
        self.topic, self.lead, self.stage = block.topic, None, None
        for span in block.flow.sentences():
            if block.topic in (None, DECISION):
                self.outcomes += outcomes_in(block.flow, span, titled=True)
        if block.topic is None and block.text.rstrip().endswith(":"):
            self.lead = wanted.lead_of(block.text)

    def _row(self, block: Block) -> Iterator[Cited]:
        """A label and its value in two cells."""
        strip = block.strips[0]
        for label, beside in pairwise(range(len(strip.cells))):
            flow = cell_flow(strip, beside)
            yield from read_labelled(strip.cells[label].text, flow, Span(0, len(flow.text)), self.citing)
        topic = LETTER_TOPICS.topic(strip.cells[0].text, strip.from_ocr, True)
        value = cell_flow(strip, 1)
        if topic == REASON:
            self.reasons += announced_reason(value)
        elif topic == DECISION:
            status = outcome_of_status(Told(value, Span(0, len(value.text))))
            self.outcomes += [status] if status else outcomes_in(value, Span(0, len(value.text)))
        elif topic in (APPEAL, PEER, NEEDED) and (stage := stage_of(block.text, topic, None)):
            self.terms.read(Told(block.flow, Span(0, len(block.flow.text))), stage)

    def _item(self, block: Block) -> None:
        wants = self.lead == wanted.WANTED or (self.lead is None and self.topic == NEEDED)
        gives = self.lead == wanted.REASONS or (self.lead is None and self.topic == REASON)
        if wants or gives:
            self.items.append(block)
            return
        for span in block.flow.sentences():
            self._terms(block.flow, span, self.topic)

    def _list_ended(self) -> None:
        if not self.items:
            return
        told = list(entries(self.items))
        gives = self.lead == wanted.REASONS or (self.lead is None and self.topic == REASON)
        (self.reasons if gives else self.wants).extend(told)
        self.items = []

    def _paragraph(self, flow: Flow) -> Iterator[Cited]:
        label = LETTER_TOPICS.label(flow.text, from_ocr=flow.from_ocr)
        if _SALUTATION.match(flow.text):
            self.topic = None  # what the lines above it were called is said
        topic, start = label or (self.topic, 0)
        if label is not None:
            # A reason beside its label is whole; what follows is about something else.
            self.topic = None if topic == REASON else topic
        self.lead, self.stage = None, None
        head = re.match(r"([^:.]{3,40}):\s+(?=\S)", flow.text)
        if head is not None:
            yield from read_labelled(head[1], flow, Span(head.end(), len(flow.text)), self.citing)
        if topic == DECISION and label is not None:
            status = outcome_of_status(Told(flow, Span(start, len(flow.text))))
            self.outcomes += [status] if status else []
        found = len(self.reasons)
        if topic == REASON:
            self.reasons += announced_reason(flow, start)
        for whole in flow.sentences():
            span = Span(max(start, whole.start), whole.end)
            if span.end > span.start:
                yield from self._sentence(flow, span, topic, reasons=len(self.reasons) == found)

    def _sentence(self, flow: Flow, span: Span, topic: str | None, *, reasons: bool) -> Iterator[Cited]:
        text = flow.text[span.start : span.end]
        self.lead = wanted.lead_of(text) if text.rstrip().endswith(":") else None
        if self.lead == wanted.WANTED and topic == APPEAL:
            self.lead = wanted.OTHERS  # what an appeal has to hold
        if not self.payer_known:
            for cited in payer_in(flow, span, self.citing):
                self.payer_known = True
                yield cited
        if topic not in (APPEAL, PEER):
            self.outcomes += outcomes_in(flow, span)
            yield from read_sentence(flow, span, self.citing)
            if reasons and topic != OTHER:
                before = [o for o in self.outcomes if o.told.flow is flow and o.value in REFUSALS]
                clause = clause_in(flow, span, decided=bool(before))
                self.reasons += [clause] if clause else []
            pended = any(o.value == "pended" for o in self.outcomes)
            if topic == NEEDED or pended:
                self.wants += wanted.papers_in(flow, span)
        self._terms(flow, span, topic)

    def _terms(self, flow: Flow, span: Span, topic: str | None) -> None:
        for part in parts_by_stage(flow.text, span):
            self._term(flow, part, topic)

    def _term(self, flow: Flow, span: Span, topic: str | None) -> None:
        pended = topic == NEEDED or any(o.value == "pended" for o in self.outcomes)
        self.stage = stage_of(flow.text[span.start : span.end], topic, self.stage or ("response" if pended else None))
        if self.stage is not None:
            self.terms.read(Told(flow, span), self.stage)
