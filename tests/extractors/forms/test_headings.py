"""Headings: misread words, specks beside a bar, and what they announce."""

from __future__ import annotations

import pytest

from documents.pages import WordSource
from extractors.document_type import all_document_types
from extractors.forms.headings import as_meant, heading_kind, without_specks
from extractors.forms.reading import read_forms
from tests.extractors.forms.drawing import draw

TYPE = all_document_types()["prior_auth_request"]


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("B. REFERRlNG PHYSlCIAN INFORMATI0N", "requester"),
        ("Section 4 - Diagnos1s", "diagnosis"),
        ("TREATMENT HlST0RY", "tried"),
        ("MEMBFR INFORMATION’.", "patient"),
        ("CURRENT MEDICATlONS", "current"),
    ],
)
def test_misread_headings_announce_what_they_were(printed: str, kind: str) -> None:
    assert heading_kind(as_meant(without_specks(printed))) == kind


@pytest.mark.parametrize("printed", ["Johnson", "4471 Alder Ct", "Levothyroxine", "Baltimore, MD"])
def test_values_are_not_turned_into_words_of_headings(printed: str) -> None:
    assert as_meant(printed) == printed


def test_a_heading_among_specks_owns_the_labels_under_it() -> None:
    page = draw(
        """
 REFERRING CLINIClAN    ae   ij
 Name: Petra Novak, MD
 Phone: (312) 555-0144
""",
        source=WordSource.OCR,
        confidence=0.9,
    )
    found = {c.path: c.value for c in read_forms([page], TYPE).cited}
    assert found["provider.name"].startswith("Petra Novak")
    assert found["provider.phone"] == "(312) 555-0144"
    assert "patient.name" not in found
