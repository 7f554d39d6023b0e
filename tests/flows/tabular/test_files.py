"""Files come back with their types and texts; the same rows give the same bytes; a spreadsheet runs nothing."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.tabular import dictionary, schema
from flows.tabular.columns import ColumnType, Table
from flows.tabular.files import frame, guarded, opened_files, read_csv, unguarded
from flows.tabular.rows import rows
from tests.fhir_mapping.records import FULL, field
from tests.flows.tabular.sources import RECEIVED, source

PROJECT = Path(__file__).resolve().parents[3]
FORMULAE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'x", "''", "＝1", "＠a"]


def written(form: str, out: Path, *, tables: tuple[Table, ...] = schema.TABLES, copies: int = 1) -> Path:
    out.mkdir()
    with opened_files(tables, form, out) as files:
        for table in tables:
            for _ in range(copies):
                files[table.name].write(list(rows(table, source(FULL))))
    return out


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_both_forms_come_back_with_every_column_and_type(table: Table, tmp_path: Path) -> None:
    parquet = pd.read_parquet(written("parquet", tmp_path / "p") / f"{table.name}.parquet")
    text = read_csv(table, written("csv", tmp_path / "c") / f"{table.name}.csv")
    expected = {column.name: column.type.value for column in table.columns}
    for read in (parquet, text):
        assert {name: str(dtype) for name, dtype in read.dtypes.items()} == expected
        pd.testing.assert_frame_equal(read, frame(table, list(rows(table, source(FULL)))))


def test_parquet_holds_plain_types_for_those_without_pandas(tmp_path: Path) -> None:
    stored = pq.read_schema(written("parquet", tmp_path / "p") / "requests.parquet")
    types = {name: stored.field(name).type for name in ("received_at", "request_date", "place_of_service", "revision")}
    assert types == {
        "received_at": pa.timestamp("ns", tz="UTC"),
        "request_date": pa.date32(),
        "place_of_service": pa.string(),
        "revision": pa.int64(),
    }
    assert stored.field("urgency").metadata[b"description"] == b"`standard` or `expedited`"


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_table_without_rows_has_all_columns(form: str, tmp_path: Path) -> None:
    with opened_files(schema.TABLES, form, tmp_path):
        pass
    for table in schema.TABLES:
        path = tmp_path / f"{table.name}.{form}"
        read = pd.read_parquet(path) if form == "parquet" else read_csv(table, path)
        assert {name: str(dtype) for name, dtype in read.dtypes.items()} == {
            column.name: column.type.value for column in table.columns
        }
        assert len(read) == 0


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_same_rows_give_the_same_bytes(form: str, tmp_path: Path) -> None:
    first, second = written(form, tmp_path / "1", copies=3), written(form, tmp_path / "2", copies=3)
    for table in schema.TABLES:
        name = f"{table.name}.{form}"
        assert (first / name).read_bytes() == (second / name).read_bytes()
    if form == "parquet":
        assert pq.ParquetFile(first / "records.parquet").num_row_groups == 3


@pytest.mark.parametrize("text", [*FORMULAE, "plain", "a=b", "O'Brien", "1234567890"])
def test_no_cell_is_a_formula_and_all_texts_come_back(text: str, tmp_path: Path) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"))
    if text != text.strip():
        return  # a print's white space is closed up
    named = source([field("patient.name", text)])
    with opened_files((schema.REQUESTS,), "csv", tmp_path) as files:
        files["requests"].write(list(rows(schema.REQUESTS, named)))
    (row,) = csv.DictReader((tmp_path / "requests.csv").read_text(encoding="utf-8").splitlines())
    assert row["patient_name"] == guarded(text)
    back = read_csv(schema.REQUESTS, tmp_path / "requests.csv")
    assert back["patient_name"].tolist() == back["patient_name_text"].tolist() == [text]


def test_csv_is_iso_and_utc(tmp_path: Path) -> None:
    lines = (written("csv", tmp_path / "c") / "requests.csv").read_text(encoding="utf-8").splitlines()
    (row,) = csv.DictReader(lines)
    assert row["received_at"] == "2026-11-19T19:02:11+00:00" == RECEIVED.astimezone(UTC).isoformat()
    assert date.fromisoformat(row["request_date"]) == date(2026, 11, 18)
    assert row["published_at"] == ""
    assert datetime.fromisoformat(row["read_at"]).tzinfo is not None


def test_a_failure_leaves_what_was_there_and_no_draft(tmp_path: Path) -> None:
    before = written("csv", tmp_path / "c")
    (before / "deadlines.csv").write_text("earlier")
    with pytest.raises(KeyError), opened_files(schema.TABLES, "csv", before) as files:
        files["records"].write([{}])
    assert (before / "deadlines.csv").read_text() == "earlier"
    assert {path.suffix for path in before.iterdir()} == {".csv"}


def test_the_page_about_the_tables_is_the_declaration_column_by_column() -> None:
    page = (PROJECT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert page == dictionary.page()
    sections = dict(part.split("\n", 1) for part in page.split("\n## "))
    for table in schema.TABLES:
        for column in table.columns:
            assert (
                f"| `{column.name}` | {column.type.value} | {column.description} | {column.source} |"
                in sections[table.name]
            )
            assert column.description
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
    assert set(ColumnType) == {column.type for table in schema.TABLES for column in table.columns}
