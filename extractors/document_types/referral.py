"""A clinician's request that a colleague see a patient."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities.clinical import Allergy, Diagnosis, Medication, Observation, Procedure
from extractors.entities.patient import Patient, Payer
from extractors.entities.provider import Facility, Provider
from extractors.entities.request import Request
from extractors.schema import Schema


class Referral(Schema):
    """Who is sent to whom, and why."""

    patient: Patient
    payer: Payer
    provider: tuple[Provider, ...]
    facility: tuple[Facility, ...]
    request: Request
    diagnosis: tuple[Diagnosis, ...]
    procedure: tuple[Procedure, ...]
    medication: tuple[Medication, ...]
    allergy: tuple[Allergy, ...]
    observation: tuple[Observation, ...]


DOCUMENT_TYPE = DocumentType(
    name="referral",
    description="A clinician's request that a colleague see a patient.",
    schema=Referral,
    prediction_type="referral",
    titles=(
        "referral",
        "referral form",
        "referral request",
        "specialist referral",
        "referral order",
        "referral letter",
    ),
    cues=(
        ("referred to", 1.0),
        ("reason for referral", 2.0),
        ("referring provider", 1.0),
        ("thank you for seeing", 2.0),
    ),
    required=(
        ("patient.name",),
        ("patient.dob",),
        ("provider.name",),
        (
            "diagnosis.code",
            "diagnosis.description",
        ),
    ),
)
