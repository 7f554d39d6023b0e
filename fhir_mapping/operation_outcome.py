"""What a server complains of, in codes and paths: an OperationOutcome's texts may repeat a patient's values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from fhir_mapping.elements import Element

# http://hl7.org/fhir/R4/valueset-issue-type.html, a required binding.
# fmt: off
ISSUE_TYPES = frozenset((
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired",
    "forbidden", "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found",
    "deleted", "too-long", "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient",
    "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled", "informational",
))
# fmt: on
UNKNOWN = "unknown"
_FAILURES = ("fatal", "error")
# An element name and its index; a capital only in `ofType(Patient)` and at the beginning.
_STEP = re.compile(r"[a-z][A-Za-z]{0,40}(?:\[[0-9]{1,4}\])?|ofType\([A-Z][A-Za-z]{1,40}\)")
_ENTRY = re.compile(r"Bundle\.entry\[([0-9]{1,4})\]")
# A payer's error codes (X12 reject reasons, and HL7's adjudication errors such as `a001`).
_PAYER_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,19}")
# More are of no use to whoever reads them.
_MOST = 50
# Of a place; ours are far shorter, and a server may send megabytes.
_LONGEST = 400


class Complaint(NamedTuple):
    """One issue: its code, the `Type/id` of ours that it is about, and the path of the element; empty if unsaid."""

    code: str
    resource: str = ""
    path: str = ""


def complaints(answer: Any, urls: Sequence[str] = ()) -> tuple[Complaint, ...]:
    """The failures in an answer: an OperationOutcome, or a bundle whose entries hold some.

    Args:
        answer: parsed JSON, of whatever form.
        urls: `Type/id` of each entry that was sent; types named there may stand in a path.
    """
    return tuple(_found(answer, urls))[:_MOST]


def _found(answer: Any, urls: Sequence[str]) -> Iterator[Complaint]:
    if not isinstance(answer, dict):
        return
    if answer.get("resourceType") == "OperationOutcome":
        for issue in _dicts(answer.get("issue")):
            if issue.get("severity") in _FAILURES:
                yield _complaint(issue, urls)
        return
    for at, entry in enumerate(_dicts(answer.get("entry"))):
        response = entry.get("response")
        if isinstance(response, dict):
            for found in _found(response.get("outcome"), urls):
                yield found if found.resource or at >= len(urls) else found._replace(resource=urls[at])


def _complaint(issue: Element, urls: Sequence[str]) -> Complaint:
    code = issue.get("code")
    places = next((p for p in (issue.get("expression"), issue.get("location")) if isinstance(p, list) and p), [""])
    place = places[0] if isinstance(places[0], str) and len(places[0]) <= _LONGEST else ""
    entry = _ENTRY.match(place)
    resource = urls[int(entry[1])] if entry and int(entry[1]) < len(urls) else ""
    return Complaint(code if isinstance(code, str) and code in ISSUE_TYPES else UNKNOWN, resource, _path(place, urls))


def _path(place: str, urls: Sequence[str]) -> str:
    """A path of element names and indexes; empty where anything else stands in it."""
    first, _, rest = place.partition(".")
    types = {"Bundle", *(url.partition("/")[0] for url in urls)}
    steps = re.split(r"\.(?![^(]*\))", rest) if rest else []
    named = {step.removeprefix("ofType(").removesuffix(")") for step in steps if step.startswith("ofType(")}
    return place if first in types and named <= types and all(map(_STEP.fullmatch, steps)) else ""


def payer_errors(answer: Any) -> tuple[Complaint, ...]:
    """The errors that a payer's ClaimResponse lists, in the payer's codes."""
    found = (error for response in claim_responses(answer) for error in _dicts(response.get("error")))
    return tuple(Complaint(_payer_code(error.get("code"))) for error in found)[:_MOST]


def claim_responses(answer: Any) -> list[Element]:
    """The ClaimResponses in a payer's answer."""
    if not isinstance(answer, dict):
        return []
    held = [answer, *(entry.get("resource") for entry in _dicts(answer.get("entry")))]
    return [each for each in _dicts(held) if each.get("resourceType") == "ClaimResponse"]


def _payer_code(concept: Any) -> str:
    codings = _dicts(concept.get("coding")) if isinstance(concept, dict) else []
    codes = [coding.get("code") for coding in codings]
    return next((code for code in codes if isinstance(code, str) and _PAYER_CODE.fullmatch(code)), UNKNOWN)


def _dicts(value: Any) -> list[Element]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
