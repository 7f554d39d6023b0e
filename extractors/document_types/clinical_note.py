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
        "office visit note",
        "clinic note",
        "clinic visit",
        "follow up visit",
        "follow up note",
        "soap note",
        "discharge summary",
        "hospital discharge summary",
        "discharge instructions",
        "operative report",
        "operative note",
        "procedure note",
        "procedure report",
        "operative procedure report",
        "history and physical",
        "history physical",
        "consultation note",
        "consultation report",
        "consult note",
        "initial evaluation",
        "new patient visit",
        "emergency department note",
        "visit summary",
        "encounter note",
        "visit note",
        "telehealth visit note",
    ),
    cues=(
        ("subjective", 1.0),
        ("objective", 1.0),
        ("chief complaint", 1.5),
        ("history of present illness", 1.5),
        ("hpi", 1.0),
        ("review of systems", 1.5),
        ("past medical history", 1.0),
        ("social history", 0.75),
        ("family history", 0.75),
        ("physical exam", 1.0),
        ("physical examination", 1.0),
        ("assessment", 0.75),
        ("assessment and plan", 1.5),
        ("assessment & plan", 1.5),
        ("impression", 0.5),
        ("hospital course", 1.5),
        ("discharge medications", 1.0),
        ("admission diagnosis", 1.0),
        ("discharge diagnosis", 1.0),
        ("preoperative diagnosis", 1.5),
        ("postoperative diagnosis", 1.5),
        ("estimated blood loss", 1.5),
        ("indications", 0.5),
        ("anesthesia", 0.75),
        ("vital signs", 0.75),
        ("vitals", 0.5),
        ("follow-up", 0.5),
    ),
    required=(("patient.name",), ("patient.dob",), ("encounter.date", "admission.date", "discharge.date")),
)
