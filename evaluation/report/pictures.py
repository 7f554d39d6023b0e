"""A page's picture, as the report is given it: the report never opens a document itself."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.scoring.corpus import Corners


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as a reviewer sees it.

    Attributes:
        number: 1-based within the document.
        width, height: pixels.
        png: the picture.
        shown: pixels of its height to show: what lies below is blank paper.
        words: (text, box) of each word with boxes as page fractions, where the picture was drawn from text.
    """

    number: int
    width: int
    height: int
    png: bytes
    shown: int
    words: tuple[tuple[str, Corners], ...] = ()
