"""Records of printed texts, through the embedded reader and all checks, as the pipeline makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from documents.pages import Page
from documents.records import Record, Segment
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from extractors.records.assembly import ExtractionContext, build_record
from tests.extractors.printed import page_of

CONTEXT = ExtractionContext(received_at=datetime(2026, 9, 1, 12, tzinfo=UTC), today=date(2026, 9, 1), time_zone=UTC)


def pages_of(*texts: str, ocr: bool = False, confidence: float = 0.97) -> tuple[Page, ...]:
    """One page a text."""
    return tuple(page_of(t, ocr=ocr, number=n, confidence=confidence) for n, t in enumerate(texts, 1))


def record_of(document_type: str, pages: tuple[Page, ...]) -> Record:
    """The record of pages that are known to be of a type."""
    segment = Segment(document_type=document_type, page_start=1, page_end=len(pages), confidence=0.97)
    reading = BACKEND.read(pages, all_document_types()[document_type])
    return build_record("0" * 64, segment, pages, Readings(first=reading), context=CONTEXT)


def stated(record: Record, path: str) -> list[str]:
    """The values at a path, in the record's order."""
    return [f.value for f in record.values(path)]
