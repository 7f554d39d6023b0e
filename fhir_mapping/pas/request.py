"""Builds the request that a payer's API takes from a released record, or says all that it lacks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime

from documents.records import Record
from documents.value import Value
from fhir_mapping.builders import document_reference
from fhir_mapping.bundle import validate
from fhir_mapping.constants import BUNDLE_TYPE, System
from fhir_mapping.elements import Element
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import claim_identifier, full_url, resource_id
from fhir_mapping.json_text import json_text
from fhir_mapping.pas.answers import Answers
from fhir_mapping.pas.claim import Parts, claim
from fhir_mapping.pas.constants import PasProfile
from fhir_mapping.pas.gaps import IssueType, MissingElement, missing_elements, undecided
from fhir_mapping.pas.lines import requested_lines
from fhir_mapping.pas.members import asking, coverage, giving, insurer, patients, profiled
from fhir_mapping.pas.missing import missing_bundle
from fhir_mapping.pas.orders import order
from fhir_mapping.pas.places import REQUEST
from fhir_mapping.pas.site_values import FromSite, SiteRow, SiteValues
from fhir_mapping.pas.update import PriorRequest, cancellation, check_sent, read_prior, updated
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.self_check import Facts, check_drafts, entry
from fhir_mapping.source import SourceDocumentReference, instant
from fhir_mapping.stated import leaves
from validation.requests import asks_for_decision


class PasRequest(Value):
    """A request that a payer can take.

    Attributes:
        bundle: JSON under the profile of PAS 2.2.1.
        rows: of the site's table that it was completed from.
    """

    bundle: str
    rows: tuple[SiteRow, ...] = ()


class PasGaps(Value):
    """What a request lacks: `bundle` is JSON that says it as OperationOutcome and Task, under no profile of PAS."""

    missing: tuple[MissingElement, ...]
    bundle: str


def build_pas_request(  # noqa: PLR0913 - a request has this many origins, each of them named
    record: Record,
    source: SourceDocumentReference,
    *,
    content: bytes,
    site: SiteValues | None,
    recorded: datetime,
    released_by: str,
    number: int = 1,
    prior: PriorRequest | None = None,
    cancel: bool = False,
) -> PasRequest | PasGaps:
    """The request for a decision that a person released, or everything that it lacks.

    Args:
        record: as released; only usable fields are sent.
        source: the document it was read from.
        content: the document's bytes, which are sent along.
        site: the site's reviewed table, None where there is none.
        recorded: when it was released, aware.
        released_by: the opaque id of the person who did. No part of the request; without one there is none.
        number: of the submission.
        prior: the last request that the payer got for the record; with it, this one is an update.
        cancel: whether the prior request is taken back as a whole.

    Raises:
        FhirMappingError: the bytes are another document's, or the result fails our own check; a defect of ours.
        ValueError: nobody released it, it cancels nothing, or `recorded` has no zone.
    """
    _check_call(source, content, released_by=released_by, cancels_nothing=cancel and prior is None)
    sent = read_prior(prior) if prior is not None else None
    if cancel and sent is not None:
        drafts = cancellation(record.id, sent, number=number, recorded=recorded)
        check_sent(drafts, (), sent)
        return PasRequest(bundle=_bundle(record.id, drafts, number=number, recorded=recorded))
    proven = ProvenRecord(record, source)
    drafts = ()
    missing: tuple[MissingElement, ...] = (_NO_REQUEST,)
    if asks_for_decision(record):
        drafts = assembled(Answers(proven, site), content, number=number, recorded=recorded)
        missing = (*missing_elements(drafts), *undecided(record))
    if missing:
        return PasGaps(missing=missing, bundle=missing_bundle(proven, missing, number=number, recorded=recorded))
    check_drafts(drafts, known_facts(proven, content, number=number, recorded=recorded), REQUEST)
    sends = drafts if sent is None else updated(drafts, sent)
    if sent is not None:
        check_sent(sends, drafts, sent)
    return PasRequest(bundle=_bundle(record.id, sends, number=number, recorded=recorded), rows=_rows(drafts))


_NO_REQUEST = MissingElement(
    path="Claim", message="The document asks for no decision of a payer.", issue=IssueType.NOT_SUPPORTED
)


def _check_call(source: SourceDocumentReference, content: bytes, *, released_by: str, cancels_nothing: bool) -> None:
    if not released_by.strip():
        raise ValueError("a request is released by a person")
    if cancels_nothing:
        raise ValueError("only a request that was submitted can be cancelled")
    names = hashlib.sha256(content).hexdigest(), hashlib.sha1(content, usedforsecurity=False).hexdigest()
    if names != (source.document_id, source.sha1):
        raise FhirMappingError("the attachment is not the document that the record was read from")


def assembled(answers: Answers, content: bytes, *, number: int, recorded: datetime) -> Built:
    """The Claim as a first request, then what it refers to, each once; unchecked, with gaps for what is missing."""
    asks = asking(answers)
    gives = list(giving(answers))
    lines = tuple((line, order(answers, line, next(iter(asks), None))) for line in requested_lines(answers))
    attached = tuple(_attachments(answers.proven, content))
    parts = Parts(
        provider=asks[0] if asks else None,
        care_team=tuple(members[0] for members in gives),
        lines=lines,
        attachments=attached,
    )
    members = (
        *patients(answers),
        coverage(answers),
        insurer(answers),
        *asks,
        *(draft for drafts in gives for draft in drafts),
        *(placed for _, placed in lines if placed is not None),
        *attached,
    )
    first = claim(answers, parts, number=number, recorded=recorded)
    return tuple({draft.url: draft for draft in (first, *members)}.values())


def _attachments(proven: ProvenRecord, content: bytes) -> Iterator[Draft]:
    """Yields the fax itself, with its bytes: whoever decides can read what was read."""
    for draft in document_reference.build(proven, (Draft({"resourceType": "Patient", "id": proven.id("Patient")}),)):
        resource = dict(draft.resource)
        attachment = {name: value for name, value in resource["content"][0]["attachment"].items() if name != "url"}
        attachment["data"] = base64.b64encode(content).decode()
        resource["meta"] = profiled(PasProfile.DOCUMENT_REFERENCE)
        resource["content"] = [{"attachment": attachment}]
        yield Draft(resource)


def _rows(drafts: Built) -> tuple[SiteRow, ...]:
    """The rows that gave a leaf, each once."""
    given = (leaf.row for draft in drafts for _, _, leaf in leaves(draft.resource) if isinstance(leaf, FromSite))
    return tuple({row.id: row for row in given}.values())


def _bundle(record_id: str, drafts: Built, *, number: int, recorded: datetime) -> str:
    identifier = resource_id(record_id, "Bundle", "submission", str(number))
    bundle: Element = {
        "resourceType": "Bundle",
        "id": identifier,
        "meta": profiled(PasProfile.REQUEST_BUNDLE),
        "identifier": {"system": System.URI, "value": full_url(identifier)},
        "type": BUNDLE_TYPE,
        "timestamp": instant(recorded),
        "entry": [entry(draft) for draft in drafts],
    }
    validate(bundle)
    return json_text(bundle)


def known_facts(proven: ProvenRecord, content: bytes, *, number: int, recorded: datetime) -> Facts:
    """What is known of the submission and of the document that is sent along."""
    source, identifier = proven.source, claim_identifier(proven.record.id, number)
    return frozenset(
        {
            *(identifier.system, identifier.value, instant(recorded), instant(source.received_at)),
            *(base64.b64encode(content).decode(), source.media_type, source.sha1_base64, source.size),
        }
    )
