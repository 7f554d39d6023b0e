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
    ],
)
def test_what_only_looks_like_it_is_not(shape: str, text: str) -> None:
    assert strength(shape, text) < 0.3
