"""Writes docs/tables.md from the declaration of the tables: `python -m flows.tabular.dictionary docs/tables.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from flows.tabular.columns import Column, Table
from flows.tabular.schema import LEFT_OUT, TABLES

# What holds of all tables.
_HEAD = Path(__file__).with_name("tables_head.md")


def page() -> str:
    """The page, with a section for each table."""
    left_out = ", ".join(f"`{path}*`" if path.endswith(".") else f"`{path}`" for path in LEFT_OUT)
    return "\n".join(
        [
            _HEAD.read_text(encoding="utf-8"),
            f"Values in no table: {left_out}.\n",
            *(line for table in TABLES for line in _section(table)),
        ]
    )


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n\n{table.description}\n\n| column | type | what it holds | from |\n|---|---|---|---|"
    yield from (_row(column) for column in table.columns)
    yield ""


def _row(column: Column) -> str:
    return f"| `{column.name}` | {column.type.value} | {column.description} | {column.source} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
