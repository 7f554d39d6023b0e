"""A page's outline: lines joined, lists with their levels, headings told from items, columns and pages in order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extractors.outline.blocks import Block, BlockKind, blocks_of
from extractors.outline.lists import entries
from extractors.outline.topics import Topics
from tests.extractors.printed import page_of

TOPICS = Topics({"demands": "what we ask for", "history": "sources"}, stems=(("demands", r".*\bevidence\b.*"),))


def outline(*texts: str, ocr: bool = False) -> tuple[Block, ...]:
    return blocks_of([page_of(t, ocr=ocr, number=n) for n, t in enumerate(texts, 1)], TOPICS.topic)


def items(*texts: str, ocr: bool = False) -> list[str]:
    return [b.text for b in outline(*texts, ocr=ocr) if b.kind is BlockKind.ITEM]


def listed(text: str) -> list[str]:
    return [t.text for t in entries([b for b in outline(text) if b.kind is BlockKind.ITEM])]


WRAPPED = """What we ask for
1. Reports of every joint injection given during the past
   year, with the response
2. A weight-bearing film
The plan answers in writing."""


def test_an_item_goes_on_over_its_wrapped_lines_and_ends_with_the_list() -> None:
    assert items(WRAPPED) == [
        "Reports of every joint injection given during the past year, with the response",
        "A weight-bearing film",
    ]
    assert outline(WRAPPED)[0].topic == "demands"
    assert outline(WRAPPED)[-1].kind is BlockKind.PARAGRAPH


@pytest.mark.parametrize("mark", ["-", "•", "*", "[ ]", "☐", "(cid:127)", "o"])
def test_bullets_of_every_kind(mark: str) -> None:
    text = f"Send these papers:\n{mark} First film report\n{mark} Second film report\n"
    assert items(text) == items(text, ocr=True) == ["First film report", "Second film report"]


def test_marks_that_recognition_lost_or_misread_leave_the_list_whole() -> None:
    text = "Send these papers:\nSigned order of the treating doctor\n+  Report of the last film\n¢ List of drugs tried"
    assert items(text, ocr=True) == [
        "Signed order of the treating doctor",
        "Report of the last film",
        "List of drugs tried",
    ]
    assert items("1. Alpha report of today\n2 Beta report of today", ocr=True)[1] == "Beta report of today"


def test_a_bullet_set_lower_than_its_item_marks_the_line_beside_it() -> None:
    page = page_of("Send:\n   First film report\n*\n   Second film report\n*")
    line_tops = {w.text: w.box.top for w in page.words if w.text in ("First", "Second")}
    tops = iter([line_tops["First"] + 0.002, line_tops["Second"] + 0.002])
    words = tuple(
        replace(w, box=w.box._replace(top=(top := next(tops)), bottom=top + 0.0117)) if w.text == "*" else w
        for w in page.words
    )
    found = blocks_of([page.model_copy(update={"words": words})], TOPICS.topic)
    assert [b.text for b in found if b.kind is BlockKind.ITEM] == ["First film report", "Second film report"]
    assert all("*" not in b.text for b in found)


NESTED = """All of these:
1. The member meets all of the following:
   a. Is older than two years
   b. Has had no seizure for a month
2. Failure of two of the following:
   a. valproate
   b. lamotrigine
3. A neurologist has been consulted; and
4. Levels were drawn"""


def test_sub_items_stand_alone_under_an_opening_line_and_together_where_a_choice_is_left() -> None:
    assert listed(NESTED) == [
        "Is older than two years",
        "Has had no seizure for a month",
        "Failure of two of the following: valproate lamotrigine",
        "A neurologist has been consulted",
        "Levels were drawn",
    ]


COLUMNS = """Prairie Rim Benefit Cooperative
This leaflet tells when the pump is paid     Evidence that we like to see
for and when it is not. Ask us when you      * Log of the sugars of the last four
do not find the answer in these pages.         weeks, with the time of each one
What we ask for                              * Note of the doctor who looks after
* The wish of the member to use it             the member, no more than half a
* Training that was finished before the        year old and signed by hand
  first day of use                           * Name of the shop that delivers the
