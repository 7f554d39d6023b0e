"""Builds the request that a payer's API takes from a released record, or says all that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from documents.records import Record
from documents.value import Value
from fhir_mapping.bundle import validate
from fhir_mapping.constants import BUNDLE_TYPE, System
from fhir_mapping.elements import Element
from fhir_mapping.identity import claim_identifier, full_url, resource_id
from fhir_mapping.json_text import json_text
from fhir_mapping.pas.addressee import addressee
from fhir_mapping.pas.answers import Answers
from fhir_mapping.pas.attachments import SentAlong, attachment_drafts, check_bytes
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
from fhir_mapping.proven import Built, ProvenRecord
from fhir_mapping.self_check import Facts, check_drafts, entry
from fhir_mapping.source import SourceDocumentReference, instant
from fhir_mapping.stated import leaves
from validation.requests import asks_for_decision


class Release(Value):
    """That a person released a record for its payer.

    Attributes:
        by: the person's opaque id. No part of the request; without one there is none.
        at: when, aware.
        number: of the submission.
        prior: the last request that the payer got for the record; with it, this one is an update.
        cancel: whether the prior request is taken back as a whole.
    """

    by: str
    at: datetime
    number: int = 1
    prior: PriorRequest | None = None
    cancel: bool = False


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


def build_pas_request(
    record: Record, source: SourceDocumentReference, sends: SentAlong, *, site: SiteValues | None, release: Release
) -> PasRequest | PasGaps:
    """The request for a decision that a person released, or everything that it lacks.

    Args:
        record: as released; only usable fields are sent.
        source: the document it was read from.
        sends: what goes with it; a cancellation sends nothing along but what was sent before.
        site: the site's reviewed table, None where there is none.
        release: who released it, when, and what of it went before.

    Raises:
        FhirMappingError: an attachment holds other bytes, or the result fails our own check; a defect of ours.
        ValueError: nobody released it, it cancels nothing, or the time has no zone.
    """
    _check_call(release)
    check_bytes(sends.all)
    sent = None if release.prior is None else read_prior(release.prior)
    if release.cancel and sent is not None:
        drafts = cancellation(record.id, sent, number=release.number, recorded=release.at)
        check_sent(drafts, (), sent)
        return PasRequest(bundle=_bundle(record.id, drafts, release))
    proven = ProvenRecord(record, source)
    drafts = ()
    missing: tuple[MissingElement, ...] = (_NO_REQUEST,)
    if asks_for_decision(record):
        answers = Answers(proven, site)
        drafts = assembled(answers, sends, number=release.number, recorded=release.at)
        missing = (*missing_elements(drafts), *undecided(record), *_elsewhere(answers, release.prior))
        missing += () if sends.own is not None else (_NO_PAGES,)
    if missing:
        told = missing_bundle(proven, missing, number=release.number, recorded=release.at)
        return PasGaps(missing=missing, bundle=told)
    check_drafts(drafts, known_facts(proven, sends, number=release.number, recorded=release.at), REQUEST)
    going = drafts if sent is None else updated(drafts, sent)
    if sent is not None:
        check_sent(going, drafts, sent)
    return PasRequest(bundle=_bundle(record.id, going, release), rows=_rows(drafts))


_NO_REQUEST = MissingElement(
    path="Claim", message="The document asks for no decision of a payer.", issue=IssueType.NOT_SUPPORTED
)

_NO_PAGES = MissingElement(
    path="Claim.supportingInfo",
    message="The record's pages cannot be cut out of the file that holds others too: have them sent as a file alone.",
    issue=IssueType.VALUE,
)


def _elsewhere(answers: Answers, prior: PriorRequest | None) -> Iterator[MissingElement]:
    """Yields what stands in the way of an update to another payer: the first would go on deciding, unasked."""
    if prior is None or not answers.payer:
        return
    if " ".join(addressee(prior.bundle).casefold().split()) != " ".join(answers.payer.casefold().split()):
        message = "The prior request went to another payer: cancel it first, then submit again."
        yield MissingElement(path="Claim.insurer", field="payer.name", message=message, issue=IssueType.CONFLICT)


def _check_call(release: Release) -> None:
    if not release.by.strip():
        raise ValueError("a request is released by a person")
    if release.cancel and release.prior is None:
        raise ValueError("only a request that was submitted can be cancelled")


def assembled(answers: Answers, sends: SentAlong, *, number: int, recorded: datetime) -> Built:
    """The Claim as a first request, then what it refers to, each once; unchecked, with gaps for what is missing."""
    asks = asking(answers)
    gives = list(giving(answers))
    lines = tuple((line, order(answers, line, next(iter(asks), None))) for line in requested_lines(answers))
    documents = attachment_drafts(answers.proven, sends)
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


def _rows(drafts: Built) -> tuple[SiteRow, ...]:
    """The rows that gave a leaf, each once."""
    given = (leaf.row for draft in drafts for _, _, leaf in leaves(draft.resource) if isinstance(leaf, FromSite))
    return tuple({row.id: row for row in given}.values())


def _bundle(record_id: str, drafts: Built, release: Release) -> str:
    identifier = resource_id(record_id, "Bundle", "submission", str(release.number))
    bundle: Element = {
        "resourceType": "Bundle",
        "id": identifier,
        "meta": profiled(PasProfile.REQUEST_BUNDLE),
        "identifier": {"system": System.URI, "value": full_url(identifier)},
        "type": BUNDLE_TYPE,
        "timestamp": instant(release.at),
        "entry": [entry(draft) for draft in drafts],
    }
    validate(bundle)
    return json_text(bundle)


def known_facts(proven: ProvenRecord, sends: SentAlong, *, number: int, recorded: datetime) -> Facts:
    """What is known of the submission and of the documents that are sent along."""
    identifier = claim_identifier(proven.record.id, number)
    known: set[str | int] = {identifier.system, identifier.value, instant(recorded)}
    return frozenset(known.union(*(each.facts() for each in sends.all)))
