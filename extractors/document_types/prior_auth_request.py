"""A request to a payer for approval of services or drugs before they are given."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities import (
    Allergy,
    Case,
    Decision,
    Diagnosis,
    Facility,
    Medication,
    Observation,
    Patient,
    Payer,
    Procedure,
    Provider,
    Request,
    Service,
    Subscriber,
)
from extractors.schema import Schema


class PriorAuthRequest(Schema):
    """Everything a payer needs to decide."""

    patient: Patient
    payer: Payer
    subscriber: Subscriber
    provider: tuple[Provider, ...]
    facility: tuple[Facility, ...]
    request: Request
    service: Service
    case: Case
    decision: Decision
    diagnosis: tuple[Diagnosis, ...]
    procedure: tuple[Procedure, ...]
    medication: tuple[Medication, ...]
    allergy: tuple[Allergy, ...]
    observation: tuple[Observation, ...]


DOCUMENT_TYPE = DocumentType(
    name="prior_auth_request",
    description="A request to a payer for approval of services, items or drugs before they are given.",
    schema=PriorAuthRequest,
    prediction_type="prior_auth_request",
    titles=(
        "prior authorization request",
        "prior authorization request form",
        "prior authorization form",
        "prior authorization",
        "request for prior authorization",
        "medication prior authorization form",
        "medication prior authorization request",
        "drug prior authorization request",
        "pharmacy prior authorization form",
        "precertification request",
        "precertification form",
        "pre certification request",
        "pre certification worksheet",
        "preauthorization request",
        "pre authorization request",
        "authorization request",
        "authorization request form",
        "service authorization request",
        "inpatient authorization request",
        "outpatient authorization request",
        "pre service review request",
        "coverage determination request",
        "request for coverage determination",
        "organization determination request",
        "letter of medical necessity",
        "statement of medical necessity",
        "certificate of medical necessity",
    ),
    cues=(
        ("prior authorization", 1.5),
        ("preauthorization", 1.5),
        ("pre-authorization", 1.5),
        ("precertification", 1.5),
        ("pre-certification", 1.5),
        ("authorization request", 1.5),
        ("request authorization", 1.5),
        ("requesting authorization", 1.5),
        ("requesting prior authorization", 1.5),
        ("letter of medical necessity", 2.0),
        ("medical necessity", 1.0),
        ("medically necessary", 0.5),
        ("utilization management", 0.5),
        ("requesting provider", 1.0),
        ("ordering provider", 0.75),
        ("rendering provider", 0.75),
        ("servicing provider", 1.0),
        ("servicing facility", 1.0),
        ("prescriber", 0.75),
        ("place of service", 0.75),
        ("type of request", 0.75),
        ("request type", 0.75),
        ("review type", 0.75),
        ("expedited", 0.75),
        ("member id", 0.5),
        ("subscriber id", 0.5),
        ("npi", 0.5),
        ("icd-10", 0.5),
        ("diagnosis code", 0.5),
        ("cpt", 0.5),
        ("hcpcs", 0.5),
        ("procedure code", 0.5),
        ("drug requested", 0.75),
        ("medication requested", 0.75),
        ("days supply", 0.75),
        ("tried and failed", 0.75),
    ),
    required=(
        ("patient.name",),
        ("patient.dob",),
        ("patient.member_id",),
        ("provider.name",),
        ("provider.npi",),
        ("diagnosis.code",),
        ("procedure.code", "medication.drug"),
    ),
)
