"""A payer's policy is about nobody: its bundle is valid and invents no patient."""

from __future__ import annotations

import json

from fhir.resources.R4B.bundle import Bundle

from fhir_mapping.bundle import build_bundle
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, field, record

POLICY = (
    field("policy.title", "Therapeutic footwear"),
    field("policy.number", "PH-0441"),
    field("policy.effective_date", "2026-01-01", quote="January 1, 2026"),
    field("policy.diagnosis_code", "E11.621", "pdx1"),
    field("policy.diagnosis_description", "Type 2 diabetes with foot ulcer", "pdx1"),
    field("payer.name", "Rime Valley Health Plan"),
    field("payer.plan", "Commercial"),
    field("procedure.code", "A5500", "px1"),
    field("requirement.text", "A foot ulcer is on record", "req1"),
)


def test_no_patient_no_coverage_no_condition_no_request() -> None:
    text = build_bundle(record(POLICY, "payer_policy"), SOURCE, recorded=RECORDED, software=SOFTWARE)
    bundle = json.loads(text)
    Bundle.model_validate(bundle)
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert "DocumentReference" in kinds
    assert not kinds & {"Patient", "Coverage", "Condition", "ServiceRequest", "Claim", "MedicationRequest"}
    assert '"subject"' not in text
    assert '"beneficiary"' not in text


def test_the_same_payer_in_a_letter_is_the_patients() -> None:
    fields = (field("patient.name", "Maria Testpatient"), field("payer.name", "Rime Valley Health Plan"))
    bundle = json.loads(build_bundle(record(fields, "denial_letter"), SOURCE, recorded=RECORDED, software=SOFTWARE))
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert {"Patient", "Coverage"} <= kinds
