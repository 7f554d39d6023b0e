"""A laboratory's report of results."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities.clinical import Diagnosis, Observation
from extractors.entities.patient import Patient
from extractors.entities.provider import Facility, Provider
from extractors.schema import Schema


class LabReport(Schema):
    """What a laboratory found in one patient's specimens."""

    patient: Patient
    provider: tuple[Provider, ...]
    facility: tuple[Facility, ...]
    diagnosis: tuple[Diagnosis, ...]
    observation: tuple[Observation, ...]


DOCUMENT_TYPE = DocumentType(
    name="lab_report",
    description="A laboratory's report of results.",
    schema=LabReport,
    prediction_type="lab_report",
    titles=(
        "laboratory report",
        "laboratory results",
        "lab report",
        "lab results",
        "pathology report",
        "cumulative report",
        "laboratory test results",
        "cytology report",
        "microbiology report",
    ),
    cues=(
        ("reference range", 1.5),
        ("reference interval", 1.5),
        ("specimen collected", 1.5),
        ("collection date", 1.0),
        ("date collected", 1.0),
        ("specimen id", 1.0),
        ("accession", 1.0),
        ("lab director", 1.5),
        ("laboratory director", 1.5),
        ("final report", 0.75),
        ("verified by", 0.5),
        ("ref range", 1.0),
    ),
    required=(
        ("patient.name",),
        ("patient.dob",),
        ("observation.value",),
    ),
)
