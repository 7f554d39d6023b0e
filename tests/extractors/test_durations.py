"""Durations as payers print them, what they run from, and the day on which they end."""

from __future__ import annotations

from datetime import date

import pytest

from documents.values import Kind
from extractors.grammar.durations import Anchor, find_windows, resolved, same_duration
from extractors.grammar.find import find_values, normalise


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("decided within 5 business days", "5 business days"),
        ("a 72-hour review", "72-hour"),
        ("valid for twelve (12) months", "twelve (12) months"),
        ("ninety days", "ninety days"),
        ("in 2 wks", "2 wks"),
    ],
)
def test_a_duration_is_found_as_printed(text: str, value: str) -> None:
    assert [hit.value for hit in find_values(Kind.DURATION, text)] == [value]


@pytest.mark.parametrize("text", ["five (6) days", "1234 days", "a day", "30 mg", "10/12 days", "page 3 of 5"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert find_values(Kind.DURATION, text) == []


def test_words_and_digits_of_one_duration_are_the_same() -> None:
    assert same_duration("five (5) business days", "5 business days")
    assert same_duration("60 calendar days", "60 days")
    assert not same_duration("5 business days", "5 days")
    assert not same_duration("15 days", "50 days")


def test_a_misread_digit_is_folded_into_the_number_and_said_to_be() -> None:
    (hit,) = find_values(Kind.DURATION, "within 1O days", from_ocr=True)
    assert (hit.value, hit.folded) == ("10 days", True)
    assert normalise(Kind.DURATION, "SO days", from_ocr=True) is None


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("within 180 days from the date of this letter", Anchor.LETTER),
        ("within 60 calendar days of this notice", Anchor.LETTER),
        ("30 days after the date on this denial letter", Anchor.LETTER),
        ("65 days from the notice date", Anchor.LETTER),
        ("60 days of receipt of this letter", Anchor.RECEIPT),
        ("60 days after you receive this notice", Anchor.RECEIPT),
        ("180 days following your receipt of the decision", Anchor.RECEIPT),
        ("60 days from the date of the decision", Anchor.OTHER),
        ("30 days from the date of service", Anchor.OTHER),
        ("you have 60 days to appeal", Anchor.NONE),
    ],
)
def test_what_a_window_runs_from(text: str, anchor: Anchor) -> None:
    (window,) = find_windows(text)
    assert window.anchor is anchor


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("60 days from the date of this letter", date(2026, 4, 1)),
        ("65 calendar days of this notice", date(2026, 4, 6)),
        ("two weeks from the date of this letter", date(2026, 2, 14)),
        ("1 month from the date of this letter", date(2026, 2, 28)),
        ("10 business days from the date of this letter", None),
        ("72 hours from the date of this letter", None),
        ("60 days of receipt of this letter", None),
        ("60 days", None),
    ],
)
def test_only_what_the_letter_alone_tells_is_resolved(text: str, day: date | None) -> None:
    (window,) = find_windows(text)
    assert resolved(window, date(2026, 1, 31)) == day
