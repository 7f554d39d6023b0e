"""A request to a payer for approval of services or drugs before they are given."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities import (
    Allergy,
    Case,
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
        "prior authorization form",
        "precertification request",
        "preauthorization request",
        "coverage determination request",
    ),
    cues=(
        ("prior authorization", 2.0),
        ("precertification", 2.0),
        ("medical necessity", 1.0),
        ("cpt", 0.5),
        ("expedited", 0.5),
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
