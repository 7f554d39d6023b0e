"""Choice marks printed as text."""

from __future__ import annotations

import pytest

from documents.pages import Mark, Tick
from documents.plain_text import text_page


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


def test_the_box_is_the_marks_part_of_its_word() -> None:
    page = text_page("☒Urgent", 1)
    (mark,) = page.marks
    (word,) = page.words
    assert mark.box.left == word.box.left
    assert mark.box.right == pytest.approx(word.box.left + (word.box.right - word.box.left) / 7)
