"""Struck-out text: a line through the middle of letters, which a reader takes as not said."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from documents.raster import Gray
from documents.ruling_lines import PixelBox

_SHORTEST_IN = 0.22  # three letters; a hyphen, a dash or the bar of a capital is shorter
_THICKEST_IN = 0.045
_TOUCH_IN = 0.02  # letters that a stroke goes through reach this far beyond it on either side
_CROSSED_SHARE = 0.3  # of the stroke's columns have a letter's ink right above, and as many right below
_LETTER_IN = 0.055  # half the height of ten-point capitals, above and below the stroke
_WORD_SHARE = 0.5  # a word is struck if at least half its width is


def find_strikeouts(ink: Gray, dpi: float, words: Sequence[PixelBox]) -> list[PixelBox]:
    """Regions of struck-out text on a straight page.

    An underline has no letters below it, a table rule touches none above; a stroke through letters has both.

    Args:
        ink: 255 where there is ink, else 0; 100 to 150 dpi.
        dpi: of both axes.
        words: pixel boxes of recognised words. A stroke counts only where there is a word, which keeps pictures,
            barcodes and signatures out; struck text that was not recognised at all needs no mark.
    """
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a hand's stroke climbs
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(_SHORTEST_IN * dpi)), np.uint8))
    outlines, _ = cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    reach = max(1, round(_LETTER_IN * dpi))
    regions: list[PixelBox] = []
    for outline in outlines:
        left, top, width, height = cv2.boundingRect(outline)
        stroke = (left, top + 1, left + width, max(top + 2, top + height - 1))
        if height - 2 <= _THICKEST_IN * dpi + width / 8 and _crosses_letters(ink, runs, stroke, dpi):
            region = (left, max(0, stroke[1] - reach), left + width, min(ink.shape[0], stroke[3] + reach))
            if any(_strikes(stroke, word) for word in words):
                regions.append(region)
    return regions


def _crosses_letters(ink: Gray, runs: Gray, stroke: PixelBox, dpi: float) -> bool:
    left, top, right, bottom = stroke
    touch = max(2, round(_TOUCH_IN * dpi))
    first, last = max(0, top - touch), min(ink.shape[0], bottom + touch)
    piece, line = ink[first:last, left:right] > 0, runs[first:last, left:right] > 0
    inked = line.any(axis=0)
    if not inked.any():
        return False
    upper = line.argmax(axis=0)
    lower = line.shape[0] - 1 - line[::-1].argmax(axis=0)
    columns = np.arange(line.shape[1])
    above = piece[np.maximum(upper - touch // 2, 0), columns] & inked
    below = piece[np.minimum(lower + touch // 2, line.shape[0] - 1), columns] & inked
    needed = _CROSSED_SHARE * np.count_nonzero(inked)
    return np.count_nonzero(above) >= needed and np.count_nonzero(below) >= needed


def _strikes(stroke: PixelBox, word: PixelBox) -> bool:
    """Whether the stroke runs through the middle part of the word's height along enough of its width."""
    height = word[3] - word[1]
    middle = (stroke[1] + stroke[3]) / 2
    shared = min(stroke[2], word[2]) - max(stroke[0], word[0])
    return word[1] + 0.2 * height <= middle <= word[3] - 0.15 * height and shared >= _WORD_SHARE * (word[2] - word[0])
