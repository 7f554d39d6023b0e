"""A site's reviewed table: which X12 code its requests carry, by line and payer, and who answers for each row."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from documents.value import Value
from validation.entered_paths import ENTERED

# CPT and HCPCS codes: five characters, so that an NDC with its hyphens is no range.
_CODE = re.compile("[0-9A-Z]{5}")
_RANGE = re.compile("[0-9A-Z]{5}-[0-9A-Z]{5}")
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
        place, urgency: of the request, as its fields state them; empty while they are not known.
    """

    kind: LineKind
    code: str = ""
    group: str | None = None
    payer: str = ""
    place: str = ""
    urgency: str = ""


class SiteRow(Value):
    """A value that requests of this site carry, and for which of them.

    Attributes:
        id: of the row, for provenance.
        path: one of `validation.entered_paths.ENTERED`.
        value: that it gives.
        kind, codes, payer, places, urgency: which lines it is for; what is left out holds for all. A code may be a
            range of codes, `97110-97546`.
        reviewed_by, reviewed_on: the person who answers for it.
    """

    id: str
    path: str
    value: str
    kind: LineKind | None = None
    codes: tuple[str, ...] = ()
    payer: str | None = None
    places: tuple[str, ...] = ()
    urgency: str | None = None
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
        conditions = (self.kind, self.codes, self.payer, self.places, self.urgency)
        return sum(bool(condition) for condition in conditions)

    def fits(self, path: str, line: Line) -> bool:
        """Whether it is for this field of this line."""
        return (
            self.path == path
            and self.kind in (None, line.kind)
            and (not self.codes or any(_covers(codes, line.code) for codes in self.codes))
            and (not self.places or line.place in self.places)
            and self.urgency in (None, line.urgency)
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


def _covers(codes: str, code: str) -> bool:
    """Whether a code, or a range of codes of the same letters and length, holds a line's code."""
    first, _, last = codes.partition("-")
    if not _RANGE.fullmatch(codes) or not _CODE.fullmatch(code):
        return code == codes
    shapes = {tuple("#" if c.isdigit() else c for c in each) for each in (first, last, code)}
    return len(shapes) == 1 and first <= code <= last
