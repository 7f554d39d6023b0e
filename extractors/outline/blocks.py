"""Lines become blocks: headings, list items with their level, table rows, and paragraphs, wrapped lines joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from documents.pages import Page
from extractors.outline.flow import Flow, Piece, flow_of
from extractors.outline.markers import (
    BULLET,
    LETTER,
    ROMAN,
    Marker,
    drawn_numeral,
    first,
    follows,
    marker_of,
    misread_marker,
    numeral_of,
)
from extractors.outline.strips import FIRST_OF_COLUMN, Strip, strips_of

# Lines of one paragraph are one pitch apart; a list's or a paragraph's own spacing stays under this.
_GAP = 1.7
# Edges that differ by less stand under each other (page fractions).
_SAME_EDGE, _HALF_EDGE = 0.012, 0.006
# A heading is a few words without an end of sentence.
_HEADING_WORDS = 9
_LONGEST_HEADING = 90
# A label before a colon has fewer words still.
_LABEL_WORDS = 6
# Headings are set a little larger, or a little apart from what is above them.
_TALLER, _APART = 1.12, 1.25
_NO_HEADING = re.compile(r"[.,;]\s*$|^\W*\d+\W*$|\d{3,}|^\(?[a-z]")
_SENTENCE_OVER = re.compile(r"[.!?:;]\W*$")
_SENTENCE_OPENER = re.compile(
    r"(?:You|Your|We|Our|If|This|These|Please|To|For|The plan|A copy|Dear|Sincerely|Thank|Call|When|In order|Any|"
    r"On|After|Based on|Upon|Following)\b"
)


_SALUTATION = re.compile(
    r"\W*(?:dear\b|(?:mr|mrs|ms|miss|dr|mx)\b|to whom\b|attention\b|attn\b|hello\b|re\b)", re.IGNORECASE
)
# `cc: Ann Lee`, `Fax: ...`: a line that opens with a label of its own.
_LABELLED = re.compile(r"(?:[A-Z]|cc\b)[\w' /&-]{1,28}:(?:[\s.]|$)")


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of printed text.

    Attributes:
        kind: see BlockKind.
        flow: its words; of an item, without its mark.
        level: of an item: 0 for a list of its own, 1 for an item within an item, and so on.
        marker: of an item; None where no mark is printed (or recognition lost it).
        strips: its printed lines.
        topic: of a known heading, what it announces.
    """

    kind: BlockKind
    flow: Flow
    strips: tuple[Strip, ...]
    level: int = 0
    marker: Marker | None = None
    topic: str | None = None

    @property
    def text(self) -> str:
        """Its words on one line."""
        return self.flow.text


# Tells what a heading announces, or None; the flags: it was recognised from pixels; it looks like a heading.
TopicOf = Callable[[str, bool, bool], str | None]


@dataclass(slots=True)
class _Open:
    """The block being collected, and the marks of the items around it with their left edges."""

    kind: BlockKind
    strips: list[Strip]
    skip: int = 0
    marker: Marker | None = None
    level: int = 0
    topic: str | None = None


