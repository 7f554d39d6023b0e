"""How long and how much a sentence says."""

from __future__ import annotations

import pytest

from extractors.evidence.amounts import amount_after, lengths


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("eight weeks of therapy", [56]),
        ("therapy x 8 wks", [56]),
        ("6-8 weeks of therapy", [42]),
        ("six (6) weeks", [42]),
        ("a 10-week program", [70]),
        ("for the past 3 months", [91]),
        ("2 consecutive months", [60]),
        ("therapy 6 weeks ago", []),
        ("in the last 6 months", []),
        ("within 6 weeks", []),
        ("58 years old", []),
        ("every 2 weeks", []),
        ("return in 4 weeks", []),
        ("4 weeks after surgery", [28]),
    ],
)
def test_lengths(text: str, days: list[int]) -> None:
    assert [int(each.days) for each in lengths(text)] == days


@pytest.mark.parametrize(
    "text", ["less than 6 weeks", "almost 6 weeks", "up to 6 weeks", "under six weeks", "< 6 weeks"]
)
def test_less_than_a_length_is_no_length(text: str) -> None:
    assert [each.least for each in lengths(text)] == [False]


@pytest.mark.parametrize(
    ("text", "number", "sign"),
    [
        ("BMI 41.2 today", 41.2, ""),
        ("BMI: 41.2 kg/m2", 41.2, ""),
        ("BMI is now 35", 35, ""),
        ("BMI was > 40", 40, ">"),
        ("BMI ≤ 30", 30, "<"),
    ],
)
def test_the_number_after_a_phrase(text: str, number: float, sign: str) -> None:
    found = amount_after(text, 3)
    assert found is not None
    assert (found.number, found.sign) == (number, sign)


@pytest.mark.parametrize("text", ["BMI goal 25", "BMI below 30", "BMI recorded 05/12/2026", "BMI. 35 sessions", "BMI"])
def test_what_is_not_the_phrases_number(text: str) -> None:
    assert amount_after(text, 3) is None
