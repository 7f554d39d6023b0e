"""Choice marks printed as text."""

from __future__ import annotations

import pytest

from documents.pages import Box, Mark, Tick
from documents.plain_text import text_page
from documents.text_marks import join_marks


def marks(line: str) -> list[tuple[str, bool]]:
    page = text_page(line, 1)
    return [(page.text[_span(m)], m.tick is Tick.TICKED) for m in page.marks]


def _span(mark: Mark) -> slice:
    assert mark.start is not None
    return slice(mark.start, mark.end)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[X] Yes [ ] No", [("[X]", True), ("[ ]", False)]),
        ("[x] Yes [] No", [("[x]", True), ("[]", False)]),
        ("( X ) Yes ( ) No", [("( X )", True), ("( )", False)]),
        ("(x) Yes (_) No", [("(x)", True), ("(_)", False)]),
        ("☒ Yes ☐ No", [("☒", True), ("☐", False)]),
        ("☑Yes □No", [("☑", True), ("□", False)]),
        ("✓ Urgent", [("✓", True)]),
        ("_X_ Yes", [("_X_", True)]),
        ("(a) first (1) second [1] note", []),
        ("CPT(s) and f() of X", []),
        ("Name: ________ Date: ____", []),
    ],
)
def test_forms_of_marks(line: str, expected: list[tuple[str, bool]]) -> None:
    assert marks(line) == expected


def test_a_tick_drawn_over_a_printed_box_counts_once_and_as_ticked() -> None:
    (printed,) = text_page("☐ Urgent", 1).marks
    drawn = Mark(box=printed.box, tick=Tick.TICKED, ink=0.4)
    elsewhere = Mark(box=Box(0.8, 0.8, 0.82, 0.81), tick=Tick.EMPTY, ink=0.0)
    assert join_marks([printed], [elsewhere, drawn]) == (
        printed.model_copy(update={"tick": Tick.TICKED, "ink": 0.4}),
        elsewhere,
    )


def test_the_box_is_the_marks_part_of_its_word() -> None:
    page = text_page("☒Urgent", 1)
    (mark,) = page.marks
    (word,) = page.words
    assert mark.box.left == word.box.left
    assert mark.box.right == pytest.approx(word.box.left + (word.box.right - word.box.left) / 7)
