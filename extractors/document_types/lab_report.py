"""A laboratory's report of results."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities.clinical import Diagnosis
from extractors.entities.laboratory import LabResult, OrderingProvider, Report, Specimen
from extractors.entities.patient import Patient
from extractors.entities.provider import Facility
from extractors.laboratory.requisition import read_requisition
from extractors.laboratory.results import read_results
from extractors.schema import Schema


class LabReport(Schema):
    """What a laboratory found in one patient's specimens."""

    patient: Patient
    provider: tuple[OrderingProvider, ...]
    facility: tuple[Facility, ...]
    specimen: Specimen
    report: Report
    diagnosis: tuple[Diagnosis, ...]
    observation: tuple[LabResult, ...]


DOCUMENT_TYPE = DocumentType(
    name="lab_report",
    description="A laboratory's report of results.",
    schema=LabReport,
    prediction_type="lab_report",
    titles=(
        "laboratory report",
        "laboratory results",
        "laboratory results report",
        "lab report",
        "lab results",
        "lab results report",
        "laboratory test results",
        "laboratory test report",
        "lab test results",
        "clinical laboratory report",
        "clinical laboratory results",
        "clinical laboratories",
        "clinical lab report",
        "pathology report",
        "surgical pathology report",
        "pathology and laboratory report",
        "anatomic pathology report",
        "cytology report",
        "cytopathology report",
        "microbiology report",
        "microbiology results",
        "chemistry report",
        "hematology report",
        "blood test results",
        "blood test report",
        "blood work results",
        "bloodwork results",
        "cumulative report",
        "cumulative laboratory report",
        "cumulative lab report",
        "cumulative lab summary",
        "cumulative results",
        "cumulative summary report",
        "laboratory summary report",
        "laboratory summary",
        "laboratory data report",
        "lab summary",
        "lab data",
        "lab result report",
        "lab flowsheet",
        "laboratory flowsheet",
        "results flowsheet",
        "result report",
        "results report",
        "final results report",
        "final laboratory report",
        "final lab report",
        "preliminary laboratory report",
        "corrected laboratory report",
        "test results report",
        "test result report",
        "patient result report",
        "patient results report",
        "patient lab results",
        "patient laboratory results",
        "patient report",
        "reference laboratory report",
        "reference laboratory",
        "reference laboratories",
        "reference lab report",
        "specimen report",
        "report of laboratory findings",
        "report of laboratory results",
        "report of results",
        "diagnostic laboratory report",
        "diagnostic laboratories",
        "outside laboratory results",
        "outside lab results",
        "toxicology report",
        "urinalysis report",
        "genetic test report",
        "genetic testing report",
        "molecular diagnostics report",
        "molecular pathology report",
    ),
    cues=(
        ("reference range", 1.5),
        ("reference ranges", 1.5),
        ("reference interval", 1.5),
        ("reference intervals", 1.5),
        ("reference value", 1.0),
        ("ref range", 1.5),
        ("ref. range", 1.5),
        ("normal range", 1.0),
        ("standard range", 1.5),
        ("out of range", 1.0),
        ("in range", 0.75),
        ("abnormal flag", 1.5),
        ("specimen collected", 1.5),
        ("collection date", 1.0),
        ("date collected", 1.0),
        ("collected:", 1.0),
        ("date received", 0.5),
        ("date reported", 1.0),
        ("reported:", 0.75),
        ("specimen id", 1.0),
        ("specimen:", 0.75),
        ("specimen type", 1.0),
        ("specimen source", 1.0),
        ("accession", 1.0),
        ("requisition", 1.0),
        ("clia", 2.0),
        ("cap accredited", 1.0),
        ("lab director", 1.5),
        ("laboratory director", 1.5),
        ("medical director", 0.5),
        ("final report", 1.0),
        ("preliminary report", 1.0),
        ("report status", 1.0),
        ("verified by", 0.5),
        ("test name", 1.0),
        ("analyte", 1.0),
        ("component", 0.5),
        ("fasting", 0.75),
        ("flag", 0.5),
        ("mg/dl", 0.5),
        ("mmol/l", 0.75),
        ("u/l", 0.5),
        ("g/dl", 0.5),
        ("k/ul", 0.75),
        ("x10e3/ul", 1.0),
        ("complete blood count", 0.75),
        ("comprehensive metabolic panel", 0.75),
        ("metabolic panel", 0.5),
        ("lipid panel", 0.5),
        ("cbc with differential", 0.75),
        ("performing lab", 1.5),
        ("performing laboratory", 1.5),
        ("performed at", 0.5),
        ("reference laboratories", 1.5),
        ("reference laboratory", 1.5),
        ("gross description", 2.0),
        ("microscopic description", 2.0),
        ("final pathologic diagnosis", 2.0),
        ("tests ordered", 1.5),
        ("ordered items", 1.5),
        ("client account", 0.75),
    ),
    shapes=(("result_rows", 4.5), ("salutation", -1.0), ("imaging_headings", -1.0), ("note_headings", -1.5)),
    required=(
        ("patient.name",),
        ("patient.dob",),
        ("observation.value",),
    ),
    instructions=(
        "One observation for each result row; a panel's heading and remarks are no results. Copy the value without its "
        "flag; `observation.range` is the laboratory's own reference range. In a cumulative table each dated column is "
        "a group of its own with `observation.date`."
    ),
    readers=(read_results, read_requisition),
    own_paths=frozenset(
        {
            "observation.name",
            "observation.value",
            "observation.unit",
            "observation.flag",
            "observation.range",
            "observation.date",
        }
    ),
)
