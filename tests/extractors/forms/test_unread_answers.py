"""An answer that is written at a known label and cannot be read is asked for, with its field and page."""

from __future__ import annotations

import pytest

from documents.records import Finding, Severity
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from tests.extractors.forms.drawing import draw

TYPES = all_document_types()
FORM = """
 MEMBER INFORMATION
 Member Name: Odalys Ferreira
 Member ID: QRT5530912
 DOB: {dob}
 Member Phone: {phone}
 REQUESTING PROVIDER
 Provider Name: Tomas Lindqvist, MD
 NPI: {npi}
 Provider Fax (if available): {fax}
"""
GOOD = {"dob": "04/19/1961", "phone": "(612) 555-0148", "npi": "1932102084", "fax": "(612) 555-0149"}


def _asked(text: str, document_type: str = "prior_auth_request") -> list[Finding]:
    findings = BACKEND.read([draw(text)], TYPES[document_type]).findings
    return [f for f in findings if f.rule == "READ-050"]


@pytest.mark.parametrize(
    ("written", "path", "severity"),
    [
        ({"dob": "O4/l?/lqb~"}, "patient.dob", Severity.ERROR),
        ({"npi": "ig 3z 1o2"}, "provider.npi", Severity.ERROR),
        ({"phone": "b12) sss-o"}, "patient.phone", Severity.WARNING),
    ],
)
def test_an_answer_that_is_no_value_is_asked_for(written: dict[str, str], path: str, severity: Severity) -> None:
    (finding,) = _asked(FORM.format(**{**GOOD, **written}))
    assert (finding.path, finding.severity) == (path, severity)
    assert "age 1 " in finding.message
    assert not any(text in finding.message for text in written.values())


@pytest.mark.parametrize("written", [{}, {"dob": ""}, {"npi": "see attached"}, {"fax": "on our card"}])
def test_answers_that_are_read_blank_or_asked_under_a_condition_are_not(written: dict[str, str]) -> None:
    assert _asked(FORM.format(**{**GOOD, **written})) == []


def test_what_another_place_states_is_not() -> None:
    assert _asked(FORM.format(**{**GOOD, "dob": "O4/l?/lqb~"}) + " Date of Birth: 04/19/1961\n") == []


def test_papers_that_nobody_fills_in_are_not() -> None:
    assert _asked(FORM.format(**{**GOOD, "dob": "O4/l?/lqb~"}), "clinical_note") == []
