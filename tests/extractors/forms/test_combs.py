"""Combs: one character to a box, each box a ruled cell, beside their label or under it."""

from __future__ import annotations

import pytest

from documents.pages import WordSource
from extractors.document_type import all_document_types
from extractors.forms.reading import FormReading, read_forms
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]

BESIDE = """
 1 {who}
+----------------+---+---+---+---+---+---+---+---+
| Birth date     | 0 | 4 | 1 | 9 | 1 | 9 | 6 | 8 |
+----------------+---+---+---+---+---+---+---+---+
"""
UNDER = """
 2 Requesting provider
+-----------------------------------------+
| NPI                                     |
+---+---+---+---+---+---+---+---+---+---+-+
| 1 | 9 | 3 | 2 | 1 | 0 | 2 | 0 | 8 | 4 |
+---+---+---+---+---+---+---+---+---+---+
"""


def read(text: str, source: WordSource = WordSource.TEXT_LAYER) -> FormReading:
    return read_forms([draw(text, source=source, confidence=0.95)], TYPE)


@pytest.mark.parametrize("source", [WordSource.TEXT_LAYER, WordSource.OCR])
@pytest.mark.parametrize(
    ("text", "path", "value"),
    [(BESIDE.format(who="Patient"), "patient.dob", "1968-04-19"), (UNDER, "provider.npi", "1932102084")],
)
def test_a_comb_is_the_value_of_its_label(text: str, path: str, value: str, source: WordSource) -> None:
    reading = read(text, source)
    assert [c.value for c in reading.cited if c.path == path] == [value]
    assert path not in reading.blank


def test_the_subscriber_of_a_form_that_knows_no_patient_is_the_patient() -> None:
    text = "\n 1 Subscriber\n Last name, first name: Novak, Petra\n Birth date: 04/19/1968\n"
    assert {c.path: c.value for c in read(text).cited}["patient.name"] == "Petra Novak"


def test_the_subscriber_beside_a_patient_is_somebody_else() -> None:
    text = "\n Patient name: Ola Berg\n Subscriber Information\n Name: Petra Novak\n"
    assert [c.value for c in read(text).cited if c.path == "patient.name"] == ["Ola Berg"]
