"""What only the pixels of a page tell: ruling lines, choice marks, struck-out text and bands without ink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from documents.dropout import find_dropout
from documents.marks import FoundMark, find_marks
from documents.pages import Box, Mark, RulingLine
from documents.raster import Gray
from documents.ruling_lines import PixelBox, find_rules, fractions, ruling_lines
from documents.strikeouts import find_crossed_out, find_strikeouts
from documents.text_assembly import RawWord

SEARCH_DPI = 125.0  # enough for a hairline and a 2.5 mm box; a quarter of the pixels that recognition needs
_INK_BELOW = 160  # half-covered pixels of a hairline count as ink
_PAGE_LONGER_SIDE_IN = 11.0  # letter; the resolution is estimated from it where the caller does not say
# A mark that recognition took for a word ("O", "[_]", "Xi") is hardly wider than the mark.
_MISREAD_WIDTH = 1.7
_FEWEST_STRUCK = 4
_ROUND_IN_WORD = 3  # a circle inside a word of so many characters is its letter O


class PixelFeatures(NamedTuple):
    """Ruling lines, choice marks, struck-out regions and drop-out bands of one page, boxes in page fractions."""

    rules: tuple[RulingLine, ...]
    marks: tuple[Mark, ...]
    struck: tuple[Box, ...]
    dropout: tuple[Box, ...]


def read_pixels(gray: Gray, words: Sequence[RawWord], *, dpi: float | None = None) -> PixelFeatures:
    """Reads them from a straight, upright page.

    Args:
        gray: square pixels, 0 black; 100 dpi is enough.
        words: what was read on the page.
        dpi: resolution, if known.
    """
    known = dpi or max(gray.shape) / _PAGE_LONGER_SIDE_IN
    ink, shrink = ink_for_search(gray, known)
    return features(gray, ink, known / shrink, words)


def ink_for_search(gray: Gray, dpi: float) -> tuple[Gray, int]:
    """Ink (255) at about `SEARCH_DPI`, and by how much it was shrunk; a thin line survives the shrinking."""
    shrink = max(1, round(dpi / SEARCH_DPI))
    ink = cv2.threshold(gray, _INK_BELOW, 255, cv2.THRESH_BINARY_INV)[1]
    if shrink > 1:
        rows, columns = (size // shrink for size in ink.shape)
        whole = ink[: rows * shrink, : columns * shrink]
        small = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
        ink = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(ink, dtype=np.uint8), shrink


def features(
    gray: Gray,
    ink: Gray,
    dpi: float,
    words: Sequence[RawWord],
    *,
    bars: Sequence[PixelBox] = (),
    marks: Sequence[FoundMark] | None = None,
) -> PixelFeatures:
    """The features of a page and of its ink at search resolution; bars and marks may be known from the repair."""
    cv2.setNumThreads(1)  # pages are read in parallel; OpenCV's own threads would only contend
    height, width = ink.shape
    horizontal, vertical = find_rules(ink, dpi, bars)
    boxes = [_pixels(word.box, width, height) for word in words]
    found = find_marks(ink, dpi) if marks is None else marks
    kept = [mark for mark in found if not (mark.is_round and _is_letter(mark.box, words, boxes))]
    rows, columns = gray.shape
    # The strokes of two or three bold letters can fill a row by themselves.
    long_words = [_pixels(word.box, columns, rows) for word in words if len(word.text) >= _FEWEST_STRUCK]
    struck = find_strikeouts(gray, long_words)
    crossed = find_crossed_out(ink, boxes, horizontal)
    return PixelFeatures(
        ruling_lines(horizontal, vertical, width, height),
        tuple(Mark(box=fractions(mark.box, width, height), tick=mark.tick, ink=round(mark.ink, 3)) for mark in kept),
        (
            *(fractions(box, columns, rows) for box in struck),
            *(fractions(box, width, height) for box in crossed),
        ),
        tuple(fractions(box, width, height) for box in find_dropout(ink, dpi, vertical, [*horizontal, *bars])),
    )


def is_misread_mark(word: RawWord, mark: Mark) -> bool:
    """Whether a recognised word is nothing but a mark: its centre lies in the mark and it is hardly wider."""
    left, top, right, bottom = word.box
    x, y = (left + right) / 2, (top + bottom) / 2
    inside = mark.box.left <= x <= mark.box.right and mark.box.top <= y <= mark.box.bottom
    return inside and right - left <= _MISREAD_WIDTH * (mark.box.right - mark.box.left)


def _is_letter(circle: PixelBox, words: Sequence[RawWord], boxes: Sequence[PixelBox]) -> bool:
    x, y = (circle[0] + circle[2]) / 2, (circle[1] + circle[3]) / 2
    return any(
        len(word.text) >= _ROUND_IN_WORD and left <= x <= right and top <= y <= bottom
        for word, (left, top, right, bottom) in zip(words, boxes, strict=True)
    )


def _pixels(box: Box, width: int, height: int) -> PixelBox:
    return int(box.left * width), int(box.top * height), round(box.right * width), round(box.bottom * height)
