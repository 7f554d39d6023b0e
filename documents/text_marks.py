"""Choice marks printed as text: `[X]`, `( )`, ballot-box glyphs and ticks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from documents.pages import Box, Mark, Tick, Word

# Glyphs as fonts and word processors print them. Zapf Dingbats and Wingdings reach text as private-use characters.
_TICKED_GLYPHS = "☑☒✓✔✗✘✕✖🗹🗷⊠◉⬤\uf0fe\uf0fd\uf052\uf053\uf0fc\uf0fb"
_EMPTY_GLYPHS = "☐□▢◻❏❑❒○◯⚪\uf0a8\uf06f\uf071\uf0a1"
_MARK = re.compile(
    # Brackets round nothing, a space or one tick character; `_` is how typists draw an empty place. `(a)` or `[1]` are
    # list items, so no other letters or digits. One form is `[X` read without its closing bracket: left to the pixels.
    r"(?P<ticked_bracket>\[ {0,2}[xX✓✔✗✘√*•] {0,2}\]|\( {0,2}[X✓✔✗✘√*•] {0,2}\)|\((?= ?x ?\)) ?x ?\))"
    r"|(?P<empty_bracket>\[[ _]{0,3}\]|\([ _]{1,3}\)|(?<!\S)\(\)(?=\s|$))"
    rf"|(?P<ticked_glyph>[{_TICKED_GLYPHS}])"
    rf"|(?P<empty_glyph>[{_EMPTY_GLYPHS}])"
    # A typist's mark on a line: `_X_ Yes`, `__ No`. Longer runs of underscores are blanks to fill in.
    r"|(?P<ticked_line>(?<![\w])_{1,2}[xX✓✔]_{1,2}(?=\s|$))"
)


def text_marks(text: str, words: Sequence[Word]) -> tuple[Mark, ...]:
    """The choice marks that a page prints as text, in text order.

    Args:
        text: the page's text.
        words: its words in order, with offsets into `text`.

    Returns:
        Marks with their span; `box` is the part of the words' boxes that the mark's characters take up.
    """
    return tuple(_marks(text, words))


def join_marks(printed: Sequence[Mark], seen: Sequence[Mark]) -> tuple[Mark, ...]:
    """One list of the marks read from text and those found in the pixels; one that is both counts once.

    A ballot box printed as a character and a tick drawn over it are seen by the pixels only, so a mark is ticked if
    either says so.

    Args:
        printed: from the text, with spans.
        seen: from the pixels.

    Returns:
        The printed ones in text order, then the others.
    """
    joined: list[Mark] = []
    left = list(seen)
    for mark in printed:
        same = [other for other in left if _overlap(mark.box, other.box)]
        left = [other for other in left if other not in same]
        ticked = mark.tick is Tick.TICKED or any(other.tick is Tick.TICKED for other in same)
        ink = same[0].ink if same else None
        joined.append(mark.model_copy(update={"tick": Tick.TICKED if ticked else mark.tick, "ink": ink}))
    return (*joined, *left)


def _overlap(printed: Box, seen: Box) -> bool:
    """Whether the middle of the one lies in the other."""
    x, y = (seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2
    return printed.left <= x <= printed.right and printed.top <= y <= printed.bottom


def _marks(text: str, words: Sequence[Word]) -> Iterator[Mark]:
    position = 0
    for match in _MARK.finditer(text):
        start, end = match.span()
        while position < len(words) and words[position].end <= start:
            position += 1
        boxes = [_part(w, start, end) for w in words[position : position + 3] if w.start < end and w.end > start]
        if not boxes:
            continue
        if any(abs(a.top - b.top) > (a.bottom - a.top) for a, b in pairwise(boxes)):
            continue  # the brackets stand on different lines
        box = Box(
            min(b.left for b in boxes),
            min(b.top for b in boxes),
            max(b.right for b in boxes),
            max(b.bottom for b in boxes),
        )
        ticked = (match.lastgroup or "").startswith("ticked")
        yield Mark(box=box, tick=Tick.TICKED if ticked else Tick.EMPTY, start=start, end=end)


def _part(word: Word, start: int, end: int) -> Box:
    """The part of a word's box under its characters from `start` to `end`, all taken as equally wide."""
    width = (word.box.right - word.box.left) / len(word.text)
    first, last = max(start, word.start) - word.start, min(end, word.end) - word.start
    return Box(word.box.left + first * width, word.box.top, word.box.left + last * width, word.box.bottom)
