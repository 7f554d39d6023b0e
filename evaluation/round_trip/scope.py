"""What is compared and how, and why everything else is left out; what our own record says of itself is not judged."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from evaluation.round_trip.elements import FORMER, Element
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.sameness import COMPARED
from fhir_mapping.constants import DOCUMENT_NAMES, listed_strings
from validation.npi import is_valid_npi


class Reason(StrEnum):
    """Why an element of an example is not among those that must come back."""

    NOT_FAXED = "resources that nobody faxes: questionnaires, endpoints, media, servers' notifications"
    ANSWERS = "answers of screening questionnaires, which no document type asks for"
    NO_TYPE = "in reports of imaging and other studies, which go to a person: no document type reads them"
    NO_PLACE = "the mapping has no place for it"
    BOOKKEEPING = "how the sender's own system keeps the record: status, intent, numbers of its own, links"
    TERMINOLOGY = "codes that senders do not print beside the wording: SNOMED CT, LOINC, RxNorm, X12, NUBC, CVX"
    FALSE_NPI = "an NPI that fails its check digit: printed, and must not come back"
    FORMER = "a name or address that no longer holds"
    NOT_DRAWN = "could come back, but the drawn documents do not print it"
    REPEATED = "the same resource in another package or bundle"


# What is ours to say, wherever it stands: order, links within the bundle, the moment of receipt.
_OUR_LEAVES = """
sequence diagnosisSequence careTeamSequence informationSequence subject patient beneficiary reasonReference result
coverage practitioner organization focal active reportedBoolean encounter reference value(reference) location
managingOrganization specimen
"""
_OUR_TYPES = frozenset({"DocumentReference", "Device", "Provenance", "Bundle", "Task", "OperationOutcome"})
_UNFAXED = """
Questionnaire QuestionnaireResponse Endpoint Provenance Media Parameters Subscription OperationOutcome Task
CommunicationRequest Binary SubscriptionStatus
"""
_TERMINOLOGIES = ("snomed", "loinc", "rxnorm", "x12.org", "nubc", "cvx", "nahdo", "nucc", "us-core-category", "v3-")


def is_compared(element: Element) -> bool:
    """Whether an element that a document prints must come back."""
    return element.path in COMPARED and not _is_false_npi(element) and not _is_unprinted_code(element)


def is_ours(element: Element) -> bool:
    """Whether an element says something of our record, and not of what was read: it counts for nothing."""
    kind, _, rest = element.path.partition(".")
    if element.path == "Claim.created" or kind in _OUR_TYPES or rest.rpartition(".")[2] in _OUR_LEAVES.split():
        return True
    ours = listed_strings()
    if element.value in ("unknown", DOCUMENT_NAMES["referral"]):
        return True  # what a profile demands where the document does not say it
    return element.path not in COMPARED and all(part in ours for part in element.value.split("|"))


def reason_left_out(resource: Resource, element: Element) -> Reason:
    """Why an element that no document prints, or none compares, is left out."""
    return next(reason for reason, holds in _REASONS if holds(resource, element))


def _is_unprinted_code(element: Element) -> bool:
    return element.path.endswith(".coding") and any(word in element.value for word in _TERMINOLOGIES)


def _is_answer(observation: Resource) -> bool:
    return any(c.get("code") == "survey" for each in observation.get("category", ()) for c in each.get("coding", ()))


_BOOKKEEPING = re.compile(
    r"\.(status|lifecycleStatus|intent|use|outcome|active|sequence|focal|type|category|identifier|subject|patient|"
    r"beneficiary|request|reference|encounter|result|verificationStatus|recordedDate|issued|\w+Sequence|coverage)\b"
)


# The first that holds.
_REASONS: tuple[tuple[Reason, Callable[[Resource, Element], object]], ...] = (
    (Reason.NOT_FAXED, lambda resource, _: resource["resourceType"] in _UNFAXED.split()),
    (Reason.ANSWERS, lambda resource, _: resource["resourceType"] == "Observation" and _is_answer(resource)),
    (Reason.FORMER, lambda _, element: element.path.endswith(FORMER)),
    (Reason.FALSE_NPI, lambda _, element: _is_false_npi(element)),
    (Reason.TERMINOLOGY, lambda _, element: _is_unprinted_code(element)),
    (Reason.NOT_DRAWN, lambda _, element: element.path in COMPARED),
    (Reason.BOOKKEEPING, lambda _, element: _BOOKKEEPING.search(element.path)),
    (Reason.NO_PLACE, lambda _, __: True),
)


def _is_false_npi(element: Element) -> bool:
    return element.path.endswith("identifier.NPI") and not is_valid_npi(element.value)
