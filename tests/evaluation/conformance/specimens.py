"""A request as it is read, with its labels, and the records made of it."""

from __future__ import annotations

from documents.records import Record
from documents.sniff import MediaType
from evaluation.conformance.mapping import records_of
from evaluation.conformance.specimens import Specimen
from evaluation.scoring.corpus import Gold, GoldField
from tests.extractors.printed import page_of
from validation.packs.shelf import Shelf

TEXT = """PRIOR AUTHORIZATION REQUEST
Patient name: Cy Dale
Date of birth: 03/04/1980
Member ID: XYZ123456
Payer: Example Health Plan
Requesting provider: Ina Eck, MD
NPI: 1234567890
Diagnosis code: M17.11 Unilateral primary osteoarthritis, right knee
Procedure code: CPT 27447
Units: 1
Urgency: Standard
"""


def gold(*more: GoldField, npi: str = "1234567893") -> Gold:
    """What a reviewer who makes no mistakes knows of it: the sender meant another NPI."""
    fields = (
        GoldField(field="patient.name", value="Cy Dale"),
        GoldField(field="patient.dob", value="1980-03-04"),
        GoldField(field="patient.member_id", value="XYZ123456"),
        GoldField(field="provider.name", value="Ina Eck", group="p"),
        GoldField(field="provider.npi", value=npi, group="p"),
        GoldField(field="diagnosis.code", value="M17.11", group="d"),
        GoldField(field="procedure.code", value="27447", group="s"),
    )
    return Gold(doc_id="request", document_type="prior_auth_request", fields=(*fields, *more))


def specimen(labels: Gold | None) -> Specimen:
    return Specimen("request", TEXT.encode(), MediaType.TEXT, (page_of(TEXT, number=1),), labels)


def record_of(read: Specimen) -> Record:
    (record,) = records_of(read, Shelf())
    return record
