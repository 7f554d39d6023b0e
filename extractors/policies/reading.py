"""Reads a payer's policy from its outline: title, criteria, papers, exclusions, covered codes, times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from documents.pages import Page
from documents.values import Cited
from extractors.outline.blocks import Block, BlockKind, blocks_of
from extractors.outline.flow import Citing, Span
from extractors.outline.topics import said_once
from extractors.policies.codes import cited_codes
from extractors.policies.criteria import Demands
from extractors.policies.heads import read_title
from extractors.policies.times import read_times
from extractors.policies.wordings import BACKGROUND, OTHER_CODES, POLICY_TOPICS, TIMES


def read_policy(pages: Sequence[Page]) -> Iterator[Cited]:
    """What the pages of a policy state beyond its labelled head."""
    citing = Citing({p.number: p.text for p in pages})
    blocks = blocks_of(pages, POLICY_TOPICS.topic)
    placed = list(_placed(blocks))
    yield from read_title(blocks, citing)
    demands = Demands()
    for block, topic in placed:
        demands.take(block, topic)
        if block.kind is not BlockKind.HEADING and topic != BACKGROUND:
            for span in _spans(block, topic):
                yield from read_times(block.flow, span, topic, citing)
    demands.close()
    for number, told in enumerate(said_once(demands.requirements)):
        yield citing.cite("requirement.text", told, group=f"req{number}")
    for number, told in enumerate(said_once(demands.exclusions)):
        yield citing.cite("policy.exclusion", told, group=f"excluded{number}")
    yield from cited_codes([(b, t) for b, t in placed if t not in (BACKGROUND, OTHER_CODES)], citing)


def _spans(block: Block, topic: str | None) -> Iterator[Span]:
    """The sentences of a block; under a heading of times all of them at once, for one may go on with another."""
    spans = list(block.flow.sentences())
    whole = bool(spans) and not any(block.flow.text[a.end : b.start].strip(" \"')]") for a, b in pairwise(spans))
    yield from [Span(spans[0].start, spans[-1].end)] if whole and topic == TIMES else spans


def _placed(blocks: Iterable[Block]) -> Iterator[tuple[Block, str | None]]:
    """Each block with the topic of the heading that it stands under; a label before a colon is one for its line."""
    topic: str | None = None
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            topic = block.topic
            yield block, topic
            continue
        label = POLICY_TOPICS.label(block.text, from_ocr=block.flow.from_ocr)
        yield block, label[0] if label is not None and block.kind is BlockKind.PARAGRAPH else topic
