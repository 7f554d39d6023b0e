"""A payer's letter that refuses, reduces or suspends a decision."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities.clinical import Diagnosis, Medication, Procedure
from extractors.entities.patient import Patient, Payer
from extractors.entities.provider import Provider
from extractors.entities.request import Case, Service
from extractors.schema import Schema


class DenialLetter(Schema):
    """What was decided on a request, why, and what may be done about it."""

    patient: Patient
    payer: Payer
    provider: tuple[Provider, ...]
    case: Case
    service: Service
    diagnosis: tuple[Diagnosis, ...]
    procedure: tuple[Procedure, ...]
    medication: tuple[Medication, ...]


DOCUMENT_TYPE = DocumentType(
    name="denial_letter",
    description="A payer's letter that refuses, reduces or suspends a decision.",
    schema=DenialLetter,
    prediction_type="denial_letter",
    titles=(
        "notice of denial",
        "denial of coverage",
        "notice of adverse determination",
        "notice of adverse benefit determination",
        "adverse benefit determination",
        "adverse determination",
        "notice of denial of medical coverage",
        "coverage decision",
        "prior authorization denial",
        "prior authorization decision",
        "authorization determination",
        "notice of approval",
        "request for additional information",
        "notice of adverse decision",
        "adverse decision",
        "adverse benefit decision",
        "notice of action",
        "notice of determination",
        "notice of decision",
        "notice of coverage decision",
        "notice of non coverage",
        "notice of coverage denial",
        "denial notice",
        "denial letter",
        "letter of denial",
        "coverage denial",
        "claim denial",
        "service denial notice",
        "notice of partial denial",
        "notice of partial approval",
        "notice of approval of coverage",
        "initial determination notice",
        "appeal decision",
        "notice of appeal decision",
        "notice of reconsideration",
    ),
    cues=(
        ("we have denied", 2.0),
        ("has been denied", 1.5),
        ("not approved", 1.0),
        ("appeal rights", 2.0),
        ("your right to appeal", 2.0),
        ("file an appeal", 1.5),
        ("request an appeal", 1.5),
        ("adverse determination", 1.5),
        ("is denied", 2.0),
        ("was denied", 1.0),
        ("are denied", 1.5),
        ("we denied", 2.0),
        ("cannot be approved", 2.0),
        ("cannot approve", 2.0),
        ("could not approve", 2.0),
        ("unable to approve", 2.0),
        ("is not approved", 1.5),
        ("decided not to", 1.5),
        ("will not cover", 1.5),
        ("not covered", 0.75),
        ("adverse decision", 2.0),
        ("adverse benefit", 2.0),
        ("you may appeal", 2.0),
        ("may appeal", 1.5),
        ("right to appeal", 2.0),
        ("appeal this decision", 2.0),
        ("to appeal", 1.0),
        ("appeal", 0.5),
        ("external review", 1.0),
        ("independent review", 1.0),
        ("fair hearing", 1.5),
        ("free of charge", 1.5),
        ("reason for denial", 2.0),
        ("reason for the denial", 2.0),
        ("reason for our decision", 2.0),
        ("this decision", 0.75),
        ("our decision", 1.0),
        ("our medical director", 1.5),
        ("office of the medical director", 1.5),
        ("has been approved", 1.5),
        ("approval period", 0.75),
        ("not medically necessary", 1.0),
    ),
    required=(
        ("patient.name",),
        ("case.reference_number",),
    ),
)
