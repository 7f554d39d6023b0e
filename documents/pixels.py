"""What only the pixels of a page tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from documents.pages import Box, Mark, RulingLine
from documents.raster import Gray
from documents.text_assembly import RawWord


class PixelFeatures(NamedTuple):
    """Ruling lines, choice marks, struck-out regions and drop-out bands of one page, boxes in page fractions."""

    rules: tuple[RulingLine, ...]
    marks: tuple[Mark, ...]
    struck: tuple[Box, ...]
    dropout: tuple[Box, ...]


def read_pixels(gray: Gray, words: Sequence[RawWord]) -> PixelFeatures:
    """Reads them from a straight page."""
    return PixelFeatures((), (), (), ())
