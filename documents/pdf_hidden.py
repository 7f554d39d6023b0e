"""What a PDF page holds and does not show: a picture or words beyond its edge, or behind what it clips.

One sheet of two pages, or a strip of many, is often made pages by cropping: each still holds all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Matrix, Rectangle

_Point = tuple[float, float]
# Of a page. A scan that is laid a little too large or askew hides less, and no words; half a sheet is more.
_MOST_HIDDEN = 0.1
# Letters and digits. A crop mark's label may stand beyond the edge.
_MOST_LETTERS = 6
_EDGE_PT = 2.0
_DEEPEST = 12
# Operators that add points to a path; rectangles are of another form.
_POINTS = frozenset({"m", "l", "c", "v", "y"})
_PAINTED = frozenset({"n", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})


def hides_pictures(page: pikepdf.Page) -> bool:
    """Whether more of its pictures lies beyond its edge, or is clipped away, than a careless scanner causes."""
    shown = Rectangle(page.cropbox) & Rectangle(page.mediabox)
    size = _area(shown)
    pictures = _pictures(page.obj, page.obj.get("/Resources"), _Pen(Matrix(), shown))
    return any(_area(whole) - _area(whole & clip) > _MOST_HIDDEN * size for whole, clip in pictures)


def hides_words(page: pdfium.PdfPage) -> bool:
    """Whether words stand beyond its edge."""
    left, bottom, right, top = page.get_bbox()
    words = page.get_textpage()
    try:
        within = words.get_text_bounded(left - _EDGE_PT, bottom - _EDGE_PT, right + _EDGE_PT, top + _EDGE_PT)
        return _letters(words.get_text_range()) - _letters(within) > _MOST_LETTERS
    finally:
        words.close()


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _area(box: Rectangle) -> float:
    return max(float(box.urx - box.llx), 0.0) * max(float(box.ury - box.lly), 0.0)


class _Pen:
    """Where contents draw: the matrix and the clip, as far as they are read."""

    def __init__(self, matrix: Matrix, clip: Rectangle) -> None:
        self.matrix, self.clip = matrix, clip
        self._kept: list[tuple[Matrix, Rectangle]] = []
        self._points: list[_Point] = []
        self._clips = False

    def follow(self, operator: str, operands: Iterable[Any]) -> None:
        """What an operator makes of it."""
        if operator == "q":
            self._kept.append((self.matrix, self.clip))
        elif operator == "Q" and self._kept:
            self.matrix, self.clip = self._kept.pop()
        elif operator == "cm":
            self.matrix = Matrix(*map(float, operands)) @ self.matrix
        elif operator == "re":
            self._points += _corners(*map(float, operands))
        elif operator in _POINTS:
            numbers = list(map(float, operands))
            self._points += zip(numbers[::2], numbers[1::2], strict=False)
        elif operator in {"W", "W*"}:
            self._clips = True
        elif operator in _PAINTED:
            if self._clips and self._points:
                self.clip = self.clip & _bounds(self.matrix, self._points)
            self._points, self._clips = [], False

    def inside(self, form: pikepdf.Object) -> tuple[Matrix, Rectangle]:
        """The matrix and the clip of a form that is drawn here."""
        matrix = Matrix(*map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0)))) @ self.matrix
        box = Rectangle(*map(float, form.BBox))
        return matrix, self.clip & _bounds(matrix, _corners(box.llx, box.lly, box.width, box.height))


def _pictures(
    owner: pikepdf.Object, resources: Any, pen: _Pen, depth: int = _DEEPEST
) -> Iterator[tuple[Rectangle, Rectangle]]:
    """Yields for each picture that is drawn where it lies, and what of the page is not clipped there."""
    found = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    drawn = found if isinstance(found, pikepdf.Dictionary) else pikepdf.Dictionary()
    content = pikepdf.Page(owner) if owner.get("/Type") == "/Page" else owner
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        named = drawn.get(str(instruction.operands[0])) if operator == "Do" else None
        if isinstance(instruction, pikepdf.ContentStreamInlineImage) or (named and named.get("/Subtype") == "/Image"):
            yield _bounds(pen.matrix, _corners(0, 0, 1, 1)), pen.clip
        elif named is not None and named.get("/Subtype") == "/Form" and depth:
            inner = _Pen(*pen.inside(named))
            yield from _pictures(named, named.get("/Resources", resources), inner, depth - 1)
        elif named is None:
            pen.follow(operator, instruction.operands)


def _corners(x: float, y: float, width: float, height: float) -> list[_Point]:
    return [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]


def _bounds(matrix: Matrix, points: list[_Point]) -> Rectangle:
    moved = [matrix.transform(point) for point in points]
    across, up = zip(*moved, strict=True)
    return Rectangle(min(across), min(up), max(across), max(up))
