"""Choice marks that are printed as text: `[X]`, `( )`, a ballot-box glyph, an underscore with an X."""

from __future__ import annotations

import re

from documents.pages import Box, Mark, Page, Tick
from extractors.layout.nearby import Along

# Brackets hold nothing, blanks or one of the signs people tick with; `(a)` or `(2)` are not marks. OCR takes one kind
# of bracket for another (`(x]`).
_TEXT_MARK = re.compile(
    r"(?<![\w)\]])(?:[\[{(]\s*(?P<square>[xX✓✔✗✘*]{0,2})\s*[\]})]|\(\s*(?P<round>[xX✓✔✗✘•●]?)\s*\)|_(?P<line>[xX✓✔])_|"
    r"_{2,3}(?=\s?[A-Z][a-z])|(?P<full>[☑☒■▣◉◼⬛✅✓✔✗✘])|(?P<empty>[☐□○◯◻⬜]))"
)


def text_marks(page: Page) -> tuple[Mark, ...]:
    """The page's marks, and those its text prints where no mark was seen in the pixels."""
    found = [*page.marks]
    seen = Along(page.marks, lambda m: (m.box.top, m.box.bottom))
    printed = Along(((m.start, m.end) for m in page.marks if m.start is not None and m.end is not None), lambda s: s)
    for match in _TEXT_MARK.finditer(page.text):
        start, end = match.span()
        if printed.over(start + 1, end - 1):
            continue
        boxes = [_part(w.box, w.start, w.end, (start, end)) for w in page.words_in(start, end)]
        if not boxes:
            continue
        box = Box(
            min(b.left for b in boxes),
            min(b.top for b in boxes),
            max(b.right for b in boxes),
            max(b.bottom for b in boxes),
        )
        if any(_overlaps(box, m.box) for m in seen.over(box.top, box.bottom)):
            continue
        ticked = any(match.group(name) for name in ("square", "round", "line", "full"))
        found.append(Mark(box=box, tick=Tick.TICKED if ticked else Tick.EMPTY, start=start, end=end))
    return tuple(found)


def _part(box: Box, start: int, end: int, span: tuple[int, int]) -> Box:
    """The part of a word's box that a span of its characters takes."""
    width = (box.right - box.left) / max(end - start, 1)
    return Box(
        box.left + width * max(span[0] - start, 0), box.top, box.left + width * (min(span[1], end) - start), box.bottom
    )


def _overlaps(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
