"""Reference ranges are proven on the page as they are printed."""

import pytest

from documents.values import Kind
from extractors.grammar.find import normalise
from tests.extractors.records_of import pages_of, record_of


@pytest.mark.parametrize(
    "printed",
    [
        "3.5 - 5.1",
        "98–107",
        "<200",
        ">= 40",
        "0.4 to 4.0",
        "13.5-17.5 g/dL",
        "M: 40-50",
        "Negative",
        "Not Estab.",
        "<1:80",
    ],
)
def test_a_printed_range_stays_as_it_is(printed: str) -> None:
    assert normalise(Kind.RANGE, printed) == printed


@pytest.mark.parametrize("printed", ["see 2 notes", "11/10/2025", "3.5 - 5.1 - 7", "-"])
def test_other_texts_are_no_range(printed: str) -> None:
    assert normalise(Kind.RANGE, printed) is None


@pytest.mark.parametrize("printed", ["3.5-5.1", "<5.2", "3.5 - 5.1"])
def test_a_numeric_range_in_a_report_is_grounded(printed: str) -> None:
    text = f"LABORATORY REPORT\nCollected 04/02/2026\nTest  Result  Units  Range\nPotassium  4.1  mmol/L  {printed}"
    record = record_of("lab_report", pages_of(text))
    (found,) = [f for f in record.fields if f.path == "observation.range"]
    assert (found.value, bool(found.evidence)) == (printed, True)
