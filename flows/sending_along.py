"""What goes with a record's request: its own pages and those of the packet that support it, cut out of what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from documents.cutting import cut_out
from documents.limits import ReadingLimits
from documents.outcomes import OutcomeCode
from documents.page_cuts import PageSpan
from documents.records import Record
from documents.sniff import MediaType
from documents.store import Store
from flows.mapping import source_of
from ledger.ledger import Ledger
from ledger.statuses import DocumentStatus
from ledger.submissions import Part
from review_queue.releasing import as_entered
from review_queue.sent_along import Withheld, chosen

if TYPE_CHECKING:
    from fhir_mapping.pas.attachments import Attachment, SentAlong
    from fhir_mapping.source import SourceDocumentReference


@dataclass(frozen=True, slots=True)
class Sending:
    """What goes with a request.

    Attributes:
        source: the document as received.
        sends: the attachments.
        parts: the parts of the document, sent or not, its own first.
    """

    source: SourceDocumentReference
    sends: SentAlong
    parts: tuple[Part, ...]


def sent_along(ledger: Ledger, store: Store, record: Record) -> Sending:
    """What goes with a record's request, as the packet's other records stand now.

    Args:
        ledger: holds the other records.
        store: holds the document.
        record: the request, as it is released.

    Raises:
        MissingDocumentError: the document's bytes are not in the store.
    """
    from fhir_mapping.pas.attachments import Attachment, SentAlong

    document = ledger.document(record.document_id)
    source = source_of(record, document, store.path(record.document_id).read_bytes())
    packet = {kept.record.id: kept for kept in ledger.records_of(record.document_id)}
    revision = packet[record.id].revision if record.id in packet else 1
    choice = chosen(record, list(packet.values()), [as_entered(ledger, each) for each in packet])
    going = [(record, revision), *((kept.record, kept.revision) for kept in choice.supporting)]
    attached, parts = [], []
    for (each, at), made in zip(going, _pages(store, document, source, [each for each, _ in going]), strict=True):
        attached.append(made)
        parts.append(_part(each, at, made))
    own, *further = attached
    withheld = (_part(kept.record, kept.revision, reason) for kept, reason in choice.withheld)
    sends = SentAlong(
        own=own if isinstance(own, Attachment) else None,
        further=tuple(each for each in further if isinstance(each, Attachment)),
    )
    return Sending(source=source, sends=sends, parts=(*parts, *withheld))


def _pages(
    store: Store, document: DocumentStatus, source: SourceDocumentReference, records: Sequence[Record]
) -> list[Attachment | str]:
    """Each record's pages: the document as it arrived where they are all of it, else cut out; or why they cannot be."""
    from fhir_mapping.pas.attachments import Attachment, excerpt

    path = store.path(document.document_id)
    spans = [
        PageSpan(first=each.segment.page_start, last=each.segment.page_end, of=document.page_count or 0)
        for each in records
    ]
    # Where the parsers do not agree how many pages there are, nobody has seen the rest.
    if spans[0].whole and document.outcome_code != OutcomeCode.PAGE_COUNT_DISAGREES.value:
        return [Attachment(source=source, content=path.read_bytes(), record=records[0])]
    if document.media_type not in set(MediaType) or not store.verify(document.document_id):
        return [Withheld.NOT_CUT.value for _ in records]
    cuts = cut_out(path, MediaType(document.media_type), spans, limits=ReadingLimits())
    return [
        excerpt(source, made, each) if isinstance(made, bytes) else Withheld.NOT_CUT.value
        for each, made in zip(records, cuts, strict=True)
    ]


def _part(record: Record, revision: int, made: Attachment | str) -> Part:
    segment = record.segment
    return Part(
        record_id=record.id,
        revision=revision,
        document_type=segment.document_type,
        pages=f"{segment.page_start}-{segment.page_end}",
        digest="" if isinstance(made, str) else made.source.document_id,
        withheld=made if isinstance(made, str) else "",
    )
