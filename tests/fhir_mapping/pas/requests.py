"""Records that a person has released, written out by hand, with what was entered for the payer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from documents.records import Field, FieldStatus, Record
from fhir_mapping.pas.attachments import Attachment, SentAlong
from fhir_mapping.pas.request import PasGaps, PasRequest, Release, build_pas_request
from fhir_mapping.pas.site_values import SiteValues
from fhir_mapping.pas.update import PriorRequest
from fhir_mapping.source import SourceDocumentReference
from tests.fhir_mapping.records import FULL, RECORDED, SOURCE, field, record

CONTENT = b"%PDF-1.7 the fax as it came"


def arrived(content: bytes) -> SourceDocumentReference:
    """A document of these bytes."""
    names = hashlib.sha256(content).hexdigest(), hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return SOURCE.model_copy(update={"document_id": names[0], "sha1": names[1], "size": len(content)})


SENT = arrived(CONTENT)
PERSON = "u-17"
ALONE = SentAlong(own=Attachment(source=SENT, content=CONTENT))


def entered(path: str, value: str, group: str | None = None) -> Field:
    """A field as the queue keeps what a person added without a page."""
    added = field(path, value, group, quote="", status=FieldStatus.VERIFIED)
    return added.model_copy(update={"source": "person", "evidence": ()})


ENTERED_HERE: tuple[Field, ...] = (
    entered("submission.claim_type", "professional"),
    entered("submission.request_type", "HS"),
    entered("submission.certification_type", "I"),
    entered("submission.service_category", "2"),
    entered("submission.report_type", "77"),
    entered("submission.subscriber_id", "W123456788"),
    entered("submission.drug_code", "J0135", "m1"),
    entered("provider.phone", "(806) 555-0144", "p2"),
)
COMPLETE: tuple[Field, ...] = (*FULL, *ENTERED_HERE)


def released(fields: Iterable[Field], document_type: str = "prior_auth_request") -> Record:
    return record(fields, document_type)


def without(*left_out: str, fields: Iterable[Field] = COMPLETE) -> tuple[Field, ...]:
    """The fields except those at the paths, below the entities or in the groups."""
    return tuple(
        f for f in fields if not {f.path, f.path.split(".")[0], f"{f.path.split('.')[0]}[{f.group}]"} & set(left_out)
    )


def build(
    fields: Iterable[Field],
    *,
    site: SiteValues | None = None,
    number: int = 1,
    prior: PriorRequest | None = None,
    cancel: bool = False,
    sends: SentAlong = ALONE,
) -> PasRequest | PasGaps:
    release = Release(by=PERSON, at=RECORDED, number=number, prior=prior, cancel=cancel)
    return build_pas_request(released(fields), SENT, sends, site=site, release=release)
