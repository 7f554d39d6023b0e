"""A payer's published policy: what it covers, on which criteria."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities.clinical import Medication, Procedure
from extractors.entities.patient import Payer
from extractors.schema import Schema


class PayerPolicy(Schema):
    """What a payer covers, for whom, and what it wants to see."""

    payer: Payer
    procedure: tuple[Procedure, ...]
    medication: tuple[Medication, ...]


DOCUMENT_TYPE = DocumentType(
    name="payer_policy",
    description="A payer's published policy: what it covers, on which criteria.",
    schema=PayerPolicy,
    prediction_type="payer_policy",
    titles=(
        "medical policy",
        "clinical policy",
        "coverage policy",
        "medical coverage policy",
        "clinical coverage criteria",
        "coverage determination guideline",
        "prior authorization criteria",
        "utilization management policy",
        "clinical guideline",
        "coverage guideline",
        "medical necessity guideline",
        "medical necessity criteria",
        "prior authorization policy",
        "pharmacy policy",
        "drug policy",
        "reimbursement policy",
    ),
    cues=(
        ("policy statement", 1.5),
        ("coverage criteria", 1.5),
        ("considered medically necessary when", 2.0),
        ("medically necessary when", 1.5),
        ("review date", 0.5),
        ("last reviewed", 1.0),
        ("policy number", 0.75),
        ("coverage policy", 1.5),
        ("all of the following", 1.5),
        ("any of the following", 1.0),
        ("one of the following", 1.0),
        ("criteria are met", 1.5),
        ("is considered medically necessary", 2.0),
    ),
    required=(("payer.name",),),
)
