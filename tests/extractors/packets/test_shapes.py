"""The look of a page, and that types declare only looks that exist."""

from __future__ import annotations

import pytest

from extractors.document_type import all_document_types
from extractors.packets.page_lines import page_lines
from extractors.packets.shapes import SHAPES, shapes_of
from tests.extractors.printed import page_of


def strength(shape: str, text: str) -> float:
    return shapes_of(page_lines(page_of(text))).get(shape, 0.0)


def test_a_type_declares_only_shapes_that_exist() -> None:
    assert {shape for t in all_document_types().values() for shape, _ in t.shapes} <= set(SHAPES)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("result_rows", "Sodium 139 mmol/L 136-145\nPotassium 5.6 H mmol/L 3.5-5.1\nCreatinine 1.9 H mg/dL 0.7-1.3"),
        ("result_rows", "Glucose 212 (H) 188 (H) 141 (H)\nBUN 34 (H) 30 (H) 22\nCalcium 8.1 (L) 8.4 8.9"),
        ("patient_voice", "Hi, I ran out of my inhaler.\nCan you send a refill? Thanks"),
        ("note_headings", "S: better\nO: 120/80\nA: asthma\nP: continue"),
        ("imaging_headings", "Technique: axial CT\nComparison: none\nFindings: normal\nImpression: normal"),
        ("verdict", "After review your request has been denied."),
        ("letter_topics", "Reason for denial: no trial\nAppeal rights\nWrite to us"),
        ("policy_topics", "Coverage criteria\nExclusions\nCoding\nDocumentation requirements"),
        ("patient_labels", "Patient name: ____  DOB: ____"),
        ("asks_colleague", "I would be grateful if you could evaluate her\nand take over the care of her gout."),
        ("asks_colleague", "Pls schedule. Please fax your consult note to our office."),
        ("sends_patient", "Referred to: Bay Heart Group\nReferring provider: Joan Ruiz"),
        ("asks_payer", "We ask the plan to authorize the operation. Fax us the approval number."),
        ("expedite_terms", "Rush: waiting may seriously harm the enrollee"),
        ("fill_in", "Every line must be answered. Incomplete sheets are sent back."),
        ("call_slip", "Caller: wife\nCall back 509-555-0181\nTaken by: Sue\nMsg: wants more insulin"),
        ("message_head", "ClinicLine Inbox\nFrom: Dan\nTo: Dr. Lee\nSent: 1/9/2026\nSubject: bill"),
        ("clinician_signs", "Thank you\nLena Ortiz, FNP-C"),
        ("clinical_words", "Lungs clear. Abdomen soft, no tenderness. Gait normal. Denies fever, cough, chest pain."),
    ],
)
def test_a_shape_is_seen(shape: str, text: str) -> None:
    assert strength(shape, text) >= 0.3


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("result_rows", "Blood pressure 138 mmHg\nWeight 184 lb\nPulse 78\nTemp 98.6\nTake 2 tablets daily"),
        ("patient_voice", "HI HDL 108 MG/DL\nHI LDL 123 MG/DL"),
        ("patient_voice", "I saw your patient today. My impression is asthma. I recommend follow-up. NPI 1234567893"),
        ("imaging_headings", "Technique: an incision was made\nFindings: gallstones\nSurgeon: R. Casals"),
        ("verdict", "If your request is denied you may appeal."),
        ("policy_topics", "Patient name\nDate of birth\nMember ID"),
        ("asks_colleague", "For your reference all inpatient stays: see code list"),
        ("sends_patient", "From: Cedar Clinic\nTo: Records Department"),
        ("asks_payer", "Blood pressure is covered by the new drug. Return in 4 weeks."),
        ("expedite_terms", "Urgent care visit on Monday. Smoking is a risk factor."),
        ("fill_in", "All lungs fields are clear. Send home."),
        ("call_slip", "Please call us with questions.\nMessage to staff: closed on Monday"),
        ("message_head", "FAX\nFrom: Dan\nTo: Dr. Lee\nDate: 1/9/2026\nSubject: bill"),
        ("clinician_signs", "Thanks\nLena Ortiz"),
        ("clinical_words", "Member ID 4471\nPlan name Harbor Health\nRequested on Monday\nProvider phone and fax"),
    ],
)
def test_what_only_looks_like_it_is_not(shape: str, text: str) -> None:
    assert strength(shape, text) < 0.3
