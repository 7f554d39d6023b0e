"""A note's summary as `show` prints it."""

from documents.records import Record
from flows.tables import summary_table
from tests.extractors.prose.reads import record_of

NOTE = """HPI: She describes chest pain when she climbs the stairs, with
shortness of breath since Monday.
PLAN:
Return in 2 weeks.
"""


def test_each_heading_once_and_each_line_a_quote_with_its_page() -> None:
    printed = summary_table(record_of(NOTE)).splitlines()
    assert [line for line in printed if not line.startswith(" ")] == [
        "subjective:",
        "plan:",
        "follow-up needed:",
        "red flags:",
    ]
    assert '  "Return in 2 weeks." (page 1)' in printed
    said = '"She describes chest pain when she climbs the stairs, with shortness of breath since Monday." (page 1)'
    assert f"  {said}" in printed
    assert f"  [chest pain with shortness of breath] {said}" in printed


def test_a_record_without_one_prints_nothing() -> None:
    record: Record = record_of(NOTE, name="prior_auth_request")
    assert summary_table(record) == ""
