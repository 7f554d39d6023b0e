"""Quotes that begin at the foot of a page and end at the head of the next."""

from __future__ import annotations

import pytest

from documents.values import Alignment, Kind
from extractors.grounding.proof import ground
from tests.extractors.records_of import pages_of

PAGES = pages_of("Send us\nnotes of the last visit with the", "results of the film\nThank you", "results of the scan")
VALUE = "notes of the last visit with the results of the film"


def test_both_parts_are_the_proof() -> None:
    found = ground(VALUE, "notes of the last visit with the\fresults of the film", pages=PAGES, kind=Kind.TEXT, page=1)
    assert found.value == VALUE
    assert found.alignment is Alignment.EXACT
    assert [(e.page, e.quote) for e in found.evidence] == [
        (1, "notes of the last visit with the"),
        (2, "results of the film"),
    ]


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        (VALUE, "notes of the last visit with the\fresults of the test"),
        (VALUE + " today", "notes of the last visit with the\fresults of the film"),
        # The pages have to follow each other.
        (
            "notes of the last visit with the results of the scan",
            "notes of the last visit with the\fresults of the scan",
        ),
    ],
)  # fmt: skip
def test_what_is_not_printed_so_is_ungrounded(value: str, quote: str) -> None:
    assert not ground(value, quote, pages=PAGES, kind=Kind.TEXT, page=1).grounded


def test_codes_and_dates_do_not_run_over_pages() -> None:
    pages = pages_of("since 04/2", "9/2026")
    assert not ground("2026-04-29", "04/2\f9/2026", pages=pages, kind=Kind.DATE).grounded
