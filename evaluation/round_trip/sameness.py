"""Which elements are compared, and when two values of one are the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from rapidfuzz.fuzz import ratio

from evaluation.scoring.normal_forms import as_date, letters, tokens
from fhir_mapping.constants import System
from validation.code_shapes import procedure_system

# Nine letters of ten: an OCR slip, a wrapped word. Digits are never compared loosely.
_ALIKE = 90.0
_PROCEDURES = frozenset({System.CPT, System.HCPCS})


class Comparison(StrEnum):
    """When two values are the same."""

    LETTERS = "letters and digits alike"
    NUMBER = "the same number; a unit beside it is not compared"
    MEASURE = "the same number, sign, point and unit"
    DATE = "the same day"
    PHONE = "the same ten digits"
    SAID = "the same word, or a run of the words that say it"
    TEXT = "nine letters of ten, words in any order, and the same digits"
    CODE = "system and code alike"


# What the mapping can say, by path without indices.
COMPARED: dict[str, Comparison] = {
    path: comparison
    for comparison, paths in {
        Comparison.LETTERS: """
            Patient.name.family Patient.name.given Patient.gender Patient.identifier.MR Coverage.memberId
            Coverage.relationship.coding Practitioner.name.family Practitioner.name.given Practitioner.identifier.NPI
            Organization.identifier.NPI Coverage.class.value Claim.priority.coding ServiceRequest.priority
            Condition.clinicalStatus.coding ClaimResponse.preAuthRef ClaimResponse.identifier.other
        """,
        Comparison.NUMBER: """
            MedicationRequest.dispenseRequest.quantity MedicationRequest.dispenseRequest.numberOfRepeatsAllowed
            MedicationRequest.dispenseRequest.expectedSupplyDuration Claim.item.quantity ServiceRequest.quantity
        """,
        Comparison.MEASURE: "Observation.value Observation.referenceRange",
        Comparison.DATE: """
            Patient.birthDate Observation.effective DiagnosticReport.effective ServiceRequest.occurrence
            ServiceRequest.occurrence.end ServiceRequest.authoredOn Claim.item.serviced Claim.item.serviced.end
            Specimen.collection.collectedDateTime
            Encounter.period Encounter.period.end ClaimResponse.created ClaimResponse.addItem.serviced
            ClaimResponse.addItem.serviced.end
        """,
        Comparison.PHONE: "Patient.telecom.phone Practitioner.telecom.phone Practitioner.telecom.fax",
        Comparison.TEXT: """
            Patient.address Coverage.class.name Coverage.payor Organization.name Condition.code AllergyIntolerance.code
            AllergyIntolerance.reaction.manifestation MedicationRequest.medication
            MedicationRequest.dosageInstruction.text MedicationRequest.requester Observation.code
            DiagnosticReport.performer ServiceRequest.code ServiceRequest.requester PractitionerRole.specialty
            Claim.item.productOrService Claim.insurer Claim.provider Location.name ClaimResponse.insurer
            ClaimResponse.addItem.productOrService
        """,
        Comparison.SAID: "ClaimResponse.disposition ClaimResponse.addItem.adjudication.category",
        Comparison.CODE: """
            Condition.code.coding Claim.diagnosis.diagnosisCodeableConcept.coding Claim.item.productOrService.coding
            ServiceRequest.code.coding Claim.item.location.coding
        """,
    }.items()
    for path in paths.split()
}  # fmt: skip


def is_same(path: str, one: str, other: str) -> bool:
    """Whether two values of an element are the same; of an element that is not compared, as running text."""
    comparison = COMPARED.get(path, Comparison.TEXT)
    if comparison is Comparison.TEXT:
        return _digits(one) == _digits(other) and _alike(one, other)
    if comparison is Comparison.SAID:
        said, words = (" ".join(tokens(text)) for text in (one, other))
        return bool(said) and f" {said} " in f" {words} "
    form = _FORMS[comparison]
    return form(one) == form(other) and bool(form(one))


def _alike(one: str, other: str) -> bool:
    first, second = (" ".join(sorted(tokens(text))) for text in (one, other))
    return bool(first) and ratio(first, second) >= _ALIKE


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _day(text: str) -> str:
    found = as_date(text)
    return found.isoformat() if found else ""


def _number(text: str) -> str:
    found = re.match(r"-?\d*\.?\d+", text)
    return str(Decimal(found[0]).normalize()) if found else ""


def _measure(text: str) -> str:
    """Without spaces and capitals; 1.0 and 1 are the same number."""
    joined = re.sub(r"[\s,]", "", text.casefold()).replace("\u00b5", "u")
    return re.sub(r"\.(\d*?)0+(?!\d)", lambda m: f".{m[1]}" if m[1] else "", joined)


def _code(value: str) -> str:
    """System and code; CPT and HCPCS are told apart by the code's shape, which the examples do not always do."""
    system, _, code = value.rpartition("|")
    return f"{procedure_system(code) if system in _PROCEDURES else system}|{letters(code)}"


_FORMS: dict[Comparison, Callable[[str], str]] = {
    Comparison.LETTERS: letters,
    Comparison.NUMBER: _number,
    Comparison.MEASURE: _measure,
    Comparison.DATE: _day,
    Comparison.PHONE: lambda text: _digits(text)[-10:],
    Comparison.CODE: _code,
}
