"""Tables as files: Parquet in row groups, or CSV that a spreadsheet cannot run; each file appears whole."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from flows.tabular.columns import Cell, Column, ColumnType, Table

# What is held in memory of a table before it is written; a row group of a thousand rows is small, and few are needed.
ROWS_IN_MEMORY = 2_000
# Spreadsheets run a cell that begins so (OWASP, CSV injection), full-width look-alikes included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"
_ARROW = {
    ColumnType.STRING: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TIMESTAMP: pa.timestamp("ns", tz="UTC"),
    ColumnType.DATE: pa.date32(),
}
Rows = Sequence[Mapping[str, Cell]]


class TableFile(Protocol):
    """An open file that takes the rows of one table, piece by piece."""

    def write(self, rows: Rows) -> None:
        """Adds rows."""

    def close(self) -> None:
        """Ends the file; one without rows has all columns nevertheless."""


def frame(table: Table, rows: Rows) -> pd.DataFrame:
    """The rows as a frame with the declared columns, in order, and the declared types."""
    made = {
        column.name: pd.Series([_held(row[column.name]) for row in rows], dtype=column.type.value)
        for column in table.columns
    }
    return pd.DataFrame(made)


def _held(cell: Cell) -> Cell:
    """A cell as pandas takes it."""
    return cell.astimezone(UTC) if isinstance(cell, datetime) else cell


class ParquetFile:
    """A table as Parquet: a row group a piece, and pandas' own types in its metadata."""

    def __init__(self, table: Table, path: Path) -> None:
        self._table = table
        fields = [pa.field(c.name, _ARROW[c.type], metadata={"description": c.description}) for c in table.columns]
        empty = pa.Table.from_pandas(frame(table, ()), schema=pa.schema(fields), preserve_index=False)
        self._schema = empty.schema
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: Rows) -> None:
        """Adds a row group."""
        self._writer.write_table(
            pa.Table.from_pandas(frame(self._table, rows), schema=self._schema, preserve_index=False)
        )

    def close(self) -> None:
        """Ends the file."""
        self._writer.close()


class CsvFile:
    """A table as CSV in UTF-8; text that a spreadsheet would run has an apostrophe in front."""

    def __init__(self, table: Table, path: Path) -> None:
        self._columns = table.columns
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file, lineterminator="\r\n")  # RFC 4180
        self._rows.writerow([column.name for column in self._columns])

    def write(self, rows: Rows) -> None:
        """Adds rows."""
        for row in rows:
            self._rows.writerow([_in_csv(column, row[column.name]) for column in self._columns])

    def close(self) -> None:
        """Ends the file."""
        self._file.close()


def _in_csv(column: Column, cell: Cell) -> str:
    """A cell's text: ISO dates, times in UTC, numbers as short as they come back equal."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(str(cell)) if column.type is ColumnType.STRING else repr(cell)


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula; `unguarded` gives it back."""
    return GUARD + text if text.startswith((*_FORMULA, GUARD)) else text


def unguarded(cell: str) -> str:
    """The text of a cell."""
    return cell.removeprefix(GUARD)


def read_csv(table: Table, path: Path) -> pd.DataFrame:
    """A table that was written as CSV, with its types and its texts as they were."""
    raw = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""], encoding="utf-8")
    return pd.DataFrame({column.name: _read(column, raw[column.name]) for column in table.columns})


def _read(column: Column, cells: pd.Series[str]) -> pd.Series[str]:
    if column.type is ColumnType.STRING:
        return cells.map(unguarded, na_action="ignore").astype(column.type.value)
    if column.type is ColumnType.TIMESTAMP:
        return pd.to_datetime(cells, utc=True, format="ISO8601").astype(column.type.value)
    if column.type is ColumnType.BOOLEAN:
        return cells.map({"true": True, "false": False}).astype(column.type.value)
    return cells.astype(column.type.value)


FORMS: Mapping[str, type[ParquetFile] | type[CsvFile]] = {"parquet": ParquetFile, "csv": CsvFile}


@contextmanager
def opened_files(tables: Sequence[Table], form: str, out: Path) -> Iterator[dict[str, TableFile]]:
    """A file for each table, by its name; they take their names at the end, all or none."""
    drafts = {table.name: out / f".{secrets.token_hex(8)}.part" for table in tables}
    try:
        with ExitStack() as stack:
            files: dict[str, TableFile] = {}
            for table in tables:
                files[table.name] = FORMS[form](table, drafts[table.name])
                stack.callback(files[table.name].close)
            yield files
        for name, draft in drafts.items():
            draft.replace(out / f"{name}.{form}")
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
