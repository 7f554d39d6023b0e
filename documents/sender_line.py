"""The line a fax machine prints across the top of every sheet it sends, which stands upright on a page fed turned."""

from __future__ import annotations

import numpy as np

from documents.raster import Gray

_DEEPEST_START_IN = 0.35  # machines print it into the top margin; a footer of a page fed head first lies deeper
_LOOK_IN = 0.8
_HEIGHTS_IN = (0.05, 0.22)  # one line of machine print, with a little skew
_NARROWEST_IN = 1.2
_CLEARANCE_IN = 0.08  # paper between it and the page proper
_SPECKS = 3  # pixels of ink in a row that still counts as blank


def sender_line(ink: Gray, dpi: float) -> tuple[float, float] | None:
    """Top and bottom of the line in inches, with half its clearance, or None where there is none.

    Args:
        ink: 255 where there is ink, the page as it arrived.
        dpi: of its rows (columns are about the same).
    """
    counts = np.count_nonzero(ink[: round(_LOOK_IN * dpi)], axis=1)
    inked = np.concatenate(([0], (counts > _SPECKS).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(inked))
    clearance = round(_CLEARANCE_IN * dpi)
    for start, end, following in zip(edges[::2], edges[1::2], [*edges[2::2], counts.size], strict=False):
        if not _HEIGHTS_IN[0] * dpi <= end - start <= _HEIGHTS_IN[1] * dpi:
            continue
        columns = np.flatnonzero(ink[start:end].any(axis=0))
        is_wide = columns[-1] - columns[0] >= _NARROWEST_IN * dpi
        if is_wide and start <= _DEEPEST_START_IN * dpi and following - end >= clearance:
            return max(0.0, (start - clearance / 2) / dpi), (end + clearance / 2) / dpi
        return None
    return None
