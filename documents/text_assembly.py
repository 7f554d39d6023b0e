"""Words in any order become a page's text: lines top to bottom, words left to right, each word with its offsets."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from documents.pages import Box, Word, WordSource
from documents.unprintable import shown

# Two boxes belong to one line when they share at least half of the lower one's height: neighbouring lines of a fax
# touch or overlap by a descender (under a quarter), words of one line share three quarters even with residual skew.
_SHARED_HEIGHT = 0.5
# Underscores, full stops and hyphens have tight OCR boxes that may lie just outside the letters' band.
_BAND_MARGIN = 0.15
# A word much taller than its line (a drop capital, a stamp, a vertical rule read as `|`) must not widen the line's
# band, or it would swallow the lines above and below.
_TALLEST_IN_LINE = 1.5
# A space is about half a character wide and justified text stretches it to one; from two on it separates columns.
_WIDE_GAP_IN_CHARACTERS = 2.0


# A word of three letters or more that is higher than wide runs up the margin and belongs to no line.
_UPRIGHT = 1.5


class RawWord(NamedTuple):
    """A word before it has a place in the text: as read, with its box (page fractions) and confidence (0..1)."""

    text: str
    box: Box
    confidence: float
    source: WordSource


class _Line:
    """A line under construction: its words and the vertical band that the next word to the right must share."""

    __slots__ = ("bottom", "settled", "top", "words")

    def __init__(self, word: RawWord) -> None:
        self.words = [word]
        self.top, self.bottom = word.box.top, max(word.box.bottom, word.box.top + 1e-6)
        self.settled = _has_letters(word.text)

    def append(self, word: RawWord) -> None:
        """Adds a word; the band follows it (residual skew), unless it is punctuation or out of proportion."""
        self.words.append(word)
        if not _has_letters(word.text):
            return
        height = word.box.bottom - word.box.top
        if not self.settled or height <= _TALLEST_IN_LINE * (self.bottom - self.top):
            self.top, self.bottom, self.settled = word.box.top, word.box.bottom, True


def assemble(words: Iterable[RawWord]) -> tuple[str, tuple[Word, ...]]:
    r"""Puts words into reading order and joins them to the page's text.

    Words on one baseline form one line, also across columns. Lines are joined by a newline, words by one space, and by
    two where the gap is wider than two characters.

    Args:
        words: in any order; those without a visible character are dropped, whitespace inside a word becomes one space,
            and what cannot be read U+FFFD.

    Returns:
        The text and the words in its order; `text[w.start:w.end] == w.text` for each.
    """
    cleaned = [w if w.text.isalnum() else w._replace(text=" ".join(shown(w.text).split())) for w in words]
    lines = _lines([w for w in cleaned if w.text])
    pieces: list[str] = []
    placed: list[Word] = []
    position = 0
    for line in lines:
        wide = _WIDE_GAP_IN_CHARACTERS * _character_width(line)
        previous: RawWord | None = None
        for word in line:
            joint = "" if previous is None else "  " if word.box.left - previous.box.right > wide else " "
            start = position + len(joint)
            end = start + len(word.text)
            pieces += (joint, word.text)
            placed.append(
                Word(text=word.text, box=word.box, confidence=word.confidence, source=word.source, start=start, end=end)
            )
            position, previous = end, word
        pieces.append("\n")
        position += 1
    return "".join(pieces[:-1]), tuple(placed)


def _lines(words: list[RawWord]) -> list[list[RawWord]]:
    """Groups words into lines from left to right: each joins the line whose last word it shares most height with."""
    lines: list[_Line] = []
    upright = [word for word in words if _is_upright(word)]
    for word in sorted(words, key=lambda w: (w.box.left, w.box.top)):
        if upright and _is_upright(word):
            continue
        line = _best_line(lines, word)
        if line is None:
            lines.append(_Line(word))
        else:
            line.append(word)
    ordered = sorted(lines, key=lambda line: median((w.box.top + w.box.bottom) / 2 for w in line.words))
    return [*(line.words for line in ordered), *_columns(upright)]


def _columns(upright: list[RawWord]) -> list[list[RawWord]]:
    """Print that runs up the margin, each run as a line of its own, from below: among the lines it would part them."""
    columns: list[list[RawWord]] = []
    for word in sorted(upright, key=lambda w: (w.box.left, -w.box.bottom)):
        if columns and word.box.left < columns[-1][0].box.right:
            columns[-1].append(word)
        else:
            columns.append([word])
    return [sorted(column, key=lambda w: -w.box.bottom) for column in columns]


def _best_line(lines: list[_Line], word: RawWord) -> _Line | None:
    """The line that the word continues, or None if it starts one."""
    top = word.box.top
    bottom = max(word.box.bottom, top + 1e-6)  # a hyphen's box may have no height
    letters = _has_letters(word.text)
    best: _Line | None = None
    best_share = _SHARED_HEIGHT
    for line in lines:
        if line.top >= bottom or line.bottom <= top:
            margin = _BAND_MARGIN * (line.bottom - line.top)
            if letters or line.top - margin >= bottom or line.bottom + margin <= top:
                continue
            share = _SHARED_HEIGHT
        else:
            lower = min(line.bottom - line.top, bottom - top)
            share = (min(line.bottom, bottom) - max(line.top, top)) / lower
        if share > best_share or (best is None and share >= best_share):
            best, best_share = line, share
    return best


def _is_upright(word: RawWord) -> bool:
    left, top, right, bottom = word.box
    return len(word.text) >= 3 and bottom - top > _UPRIGHT * (right - left)


def _has_letters(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _character_width(line: list[RawWord]) -> float:
    """Mean width of a character of a line, in page fractions."""
    return sum(w.box.right - w.box.left for w in line) / sum(len(w.text) for w in line)