* A doctor who looks after the member          supplies every month
  at least four times a year                 Sources
We answer in writing in every case.          The committee met twice this year."""


def test_columns_are_read_one_after_the_other() -> None:
    assert items(COLUMNS) == [
        "The wish of the member to use it",
        "Training that was finished before the first day of use",
        "A doctor who looks after the member at least four times a year",
        "Log of the sugars of the last four weeks, with the time of each one",
        "Note of the doctor who looks after the member, no more than half a year old and signed by hand",
        "Name of the shop that delivers the supplies every month",
    ]


def test_a_table_of_codes_is_no_newspaper() -> None:
    table = "Codes\n" + "\n".join(f"7{n}001   Study number {n} of the knee joint" for n in range(10, 24))
    rows = [b for b in outline(table) if b.kind is BlockKind.ROW]
    assert len(rows) == 14
    assert all(len(b.strips[0].cells) == 2 for b in rows)


FIRST = """Prairie Rim Benefit Cooperative      Rule 12
What we ask for
1. Proof that the brace was fitted by a
Prairie Rim Benefit Cooperative      Page 1 of 2"""
SECOND = """Prairie Rim Benefit Cooperative      Rule 12
   certified fitter
2. A film of the spine
Prairie Rim Benefit Cooperative      Page 2 of 2"""


def test_an_item_goes_on_over_the_page_end_past_the_running_heads() -> None:
    pages = [page_of(FIRST, number=1), page_of(SECOND, number=2)]
    found = [b for b in blocks_of(pages, TOPICS.topic) if b.kind is BlockKind.ITEM]
    assert [b.text for b in found] == ["Proof that the brace was fitted by a certified fitter", "A film of the spine"]
    assert [p.page for p in found[0].flow.pieces] == [1, 2]


def test_a_numbered_heading_in_capitals_is_no_item_and_an_item_that_says_the_same_is() -> None:
    text = "II. WHAT WE ASK FOR\n1. Evidence of a fitting\n2. A film of the spine"
    kinds = [b.kind for b in outline(text)]
    assert kinds == [BlockKind.HEADING, BlockKind.ITEM, BlockKind.ITEM]


def test_an_initial_is_no_list_mark() -> None:
    assert items("Yours,\nR. Kowalski, MD\nA. Bremer") == []


@pytest.mark.parametrize("numerals", [("I", "II", "III"), ("|", "ll", "lll"), ("l", "I|", "!!!")])
def test_numerals_that_recognition_drew_as_other_strokes_still_number_headings(numerals: tuple[str, str, str]) -> None:
    one, two, three = numerals
    text = (
        f"{one}. Sources\nTwo papers.\n{two}. What we ask for\n1. A fitting\n2. A film\n{three}. Sources\nMore papers."
    )
    found = [(b.kind, b.topic) for b in outline(text, ocr=True) if b.kind is not BlockKind.PARAGRAPH]
    assert found == [
        (BlockKind.HEADING, "history"),
        (BlockKind.HEADING, "demands"),
        (BlockKind.ITEM, None),
        (BlockKind.ITEM, None),
        (BlockKind.HEADING, "history"),
    ]


def test_a_number_that_counts_on_the_headings_is_one_in_whatever_words() -> None:
    text = (
        "Purpose of it.\n1. What We Ask For\n1. A film of the spine\n2. A note of the last visit\n3. A signed plan\n"
        "2. Time we take for it\nThe plan answers in writing."
    )
    assert items(text) == ["A film of the spine", "A note of the last visit", "A signed plan"]
    assert "Time we take for it" in [b.text.removeprefix("2. ") for b in outline(text) if b.kind is BlockKind.HEADING]
