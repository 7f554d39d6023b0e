"""What the tabular list's notes and titles say."""

from __future__ import annotations

import pytest

from validation.icd10cm import excluded_together, lookup
from validation.tabular_notes import CodeRange, age_limit, code_ranges, patient_sex


@pytest.mark.parametrize(
    ("note", "ranges"),
    [
        ("gestational diabetes (O24.4-)", [("O244", "O244")]),
        ("acute pain (R52, G89.1-)", [("R52", "R52"), ("G891", "G891")]),
        ("viral hepatitis (B15-B19)", [("B15", "B19")]),
        ("coccidioidal pneumonia (B38.0-B38.2)", [("B380", "B382")]),
        ("neutrophil disorders (D71-)", [("D71", "D71")]),
        ("eating disorder of infancy (F98.2.-F98.3)", [("F982", "F983")]),
        ("mononucleosis with meningitis (B27.- with fifth character 2)", []),
        ("myelopathy (in):", []),
        ("bus", []),
        ("dislocation - see injury by region", []),
    ],
)
def test_codes_of_a_note(note: str, ranges: list[tuple[str, str]]) -> None:
    assert list(code_ranges(note)) == [CodeRange(*each) for each in ranges]


@pytest.mark.parametrize(
    ("low", "high", "code", "holds"),
    [
        ("B15", "B19", "B1910", True),
        ("B15", "B19", "B20", False),
        ("B15", "B19", "B14", False),
        ("I10", "I1A", "I1A0", True),
        ("O244", "O244", "O24410", True),
        ("O244", "O244", "O2430", False),
    ],
)
def test_a_range_holds_what_is_below_its_ends(low: str, high: str, code: str, holds: bool) -> None:
    assert CodeRange(low, high).holds(code) is holds


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        ("E10.65", "E11.65", True),
        ("E11.65", "E10.65", True),
        ("F70", "R41.83", True),  # a block's note
        ("M54.16", "M51.16", True),
        ("J13", "P23.6", True),  # the note stands at one of them only
        ("P23.6", "J13", True),
        ("E11.65", "P70.2", True),  # a category's note holds for what is below it
        ("I10", "E11.9", False),
        ("J44.9", "J44.9", False),
        ("Z99.99", "E11.9", False),
    ],
)
def test_excluded_pairs_hold_for_children_in_both_directions(one: str, other: str, excluded: bool) -> None:
    assert excluded_together(one, other) is excluded


@pytest.mark.parametrize(
    ("code", "sex"),
    [
        ("N40.0", "male"),
        ("C62.11", "male"),
        ("N80.03", "female"),
        ("Z34.81", "female"),
        ("Z3A.20", "female"),
        ("O09.511", "female"),
        ("C50.921", "male"),
        ("N39.3", None),
        ("Q97.2", None),
        ("Y07.03", None),
        ("Z80.43", None),
        ("M54.16", None),
    ],
)
def test_sex_of_a_code(code: str, sex: str | None) -> None:
    entry = lookup(code)
    assert entry is not None
    assert entry.sex == sex


@pytest.mark.parametrize(
    ("titles", "sex"),
    [
        (["Urethral stricture, female", "Other disorders"], "female"),
        (
            ["Chronic prostatitis", "Inflammatory diseases of prostate", "Diseases of male genital organs (N40-N53)"],
            "male",
        ),
        (["Stress incontinence (female) (male)", "Diseases of male genital organs"], None),
        (["Family history of disorder of female genital organs"], None),
    ],
)
def test_titles_decide_from_the_nearest_on(titles: list[str], sex: str | None) -> None:
    assert patient_sex("N99", titles) == sex


def test_the_narrowest_age_is_taken() -> None:
    days = {code: age_limit(code) for code in ("Z00110", "Z00129", "P0718", "O80", "M5416")}
    limits = {code: limit and (limit.youngest, limit.oldest) for code, limit in days.items()}
    assert limits["Z00110"] == (None, 7)
    assert limits["Z00129"] == (29, 7670)
    assert limits["O80"] == (29, None)
    assert limits["M5416"] is None
