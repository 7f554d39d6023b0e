"""Lists of criteria: items, sub-items that stand alone, and those that only mean something together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.outline.blocks import Block
from extractors.outline.flow import Flow, Span, Told, flow_of, trimmed

# A longer entry would be no quote any more (`grounding` cuts at 2,000 characters).
_LONGEST = 1_500
_ANY = re.compile(
    r"\b(?:any|one|either|some)\b(?: or (?:more|both))?(?: of)?(?: the| these)?(?: following| below)?"
    r"|\bat least (?:one|two|three|four|\d)\b|\b(?:two|three|four|\d)(?: or more)? of (?:the |these )",
    re.IGNORECASE,
)
# Words of a line that only opens a list; a line with more words of its own says something itself.
_OPENING = frozenset(
    re.findall(
        r"\S+",
        """
        all each both every of the following are is must be met meets meet member members patient patients individual
        individuals has have with when if for and or criteria criterion requirements conditions one any either these
        below listed documentation documents submitted provided include includes included that who a an to as including
        indicated required satisfied fulfilled apply applies
        """,
    )
)
_OWN_WORDS = 1
_TAIL = re.compile(r"(?:[\s;,.]+(?:and|or|and/or|AND|OR))?[\s;,.:]*$")


def entries(items: Sequence[Block]) -> Iterator[Told]:
    """The entries of a list: each item, or an item with its sub-items where they only count together.

    `Two of the following` is one entry with what follows; the sub-items of a mere opening line stand alone.
    """
    index = 0
    while index < len(items):
        item = items[index]
        below = index + 1
        while below < len(items) and items[below].level > item.level:
            below += 1
        children = items[index + 1 : below]
        if children and _stand_alone(item):
            yield from entries(children)
        elif children and item.text.rstrip().endswith(":"):
            yield from _together(item, children)
        else:
            yield from entry(item.flow)
            yield from entries(children)
        index = below


def _stand_alone(item: Block) -> bool:
    """Whether an item only opens the list below it, all of which counts."""
    words = [w for w in re.findall(r"[a-z]+", item.text.lower()) if w not in _OPENING]
    return item.text.rstrip().endswith(":") and len(words) <= _OWN_WORDS and not _ANY.search(item.text)


def _together(item: Block, children: Sequence[Block]) -> Iterator[Told]:
    pieces = [p for block in (item, *children) for p in block.flow.pieces]
    whole = flow_of(pieces, from_ocr=item.flow.from_ocr)
    clean = all(_readable(b.flow) == Span(0, len(b.flow.text)) for b in (item, *children))
    if len(whole.text) > _LONGEST or not clean:
        yield from entry(item.flow)
        yield from entries(children)
        return
    yield from entry(whole)


def entry(flow: Flow) -> Iterator[Told]:
    """The words of a flow as one entry, without the conjunction that leads to the next; none for a speck."""
    span = without_tail(flow.text, _readable(flow))
    if sum(c.isalpha() for c in flow.text[span.start : span.end]) > 3:
        yield Told(flow, span)


def _readable(flow: Flow) -> Span:
    """The flow up to the first sentence that addresses a program."""
    spans = list(flow.sentences())
    if not spans:
        return Span(0, 0)
    end = spans[0].start
    for span in spans:
        if flow.text[end : span.start].strip(" \"')]"):
            break
        end = span.end
    return Span(spans[0].start, end)


def without_tail(text: str, span: Span) -> Span:
    """The span without `; and`, a full stop or a colon at its end."""
    tail = _TAIL.search(text[span.start : span.end])
    end = span.start + tail.start() if tail else span.end
    return trimmed(text, Span(span.start, end), " \t,;:•*")
