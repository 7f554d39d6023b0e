"""From a document as read to its bundles: what was accepted alone, what people decided, and what a payer gets."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from documents.cutting import cut_out
from documents.fax_header import header_of
from documents.limits import ReadingLimits
from documents.page_cuts import PageSpan
from documents.records import Record
from evaluation.conformance.reviewing import completed, confirmed, reviewed, with_answers
from evaluation.conformance.specimens import Specimen
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.packets.reading import read_segments
from extractors.records.assembly import ExtractionContext, build_record
from extractors.records.checklists import with_checklists
from extractors.records.packet import cross_check
from fhir_mapping.bundle import build_bundle
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import claim_identifier
from fhir_mapping.pas.attachments import Attachment, SentAlong, excerpt
from fhir_mapping.pas.gaps import MissingElement
from fhir_mapping.pas.request import PasRequest, Release, build_pas_request
from fhir_mapping.pas.update import PriorRequest
from fhir_mapping.source import SoftwareIdentity, SourceDocumentReference
from ledger.record_keeping import KeptRecord
from ledger.states import RecordState
from review_queue.sent_along import chosen
from validation.packs.shelf import Shelf
from validation.requests import asks_for_decision

# The generator's papers are of the months before.
_RECEIVED = datetime(2026, 11, 21, 15, tzinfo=UTC)
_RECORDED = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)
_SOFTWARE = SoftwareIdentity(name="fax2fhir", version="0")
_REVIEWER = "reviewer-1"
# How often the list of what a request lacks is answered: an answer may show that something else is missing.
_ROUNDS = 4


class Kind(StrEnum):
    """Whose decisions a bundle rests on, and for whom it is; the value is the name of a folder.

    ACCEPTED: nobody's. CONFIRMED: of a person who confirms whatever was read. REVIEWED: of one who makes no mistakes.
    REQUEST: that one's record for a payer's API, when all that it lacked is entered; GAPS: what it lacked before,
    INCOMPLETE: what it lacked still. UPDATE, CANCELLATION: of a request.
    """

    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REVIEWED = "reviewed"
    REQUEST = "request"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    GAPS = "gaps"
    INCOMPLETE = "incomplete"

    @property
    def for_payer(self) -> bool:
        """Whether it is under the profiles of PAS."""
        return self in (Kind.REQUEST, Kind.UPDATE, Kind.CANCELLATION)


class Made(NamedTuple):
    """A bundle as JSON, or the fault for which mapping refused to make it."""

    kind: Kind
    bundle: str
    fault: str = ""


def records_of(specimen: Specimen, shelf: Shelf) -> tuple[Record, ...]:
    """The records as the pipeline's extraction and checks make them."""
    header = header_of(specimen.pages)
    sent = None if header is None or header.sent_at is None else header.sent_at.replace(tzinfo=UTC)
    context = ExtractionContext(
        received_at=_RECEIVED,
        header_at=sent,
        today=_RECEIVED.date(),
        time_zone=UTC,
        shelf=shelf,
        sender=None if header is None else header.sender,
    )
    parts = list(read_segments(specimen.pages, BACKEND))
    document_id = hashlib.sha256(specimen.data).hexdigest()
    records = tuple(
        build_record(
            document_id,
            segment,
            specimen.pages[segment.page_start - 1 : segment.page_end],
            Readings(first=reading),
            context=context,
        )
        for segment, reading in parts
        if reading is not None
    )
    compared = cross_check(records, [segment for segment, reading in parts if reading is None])
    segments = [segment for segment, _ in parts]
    return with_checklists(compared, specimen.pages, segments=segments, shelf=shelf, today=context.today)


