"""Fax repair: the page as it arrived becomes the page a recogniser reads best, and every step is recorded.

Mean order-free word error and missed critical tokens (codes, dates, ids; percent) over 73 development pages, clean to
awful, printed and handwritten, 20 % of them coarse, with one step left out (`python -m evaluation.bench_reading`):

    all steps                                             12.67  19.86
    without double_lines  (coarse faxes)                  12.56  20.80   kept for the codes
    without flatten       (grey scans)                    12.88  19.86
    without turn          (quarter turns)                 14.42  23.48
    without sender_line   (turned pages)                  12.82  20.17
    without deskew                                        13.52  21.28
    without invert_bars   (white print on dark bars)      14.31  20.25
    without erase_marks   (checkboxes)                    13.46  20.02
    without blur                                          14.04  24.03

Tried and not kept (71 other pages): erasing ruling lines and streaks (critical tokens missed 10.9 -> 13.2 %: fragments
of lines and scratched letters cost more than whole lines, which Tesseract removes itself); despeckling by component
size (word error 9.8 -> 16.2 %: points and the strokes of coarse faxes go too); 300 dpi (15.7 % missed).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from documents import deskew, orientation, paper
from documents.marks import FoundMark, find_marks
from documents.pages import Affine, Repair
from documents.pixels import ink_for_search
from documents.raster import Gray, Raster
from documents.ruling_lines import PixelBox
from documents.sender_line import sender_line

# 250 dpi reads codes best: critical tokens missed 10.9 % against 14.3 % at 200 and 15.7 % at 300 dpi.
TARGET_DPI = 250
# Joins the staircase of 1-bit edges. At 250 dpi 1.0 beats 0.7 (13.2 % missed) and 1.2 (12.7 %).
_BLUR_SIGMA = 1.0
_ANALYSIS_DPI = 100.0  # direction and skew need no more
_ANALYSIS_INK_BELOW = 160  # half-covered pixels of a thin stroke count as ink
_COARSE = 0.75  # rows that are this much coarser than columns are a fax in standard resolution
_SMALLEST_SKEW = 0.05  # degrees; less moves the end of a line by a pixel

Matrix = NDArray[np.float64]


class Step(StrEnum):
    """The steps that can be left out, to measure what each is worth."""

    DOUBLE_LINES = "double_lines"
    FLATTEN = "flatten"
    TURN = "turn"
    SENDER_LINE = "sender_line"
    DESKEW = "deskew"
    INVERT_BARS = "invert_bars"
    ERASE_MARKS = "erase_marks"
    BLUR = "blur"


ALL_STEPS = frozenset(Step)


@dataclass(frozen=True)
class RepairedPage:
    """Upright, straight, square pixels at `TARGET_DPI`, with the way back to the page as it arrived.

    Attributes:
        pixels: what the recogniser gets.
        rotation: degrees clockwise applied.
        is_sure: whether the ink left no doubt about the rotation.
        repairs: the steps that changed something.
        to_source: displayed page fractions -> fractions of the page as it arrived. Where a fax machine's line stood
            the other way on a turned page, that line is shown above the page and lies outside this mapping.
        ink: ink (255) at `search_dpi` for the search of lines and marks.
        search_dpi: its resolution.
        bars: dark bars that were inverted, in pixels of `ink`.
        marks: choice marks, in pixels of `ink`; they are erased from `pixels`, being no letters.
    """

    pixels: Gray
    rotation: int
    is_sure: bool
    repairs: tuple[Repair, ...]
    to_source: Affine
    ink: Gray
    search_dpi: float
    bars: tuple[PixelBox, ...]
    marks: tuple[FoundMark, ...]


@dataclass(frozen=True)
class _Sheet:
    """Square-enough pixels of the page as it arrived and a small copy for analysis, with the size in inches."""

    pixels: Gray
    small: Gray
    width_in: float
    height_in: float


def repair(raster: Raster, *, turn: int | None = None, steps: frozenset[Step] = ALL_STEPS) -> RepairedPage:
    """Repairs one page.

    Args:
        raster: the page as it arrived.
        turn: degrees clockwise (0, 90, 180, 270) if known, else decided from the ink.
        steps: which steps may be applied.
    """
    repairs: list[Repair] = []
    sheet = _prepared(raster, steps, repairs)
    decided, skew = _direction(sheet.small, turn if Step.TURN in steps else 0)
    if abs(skew) < _SMALLEST_SKEW or Step.DESKEW not in steps:
        skew = 0.0
    if decided.turn:
        repairs.append(Repair(name=Step.TURN, amount=decided.turn))
    if skew:
        repairs.append(Repair(name=Step.DESKEW, amount=round(skew, 3)))
    line = sender_line(sheet.small, _ANALYSIS_DPI) if decided.turn and Step.SENDER_LINE in steps else None
    pixels, to_source = _straightened(sheet if line is None else _without(sheet, line), decided.turn, skew)
    if line is not None:
        pixels, to_source = _with_line_on_top(pixels, to_source, sheet, line)
        repairs.append(Repair(name=Step.SENDER_LINE, amount=1.0))
    bars: tuple[PixelBox, ...] = ()
    if Step.INVERT_BARS in steps:
        bars = paper.invert_bars(pixels, TARGET_DPI)
        if bars:
            repairs.append(Repair(name=Step.INVERT_BARS, amount=len(bars)))
    ink, shrink = ink_for_search(pixels, TARGET_DPI)
    marks = find_marks(ink, TARGET_DPI / shrink)
    if Step.ERASE_MARKS in steps:
        erased = _erase(pixels, marks, shrink)
        if erased:
            repairs.append(Repair(name=Step.ERASE_MARKS, amount=erased))
    if Step.BLUR in steps:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), _BLUR_SIGMA), dtype=np.uint8)
        repairs.append(Repair(name=Step.BLUR, amount=_BLUR_SIGMA))
    return RepairedPage(
        pixels=pixels,
        rotation=decided.turn,
        is_sure=decided.is_sure,
        repairs=tuple(repairs),
        to_source=to_source,
        ink=ink,
        search_dpi=TARGET_DPI / shrink,
        bars=tuple((x0 // shrink, y0 // shrink, x1 // shrink, y1 // shrink) for x0, y0, x1, y1 in bars),
        marks=marks,
    )


def _erase(pixels: Gray, marks: tuple[FoundMark, ...], scale: int) -> int:
    """Whitens square marks, which recognition reads as letters and glues to their labels; returns their number."""
    fringe = 2 * scale
    # A round one may still turn out to be a letter O.
    square = [mark for mark in marks if not mark.is_round]
    for mark in square:
        left, top, right, bottom = (side * scale for side in mark.box)
        pixels[max(0, top - fringe) : bottom + fringe, max(0, left - fringe) : right + fringe] = 255
    return len(square)


def _prepared(raster: Raster, steps: frozenset[Step], repairs: list[Repair]) -> _Sheet:
    # OpenCV's threads spin like Tesseract's; pages run in parallel instead.
    cv2.setNumThreads(1)
    pixels, x_dpi, y_dpi = raster.pixels, raster.x_dpi, raster.y_dpi
    height, width = pixels.shape
    if paper.is_gray(pixels) and Step.FLATTEN in steps:
        pixels = paper.flattened(pixels, min(x_dpi, y_dpi))
        repairs.append(Repair(name=Step.FLATTEN, amount=1.0))
    shrink_x, shrink_y = (max(1, round(dpi / _ANALYSIS_DPI)) for dpi in (x_dpi, y_dpi))
    small = _shrunk(pixels, shrink_x, shrink_y)
    if y_dpi < _COARSE * x_dpi and Step.DOUBLE_LINES in steps:
        times = round(x_dpi / y_dpi)
        pixels = np.repeat(pixels, times, axis=0)
        repairs.append(Repair(name=Step.DOUBLE_LINES, amount=times))
    return _Sheet(pixels, small, width / x_dpi, height / y_dpi)


def _shrunk(pixels: Gray, by_x: int, by_y: int) -> Gray:
    rows, columns = pixels.shape[0] // by_y, pixels.shape[1] // by_x
    whole = pixels[: rows * by_y, : columns * by_x]
    small = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.threshold(small, _ANALYSIS_INK_BELOW, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)


def _direction(ink: Gray, turn: int | None) -> tuple[orientation.Direction, float]:
    """Which way up the page is, unless that is known, and by how many degrees its lines then fall to the right."""
    letters = orientation.without_strokes(ink, _ANALYSIS_DPI)
    sideways, sure = orientation.is_sideways(orientation.sideways_vote(letters, _ANALYSIS_DPI))
    if turn is not None:
        sideways = turn % 180 == 90
    if sideways:
        letters = np.ascontiguousarray(np.rot90(letters, -1))
    skew = deskew.skew_degrees(letters > 0)  # half a turn leaves it as it is
    if turn is not None:
        return orientation.Direction(turn, is_sure=True), skew
    hangs, standing_sure = orientation.is_upside_down(orientation.upright_vote(letters, _ANALYSIS_DPI, skew))
    return orientation.Direction(90 * sideways + 180 * hangs, is_sure=sure and standing_sure), skew


def _straightened(sheet: _Sheet, turn: int, skew: float) -> tuple[Gray, Affine]:
    """One linear warp from the sheet to the upright, straight page, and the way back in page fractions."""
    rows, columns = sheet.pixels.shape
    scale_x, scale_y = sheet.width_in / columns * TARGET_DPI, sheet.height_in / rows * TARGET_DPI
    wide, high = sheet.width_in * TARGET_DPI, sheet.height_in * TARGET_DPI
    if turn % 180:
        wide, high = high, wide
    width, height = round(wide), round(high)
    # Pixel centres lie at half positions.
    to_target_dpi = _matrix(scale_x, 0, (scale_x - 1) / 2, 0, scale_y, (scale_y - 1) / 2)
    forward = _turn_about_centre(skew, width, height) @ _quarter_turns(turn, width, height) @ to_target_dpi
    pixels = cv2.warpAffine(
        sheet.pixels,
        forward[:2],
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    fractions = _matrix(1 / columns, 0, 0.5 / columns, 0, 1 / rows, 0.5 / rows)
    back = fractions @ np.linalg.inv(forward) @ _matrix(width, 0, -0.5, 0, height, -0.5)
    return np.asarray(pixels, dtype=np.uint8), Affine(*(float(value) for value in back[:2].ravel()))


def _without(sheet: _Sheet, line: tuple[float, float]) -> _Sheet:
    rows = _rows(sheet, line)
    pixels = sheet.pixels.copy()
    pixels[rows] = 255
    return replace(sheet, pixels=pixels)


def _rows(sheet: _Sheet, line: tuple[float, float]) -> slice:
    per_inch = sheet.pixels.shape[0] / sheet.height_in
    return slice(round(line[0] * per_inch), round(line[1] * per_inch))


def _with_line_on_top(pixels: Gray, to_source: Affine, sheet: _Sheet, line: tuple[float, float]) -> tuple[Gray, Affine]:
    """Puts the sender's line, upright, above the turned page; `to_source` stays exact for the page proper."""
    wide, high = round(sheet.width_in * TARGET_DPI), max(1, round((line[1] - line[0]) * TARGET_DPI))
    strip = cv2.resize(sheet.pixels[_rows(sheet, line)], (wide, high), interpolation=cv2.INTER_LINEAR)
    height, width = pixels.shape
    whole = np.full((height + high, max(width, wide)), 255, dtype=np.uint8)
    whole[:high, :wide] = strip
    whole[high:, :width] = pixels
    shown = _matrix(whole.shape[1] / width, 0, 0, 0, whole.shape[0] / height, -high / height)
    back = _matrix(*to_source) @ shown
    return whole, Affine(*(float(value) for value in back[:2].ravel()))


def _quarter_turns(turn: int, width: int, height: int) -> Matrix:
    """Clockwise turn of pixel coordinates onto a page of the given (turned) size."""
    if turn == 90:
        return _matrix(0, -1, width - 1, 1, 0, 0)
    if turn == 180:
        return _matrix(-1, 0, width - 1, 0, -1, height - 1)
    if turn == 270:
        return _matrix(0, 1, 0, -1, 0, height - 1)
    return _matrix(1, 0, 0, 0, 1, 0)


def _turn_about_centre(degrees: float, width: int, height: int) -> Matrix:
    """Counter-clockwise turn (rows run down) about the page's centre: undoes lines that fall to the right."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x, y = (width - 1) / 2, (height - 1) / 2
    return _matrix(cosine, sine, x - cosine * x - sine * y, -sine, cosine, y + sine * x - cosine * y)


def _matrix(*values: float) -> Matrix:
    return np.array([*values, 0.0, 0.0, 1.0], dtype=np.float64).reshape(3, 3)
