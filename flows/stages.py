"""The stages between reading and publishing: functions from values to values, and the form results are kept in."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from documents.errors import SettingsError
from documents.fax_header import FaxHeader, header_of
from documents.pages import Page
from documents.records import Record, Segment
from documents.value import Value
from extractors.backend import Backend, Reading
from extractors.document_type import all_document_types
from extractors.records.acceptance import SURE_CLOSING
from validation.packs.shelf import Shelf

PAGES = TypeAdapter(tuple[Page, ...])
RECORDS = TypeAdapter(tuple[Record, ...])
BUNDLES = TypeAdapter(dict[str, str])


class SegmentReading(Value):
    """A segment and what the backend read in it; None for a type that is not extracted."""

    segment: Segment
    reading: Reading | None


class Extracted(Value):
    """Result of the extract stage."""

    parts: tuple[SegmentReading, ...]


class Received(Value):
    """When and from whom a document came, and which of the two clocks says so."""

    at: datetime
    header_at: datetime | None
    sender: str | None


def load_backend(name: str) -> Backend:
    """The reading backend of that name: module `extractors.backends.<name>`, attribute `BACKEND`.

    Raises:
        SettingsError: there is no such backend.
    """
    try:
        module = importlib.import_module(f"extractors.backends.{name}")
    except ModuleNotFoundError:
        raise SettingsError("FAX2FHIR_BACKEND names no backend; see extractors/backends") from None
    backend: Backend = module.BACKEND
    return backend


def extract(pages: Sequence[Page], backend: Backend) -> Extracted:
    """Splits a document into segments and has each extractable one read."""
    from extractors.packets.reading import read_segments

    parts = (SegmentReading(segment=segment, reading=reading) for segment, reading in read_segments(pages, backend))
    return Extracted(parts=tuple(parts))


def check(
    document_id: str,
    pages: Sequence[Page],
    extracted: Extracted,
    *,
    received: Received,
    zone: ZoneInfo,
    shelf: Shelf | None = None,
) -> tuple[Record, ...]:
    """Grounds, checks and scores every reading; one record per extracted segment. `shelf` holds the payers' packs."""
    from extractors.records.assembly import ExtractionContext, build_record
    from extractors.records.checklists import with_checklists
    from extractors.records.packet import cross_check

    packs = shelf or Shelf()
    context = ExtractionContext(
        received_at=received.at,
        header_at=received.header_at,
        today=received.at.astimezone(zone).date(),
        time_zone=zone,
        shelf=packs,
    )
    records = tuple(
        build_record(
            document_id,
            part.segment,
            pages[part.segment.page_start - 1 : part.segment.page_end],
            part.reading,
            context=context,
        )
        for part in extracted.parts
        if part.reading is not None
    )
    compared = cross_check(records, [part.segment for part in extracted.parts if part.reading is None])
    segments = [part.segment for part in extracted.parts]
    return with_checklists(compared, pages, segments=segments, shelf=packs, today=context.today)


def needs_a_person(extracted: Extracted) -> bool:
    """Whether a part of the document is unread and does not surely close with it, so that only a person can route it.

    A cover sheet that may be something else, or names another patient, closes nothing unread.
    """
    types = all_document_types()
    return any(
        part.reading is None
        and (
            not types[part.segment.document_type].closes_with_document
            or part.segment.confidence < SURE_CLOSING
            or part.segment.other_patient
        )
        for part in extracted.parts
    )


def received(pages: Sequence[Page], arrived_at: datetime, zone: ZoneInfo) -> Received:
    """Reception as the fax header states it, where it can be read without guessing, beside the arrival."""
    header: FaxHeader | None = header_of(pages)
    if header is None:
        return Received(at=arrived_at, header_at=None, sender=None)
    at = None if header.sent_at is None else header.sent_at.replace(tzinfo=zone)
    return Received(at=arrived_at, header_at=at, sender=header.sender)
