"""Reads plain text as a document of one page, and gathers what was read by entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from documents.pages import Box, Page, Word, WordSource
from documents.values import Cited
from extractors.document_type import all_document_types
from extractors.prose.reading import read_prose

Entity = dict[str, str]


def page_of(text: str, *, number: int = 1, from_ocr: bool = False) -> Page:
    """A page that holds the text; recognised words carry only their source here."""
    box = Box(0.0, 0.0, 1.0, 1.0)
    word = Word(text=text[:1], box=box, confidence=0.9, source=WordSource.OCR, start=0, end=1)
    return Page(number=number, width_pt=612, height_pt=792, text=text, words=(word,) if from_ocr and text else ())


def read(text: str, *, document_type: str = "clinical_note", from_ocr: bool = False) -> list[Cited]:
    """What the prose of one page states."""
    return list(read_prose([page_of(text, from_ocr=from_ocr)], all_document_types()[document_type]))


def entities(cited: Iterable[Cited], name: str) -> list[Entity]:
    """The entities of a kind in reading order: attribute -> value."""
    found: dict[str, Entity] = defaultdict(dict)
    for value in cited:
        entity, leaf = value.path.split(".")
        if entity == name:
            found[value.group or ""].setdefault(leaf, value.value)
    return list(found.values())


def pairs(cited: Iterable[Cited], name: str, key: str, leaf: str) -> dict[str, str | None]:
    """The value of one attribute by another, e.g. drug -> status, in lower case."""
    return {e[key].lower(): e.get(leaf) for e in entities(cited, name) if key in e}
