"""Reads plain text as a document of one page, and gathers what was read by entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from documents.pages import Box, Page, Word, WordSource
from documents.records import Record, Segment
from documents.values import Cited
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from extractors.prose.reading import read_prose
from extractors.records.assembly import ExtractionContext, build_record

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


def printed_page(text: str, *, struck: str = "") -> Page:
    """A page with one box a word on a line of its own height; `struck` words have a line through them."""
    words, lines = [], text.split("\n")
    at = 0
    for row, line in enumerate(lines):
        column = 0
        for word in line.split(" "):
            start = at + column
            if word:
                box = Box(column / 200, row / len(lines), (column + len(word)) / 200, (row + 0.8) / len(lines))
                words.append(
                    Word(text=word, box=box, confidence=0.99, source=WordSource.TEXT_LAYER, start=start,
                         end=start + len(word))
                )  # fmt: skip
            column += len(word) + 1
        at += len(line) + 1
    low = text.find(struck) if struck else -1
    hit = [w.box for w in words if low >= 0 and low <= w.start < low + len(struck)]
    return Page(number=1, width_pt=612, height_pt=792, text=text, words=tuple(words), struck=tuple(hit))


def record_of(text: str, *, struck: str = "", other_patient: bool = False, name: str = "clinical_note") -> Record:
    """The record of a text as a document of one page; `struck` words of it have a line through them."""
    page = printed_page(text, struck=struck)
    segment = Segment(document_type=name, page_start=1, page_end=1, confidence=0.99, other_patient=other_patient)
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    context = ExtractionContext(received_at=at, today=at.date(), time_zone=ZoneInfo("UTC"))
    reading = BACKEND.read([page], all_document_types()[name])
    return build_record("d" * 64, segment, [page], Readings(first=reading), context=context)
