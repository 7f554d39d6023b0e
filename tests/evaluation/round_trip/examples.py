"""Hand-written resources in the shape of implementation guides' examples."""

from __future__ import annotations

from typing import Any

NPI = "http://hl7.org/fhir/sid/us-npi"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "holm",
    "identifier": [{"type": {"coding": [{"code": "MR"}]}, "system": "urn:clinic", "value": "4417702"}],
    "name": [
        {"use": "old", "family": "Varga", "given": ["Ines"]},
        {"family": "Holm", "given": ["Ines", "T."]},
    ],
    "telecom": [{"system": "phone", "value": "(503) 555-0148"}],
    "gender": "female",
    "birthDate": "1961-09-30",
    "address": [{"line": ["12 Alder Court"], "city": "Salem", "state": "OR", "postalCode": "97301"}],
}
PAYER: dict[str, Any] = {"resourceType": "Organization", "id": "plan", "name": "Cascade Mutual Health Plan"}
CLINIC: dict[str, Any] = {
    "resourceType": "Organization",
    "id": "clinic",
    "name": "Alder Orthopedic Clinic",
    "identifier": [{"system": NPI, "value": "8189991234"}],  # fails its check digit
}
COVERAGE: dict[str, Any] = {
    "resourceType": "Coverage",
    "id": "cover",
    "subscriberId": "CM7730219",
    "beneficiary": {"reference": "Patient/holm"},
    "payor": [{"reference": "Organization/plan"}],
    "relationship": {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/subscriber-relationship", "code": "self"}]
    },
}
CLAIM: dict[str, Any] = {
    "resourceType": "Claim",
    "id": "ask",
    "status": "active",
    "created": "2026-03-02T09:00:00-08:00",
    "patient": {"reference": "Patient/holm"},
    "insurer": {"reference": "Organization/plan"},
    "provider": {"reference": "Organization/clinic"},
    "priority": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/processpriority", "code": "normal"}]},
    "diagnosis": [
        {
            "sequence": 1,
            "diagnosisCodeableConcept": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M17.11"}]},
        }
    ],
    "item": [
        {
            "sequence": 1,
            "productOrService": {"coding": [{"system": HCPCS, "code": "27447", "display": "Total knee arthroplasty"}]},
            "servicedDate": "2026-04-14",
        }
    ],
}
REQUEST = (CLAIM, PATIENT, COVERAGE, PAYER, CLINIC)
