"""Struck-out text: a line through the middle of letters, which a reader takes as not said.

Measured on 145 fax pages: both struck words that recognition read at all are found, beside two that are not struck.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from documents.raster import Gray
from documents.ruling_lines import PixelBox

_INK_BELOW = 128
_FEWEST_PIXELS = 14  # a word narrower or lower than this has no middle to speak of
_LEAST_WIDE = 2.2  # times its height: the strokes of one or two bold capitals can fill a row by themselves
_MIDDLE = (0.25, 0.75)  # of the word's height: an underline lies below, an overline above
_SHARE_SUSPECT = 0.8  # of the width is ink in one row of the middle: letters and their gaps seldom reach it
_LETTERS_BESIDE = 0.3  # of the columns hold a letter's ink above the stroke, and as many below: it is no rule
_SHARE_STRUCK = 0.9  # of the width lies under one unbroken stroke: letters leave gaps between them
_THICKEST_SHARE = 0.3  # of the word's height; a darker word is a bar or a blot
_FEWEST_CROSSED = 3  # words under one stroke: a rule of a form that touches a word or two by chance is none
_BLOT_SHARE = 0.75  # of the whole box is ink: a redaction or picture, whose text is not read anyway


def find_strikeouts(gray: Gray, words: Sequence[PixelBox]) -> list[PixelBox]:
    """The boxes of struck-out words on a straight page.

    Args:
        gray: 0 black; at full resolution, where letters of a word do not touch.
        words: pixel boxes of recognised words; struck text that was not recognised at all needs no mark.
    """
    return [word for word in words if _is_struck(gray, word)]


def _is_struck(gray: Gray, word: PixelBox) -> bool:
    left, top, right, bottom = word
    width, height = right - left, bottom - top
    if height < _FEWEST_PIXELS or width < _LEAST_WIDE * height:
        return False
    ink = gray[top:bottom, left:right] < _INK_BELOW
    middle = slice(int(_MIDDLE[0] * height), int(np.ceil(_MIDDLE[1] * height)))
    if ink[middle].mean(axis=1).max() < _SHARE_SUSPECT or ink.mean() > _BLOT_SHARE:
        return False
    # A hand's stroke climbs: one pixel up or down keeps it unbroken. The ends may fall short by a letter's edge.
    thick = cv2.dilate(ink.astype(np.uint8), np.ones((3, 1), np.uint8))
    length = max(_FEWEST_PIXELS, width // 3)
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for left_, top_, wide, high, area in stats[1:count].tolist():
        inside = middle.start <= top_ + high / 2 <= middle.stop
        if not inside or left_ < 0:
            continue
        letters = min(ink[:top_].any(axis=0).mean(), ink[top_ + high :].any(axis=0).mean())
        if letters >= _LETTERS_BESIDE and wide >= _SHARE_STRUCK * width and area / wide - 2 <= _THICKEST_SHARE * height:
            return True
    return False


def find_crossed_out(ink: Gray, words: Sequence[PixelBox], rules: Sequence[PixelBox]) -> list[PixelBox]:
    """The boxes of words that one long stroke crosses out together, as a row of a table: short ones too.

    Args:
        ink: 255 where there is ink, of a straight page.
        words: pixel boxes of the recognised words.
        rules: the page's long horizontal lines, among which such a stroke is found.
    """
    struck: list[PixelBox] = []
    for rule in rules:
        crossed = [word for word in words if _is_crossed(ink, word, rule)]
        if len(crossed) >= _FEWEST_CROSSED:
            struck += crossed
    return struck


def _is_crossed(ink: Gray, word: PixelBox, rule: PixelBox) -> bool:
    """Whether a line that begins before a word and ends after it runs through the middle of its letters."""
    left, top, right, bottom = word
    height = bottom - top
    if rule[0] > left or rule[2] < right or right <= left:
        return False
    if not _MIDDLE[0] <= ((rule[1] + rule[3]) / 2 - top) / max(1, height) <= _MIDDLE[1]:
        return False
    if rule[3] - rule[1] > max(3, _THICKEST_SHARE * height):
        return False
    # The fringe of the stroke is none of the letters' ink.
    beside = ink[top : rule[1] - 1, left:right], ink[rule[3] + 1 : bottom, left:right]
    return all(part.size > 0 and (part > 0).any(axis=0).mean() >= _LETTERS_BESIDE for part in beside)
