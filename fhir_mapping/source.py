"""What a bundle says of the document it was read from and of the software that read it."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime

from documents.value import Value


class SourceDocumentReference(Value):
    """The document as received.

    Attributes:
        document_id: SHA-256 of its bytes, hex.
        sha1: SHA-1 of its bytes, hex; FHIR R4 defines `Attachment.hash` as SHA-1.
        size: in bytes.
        media_type: e.g. `application/pdf`.
        received_at: arrival, aware.
        page_count: pages that arrived.
    """

    document_id: str
    sha1: str
    size: int
    media_type: str
    received_at: AwareDatetime
    page_count: int


class SoftwareIdentity(Value):
    """The software that read the document, for Device and Provenance."""

    name: str
    version: str


class RequestLink(Value):
    """The submitted request that a payer's decision answers, where it is known: its Claim's identifier.

    Attributes:
        system, value: what `fhir_mapping.identity.claim_identifier` gives for the record and the submission's number.
    """

    system: str
    value: str


def instant(moment: datetime) -> str:
    """A FHIR instant or dateTime with its zone; whole seconds, since no source of ours is finer.

    Raises:
        ValueError: a time without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("times must carry a zone")
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
