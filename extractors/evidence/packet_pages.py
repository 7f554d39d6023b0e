"""What of a packet may prove something about a record's patient: pages, records and document types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from documents.pages import Page
from documents.records import Record, Segment
from documents.values import Evidence
from extractors.evidence.page_words import PageWords, index_page
from extractors.evidence.statements import Pages
from extractors.records.acceptance import SURE_TYPE
from extractors.records.packet import may_be_others
from validation.dates import read_days
from validation.groups import readings

# What a payer, the patient or a cover sheet says proves nothing about a treatment or a finding.
_NO_PROOF = frozenset({"payer_policy", "denial_letter", "patient_message", "cover_sheet", "blank_page"})
# The dates that say how old a document's statements are, the most exact first.
_DATES = (
    "encounter.date",
    "discharge.date",
    "specimen.collected",
    "report.date",
    "admission.date",
    "letter.date",
    "request.date",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A segment that may prove something, its record if it has one, and the searchable words of its pages."""

    segment: Segment
    record: Record | None
    pages: Pages = field(repr=False)

    def dated(self) -> date | None:
        """The first day that the segment's own date may mean; None where it states none, or two."""
        for path in _DATES:
            stated = {f.value for f in readings(self.record) if f.path == path} if self.record is not None else set()
            if len(stated) == 1:
                days = read_days(stated.pop())
                return None if days is None else days.first
            if stated:
                return None
        return None

    def asked(self) -> tuple[Evidence, ...]:
        """Where the segment names the services and drugs that it asks for."""
        if self.record is None:
            return ()
        read = readings(self.record)
        requested = {f.group for f in read if f.path == "medication.status" and f.value == "requested"}
        return tuple(
            span
            for f in read
            if f.path.startswith("procedure.") or (f.path.startswith("medication.") and f.group in requested)
            for span in f.evidence
        )

    def is_of(self, types: Sequence[str]) -> bool:
        """Whether it is surely of one of the document types; any type if none is given."""
        return not types or (self.segment.document_type in types and self.segment.confidence >= SURE_TYPE)


class Packet:
    """A document's segments with their pages, whose words are looked up at most once."""

    def __init__(self, pages: Sequence[Page], segments: Sequence[Segment], records: Sequence[Record]) -> None:
        self._pages = pages
        self._segments = segments
        self._records = records
        self._searchable: dict[tuple[int, int], Pages] = {}

    def parts_for(self, record: Record) -> tuple[Part, ...]:
        """The segments that may prove something about a record's patient, the record's own among them.

        Pages of another patient, and of one who may be another, are left out; where a document holds any, so are
        segments of which nobody knows whose they are.
        """
        return tuple(self._parts(record))

    def _parts(self, record: Record) -> Iterator[Part]:
        mixed = any(s.other_patient for s in self._segments)
        by_pages = {(r.segment.page_start, r.segment.page_end): r for r in self._records}
        others = [r for r in self._records if r.id != record.id and may_be_others(record, r)]
        for segment in self._segments:
            own = by_pages.get((segment.page_start, segment.page_end))
            if segment.other_patient or segment.document_type in _NO_PROOF or own in others:
                continue
            if own is None and (mixed or others):
                continue
            yield Part(segment, own, self._words(segment))

    def _words(self, segment: Segment) -> Pages:
        key = (segment.page_start, segment.page_end)
        if key not in self._searchable:
            chosen = self._pages[segment.page_start - 1 : segment.page_end]
            words: tuple[PageWords, ...] = tuple(index_page(page) for page in chosen)
            self._searchable[key] = Pages(words)
        return self._searchable[key]
