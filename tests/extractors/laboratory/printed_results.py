"""Reads a drawn report's results as rows of attributes."""

from __future__ import annotations

from collections import defaultdict

from documents.pages import WordSource
from extractors.laboratory.results import read_results
from tests.extractors.forms.drawing import draw

Row = dict[str, str]


def results(*pages: str, source: WordSource = WordSource.TEXT_LAYER) -> list[Row]:
    """The results of the drawn pages in order, attribute -> value."""
    drawn = [draw(page, number=number, source=source) for number, page in enumerate(pages, 1)]
    rows: dict[str, Row] = defaultdict(dict)
    for cited in read_results(drawn):
        assert cited.page is not None
        assert cited.start is not None
        page = drawn[cited.page - 1]
        assert page.text[cited.start : cited.start + len(cited.quote)] == cited.quote
        rows[cited.group or ""][cited.path.removeprefix("observation.")] = cited.value
    return list(rows.values())


def named(rows: list[Row]) -> dict[str, Row]:
    """The rows by the test's name."""
    return {row["name"]: row for row in rows}
