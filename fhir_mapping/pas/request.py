"""Builds the request that a payer's API takes from a released record, or says all that it lacks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime

from pydantic import Field as PydanticField

from documents.records import Record
from documents.value import Value
from fhir_mapping.builders import document_reference
from fhir_mapping.bundle import validate
from fhir_mapping.constants import BUNDLE_TYPE, System
from fhir_mapping.elements import Element
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import claim_identifier, full_url, resource_id
from fhir_mapping.json_text import json_text
from fhir_mapping.pas.addressee import addressee
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


class Attachment(Value):
    """A document that is sent along.

    Attributes:
        source: what is known of it.
        content: its bytes.
    """

    source: SourceDocumentReference
    content: bytes = PydanticField(repr=False)


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
    further: tuple[Attachment, ...] = (),
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
        further: other documents that are sent along, after the record's own.

    Raises:
        FhirMappingError: the bytes are another document's, or the result fails our own check; a defect of ours.
        ValueError: nobody released it, it cancels nothing, or `recorded` has no zone.
    """
    attached = (Attachment(source=source, content=content), *further)
    _check_call(attached, released_by=released_by, cancels_nothing=cancel and prior is None)
    sent = read_prior(prior) if prior is not None else None
    if cancel and sent is not None:
        drafts = cancellation(record.id, sent, number=number, recorded=recorded)
        check_sent(drafts, (), sent)
        return PasRequest(bundle=_bundle(record.id, drafts, number=number, recorded=recorded))
    proven = ProvenRecord(record, source)
    drafts = ()
    missing: tuple[MissingElement, ...] = (_NO_REQUEST,)
    if asks_for_decision(record):
        answers = Answers(proven, site)
        drafts = assembled(answers, attached, number=number, recorded=recorded)
        missing = (*missing_elements(drafts), *undecided(record), *_elsewhere(answers, prior))
    if missing:
        return PasGaps(missing=missing, bundle=missing_bundle(proven, missing, number=number, recorded=recorded))
    check_drafts(drafts, known_facts(proven, attached, number=number, recorded=recorded), REQUEST)
    sends = drafts if sent is None else updated(drafts, sent)
    if sent is not None:
        check_sent(sends, drafts, sent)
    return PasRequest(bundle=_bundle(record.id, sends, number=number, recorded=recorded), rows=_rows(drafts))


_NO_REQUEST = MissingElement(
    path="Claim", message="The document asks for no decision of a payer.", issue=IssueType.NOT_SUPPORTED
)


def _elsewhere(answers: Answers, prior: PriorRequest | None) -> Iterator[MissingElement]:
    """Yields what stands in the way of an update to another payer: the first would go on deciding, unasked."""
    if prior is None or not answers.payer:
        return
    if " ".join(addressee(prior.bundle).casefold().split()) != " ".join(answers.payer.casefold().split()):
        message = "The prior request went to another payer: cancel it first, then submit again."
        yield MissingElement(path="Claim.insurer", field="payer.name", message=message, issue=IssueType.CONFLICT)


def _check_call(attached: tuple[Attachment, ...], *, released_by: str, cancels_nothing: bool) -> None:
    if not released_by.strip():
        raise ValueError("a request is released by a person")
    if cancels_nothing:
        raise ValueError("only a request that was submitted can be cancelled")
    for each in attached:
        names = hashlib.sha256(each.content).hexdigest(), hashlib.sha1(each.content, usedforsecurity=False).hexdigest()
        if names != (each.source.document_id, each.source.sha1):
            raise FhirMappingError("an attachment is not the document that it is said to be")


def assembled(answers: Answers, attached: tuple[Attachment, ...], *, number: int, recorded: datetime) -> Built:
    """The Claim as a first request, then what it refers to, each once; unchecked, with gaps for what is missing."""
    asks = asking(answers)
    gives = list(giving(answers))
    lines = tuple((line, order(answers, line, next(iter(asks), None))) for line in requested_lines(answers))
    documents = tuple(_document(answers.proven, each) for each in attached)
    parts = Parts(
        provider=asks[0] if asks else None,
        care_team=tuple(members[0] for members in gives),
        lines=lines,
        attachments=documents,
    )
    members = (
        *patients(answers),
        coverage(answers),
        insurer(answers),
        *asks,
        *(draft for drafts in gives for draft in drafts),
        *(placed for _, placed in lines if placed is not None),
        *documents,
    )
    first = claim(answers, parts, number=number, recorded=recorded)
    return tuple({draft.url: draft for draft in (first, *members)}.values())


def _document(proven: ProvenRecord, attached: Attachment) -> Draft:
    """A document with its bytes: whoever decides can read what was read."""
    about = proven if attached.source == proven.source else _unread(proven, attached)
    patient = Draft({"resourceType": "Patient", "id": proven.id("Patient")})
    (draft,) = document_reference.build(about, (patient,))
    attachment = {name: value for name, value in draft.resource["content"][0]["attachment"].items() if name != "url"}
    attachment["data"] = base64.b64encode(attached.content).decode()
    return Draft(
        {
            **draft.resource,
            "meta": profiled(PasProfile.DOCUMENT_REFERENCE),
            "content": [{"attachment": attachment}],
        }
    )


def _unread(proven: ProvenRecord, attached: Attachment) -> ProvenRecord:
    """A record of nothing but a further document, which this one was not read from."""
    name = resource_id(proven.record.id, "DocumentReference", attached.source.document_id)
    segment = proven.record.segment.model_copy(update={"document_type": ""})
    return ProvenRecord(Record(id=name, document_id=attached.source.document_id, segment=segment), attached.source)


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


def known_facts(proven: ProvenRecord, attached: tuple[Attachment, ...], *, number: int, recorded: datetime) -> Facts:
    """What is known of the submission and of the documents that are sent along."""
    identifier = claim_identifier(proven.record.id, number)
    known: set[str | int] = {identifier.system, identifier.value, instant(recorded)}
    for each in attached:
        known |= {each.source.media_type, each.source.sha1_base64, each.source.size, instant(each.source.received_at)}
        known.add(base64.b64encode(each.content).decode())
    return frozenset(known)
