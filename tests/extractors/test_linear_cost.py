"""What extraction and its checks cost a page does not grow with the pages, the boxes or the words of a document.

Calls are counted, not seconds: they are the same on a busy machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from documents.pages import Box, Mark, Page, Tick
from documents.records import Segment
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from extractors.records.assembly import build_record
from flows.stages import Facility, check, extract, received
from tests.extractors.printed import page_of
from tests.extractors.records_of import CONTEXT

_FEW, _MANY = 8, 64
# A page costs a little more where a second one continues it; twice as much would be growth.
_GROWTH = 1.4
_NOTE = """PROGRESS NOTE
Patient: Dana Whitfield   DOB: 02/03/1961   MRN: 774411
Date of service: 04/05/2026   Provider: Imre Castell, MD
HPI: A 65 y.o. woman with complaint {n} of her left knee. No fever. Father had gout.
Medications:
1. lisinopril {n} mg tablet by mouth once daily
2. atorvastatin 40 mg tablet at bedtime
Assessment: Type 2 diabetes mellitus E11.9; finding {n} of the knee M25.562
Plan: continue. Return in {n} weeks.
Electronically signed: Imre Castell, MD 04/05/2026"""


def _pages(count: int) -> list[Page]:
    return [page_of(_NOTE.format(n=n), number=n) for n in range(1, count + 1)]


def _calls(work: Callable[[], object]) -> int:
    """How many Python functions are called, generators resumed included."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _as_packet(pages: Sequence[Page]) -> object:
    zone = ZoneInfo("America/New_York")
    arrived = received(pages, datetime(2026, 4, 6, 15, tzinfo=UTC), zone)
    return check("0" * 64, pages, extract(pages, BACKEND), received=arrived, facility=Facility(zone))


def _as_one(pages: Sequence[Page]) -> object:
    segment = Segment(document_type="clinical_note", page_start=1, page_end=len(pages), confidence=0.97)
    reading = BACKEND.read(pages, all_document_types()["clinical_note"])
    return build_record("0" * 64, segment, pages, Readings(first=reading), context=CONTEXT)


@pytest.mark.parametrize("reads", [_as_packet, _as_one])
def test_a_page_costs_the_same_in_a_long_document(reads: Callable[[Sequence[Page]], object]) -> None:
    reads(_pages(_MANY))  # what is looked up once is paid for here
    few, many = (_calls(lambda n=n: reads(_pages(n))) / n for n in (_FEW, _MANY))  # type: ignore[misc]
    assert many < _GROWTH * few


def test_a_box_costs_the_same_among_thousands() -> None:
    form = all_document_types()["prior_auth_request"]

    def boxes(rows: int) -> Page:
        page = page_of("\n".join(["[ ] Yes   [ ] No   [ ] Knee   [ ] Hip   [ ] Elbow"] * rows))
        squares = tuple(
            Mark(box=Box(x / 50, y / 60, (x + 0.5) / 50, (y + 0.5) / 60), tick=Tick.EMPTY)
            for y in range(rows)
            for x in range(40)
        )
        return page.model_copy(update={"marks": squares})

    def cost(rows: int) -> float:
        page = boxes(rows)
        return _calls(lambda: BACKEND.read([page], form)) / rows

    cost(55)
    assert cost(55) < _GROWTH * cost(11)


def test_a_mention_costs_the_same_among_thousands_of_its_value() -> None:
    def cost(times: int) -> float:
        pages = [page_of("PROGRESS NOTE\n" + "Patient denies diabetes. " * times)]
        return _calls(lambda: _as_one(pages)) / times

    cost(_FEW)
    assert cost(20 * _MANY) < _GROWTH * cost(4 * _MANY)
