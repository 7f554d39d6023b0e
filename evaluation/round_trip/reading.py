"""A rendered document through the pipeline's own stages: read, split, extracted, checked, mapped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from documents.pages import Page
from documents.records import FieldStatus, Record
from evaluation.round_trip.packages import Resource
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.packets.reading import read_segments
from extractors.records.assembly import ExtractionContext, build_record
from extractors.records.packet import cross_check
from fhir_mapping.bundle import build_bundle
from fhir_mapping.source import SoftwareIdentity, SourceDocumentReference

_SOFTWARE = SoftwareIdentity(name="fax2fhir", version="round-trip")


def records_of(name: str, pages: Sequence[Page], received: datetime) -> tuple[Record, ...]:
    """The records of a document, as the check stage makes them.

    Args:
        name: of the document.
        pages: as read.
        received: when it arrived, aware.
    """
    context = ExtractionContext(received_at=received, today=received.date(), time_zone=UTC)
    parts = list(read_segments(pages, BACKEND))
    records = tuple(
        build_record(
            name, segment, pages[segment.page_start - 1 : segment.page_end], Readings(first=read), context=context
        )
        for segment, read in parts
        if read is not None
    )
    return cross_check(records, [segment for segment, read in parts if read is None])


def confirmed(record: Record) -> Record:
    """The record as if a person had confirmed every value that was read."""
    fields = tuple(field.model_copy(update={"status": FieldStatus.VERIFIED}) for field in record.fields)
    return record.model_copy(update={"fields": fields})


def resources_of(records: Sequence[Record], data: bytes, received: datetime) -> list[Resource]:
    """The resources of the records' bundles."""
    source = SourceDocumentReference(
        document_id=hashlib.sha256(data).hexdigest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        size=len(data),
        media_type="application/pdf",
        received_at=received,
        page_count=max((record.segment.page_end for record in records), default=1),
    )
    bundles = [build_bundle(each, source, recorded=received, software=_SOFTWARE) for each in records]
    return [entry["resource"] for bundle in bundles for entry in json.loads(bundle)["entry"]]