@dataclass(slots=True)
class _Walk:
    topic_of: TopicOf
    current: _Open | None = None
    stack: list[tuple[Marker, float]] = field(default_factory=list)
    expects: bool = False  # a lead-in ended with a colon: what follows is a list, marked or not
    head: Marker | None = None  # the number of the last numbered heading
    text_left: float = 0.0  # where the words of the last item begin
    unmarked: bool = False  # such a list without marks is open

    def add(self, strip: Strip, following: Strip | None) -> Iterator[Block]:
        """Takes a line in; yields the block that it ends."""
        topic = self._topic(strip, following)
        marker = self._marker(strip, following) if topic is None else None
        if marker is not None and self._is_next_head(strip, marker):
            yield from self._closed()
            self._list_over()
            self.head = marker
            self.current = _Open(BlockKind.HEADING, [strip])
            return
        if marker is not None:
            yield from self._closed()
            self._open_item(strip, marker)
            return
        if topic is None and self._continues(strip):
            assert self.current is not None  # noqa: S101 - `_continues` asked
            self.current.strips.append(strip)
            return
        yield from self._closed()
        if topic is not None or self._is_heading(strip, following):
            self._list_over()
            self.current = _Open(BlockKind.HEADING, [strip], topic=topic)
        elif len(strip.cells) > 1:
            self._list_over()
            self.current = _Open(BlockKind.ROW, [strip])
        elif self._is_unmarked_item(strip, following):
            self.unmarked = True
            level = max(0, len(self.stack) - 1)
            self.current = _Open(BlockKind.ITEM, [strip], level=level)
        else:
            self._list_over()
            self.current = _Open(BlockKind.PARAGRAPH, [strip])

    def end(self) -> Iterator[Block]:
        """Yields the last block."""
        yield from self._closed()

    def _closed(self) -> Iterator[Block]:
        if self.current is None:
            return
        held = self.current
        self.current = None
        pieces = [_piece(s, held.skip if i == 0 else 0) for i, s in enumerate(held.strips)]
        flow = flow_of(pieces, from_ocr=held.strips[0].from_ocr)
        if not flow.text.strip():
            return
        if held.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM):
            self.expects = flow.text.rstrip().endswith(":") and not _SALUTATION.match(flow.text)
        yield Block(held.kind, flow, tuple(held.strips), held.level, held.marker, held.topic)

    def _topic(self, strip: Strip, following: Strip | None) -> str | None:
        """What a line announces that is a heading; a numbered one is in capitals, or an item may say the same."""
        text = drawn_numeral(strip.text.strip()) if strip.from_ocr else strip.text.strip()
        letter = next((c for c in text if c.isalpha()), "a")
        if len(text) > _LONGEST_HEADING or letter.islower() or re.search(r":\s*\S", text):
            return None
        marker = numeral_of(text) or marker_of(text)
        topic = self.topic_of(text, strip.from_ocr, self._stands_out(strip, following))
        if topic is None or marker is None:
            return topic
        if marker.kind == BULLET:
            return None
        listed = any(follows(marker, known) for known, _ in self.stack)
        next_head = self.head is not None and follows(marker, self.head)
        first_head = marker.kind == ROMAN and first(marker) and not self.stack
        if not (text[marker.end :].isupper() or next_head or first_head or (not listed and _is_titled(text))):
            return None
        self.head = marker
        return topic

    def _is_next_head(self, strip: Strip, marker: Marker) -> bool:
        """Whether a number goes on counting the headings, and not the items of the list that is open."""
        if self.head is None or marker.kind == BULLET or len(strip.text.split()) > _HEADING_WORDS:
            return False
        return follows(marker, self.head) and not any(follows(marker, known) for known, _ in self.stack)

    def _stands_out(self, strip: Strip, following: Strip | None) -> bool:
        """Whether a short line looks like a heading: capitals, size, distance, or a list right below it."""
        text = strip.text.strip()
        if len(strip.cells) > 1 or len(text.split()) > _HEADING_WORDS or text.endswith((".", ",", ";")):
            return False
        if text.isupper() or (text.endswith(":") and len(text.split()) <= _LABEL_WORDS):
            return True
        if self.expects or self.unmarked:
            return False
        taller = following is not None and strip.height > _TALLER * following.height
        listed = following is not None and marker_of(following.text) is not None and not self.stack
        short = strip.right < strip.left + 0.6 * (strip.column_right - strip.left)
        return taller or (short and (strip.gap > _APART or listed or self._before_is_over()))

    def _before_is_over(self) -> bool:
        """Whether the block before ends a sentence or is no running text."""
        held = self.current
        return held is None or held.kind is BlockKind.ROW or _SENTENCE_OVER.search(held.strips[-1].text) is not None

    def _list_over(self) -> None:
        self.stack.clear()
        self.unmarked = False

    def _marker(self, strip: Strip, following: Strip | None) -> Marker | None:
        marker = Marker(BULLET, "", 0) if strip.bullet else marker_of(strip.text)
        if marker is None and strip.from_ocr and self.stack:
            marker = misread_marker(strip.text, self.stack[-1][0])
        if marker is None and strip.from_ocr and not self.stack and following is not None:
            # The first bullet of a list may be misread while the next is not.
            below = marker_of(following.text)
            marker = misread_marker(strip.text, below) if below is not None and below.kind == BULLET else None
        if marker is None:
            return None
        if marker.kind != BULLET and not self.stack and not first(marker) and not self._in_column(strip):
            return None
        return marker

    def _in_column(self, strip: Strip) -> bool:
        """Whether a mark that opens no list may still be one: its line does not continue a sentence."""
        return self.current is None or not self._flows_on(strip)

    def _open_item(self, strip: Strip, marker: Marker) -> None:
        """Finds the item's level: back to the list that it counts on, else one further in."""
        if marker.kind == ROMAN and self.stack and marker.key not in ("i", "I"):
            top = self.stack[-1][0]
            if top.kind == LETTER and len(marker.key) == 1 and ord(marker.key) == ord(top.key) + 1:
                marker = Marker(LETTER, marker.key, marker.end)
        turned = strip.gap == FIRST_OF_COLUMN  # edges say nothing over a column's or a page's end
        for depth in range(len(self.stack) - 1, -1, -1):
            known, left = self.stack[depth]
            same_edge = abs(left - strip.left) <= _SAME_EDGE or turned
            if marker.kind == known.kind and follows(marker, known) and (marker.kind != BULLET or same_edge):
                del self.stack[depth:]
                break
        else:
            deeper = self.stack and not turned and strip.left > self.stack[-1][1] + _SAME_EDGE
            if marker.kind == BULLET and self.stack and not deeper and not turned:
                outer = [d for d, (k, left) in enumerate(self.stack) if left >= strip.left - _SAME_EDGE]
                del self.stack[outer[0] if outer else len(self.stack) - 1 :]
        level = len(self.stack)
        self.stack.append((marker, strip.left))
        self.unmarked = False
        self.text_left = _text_left(strip, marker)
        self.current = _Open(BlockKind.ITEM, [strip], skip=marker.end, marker=marker, level=level)

    def _continues(self, strip: Strip) -> bool:
        """Whether a line goes on with the block before it."""
        held = self.current
        if held is None or held.kind is BlockKind.ROW or len(strip.cells) > 1:
            return False
        if held.kind is BlockKind.HEADING:
            return held.topic is None and strip.text[:1].islower() and strip.gap <= _GAP
        return self._flows_on(strip)

    def _flows_on(self, strip: Strip) -> bool:
        held = self.current
        assert held is not None  # noqa: S101 - callers asked
        last = held.strips[-1]
        turned = strip.gap == FIRST_OF_COLUMN
        if (not turned and strip.gap > _GAP) or _LABELLED.match(strip.text):
            return False
        lower = strip.text[:1].islower()
        over = _SENTENCE_OVER.search(last.text) is not None
        if turned:
            return lower or (not over and _is_full(last, strip))
        if lower and not (held.kind is BlockKind.ITEM and over):
            return True
        if not _is_full(last, strip):
            return False
        if held.kind is BlockKind.ITEM and over:
            # The next sentence of the item hangs under its words; one at the margin is a new paragraph.
            return strip.left > held.strips[0].left + _SAME_EDGE
        return not last.text.rstrip().endswith(":")

    def _is_heading(self, strip: Strip, following: Strip | None) -> bool:
        text = strip.text.strip()
        if len(strip.cells) > 1 or len(text.split()) > _HEADING_WORDS or len(text) < 4 or _NO_HEADING.search(text):
            return False
        letters = [c for c in text if c.isalpha()]
        if len(letters) < 4:
            return False
        if text.isupper():
            return True
        if self.expects or self.unmarked or text.endswith(":"):
            return False
        apart = strip.gap > _GAP or _is_titled(text)
        nearer = following is not None and following.page == strip.page and following.gap <= strip.gap
        return apart and nearer and not _SENTENCE_OPENER.match(text)

    def _is_unmarked_item(self, strip: Strip, following: Strip | None) -> bool:
        """Whether a line without a mark is an item: after a lead-in, or in a list whose marks recognition lost."""
        text = strip.text.strip()
        if len(text) < 3 or not (text[0].isupper() or text[0].isdigit() or text[0] in "(\"'"):
            return False
        opens = (
            text.endswith(".") and following is not None and (following.bullet or marker_of(following.text) is not None)
        )
        if _SENTENCE_OPENER.match(text) or opens:
            return False
        if self.expects:
            return strip.gap <= 2.5 or strip.gap == FIRST_OF_COLUMN  # a blank line after the lead-in
        if self.unmarked:
            return strip.gap <= _GAP
        inside = bool(self.stack) and strip.from_ocr and strip.gap <= _GAP
        # Where its bullet is lost an item stands under the words of the others, a paragraph under their bullets.
        return inside and abs(strip.left - self.text_left) <= _SAME_EDGE < strip.left - self.stack[-1][1] + _HALF_EDGE


