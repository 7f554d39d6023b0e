"""What a bundle says of the document it was read from and of the software that read it."""

from __future__ import annotations

import base64
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

    @property
    def sha1_base64(self) -> str:
        """The SHA-1 as `Attachment.hash` is written."""
        return base64.b64encode(bytes.fromhex(self.sha1)).decode()

    @property
    def name(self) -> str:
        """The bytes by their SHA-256, as a named-information URI (RFC 6920): to look up, no place to fetch from."""
        return f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(self.document_id)).decode().rstrip('=')}"


class SoftwareIdentity(Value):
    """The software that read the document, for Device and Provenance.

    Attributes:
        name, version: of the software.
        model: the name of the language model that read along, where one did and it is known.
    """

    name: str
    version: str
    model: str | None = None


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


def facts_of(
    source: SourceDocumentReference,
    software: SoftwareIdentity,
    *,
    recorded: datetime,
    verified_by: str | None = None,
    request: RequestLink | None = None,
) -> frozenset[str | int]:
    """Every string and number that a bundle may hold of our record; its members are those of `build_bundle`."""
    facts: set[str | int] = {instant(source.received_at), instant(recorded)}
    facts |= {source.media_type, source.name, source.sha1_base64, source.size, software.name, software.version}
    facts |= {request.system, request.value} if request else set()
    return frozenset(facts | {known for known in (verified_by, software.model) if known})
