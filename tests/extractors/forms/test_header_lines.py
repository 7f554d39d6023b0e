"""Which line at the top of a page the fax machine printed."""

import pytest

from documents.pages import Box
from extractors.layout.exclusions import is_fax_header

_TOP = Box(0.1, 0.02, 0.9, 0.03)


@pytest.mark.parametrize(
    ("line", "printed_by_machine"),
    [
        ("Patient: Ida Roe  DOB 03/04/1971   Drawn 04/02/2026 08:10   Received 04/02/2026 12:05", False),
        ("MRN 55812   Collected 04/02/2026 08:10   Received 04/02/2026 12:05", False),
        ("04/02/2026 12:05  From: Mesa Clinic  (303) 555-0142  Page 1 of 3", True),
    ],
)
def test_a_line_about_the_patient_is_the_senders(line: str, printed_by_machine: bool) -> None:
    assert is_fax_header(line, _TOP) is printed_by_machine
