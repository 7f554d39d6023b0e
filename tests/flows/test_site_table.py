from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fhir_mapping.pas.site_values import Line, LineKind, SiteValues
from flows.settings import Settings
from flows.site_table import SiteTableError, loaded_site_values

ROW = """rows:
  - id: knees
    reason: our surgeons see patients in the hospital
    codes: ["27440-27447", "A4253"]
    values: {submission.service_category: "2"}
    reviewed_by: Ada Lovelace
    reviewed_on: 2026-01-02
    effective: {from: 2026-01-01, until: 2026-06-30}
"""
CATEGORY = "submission.service_category"
DAY = date(2026, 3, 1)


def loaded(folder: Path, text: str, *, today: date = DAY, document_type: str = "prior_auth_request") -> SiteValues:
    path = folder / f"{abs(hash(text))}.yaml"
    path.write_text(text)
    settings = Settings.from_environment({"FAX2FHIR_PAS_SITE_VALUES": str(path)})
    found = loaded_site_values(settings, document_type, today=today)
    assert found is not None
    return found


def given(values: SiteValues, code: str = "27447", **known: str) -> str | None:
    return values.lookup(CATEGORY, Line(kind=LineKind.SERVICE, code=code, **known))


def test_without_a_table_there_are_no_values() -> None:
    assert loaded_site_values(Settings.from_environment({}), "prior_auth_request", today=DAY) is None


def test_a_row_gives_its_value_to_the_codes_it_names(tmp_path: Path) -> None:
    values = loaded(tmp_path, ROW)
    assert [given(values, code) for code in ("27440", "27447", "A4253")] == ["2", "2", "2"]
    assert [given(values, code) for code in ("27448", "27439", "2744T", "A4254", "")] == [None] * 5
    row = values.row(CATEGORY, Line(kind=LineKind.SERVICE, code="27447"))
    assert row is not None
    assert (row.id, row.reviewed_by, row.reviewed_on) == (f"knees/{CATEGORY}", "Ada Lovelace", date(2026, 1, 2))


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("    reviewed_by: Ada Lovelace\n", ""),
        ("    reviewed_on: 2026-01-02\n", ""),
        ("reviewed_on: 2026-01-02", "reviewed_on: 2026-03-02"),
        ("until: 2026-06-30", "until: 2026-02-28"),
        ("from: 2026-01-01", "from: 2026-03-02"),
    ],
)
def test_a_row_that_is_unreviewed_or_not_of_the_day_is_not_used(tmp_path: Path, line: str, rest: str) -> None:
    assert line in ROW
    assert given(loaded(tmp_path, ROW.replace(line, rest))) is None


def test_a_row_holds_for_the_requests_it_names(tmp_path: Path) -> None:
    narrow = ROW.replace("    values", '    places: ["22"]\n    urgency: standard\n    payer: Lakeside\n    values')
    values = loaded(tmp_path, narrow)
    here = {"place": "22", "urgency": "standard", "payer": "LAKESIDE"}
    assert given(values, **here) == "2"
    for other in ("place", "urgency", "payer"):
        assert given(values, **{**here, other: "other"}) is None
        assert given(values, **{name: known for name, known in here.items() if name != other}) is None
    assert loaded(tmp_path, narrow, document_type="referral").rows == ()


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ('"2"', '"ABC"'),
        (CATEGORY, "submission.nothing"),
        (CATEGORY, "submission.drug_code"),
        ("id: knees", "id: 'k n e e s'"),
        ("    reason: our surgeons see patients in the hospital\n", ""),
        ("until: 2026-06-30", "until: 2025-06-30"),
        ("from: 2026-01-01", "from: yesterday"),
        ("    codes", "    code"),
        ("rows:", "row:"),
        ("  - id: knees", "  - id: [knees"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(tmp_path: Path, line: str, broken: str) -> None:
    assert line in ROW
    with pytest.raises(SiteTableError, match=r"line \d+: "):
        loaded(tmp_path, ROW.replace(line, broken))


def test_a_row_that_is_not_used_is_checked_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(SiteTableError):
        loaded(tmp_path, ROW.replace("until: 2026-06-30", "until: 2026-02-28").replace('"2"', '"ABC"'))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    settings = Settings.from_environment({"FAX2FHIR_PAS_SITE_VALUES": str(tmp_path / "none.yaml")})
    with pytest.raises(SiteTableError, match="cannot be read"):
        loaded_site_values(settings, "prior_auth_request", today=DAY)


def test_two_rows_have_two_ids(tmp_path: Path) -> None:
    with pytest.raises(SiteTableError, match="same id"):
        loaded(tmp_path, ROW + ROW.removeprefix("rows:\n"))
