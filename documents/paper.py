"""What lies behind the letters: grey paper and shadows made white, and white letters on dark bars made black."""

from __future__ import annotations

import cv2
import numpy as np

from documents.raster import Gray
from documents.ruling_lines import PixelBox

_SHRINK = 8  # paper changes slowly; its brightness is estimated on 1/64 of the pixels
_WIDEST_DARK_IN = 1.0  # darker areas up to this height are print (a banner), not shadow
_BAR_HEIGHT_IN = 0.1  # a bar holds a line of print
_BAR_WIDTH_IN = 0.4
_LETTER_GAP_IN = 0.16  # white letters interrupt a bar for at most the width of one wide letter
_EDGE_SHARE = 0.75  # dark pixels in a bar's outer rows; a row of bold letters has under 0.6
_DARK_SHARE = 0.45  # dark pixels in a whole bar; a line of bold black print has under 0.4


def is_gray(pixels: Gray) -> bool:
    """Whether a page has grey levels at all (a fax has none)."""
    sample = pixels[::7, ::7]
    return bool(((sample > 0) & (sample < 255)).any())


def flattened(pixels: Gray, dpi: float) -> Gray:
    """The page on white paper: each pixel divided by the paper's brightness around it.

    Measured on grey scans: order-free word error 2.6 against 4.4 %, critical tokens missed 6.7 against 10.5 %.
    """
    small = cv2.resize(pixels, None, fx=1 / _SHRINK, fy=1 / _SHRINK, interpolation=cv2.INTER_AREA)
    paper = int(np.percentile(small, 75))
    size = max(3, round(_WIDEST_DARK_IN * dpi / _SHRINK)) | 1
    margin = size // 2 + 1
    padded = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=[paper])
    behind = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    behind = cv2.GaussianBlur(behind[margin:-margin, margin:-margin], (0, 0), 3)
    height, width = pixels.shape
    behind = cv2.resize(behind, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, behind, scale=255), dtype=np.uint8)


def invert_bars(pixels: Gray, dpi: float) -> tuple[PixelBox, ...]:
    """Turns white print on dark bars into black on white, in place; returns the bars."""
    ink = np.asarray(cv2.threshold(pixels, 128, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
    shrink = 4
    small = cv2.resize(ink, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    dark = cv2.threshold(small, 110, 255, cv2.THRESH_BINARY)[1]
    at = dpi / shrink
    whole = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, int(_LETTER_GAP_IN * at) | 1), np.uint8))
    block = np.ones((max(3, int(_BAR_HEIGHT_IN * at)), int(_BAR_WIDTH_IN * at)), np.uint8)
    outlines, _ = cv2.findContours(
        cv2.morphologyEx(whole, cv2.MORPH_OPEN, block), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    bars: list[PixelBox] = []
    for outline in outlines:
        x, y, width, height = (side * shrink for side in cv2.boundingRect(outline))
        left, top = max(0, x - shrink), max(0, y - shrink)
        bar = _bar(ink[top : y + height + shrink, left : x + width + shrink], dpi)
        if bar is not None:
            bars.append((left + bar[0], top + bar[1], left + bar[2], top + bar[3]))
    for bar in bars:
        _invert(pixels, bar)
    return tuple(bars)


def _bar(piece: Gray, dpi: float) -> PixelBox | None:
    """The exact bar inside a piece of ink, or None if it is something else (bold print, a picture)."""
    dark = piece > 0
    rows = np.flatnonzero(dark.mean(axis=1) >= _EDGE_SHARE)
    if rows.size == 0:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(dark[top:bottom].mean(axis=0) >= _EDGE_SHARE)
    if columns.size == 0:
        return None
    left, right = int(columns[0]), int(columns[-1]) + 1
    if bottom - top < _BAR_HEIGHT_IN * dpi or right - left < _BAR_WIDTH_IN * dpi:
        return None
    bar = dark[top:bottom, left:right]
    edge = max(2, round(0.01 * dpi))
    if min(bar[:edge].mean(), bar[-edge:].mean()) < _EDGE_SHARE or bar.mean() < _DARK_SHARE:
        return None
    return left, top, right, bottom


def _invert(pixels: Gray, bar: PixelBox) -> None:
    left, top, right, bottom = bar
    inside = pixels[top:bottom, left:right]
    np.subtract(255, inside, out=inside)
    fringe = 4  # the ragged edge of a bar would become a line
    outer = (slice(max(0, top - fringe), bottom + fringe), slice(max(0, left - fringe), right + fringe))
    frame = np.ones(pixels[outer].shape, dtype=bool)
    y, x = top - outer[0].start, left - outer[1].start
    frame[y + 1 : y + bottom - top - 1, x + 1 : x + right - left - 1] = False
    pixels[outer][frame] = 255
