"""The site's table of what its PAS requests carry: a YAML file whose rows a person has reviewed, or nothing at all."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import Field, ValidationError, model_validator

from documents.errors import Fax2FhirError
from documents.value import Value
from flows.settings import Settings
from validation.packs.yaml_lines import YamlTextError, read_yaml

if TYPE_CHECKING:
    from fhir_mapping.pas.site_values import SiteRow, SiteValues

_LARGEST = 1_000_000  # bytes, as for packs


class SiteTableError(Fax2FhirError):
    """The site's table of PAS values is broken; the message names its line or row."""

    code = "SITE_TABLE_REFUSED"
    remedy = "Correct the file that FAX2FHIR_PAS_SITE_VALUES names; docs/pas.md says what a row holds."
    exit_code = 2


class Effective(Value):
    """The days on which a row holds, both included; no end means until further notice."""

    since: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("it ends before it begins")
        return self


class TableRow(Value):
    """A row as a site writes it.

    Attributes:
        id: of the row, for provenance.
        reason: why its values are right.
        values: by path of what is entered.
        document_type, kind, codes, payer, places, urgency: which requests and lines it is for; what is left out
            holds for all.
        reviewed_by, reviewed_on: the person who answers for it; without them it is not used.
        effective: the days on which it is.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,60}$")
    reason: str = Field(min_length=1)
    values: dict[str, str] = Field(min_length=1)
    document_type: str = "prior_auth_request"
    kind: str | None = None
    codes: tuple[str, ...] = ()
    payer: str | None = None
    places: tuple[str, ...] = ()
    urgency: str | None = None
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    effective: Effective

    def holds_on(self, day: date) -> bool:
        """Whether a person has reviewed it by a day that is one of its own."""
        reviewed = bool(self.reviewed_by) and self.reviewed_on is not None and self.reviewed_on <= day
        return (
            reviewed and self.effective.since <= day and (self.effective.until is None or day <= self.effective.until)
        )

    def site_rows(self) -> list[SiteRow]:
        """Its values, a row each.

        Raises:
            ValidationError: one is not what its path asks for.
        """
        from fhir_mapping.pas.site_values import SiteRow

        conditions = self.model_dump(include={"kind", "codes", "payer", "places", "urgency"})
        # A row that nobody reviewed is checked like any other, and never used.
        reviewed = {"reviewed_by": self.reviewed_by or "nobody", "reviewed_on": self.reviewed_on or date.min}
        return [
            SiteRow.model_validate({**conditions, **reviewed, "id": f"{self.id}/{path}", "path": path, "value": value})
            for path, value in self.values.items()
        ]


class Table(Value):
    """The file."""

    rows: tuple[TableRow, ...]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({row.id for row in self.rows}) != len(self.rows):
            raise ValueError("two rows have the same id")
        return self


def loaded_site_values(settings: Settings, document_type: str, *, today: date) -> SiteValues | None:
    """The rows that hold today for a type of document; None where the installation has no table.

    Raises:
        SiteTableError: the file cannot be read, or a row is not as docs/pas.md says.
    """
    if settings.pas_site_values is None:
        return None
    from fhir_mapping.pas.site_values import SiteValues

    rows = _table(settings.pas_site_values).rows
    holding = (row for row in rows if row.document_type == document_type and row.holds_on(today))
    return SiteValues(rows=tuple(made for row in holding for made in row.site_rows()))


@cache
def _table(path: Path) -> Table:
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST:
            raise SiteTableError(f"the table is larger than {_LARGEST} bytes")
        value, lines = read_yaml(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SiteTableError(f"the table cannot be read: {type(error).__name__}") from None
    except YamlTextError as fault:
        raise SiteTableError(f"line {fault.line}: {fault.what}") from None
    try:
        table = Table.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise SiteTableError(f"line {lines.of(tuple(first['loc']))}: {_what(error)}") from None
    for at, row in enumerate(table.rows):
        try:
            row.site_rows()
        except ValidationError as error:
            raise SiteTableError(f"line {lines.of(('rows', at))}: {_what(error)}") from None
    return table


def _what(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    at = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return f"{at}: {what}" if at else what
