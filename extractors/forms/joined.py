"""Labels that recognition tore apart are put together again before anything is read from a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from documents.pages import Box
from extractors.forms.labels import Label, Lexicon
from extractors.layout.chunks import Chunk, PageLayout

# The pieces of one label stand this many characters apart at most; columns of a form are farther apart.
_WIDEST_TEAR = 3.0
# Two pieces that are labels by themselves are one only where hardly more than a space parts them.
_A_SPACE = 1.6
_SAME_RULE = 0.004


def join_labels(layout: PageLayout, lexicon: Lexicon) -> PageLayout:
    """The layout with neighbouring chunks joined where only together they are a label; others as they were."""
    if not layout.chunks or not layout.chunks[0].from_ocr:
        return layout
    lines: list[tuple[Chunk, ...]] = []
    index = 0
    for line in layout.lines:
        joined = list(_join(line, layout, lexicon))
        lines.append(tuple(replace(c, index=index + i) for i, c in enumerate(joined)))
        index += len(joined)
    if index == len(layout.chunks):
        return layout
    return replace(layout, chunks=tuple(c for line in lines for c in line), lines=tuple(lines))


def _join(line: tuple[Chunk, ...], layout: PageLayout, lexicon: Lexicon) -> Iterator[Chunk]:
    current: Chunk | None = None
    for chunk in line:
        if current is not None and _is_torn(current, chunk, layout, lexicon):
            current = _together(current, chunk, layout)
            continue
        if current is not None:
            yield current
        current = chunk
    if current is not None:
        yield current


def _is_torn(left: Chunk, right: Chunk, layout: PageLayout, lexicon: Lexicon) -> bool:
    """Whether two chunks of one box are one label, or a label whose second half its value follows."""
    gap = right.box.left - left.box.right
    if gap > _WIDEST_TEAR * layout.char_width or not _same_box(left.cell, right.cell):
        return False
    head = right.text.split(":", maxsplit=1)[0]
    if ":" in left.text or not head.strip():
        return False
    whole = _asks(lexicon.read(" ".join(f"{left.text} {head}".split()), True))
    if whole is None:
        return False
    ones = [_asks(lexicon.read(text, True)) for text in (left.text, head)]
    if ones[0] is not None and ones[0].words == whole.words:
        return "(" in right.text or ")" in right.text  # `Member ID` `(as on card)`: the bracket is no value
    return None in ones or gap <= _A_SPACE * layout.char_width


def _asks(label: Label | None) -> Label | None:
    return label if label is not None and (label.paths or label.blank) else None


def _together(left: Chunk, right: Chunk, layout: PageLayout) -> Chunk:
    text = layout.page.text[left.start : right.end]
    box = Box(left.box.left, min(left.box.top, right.box.top), right.box.right, max(left.box.bottom, right.box.bottom))
    return replace(left, end=right.end, text=text, box=box, words=(*left.words, *right.words))


def _same_box(one: Box, other: Box) -> bool:
    return all(abs(a - b) <= _SAME_RULE for a, b in zip(one, other, strict=True))
