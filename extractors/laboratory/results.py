"""Reads the results of a laboratory's report: tables of any layout, their dated columns, and rows without a header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Cited, Kind
from extractors.grammar.find import find_values, normalise
from extractors.laboratory.columns import Header, header_of, joined, tables_of
from extractors.laboratory.judgement import fits
from extractors.laboratory.lines import Line, printed_lines
from extractors.laboratory.rows import Row, Span, rows_of

# How well a row is told: by a header's columns or by its shape alone; by a name of the lexicon or any words.
_UNDER_HEADER, _BY_SHAPE, _UNKNOWN_TEST = 1.0, 0.9, 0.85
# Recognised text: no range was read that could prove the digits; the range or the flag says that they are wrong.
_UNPROVEN, _ILL_FITTING = 0.7, 0.3
_KNOWN, _UNKNOWN = 1.0, 0.3
# A row under a header stands where results stand; one without may be a remark's example.
_TABLE_FIT, _LOOSE_FIT = 1.0, 0.7
# A header over two lines, and no more.
_HEADER_LINES = 2


def read_results(pages: Sequence[Page]) -> Iterator[Cited]:
    """The results that the pages print; a table that runs over the page keeps its columns."""
    header: Header | None = None
    count = 0
    for page in pages:
        depth = 0
        for line in printed_lines(page):
            found = header_of(line)
            if found is not None:
                near = header is not None and header.page == page.number and 0 < depth < _HEADER_LINES
                header, depth = (joined(header, found) if near and header is not None else found), depth + 1
                continue
            depth = 0
            for row in _rows(line, header):
                count += 1
                yield from _cited(row, f"observation-{count}", under=header is not None)


def _rows(line: Line, header: Header | None) -> Iterator[Row]:
    if header is None:
        yield from rows_of(line, None)
        return
    for left, right, own in tables_of(header):
        part = line if right - left > 1.0 else line.part(left, right)
        if part is not None:
            yield from rows_of(part, own)


def _cited(row: Row, group: str, *, under: bool) -> Iterator[Cited]:
    text, from_ocr = row.line.text, row.line.from_ocr
    value = normalise(Kind.RESULT, text[slice(*row.value)])
    if value is None:
        return
    score = (_UNDER_HEADER if under else _BY_SHAPE) if row.known else _UNKNOWN_TEST
    if from_ocr and not (fitting := fits(row)):
        score = _UNPROVEN if fitting is None else _ILL_FITTING
    if not row.aligned:
        score = _ILL_FITTING
    features = {
        "label_score": score,
        "lexicon_score": _KNOWN if row.known else _UNKNOWN,
        "section_fit": _TABLE_FIT if under else _LOOSE_FIT,
        "position_table": 1.0,
    }

    def cite(leaf: str, said: str, span: Span, *, derived: bool = False) -> Cited:
        return Cited(
            path=f"observation.{leaf}", group=group, value=said, quote=text[slice(*span)], page=row.line.page,
            start=row.line.start + span[0], features=features, derived=derived,
        )  # fmt: skip

    yield cite("name", " ".join(text[slice(*row.name)].split()), row.name)
    yield cite("value", value, row.value)
    if row.unit is not None:
        yield cite("unit", " ".join(text[slice(*row.unit)].split()), row.unit)
    if row.flag is not None:
        printed = text[slice(*row.flag)]
        # A flag that touches its number is proven by both; a sign has no letters that could be found again.
        apart = not row.against and re.search(r"\w", printed) is not None
        yield cite("flag", printed, row.flag) if apart else cite("flag", printed, _with_value(row), derived=True)
    if row.range is not None:
        yield cite("range", " ".join(text[slice(*row.range)].split()), row.range)
    yield from _dates(row, group, features)


def _with_value(row: Row) -> Span:
    assert row.flag is not None  # noqa: S101 - the caller asked
    return min(row.value[0], row.flag[0]), max(row.value[1], row.flag[1])


def _dates(row: Row, group: str, features: dict[str, float]) -> Iterator[Cited]:
    """The result's own day: its column's, which the header prints, else its row's."""
    text = row.line.text
    if not row.aligned:
        return
    if row.dated is not None and row.dated.date is not None:
        value, quote, start = row.dated.date
        yield Cited(
            path="observation.date", group=group, value=value, quote=quote, page=row.line.page, start=start,
            features=features,
        )  # fmt: skip
    elif row.date is not None:
        printed = text[slice(*row.date)]
        for found in find_values(Kind.DATE, printed, from_ocr=row.line.from_ocr)[:1]:
            yield Cited(
                path="observation.date", group=group, value=found.value, quote=printed[found.start : found.end],
                page=row.line.page, start=row.line.start + row.date[0] + found.start, features=features,
            )  # fmt: skip
