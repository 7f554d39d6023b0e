"""What a table of the export is made of, as data: the writers, the documentation and its tests read it from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Cell = str | int | float | bool | date | datetime | None


class ColumnType(StrEnum):
    """A column's pandas dtype; all of them hold missing values as missing."""

    STRING = "string"
    INTEGER = "Int64"
    FLOAT = "Float64"
    BOOLEAN = "boolean"
    TIMESTAMP = "datetime64[ns, UTC]"
    DATE = "date32[day][pyarrow]"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is written.

    Attributes:
        name: unique in its table.
        type: see ColumnType.
        description: what it holds, for docs/tables.md.
        source: the path of the record that it is taken from, or what else it is taken from.
    """

    name: str
    type: ColumnType
    description: str
    source: str


@dataclass(frozen=True, slots=True)
class ValueColumns:
    """A value of a record and what proves it: the value, what is printed, how sure it is, and its fate.

    Attributes:
        path: of the record's field.
        name: of the first column; the others begin with it.
        type: what the value is written as.
        description: what the value is.
        between: of a value that may be stated more than once, what the usable ones are joined by; else empty.
    """

    path: str
    name: str
    type: ColumnType
    description: str
    between: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The four columns."""
        return (
            Column(self.name, self.type, self.description, self.path),
            Column(f"{self.name}_text", ColumnType.STRING, f"`{self.name}` as read from the page", self.path),
            Column(f"{self.name}_confidence", ColumnType.FLOAT, f"how sure `{self.name}` is, 0 to 1", self.path),
            Column(f"{self.name}_status", ColumnType.STRING, f"what became of `{self.name}`", self.path),
        )


@dataclass(frozen=True, slots=True)
class DerivedColumn:
    """A column of text that follows from a usable value by a listed rule.

    Attributes:
        path: of the record's field.
        name: of the column.
        description: what it holds.
        rule: its name in `flows.tabular.rules`.
    """

    path: str
    name: str
    description: str
    rule: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """The one column."""
        return (Column(self.name, ColumnType.STRING, self.description, self.path),)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the export.

    Attributes:
        name: of the file.
        description: one sentence: what a row is.
        context: the columns that say where a row comes from, in front.
        values: the columns behind them.
        entity: the repeated part of a record that a row stands for; empty for other tables.
        named_by: paths any of which must be usable for a row to be there; empty: a row is there in any case.
    """

    name: str
    description: str
    context: tuple[Column, ...]
    values: tuple[ValueColumns | DerivedColumn, ...] = ()
    entity: str = ""
    named_by: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in order."""
        return (*self.context, *flat(self.values))


def flat(values: Sequence[ValueColumns | DerivedColumn]) -> Iterator[Column]:
    """The columns of values, in order."""
    for value in values:
        yield from value.columns
