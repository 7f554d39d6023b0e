"""A clinician's note: progress note, history and physical, discharge summary, operative note."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities import (
    Admission,
    Allergy,
    Diagnosis,
    Discharge,
    Encounter,
    Facility,
    Medication,
    Observation,
    Patient,
    Payer,
    Procedure,
    Provider,
)
from extractors.schema import Schema


class ClinicalNote(Schema):
    """What a note states about one patient's care."""

    patient: Patient
    payer: Payer
    provider: tuple[Provider, ...]
    facility: tuple[Facility, ...]
    encounter: Encounter
    admission: Admission
    discharge: Discharge
    diagnosis: tuple[Diagnosis, ...]
    procedure: tuple[Procedure, ...]
    medication: tuple[Medication, ...]
    allergy: tuple[Allergy, ...]
    observation: tuple[Observation, ...]


DOCUMENT_TYPE = DocumentType(
    name="clinical_note",
    description="A clinician's note: progress note, history and physical, discharge summary, operative note.",
    schema=ClinicalNote,
    prediction_type="clinical_note",
    titles=(
        "progress note",
        "office visit",
        "discharge summary",
        "operative report",
        "operative note",
        "history and physical",
        "consultation note",
    ),
    cues=(
        ("subjective", 1.0),
        ("objective", 1.0),
        ("assessment", 1.0),
        ("history of present illness", 1.5),
        ("review of systems", 1.0),
        ("hospital course", 1.5),
    ),
    required=(("patient.name",), ("patient.dob",), ("encounter.date", "admission.date", "discharge.date")),
)