def bundles_of(specimen: Specimen, records: Sequence[Record]) -> Iterator[tuple[str, Made]]:
    """Yields the bundles of a document's records, with the names of their files."""
    source = SourceDocumentReference(
        document_id=hashlib.sha256(specimen.data).hexdigest(),
        sha1=hashlib.sha1(specimen.data, usedforsecurity=False).hexdigest(),
        size=len(specimen.data),
        media_type=specimen.media_type.value,
        received_at=_RECEIVED,
        page_count=len(specimen.pages),
    )
    for record in records:
        name = f"{specimen.name}-{record.segment.page_start}"
        yield name, _internal(Kind.ACCEPTED, record, source)
        yield name, _internal(Kind.CONFIRMED, confirmed(record), source)
    decided = [confirmed(r) for r in records] if specimen.gold is None else reviewed(records, specimen.gold)
    for record in decided:
        name = f"{specimen.name}-{record.segment.page_start}"
        if specimen.gold is not None:
            yield name, _internal(Kind.REVIEWED, record, source)
        if asks_for_decision(record) and not record.segment.other_patient:
            sends = _sent_along(record, decided, source, specimen)
            for made in _for_payer(with_answers(record), source, sends):
                yield name, made


def _sent_along(
    record: Record, packet: Sequence[Record], source: SourceDocumentReference, specimen: Specimen
) -> SentAlong:
    """The record's pages and those of the packet that support it, as if all its records were published."""
    kept = [KeptRecord(record=each, revision=1, state=RecordState.PUBLISHED, key="") for each in packet]
    records = [record, *(each.record for each in chosen(record, kept, packet).supporting)]
    spans = [
        PageSpan(first=each.segment.page_start, last=each.segment.page_end, of=source.page_count) for each in records
    ]
    if spans[0].whole:
        return SentAlong(own=Attachment(source=source, content=specimen.data))
    with tempfile.NamedTemporaryFile() as file:
        file.write(specimen.data)
        file.flush()
        cuts = cut_out(Path(file.name), specimen.media_type, spans, limits=ReadingLimits())
    own, *further = (
        excerpt(source, made, each) if isinstance(made, bytes) else None
        for each, made in zip(records, cuts, strict=True)
    )
    return SentAlong(own=own, further=tuple(filter(None, further)))


def _internal(kind: Kind, record: Record, source: SourceDocumentReference) -> Made:
    by = None if kind is Kind.ACCEPTED else _REVIEWER
    try:
        return Made(kind, build_bundle(record, source, recorded=_RECORDED, software=_SOFTWARE, verified_by=by))
    except FhirMappingError as error:
        return Made(kind, "", str(error))


def _for_payer(record: Record, source: SourceDocumentReference, sends: SentAlong) -> Iterator[Made]:
    """Yields what the request lacks, and the request when all is entered; then its update and its cancellation."""
    made, missing = _request(Kind.REQUEST, record, source, sends=sends, prior=None)
    if missing:
        yield made
    for _ in range(_ROUNDS):
        if missing:
            record = completed(record, missing)
            made, missing = _request(Kind.REQUEST, record, source, sends=sends, prior=None)
    if missing or made.fault:
        yield made._replace(kind=Kind.INCOMPLETE if missing else made.kind)
        return
    yield made
    system, value = claim_identifier(record.id, 1)
    prior = PriorRequest(identifier_system=system, identifier_value=value, number=1, bundle=made.bundle)
    yield _request(Kind.UPDATE, _amended(record), source, sends=sends, prior=prior)[0]
    yield _request(Kind.CANCELLATION, record, source, sends=sends, prior=prior)[0]


def _request(
    kind: Kind, record: Record, source: SourceDocumentReference, *, sends: SentAlong, prior: PriorRequest | None
) -> tuple[Made, tuple[MissingElement, ...]]:
    try:
        built = build_pas_request(
            record,
            source,
            sends,
            site=None,
            release=Release(
                by=_REVIEWER,
                at=_RECORDED,
                number=1 if prior is None else prior.number + 1,
                prior=prior,
                cancel=kind is Kind.CANCELLATION,
            ),
        )
    except FhirMappingError as error:
        return Made(kind, "", str(error)), ()
    if isinstance(built, PasRequest):
        return Made(kind, built.bundle), ()
    return Made(Kind.GAPS, built.bundle), built.missing


def _amended(record: Record) -> Record:
    """The record after its sender took the last of several lines back."""
    lines = list(dict.fromkeys(f.group for f in record.fields if f.path == "procedure.code"))
    if len(lines) < 2:
        return record
    dropped = (f.path.startswith("procedure.") and f.group == lines[-1] for f in record.fields)
    kept = tuple(f for f, drop in zip(record.fields, dropped, strict=True) if not drop)
    return record.model_copy(update={"fields": kept})
