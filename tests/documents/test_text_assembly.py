"""Words become lines: reading order, gaps, residual skew and stray marks."""

from __future__ import annotations

import random

import pytest

from documents.pages import Box, WordSource
from documents.text_assembly import RawWord, assemble


def word(text: str, left: float, top: float, *, width: float | None = None, height: float = 0.012) -> RawWord:
    """A word at page fractions; a character is 0.01 wide unless a width is given."""
    right = left + (0.01 * len(text) if width is None else width)
    return RawWord(text, Box(left, top, right, top + height), 0.9, WordSource.OCR)


def test_lines_top_to_bottom_and_columns_two_spaces_apart() -> None:
    words = [
        word("DOB:", 0.5, 0.1),
        word("Member", 0.1, 0.12),
        word("03/04/1962", 0.55, 0.1),
        word("Name:", 0.1, 0.1),
        word("Ann", 0.16, 0.1),
        word("ID", 0.17, 0.12),
    ]
    text, placed = assemble(words)
    assert text == "Name: Ann  DOB: 03/04/1962\nMember ID"
    assert [w.text for w in placed] == ["Name:", "Ann", "DOB:", "03/04/1962", "Member", "ID"]


def test_offsets_hold_whatever_the_order_of_arrival() -> None:
    rng = random.Random(7)
    words = [
        word(f"w{row}.{column}", 0.1 + 0.09 * column, 0.05 + 0.015 * row) for row in range(40) for column in range(8)
    ]
    expected, _ = assemble(words)
    rng.shuffle(words)
    text, placed = assemble(words)
    assert text == expected
    assert len(placed) == len(words)
    assert all(text[w.start : w.end] == w.text for w in placed)


def test_a_line_drifts_with_residual_skew() -> None:
    # 0.3 degrees over a page: the right end is a third of a line pitch lower than the left end.
    words = [word(f"a{i}", 0.05 * i, 0.1 + 0.0003 * i) for i in range(1, 18)]
    words += [word(f"b{i}", 0.05 * i, 0.115 + 0.0003 * i) for i in range(1, 18)]
    text, _ = assemble(words)
    first, second = text.split("\n")
    assert set(first.split()) == {f"a{i}" for i in range(1, 18)}
    assert set(second.split()) == {f"b{i}" for i in range(1, 18)}


@pytest.mark.parametrize("tall", ["|", "l", "STAMP"])
def test_a_tall_word_does_not_merge_the_lines_beside_it(tall: str) -> None:
    rows = [word(f"row{row}", left, 0.1 + 0.02 * row) for row in range(5) for left in (0.2, 0.4)]
    text, _ = assemble([*rows, word(tall, 0.05, 0.1, height=0.1), word(tall, 0.3, 0.1, height=0.1)])
    for row in range(5):
        assert sum(f"row{row}" in line for line in text.split("\n")) == 1
    assert max(line.count("row") for line in text.split("\n")) == 2


def test_a_word_up_the_margin_is_a_line_of_its_own() -> None:
    rows = [word(f"row{row}", left, 0.1 + 0.02 * row) for row in range(5) for left in (0.2, 0.4)]
    text, _ = assemble([*rows, word("CONFIDENTIAL", 0.05, 0.1, width=0.015, height=0.1)])
    assert sorted(text.split("\n")) == ["CONFIDENTIAL", *(f"row{row}  row{row}" for row in range(5))]


def test_low_punctuation_stays_on_its_line() -> None:
    words = [word("Signed", 0.1, 0.1), word("_____", 0.2, 0.1125, height=0.001), word("Date", 0.3, 0.1)]
    assert assemble([*words, word("Next", 0.1, 0.13)])[0] == "Signed  _____  Date\nNext"


def test_a_box_without_height_is_placed_too() -> None:
    assert assemble([word("Dose", 0.1, 0.1), word("-", 0.2, 0.106, height=0.0)])[0] == "Dose  -"


def test_blank_words_are_dropped_and_inner_whitespace_is_one_space() -> None:
    text, placed = assemble([word(" ", 0.1, 0.1), word("5\u00a0\nmg", 0.2, 0.1)])
    assert text == "5 mg"
    assert len(placed) == 1


def test_nothing_gives_an_empty_page() -> None:
    assert assemble([]) == ("", ())


def test_print_up_the_margin_stands_in_one_line_after_the_others() -> None:
    body = [word("Dose", 0.2, 0.1), word("5", 0.3, 0.1), word("mg", 0.2, 0.2), word("daily", 0.3, 0.2)]
    margin = [
        word(text, 0.02, top, width=0.01, height=0.08) for text, top in (("not", 0.2), ("Form", 0.3), ("for", 0.1))
    ]
    text, _ = assemble([*body, *margin])
    assert text == "Dose  5\nmg  daily\nForm not for"
