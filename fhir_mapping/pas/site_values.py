"""A site's reviewed table: which X12 code its requests carry, by line and payer, and who answers for each row."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from documents.value import Value
from validation.entered_paths import ENTERED

_BY_PATH = {entered.path: entered for entered in ENTERED}


class LineKind(StrEnum):
    """What a line asks for."""

    SERVICE = "service"
    DEVICE = "device"
    DRUG = "drug"


class Line(Value):
    """A requested service, device or drug, as a row of the table knows it.

    Attributes:
        kind: see there.
        code: of the service or drug, empty while it is not known.
        group: that its fields carry, if any.
        payer: the payer's name as printed, empty while it is not known.
    """

    kind: LineKind
    code: str = ""
    group: str | None = None
    payer: str = ""


class SiteRow(Value):
    """A value that requests of this site carry, and for which of them.

    Attributes:
        id: of the row, for provenance.
        path: one of `validation.entered_paths.ENTERED`.
        value: that it gives.
        kind, codes, payer: which lines it is for; what is left out holds for all.
        reviewed_by, reviewed_on: the person who answers for it.
    """

    id: str
    path: str
    value: str
    kind: LineKind | None = None
    codes: tuple[str, ...] = ()
    payer: str | None = None
    reviewed_by: str
    reviewed_on: date

    @model_validator(mode="after")
    def _answered_for(self) -> Self:
        entered = _BY_PATH.get(self.path)
        if entered is None or not entered.from_site:
            raise ValueError("a site's table gives no such field")
        if not entered.per_line and (self.kind or self.codes):
            raise ValueError("the field is one for all lines")
        if entered.shape.fullmatch(self.value) is None:
            raise ValueError(f"the value is not {entered.asks}")
        if not self.id.strip() or not self.reviewed_by.strip():
            raise ValueError("a row has an id and a reviewer")
        return self

    @property
    def named(self) -> int:
        """How many conditions it names: of two rows that fit, the one that names more is meant."""
        return (self.kind is not None) + bool(self.codes) + (self.payer is not None)

    def fits(self, path: str, line: Line) -> bool:
        """Whether it is for this field of this line."""
        return (
            self.path == path
            and self.kind in (None, line.kind)
            and (not self.codes or line.code in self.codes)
            and (self.payer is None or _plain(self.payer) == _plain(line.payer))
        )


class SiteValues(Value):
    """The table."""

    rows: tuple[SiteRow, ...] = ()

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({row.id for row in self.rows}) != len(self.rows):
            raise ValueError("two rows have the same id")
        return self

    def row(self, path: str, line: Line) -> SiteRow | None:
        """The row that a line's field comes from; None where none fits, or where rows contradict each other."""
        fitting = [row for row in self.rows if row.fits(path, line)]
        closest = [row for row in fitting if row.named == max(r.named for r in fitting)]
        return closest[0] if len({row.value for row in closest}) == 1 else None

    def lookup(self, path: str, line: Line) -> str | None:
        """The value of that row."""
        found = self.row(path, line)
        return None if found is None else found.value


class FromSite(str):
    """A leaf that a row of the site's table gave.

    Attributes:
        row: that gave it.
    """

    __slots__ = ("row",)
    row: SiteRow

    def __new__(cls, row: SiteRow) -> Self:
        """Returns the row's value."""
        made = super().__new__(cls, row.value)
        made.row = row
        return made


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
