"""What goes on beside a span."""

from __future__ import annotations

import pytest

from documents.pages import Box, Page, Word, WordSource
from documents.values import Cited, Evidence, Kind
from extractors.records.features import cut_off


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("Ejection fraction 3. 5 by echo", WordSource.OCR, True),
        ("Ejection fraction 3, 5 by echo", WordSource.OCR, True),
        ("Ejection fraction 3. 5 tablets left", WordSource.TEXT_LAYER, False),  # the sentence ends there
        ("Ejection fraction 3. Five tablets left", WordSource.OCR, False),
    ],
)
def test_a_number_goes_on_where_recognition_set_its_decimals_apart(
    text: str, source: WordSource, expected: bool
) -> None:
    word = Word(text="Ejection", box=Box(0, 0, 0.1, 0.1), confidence=0.99, source=source, start=0, end=8)
    page = Page(number=1, width_pt=612, height_pt=792, text=text, words=(word,))
    start = text.index("3")
    evidence = Evidence(page=1, start=start, end=start + 1, quote="3", boxes=())
    cited = Cited(path="observation.value", group="o1", value="3", quote="3", page=1, start=start)
    assert cut_off(cited, Kind.NUMBER, [evidence], {1: page}) is expected