def _text_left(strip: Strip, marker: Marker) -> float:
    """Where the words behind a list mark begin."""
    head = strip.cells[0]
    if marker.end >= len(head.text) and len(strip.cells) > 1:
        return strip.cells[1].left
    return head.left + (head.right - head.left) * marker.end / max(1, len(head.text))


def _is_titled(text: str) -> bool:
    """Whether every longer word is capitalised."""
    words = [w for w in re.findall(r"[A-Za-z]+", text) if len(w) > 3]
    return bool(words) and all(w[0].isupper() for w in words)


def _is_full(last: Strip, strip: Strip) -> bool:
    """Whether the next line's first word would not have fitted on the line before."""
    word = strip.cells[0].text.split()[0]
    width = (strip.cells[0].right - strip.cells[0].left) * (len(word) + 1) / max(1, len(strip.cells[0].text))
    return last.right + width >= last.column_right - _SAME_EDGE


def _piece(strip: Strip, skip: int) -> Piece:
    body = strip.source[skip:]
    lead = len(body) - len(body.lstrip())
    return Piece(strip.page, strip.start + skip + lead, body.strip())


def blocks_of(pages: Sequence[Page], topic_of: TopicOf) -> tuple[Block, ...]:
    """The blocks of a segment in reading order; `topic_of` knows the headings of its type."""
    strips = strips_of(pages)
    walk = _Walk(topic_of)
    blocks: list[Block] = []
    for index, strip in enumerate(strips):
        blocks += walk.add(strip, strips[index + 1] if index + 1 < len(strips) else None)
    return (*blocks, *walk.end())
