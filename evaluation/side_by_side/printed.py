"""Pages made from text, with a word box for every run of characters, as the readers of documents make them."""

from __future__ import annotations

import re

from documents.pages import Box, Page, Word, WordSource


def page_of(text: str, *, ocr: bool = False, confidence: float = 0.97, number: int = 1) -> Page:
    """A page of that very text, its words on a grid of 100 columns and 60 lines.

    Args:
        text: of the page, kept as it is.
        ocr: whether its words were recognised, so that any may be misread.
        confidence: of each recognised word.
        number: of the page.
    """
    words = []
    line_start = 0
    for row, line in enumerate(text.split("\n")):
        for found in re.finditer(r"\S+", line):
            box = Box(
                min(1.0, found.start() / 100),
                min(0.99, row / 60),
                min(1.0, found.end() / 100),
                min(1.0, (row + 0.7) / 60),
            )
            words.append(
                Word(
                    text=found.group(),
                    box=box,
                    confidence=confidence if ocr else 1.0,
                    source=WordSource.OCR if ocr else WordSource.TEXT_LAYER,
                    start=line_start + found.start(),
                    end=line_start + found.end(),
                )
            )
        line_start += len(line) + 1
    return Page(
        number=number,
        width_pt=612,
        height_pt=792,
        text=text,
        words=tuple(words),
        quality=confidence if ocr else 1.0,
        engine="test",
    )
