"""The stages between reading and publishing: functions from values to values, and the form results are kept in."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from documents.errors import SettingsError
from documents.fax_header import FaxHeader, header_of
from documents.pages import Page
from documents.records import Record, Segment
from documents.value import Value
from extractors.backend import Backend, Reading, Readings
from extractors.document_type import all_document_types
from extractors.llm.identifiers import Known, known_of
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Answered, Question, questions, reading_of
from extractors.llm.settings import LlmSettings
from extractors.records.acceptance import SURE_CLOSING
from extractors.records.weighting import Weights, load_weights
from validation.packs.shelf import Shelf

PAGES = TypeAdapter(tuple[Page, ...])
RECORDS = TypeAdapter(tuple[Record, ...])
_UNASKED = "unasked"
# Among a record's versions: a record is the same whether or not a model could be asked, as long as its values are.
SECOND_READING = "second_reading"
MODEL = "model"  # the name of the model that read, in `Record.versions`
BUNDLES = TypeAdapter(dict[str, str])


class SegmentReading(Value):
    """A segment and what the backend read in it; None for a type that is not extracted."""

    segment: Segment
    reading: Reading | None


class Extracted(Value):
    """Result of the extract stage."""

    parts: tuple[SegmentReading, ...]


class SecondReading(Value):
    """What a model read in a segment.

    Attributes:
        reading: of the windows that were answered.
        outcomes: how each window ended; "unasked" where nothing is recorded of it.
        model: its name.
    """

    reading: Reading = Reading()
    outcomes: tuple[str, ...] = ()
    model: str = ""

    @property
    def in_words(self) -> str:
        """How its windows ended, with counts: `answered 2, server_error 1`."""
        return ", ".join(f"{outcome} {count}" for outcome, count in sorted(Counter(self.outcomes).items()))

    @property
    def whole(self) -> bool:
        """Whether every window was answered."""
        return all(outcome == LlmOutcome.ANSWERED for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Facility:
    """What records are judged against: the facility's time zone, its payers' packs and the weights in force."""

    zone: ZoneInfo
    shelf: Shelf = field(default_factory=Shelf)
    weights: Weights = field(default_factory=load_weights)


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


def questions_of(
    pages: Sequence[Page], parts: Sequence[SegmentReading], settings: LlmSettings
) -> tuple[tuple[Question, ...], ...]:
    """What is asked about each part of a document; nothing about a type that is not extracted."""
    read = [part.reading for part in parts if part.reading is not None]
    known = known_of(pages, [cited for reading in read for cited in reading.cited]) if settings.redact else None
    return tuple(tuple(_questions_of(pages, part, settings, known)) for part in parts)


def _questions_of(
    pages: Sequence[Page], part: SegmentReading, settings: LlmSettings, known: Known | None
) -> Iterator[Question]:
    if part.reading is not None:
        own = pages[part.segment.page_start - 1 : part.segment.page_end]
        yield from questions(own, all_document_types()[part.segment.document_type], settings, known=known)


def second_reading(
    asked: Sequence[Question], stored: Mapping[str, bytes], failed: Mapping[str, str] | None = None, *, model: str = ""
) -> SecondReading:
    """What a model's stored answers to a segment's questions come to; `failed`: why others have none, by key."""
    answers = [(q, Answered.model_validate_json(stored[q.key])) for q in asked if q.key in stored]
    outcome_of = {**(failed or {}), **{q.key: answer.outcome.value for q, answer in answers}}
    outcomes = tuple(outcome_of.get(q.key, _UNASKED) for q in asked)
    return SecondReading(reading=reading_of(answers), outcomes=outcomes, model=model)


def check(
    document_id: str,
    pages: Sequence[Page],
    extracted: Extracted,
    *,
    received: Received,
    facility: Facility,
    second: Sequence[SecondReading] = (),
) -> tuple[Record, ...]:
    """Grounds, checks and scores every reading; one record per extracted segment.

    Args:
        document_id: of the document.
        pages: all of them.
        extracted: the embedded reading.
        received: when and from whom it came.
        facility: see there.
        second: what a model read, one a part of `extracted`; empty where no model is configured.
    """
    from extractors.records.assembly import ExtractionContext, build_record
    from extractors.records.checklists import with_checklists
    from extractors.records.packet import cross_check

    context = ExtractionContext(
        received_at=received.at,
        header_at=received.header_at,
        today=received.at.astimezone(facility.zone).date(),
        time_zone=facility.zone,
        shelf=facility.shelf,
        sender=received.sender,
        weights=facility.weights,
    )
    records = tuple(
        marked(
            build_record(
                document_id,
                part.segment,
                pages[part.segment.page_start - 1 : part.segment.page_end],
                _readings(part.reading, other),
                context=context,
            ),
            other,
        )
        for part, other in zip_longest(extracted.parts, second)
        if part.reading is not None
    )
    compared = cross_check(records, [part.segment for part in extracted.parts if part.reading is None])
    segments = [part.segment for part in extracted.parts]
    return with_checklists(compared, pages, segments=segments, shelf=facility.shelf, today=context.today)


def marked(record: Record, second: SecondReading | None) -> Record:
    """The record with how a model's reading of it ended, where one is configured: whoever looks at it sees why."""
    if second is None:
        return record
    named = {MODEL: second.model} if second.model else {}
    return record.model_copy(update={"versions": {**record.versions, SECOND_READING: second.in_words, **named}})


def _readings(first: Reading, second: SecondReading | None) -> Readings:
    if second is None:
        return Readings(first=first)
    return Readings(first=first, second=second.reading, whole=second.whole)


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
