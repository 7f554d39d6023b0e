"""A text layer held against the pixels: what a parser sees and a reader does not is no text of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from numpy.typing import NDArray

from documents.pages import Box
from documents.text_assembly import RawWord
from documents.text_layer import TextLayer

Gray = NDArray[np.uint8]

# A page that images cover to more than this is a scan, whatever text lies over or under it. Letterheads, signatures
# and photographs of a wound stay well below.
_SCAN_SHARE = 0.6
# Grey levels between the darkest and the lightest pixel of a word. The faintest print that people still read on screen
# (#d0d0d0 on white) has 47; near-white on white at most 15.
_CONTRAST = 32
# The ground under near-white print: most of the word's box must be darker than this to make it visible.
_LIGHT_GROUND = 200
# A fifth of the words without ink is no slip of one word: the layer belongs to another page, or to an attacker.
_HIDDEN_SHARE = 0.2
# Ink is looked at in squares of 12 points, about a letter high. Text fills 5 to 60 percent of a square; less is a thin
# rule or specks, more is a solid bar, a logo or a photograph.
_CELL_PT = 12.0
_INK = 128
_TEXT_INK = (0.05, 0.6)
# Squares of text-like ink outside every word. 60 squares are three lines of 4 inches: fewer are logos, signatures,
# bar codes and ticks; a quarter of all inked squares keeps dense pages from passing on a pasted half page.
_UNEXPLAINED_CELLS = 60
_UNEXPLAINED_SHARE = 0.25
# Lines and boxes thinner than this are rules; their ink is explained.
_RULE_PT = 3.0

_INVISIBLE_MODES = frozenset({pdfium_raw.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_raw.FPDF_TEXTRENDERMODE_CLIP})


@dataclass(frozen=True)
class Judgement:
    """Whether a text layer may stand for its page.

    Attributes:
        words: the words that a reader sees.
        hidden: whether there were others.
        trusted: whether the words are the page's text; if not, the page is to be read from its pixels.
    """

    words: tuple[RawWord, ...]
    hidden: bool
    trusted: bool


def invisible_text(page: pdfium.PdfPage) -> tuple[Box, ...] | None:
    """Where a page holds text in a render mode that paints nothing (ISO 32000-1, 9.3.6: modes 3 and 7).

    Returns:
        Boxes in page fractions; None where there is such text and its place on the displayed page cannot be told.
    """
    boxes: list[Box] = []
    left, bottom, right, top = page.get_cropbox()
    for item in page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_TEXT], max_depth=3):
        if pdfium_raw.FPDFTextObj_GetTextRenderMode(item.raw) not in _INVISIBLE_MODES:
            continue
        if item.level > 0 or page.get_rotation():
            return None
        x0, y0, x1, y1 = item.get_bounds()
        width, height = right - left, top - bottom
        boxes.append(Box((x0 - left) / width, (top - y1) / height, (x1 - left) / width, (top - y0) / height))
    return tuple(boxes)


def judge(layer: TextLayer, gray: Gray, dpi: float, *, unseen: Sequence[Box] = ()) -> Judgement:
    """Compares a text layer with a rendering of its page.

    Args:
        layer: what the parser found.
        gray: the page as displayed, rendered at `dpi` (75 to 120 is enough).
        dpi: pixels per inch of `gray`.
        unseen: where the page holds invisible text; ink in such a place may be another word's.
    """
    dark = [word for word in layer.words if _has_ink(word.box, gray)]
    light = [word for word in layer.light if _stands_on_dark(word.box, gray)]
    count = len(layer.words) + len(layer.light)
    lost = count - len(dark) - len(light)
    words = tuple(dark + light)
    trusted = (
        bool(words)
        and not layer.contradictory
        and not layer.turned  # OCR turns the page first
        and layer.image_share <= _SCAN_SHARE
        and lost <= _HIDDEN_SHARE * count
        and not any(_touch(word.box, box) for word in words for box in unseen)
        and not _has_unexplained_ink(words, layer.vectors, gray, dpi)
    )
    return Judgement(words, layer.hidden or lost > 0 or bool(unseen), trusted)


def _touch(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _pixels_under(box: Box, gray: Gray) -> Gray:
    """The pixels of the middle half of a word's height: letters cross it, rules above and below do not."""
    height, width = gray.shape
    quarter = (box.bottom - box.top) / 4
    top, bottom = int((box.top + quarter) * height), int((box.bottom - quarter) * height) + 1
    return gray[top:bottom, int(box.left * width) : int(box.right * width) + 1]


def _has_ink(box: Box, gray: Gray) -> bool:
    pixels = _pixels_under(box, gray)
    if pixels.size == 0:
        return False
    if int(pixels.max()) - int(pixels.min()) >= _CONTRAST:
        return True
    # Full stops, underscores and hyphens have their ink outside the middle of the line.
    height, width = gray.shape
    whole = gray[
        int(box.top * height) : int(box.bottom * height) + 1, int(box.left * width) : int(box.right * width) + 1
    ]
    return int(whole.max()) - int(whole.min()) >= _CONTRAST and whole.mean() > _LIGHT_GROUND


def _stands_on_dark(box: Box, gray: Gray) -> bool:
    pixels = _pixels_under(box, gray)
    return pixels.size > 0 and _has_ink(box, gray) and float(np.median(pixels)) < _LIGHT_GROUND


def _has_unexplained_ink(words: tuple[RawWord, ...], vectors: tuple[Box, ...], gray: Gray, dpi: float) -> bool:
    """Whether much text-like ink lies where no word is: outlined fonts, a pasted scan, handwriting, a stamp."""
    height, width = gray.shape
    ink = gray < _INK
    for box in vectors:
        left, top, right, bottom = box.left * width, box.top * height, box.right * width, box.bottom * height
        area = ink[max(int(top) - 1, 0) : int(bottom) + 2, max(int(left) - 1, 0) : int(right) + 2]
        # A solid bar behind white print is explained as a whole: its edges cut squares that then look like text.
        if min(right - left, bottom - top) <= _RULE_PT * dpi / 72 or (area.size and area.mean() > _TEXT_INK[1]):
            area[:] = False
        else:
            _erase_outline(ink, (int(left), int(top), int(right), int(bottom)))
    cell = max(int(_CELL_PT * dpi / 72), 2)
    rows, columns = height // cell, width // cell
    if rows == 0 or columns == 0:
        return False
    shares = ink[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell).mean(axis=(1, 3))
    inked = (shares > _TEXT_INK[0]) & (shares < _TEXT_INK[1])
    explained = np.zeros_like(inked)
    for _, box, _, _ in words:
        explained[
            int(box.top * height) // cell : int(box.bottom * height) // cell + 1,
            int(box.left * width) // cell : int(box.right * width) // cell + 1,
        ] = True
    unexplained = int((inked & ~explained).sum())
    return unexplained >= _UNEXPLAINED_CELLS and unexplained > _UNEXPLAINED_SHARE * int(inked.sum())


def _erase_outline(ink: NDArray[np.bool_], corners: tuple[int, int, int, int]) -> None:
    """Takes a drawn box's four edges out of the ink, two pixels wide."""
    left, top, right, bottom = (max(value, 0) for value in corners)
    for row in (top, bottom):
        ink[max(row - 1, 0) : row + 2, left : right + 2] = False
    for column in (left, right):
        ink[top : bottom + 2, max(column - 1, 0) : column + 2] = False
