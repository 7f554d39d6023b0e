"""Reads a document's segments; where reading shows pages of another patient inside one, these are read apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.records import Segment
from extractors.backend import Backend, Reading
from extractors.document_type import all_document_types
from extractors.packets.patients import IDENTIFYING, foreign_pages
from extractors.packets.splitting import split


def read_segments(pages: Sequence[Page], backend: Backend) -> Iterator[tuple[Segment, Reading | None]]:
    """Yields each segment of a document with what the backend read in it; None for a type that is not extracted.

    Splitting sees names and numbers behind plain labels only; what forms in boxes and columns say of the patient is
    known when they have been read. A segment in which two patients show then is cut between them and read again.
    """
    types = all_document_types()
    first = [(s, _read(s, pages, backend) if types[s.document_type].extracts else None) for s in split(pages)]
    foreign = _foreign(first)
    for segment, reading in first:
        parts = [segment] if segment.other_patient else list(_by_patient(segment, foreign))
        if reading is None or len(parts) == 1:
            yield from ((part, reading) for part in parts)
        else:
            yield from ((part, _read(part, pages, backend)) for part in parts)


def _read(segment: Segment, pages: Sequence[Page], backend: Backend) -> Reading:
    return backend.read(pages[segment.page_start - 1 : segment.page_end], all_document_types()[segment.document_type])


def _foreign(read: Sequence[tuple[Segment, Reading | None]]) -> frozenset[int]:
    """The pages of another patient by what was read, of those that splitting took for the document's own."""
    by_page: dict[int, dict[str, list[str]]] = {}
    for segment, reading in read:
        if not segment.other_patient:
            by_page |= {number: {} for number in range(segment.page_start, segment.page_end + 1)}
        for cited in () if reading is None else reading.cited:
            if cited.path in IDENTIFYING and cited.page in by_page:
                by_page[cited.page].setdefault(cited.path, []).append(cited.value)
    return foreign_pages(by_page, names_tell=False)


def _by_patient(segment: Segment, foreign: frozenset[int]) -> Iterator[Segment]:
    """The segment, or its parts where some of its pages are another patient's."""
    start = segment.page_start
    for number in range(segment.page_start, segment.page_end + 1):
        if number == segment.page_end or (number in foreign) != (number + 1 in foreign):
            place = {"page_start": start, "page_end": number, "other_patient": number in foreign}
            yield segment.model_copy(update=place)
            start = number + 1
