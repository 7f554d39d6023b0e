"""A message that a patient or a relative wrote."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities.clinical import Allergy, Diagnosis, Medication, Procedure
from extractors.entities.patient import Patient, Payer
from extractors.entities.provider import Provider
from extractors.entities.request import Service
from extractors.schema import Schema


class PatientMessage(Schema):
    """What a patient writes to a clinic."""

    patient: Patient
    payer: Payer
    provider: tuple[Provider, ...]
    service: Service
    diagnosis: tuple[Diagnosis, ...]
    procedure: tuple[Procedure, ...]
    medication: tuple[Medication, ...]
    allergy: tuple[Allergy, ...]


DOCUMENT_TYPE = DocumentType(
    name="patient_message",
    description="A message that a patient or a relative wrote.",
    schema=PatientMessage,
    prediction_type="patient_message",
    titles=(
        "patient message",
        "patient portal message",
        "portal message",
        "secure message",
        "message from patient",
    ),
    cues=(("sent via portal", 2.0),),
    required=(("patient.name",),),
)
