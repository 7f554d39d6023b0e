"""The inquiry whether a payer knows a request, and what its answer says; for requests whose answer was lost.

Source: Da Vinci PAS 2.2.1, `Claim/$inquire`: a query by example that follows the X12 278 inquiry. The example holds
what the payer finds a request by: the request's own Claim.identifier, patient, coverage, payer, who asks, when it was
made and the services. What would narrow it further is left out: several diagnoses become several inquiries in X12,
and a decision may have changed quantities and dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from documents.value import Value
from fhir_mapping.bundle import validate
from fhir_mapping.constants import BUNDLE_TYPE, System
from fhir_mapping.elements import Element, present
from fhir_mapping.identity import full_url, resource_id
from fhir_mapping.json_text import json_text
from fhir_mapping.operation_outcome import claim_responses
from fhir_mapping.pas.constants import PasExtension, PasProfile
from fhir_mapping.pas.members import profiled
from fhir_mapping.pas.update import Sent, carried, check_sent, read_sent
from fhir_mapping.proven import Draft
from fhir_mapping.self_check import entry
from fhir_mapping.source import instant

_INQUIRY = "inquiry"
_BY_EXAMPLE = (
    *("identifier", "status", "type", "use", "patient"),
    *("created", "insurer", "provider", "priority", "insurance"),
)
# Of an entry: what went wrong, or what was not looked into; None where it is no resource at all.
_UNCLEAR = (None, "OperationOutcome", "Bundle", "Parameters")
_TAKEN = frozenset({"queued", "complete", "partial"})  # remittance-outcome, but for `error`


class Knowledge(StrEnum):
    """What a payer's answer says of a request."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    UNSAID = "unsaid"  # errors, other systems' references, something withheld


class Told(Value):
    """What came of an inquiry: `outcome` is that of the ClaimResponse, for TAKEN; empty otherwise."""

    knowledge: Knowledge
    outcome: str = ""


def inquiry(submission: str, *, asked: datetime) -> str:
    """The bundle that asks a payer for a request, as JSON.

    Args:
        submission: JSON of the request, the update or the cancellation, as it was sent.
        asked: when, aware.

    Raises:
        FhirMappingError: the result fails our own check or FHIR's structure.
        ValueError: `asked` has no zone.
    """
    sent = read_sent(submission)
    example = Draft(_example(sent))
    drafts = (example, *carried((example,), sent))
    check_sent(drafts, (), sent, adds=frozenset({PasProfile.CLAIM_INQUIRY}))
    identifier = resource_id(sent.claim["id"], "Bundle", _INQUIRY, instant(asked))
    bundle: Element = {
        "resourceType": "Bundle",
        "id": identifier,
        "meta": profiled(PasProfile.INQUIRY_BUNDLE),
        "identifier": {"system": System.URI, "value": full_url(identifier)},
        "type": BUNDLE_TYPE,
        "timestamp": instant(asked),
        "entry": [entry(draft) for draft in drafts],
    }
    validate(bundle)
    return json_text(bundle)


def _example(sent: Sent) -> Element:
    kept = {name: sent.claim[name] for name in _BY_EXAMPLE if name in sent.claim}
    return {
        "resourceType": "Claim",
        "id": _example_id(sent.claim),
        "meta": profiled(PasProfile.CLAIM_INQUIRY),
        **kept,
        "item": [_service(item) for item in sent.claim.get("item", [])],
    }


def _example_id(claim: Element) -> str:
    """Not the request's own, so that an answer that points to our question does not pass for one about the request."""
    return resource_id(claim["id"], "Claim", _INQUIRY)


def _service(item: Element) -> Element:
    """What was asked for, without how it changed since: an update or a cancellation is of the same services."""
    request_type = [each for each in item.get("extension", []) if each["url"] == PasExtension.REQUEST_TYPE]
    return present(extension=request_type, sequence=item["sequence"], productOrService=item["productOrService"])


def told(answer: Any, submission: str) -> Told:
    """What a payer's answer to the inquiry says of the request.

    A payer that says "we found none" as an error says no more than one that cannot answer: both are UNSAID.

    Args:
        answer: parsed JSON, of whatever form: Parameters (PAS 2.2), a Bundle (before), or anything else.
        submission: JSON of the request that was asked about.
    """
    claim = read_sent(submission).claim
    bundles = list(_bundles(answer))
    if any(bundle.get("resourceType") != "Bundle" for bundle in bundles):
        return Told(knowledge=Knowledge.UNSAID)
    known = [each for bundle in bundles for each in _said(bundle, claim)]
    taken = next((outcome for about, outcome in known if about is True and outcome in _TAKEN), None)
    if taken is not None:
        return Told(knowledge=Knowledge.TAKEN, outcome=taken)
    of_others = all(about is False for about, _ in known) and not any(_withholds(each, claim) for each in bundles)
    return Told(knowledge=Knowledge.NOT_TAKEN if of_others else Knowledge.UNSAID)


def _bundles(answer: Any) -> Iterator[Element]:
    """Yields the bundles of an answer; what is none as well, so that nobody takes it for "we found none"."""
    if isinstance(answer, dict) and answer.get("resourceType") == "Parameters":
        given = answer.get("parameter", [])
        yield from (_bundle(_object(each).get("resource")) for each in (given if isinstance(given, list) else [None]))
    else:
        yield _bundle(answer)


def _bundle(resource: Any) -> Element:
    """A resource of an answer, a ClaimResponse by itself in a bundle."""
    found = _object(resource)
    alone = found.get("resourceType") == "ClaimResponse"
    return {"resourceType": "Bundle", "entry": [{"resource": found}]} if alone else found


def _said(bundle: Element, claim: Element) -> Iterator[tuple[bool | None, str]]:
    """Yields for each ClaimResponse whether it is about the request, None where it does not say, and its outcome."""
    entries = [_object(each) for each in _list(bundle.get("entry"))]
    claims = {str(each.get("fullUrl")): _object(each.get("resource")) for each in entries}
    for response in claim_responses(bundle):
        yield _is_about(response, claim, claims), str(response.get("outcome"))


def _is_about(response: Element, claim: Element, held: dict[str, Element]) -> bool | None:
    ours = set(_values(claim))
    request = _object(response.get("request"))
    reference, referred = str(request.get("reference") or ""), _object(request.get("identifier"))
    resolved = held.get(reference, {})
    if resolved.get("id") == _example_id(claim) or _example_id(claim) in reference:
        return None
    named = {*_values(resolved), *filter(None, [_text(referred.get("value"))])}
    if ours & {*named, *_values(response)} or reference.endswith(claim["id"]):
        return True
    return False if named else None


def _values(resource: Element) -> Iterator[str]:
    """Yields the values of a resource's identifiers; ours is a UUID that nothing else bears, under whatever system."""
    for each in _list(resource.get("identifier")):
        yield from filter(None, [_text(_object(each).get("value"))])


def _withholds(bundle: Element, claim: Element) -> bool:
    """Whether a bundle says that something is left out or went wrong, or may hold what was not found in it."""
    given = bundle.get("entry", [])
    held = [_object(_object(each).get("resource")) for each in _list(given)]
    more = any(_object(each).get("relation") == "next" for each in _list(bundle.get("link")))
    counted = bool(bundle.get("total")) and not held
    names_ours = any(each.get("resourceType") == "Claim" and set(_values(claim)) & set(_values(each)) for each in held)
    unclear = any(each.get("resourceType") in _UNCLEAR for each in held)
    return more or counted or names_ours or unclear or not isinstance(given, list)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> Element:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
