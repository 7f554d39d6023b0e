"""Overlapping runs of pages that are sent one by one, so that a long segment costs in proportion to its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.pages import Page


def windows(pages: Sequence[Page], *, size: int, overlap: int) -> Iterator[Sequence[Page]]:
    """Yields runs of at most `size` pages that share `overlap` pages; together they hold every page.

    Raises:
        ValueError: the overlap would keep the windows from moving on.
    """
    if not 0 <= overlap < size:
        raise ValueError("windows must be longer than their overlap")
    start = 0
    while True:
        yield pages[start : start + size]
        if start + size >= len(pages):
            return
        start += size - overlap
