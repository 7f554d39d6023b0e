"""Boxes with several labels, marks that OCR misread, pages after another patient's."""

from __future__ import annotations

from extractors.document_type import all_document_types
from extractors.forms.reading import read_forms
from tests.extractors.forms.drawing import draw

REQUEST = all_document_types()["prior_auth_request"]


def values(drawing: str) -> set[tuple[str, str]]:
    return {(c.path, c.value) for c in read_forms((draw(drawing),), REQUEST).cited}


def test_next_label_in_the_same_box_ends_a_value() -> None:
    found = values("""
    PRIOR AUTHORIZATION REQUEST
    +------------------------------------------------------------------------+
    |Insurance carrier   Northgate Mutual      Physician fax   (865) 555-0115|
    |Plan / product               Group no.                                  |
    |Bronze 6500                  H61131                                     |
    +------------------------------------------------------------------------+
    """)
    assert ("payer.name", "Northgate Mutual") in found
    assert ("payer.plan", "Bronze 6500") in found


def test_both_boxes_are_seen_when_a_bracket_was_misread() -> None:
    reading = read_forms((draw("PRIOR AUTHORIZATION REQUEST\n(x] Standard   [x] Expedited"),), REQUEST)
    assert [f.rule for f in reading.findings] == ["READ-010"]
    assert not [c for c in reading.cited if c.path == "request.urgency"]


def test_one_of_two_telephones_is_nobodys() -> None:
    found = values("PRIOR AUTHORIZATION REQUEST\nOffice phone / fax: 7  555-0102 / (478) 555-0139")
    assert ("provider.phone", "(478) 555-0139") not in found


def test_a_kind_of_place_is_no_facility() -> None:
    found = values("PRIOR AUTHORIZATION REQUEST\nLocation: outpatient hospital")
    assert not {value for path, value in found if path == "facility.name"}
