"""What a request sends along: the record's own pages and those of the packet that support it, as DocumentReferences."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from pydantic import Field as PydanticField

from documents.records import Record
from documents.value import Value
from fhir_mapping.builders import document_reference
from fhir_mapping.constants import System
from fhir_mapping.elements import Element
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import resource_id
from fhir_mapping.pas.constants import PasProfile
from fhir_mapping.pas.members import profiled
from fhir_mapping.proven import Draft, ProvenRecord
from fhir_mapping.source import SourceDocumentReference, instant


class Excerpt(Value):
    """Pages that were cut out of a received document. `first` and `last` are 1-based and inclusive."""

    document: SourceDocumentReference
    first: int
    last: int

    @property
    def pages(self) -> str:
        """The pages, as auditors read them."""
        return f"{self.first}-{self.last}"

    @property
    def name(self) -> str:
        """The document's name with the pages, by which they are traced to what arrived."""
        return f"{self.document.name}?pages={self.pages}"

    @property
    def title(self) -> str:
        """The same for people."""
        pages = f"Page {self.first}" if self.first == self.last else f"Pages {self.pages}"
        return f"{pages} of {self.document.page_count}"


class Attachment(Value):
    """A document that is sent along.

    Attributes:
        source: what is known of the bytes that are sent.
        content: these bytes.
        excerpt: the pages they are, where they are no whole document.
        record: what was read from them; None where nothing was.
    """

    source: SourceDocumentReference
    content: bytes = PydanticField(repr=False)
    excerpt: Excerpt | None = None
    record: Record | None = PydanticField(default=None, repr=False)

    def facts(self) -> Iterator[str | int]:
        """Yields what a bundle may say of it without proof."""
        source, excerpt = self.source, self.excerpt
        yield from (source.media_type, source.sha1_base64, source.size, instant(source.received_at))
        yield base64.b64encode(self.content).decode()
        if excerpt is not None:
            yield from (excerpt.title, excerpt.name, System.URI)


class SentAlong(Value):
    """Everything that goes with a request.

    Attributes:
        own: the pages that the record was read from; None where they cannot be had alone.
        further: what supports them.
    """

    own: Attachment | None
    further: tuple[Attachment, ...] = ()

    @property
    def all(self) -> tuple[Attachment, ...]:
        """Own ones first."""
        return (*(() if self.own is None else (self.own,)), *self.further)


def excerpt(document: SourceDocumentReference, content: bytes, record: Record) -> Attachment:
    """The pages of a record as cut out of a received document."""
    source = document.model_copy(
        update={
            "document_id": hashlib.sha256(content).hexdigest(),
            "sha1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            "size": len(content),
        }
    )
    first, last = record.segment.page_start, record.segment.page_end
    return Attachment(
        source=source,
        content=content,
        excerpt=Excerpt(document=document, first=first, last=last),
        record=record,
    )


def check_bytes(attached: tuple[Attachment, ...]) -> None:
    """Proves that each attachment holds the bytes that it is said to hold.

    Raises:
        FhirMappingError: it holds others.
    """
    for each in attached:
        names = hashlib.sha256(each.content).hexdigest(), hashlib.sha1(each.content, usedforsecurity=False).hexdigest()
        if (*names, len(each.content)) != (each.source.document_id, each.source.sha1, each.source.size):
            raise FhirMappingError("an attachment is not the document that it is said to be")


def attachment_drafts(proven: ProvenRecord, sends: SentAlong) -> tuple[Draft, ...]:
    """A DocumentReference each, with its bytes: whoever decides can read what was read."""
    return tuple(
        _document(proven, each, ProvenRecord(proven.record, each.source) if each is sends.own else _about(proven, each))
        for each in sends.all
    )


def _document(proven: ProvenRecord, attached: Attachment, about: ProvenRecord) -> Draft:
    patient = Draft({"resourceType": "Patient", "id": proven.id("Patient")})
    (draft,) = document_reference.build(about, (patient,))
    attachment = {name: value for name, value in draft.resource["content"][0]["attachment"].items() if name != "url"}
    attachment["data"] = base64.b64encode(attached.content).decode()
    excerpt = attached.excerpt
    more: Element = {}
    if excerpt is not None:
        attachment["title"] = excerpt.title
        more["id"] = about.id("DocumentReference", "pages", excerpt.pages)
        more["identifier"] = [{"system": System.URI, "value": excerpt.name}]
    return Draft(
        {
            **draft.resource,
            **more,
            "meta": profiled(PasProfile.DOCUMENT_REFERENCE),
            "content": [{"attachment": attachment}],
        }
    )


def _about(proven: ProvenRecord, attached: Attachment) -> ProvenRecord:
    """What is known of a further document: the record that was read from it, or one of nothing."""
    if attached.record is not None:
        return ProvenRecord(attached.record, attached.source)
    name = resource_id(proven.record.id, "DocumentReference", attached.source.document_id)
    segment = proven.record.segment.model_copy(update={"document_type": ""})
    return ProvenRecord(Record(id=name, document_id=attached.source.document_id, segment=segment), attached.source)
