"""Leaves of a resource that carry their proof: the fields that state them, and the table that a code was taken from.

A builder writes no bare string: a leaf is `Stated` (printed, or a part of what is printed), `Tabled` (a code that a
listed table gives for what is printed) or a constant of `fhir_mapping.constants`. The check of a finished bundle and
the element-level provenance both read the proof from the leaf itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from documents.records import Field


class Stated(str):
    """A string that fields state: a field's value, a run of its words, or several values joined by a space.

    Attributes:
        fields: that state it, in order.
    """

    __slots__ = ("fields",)
    fields: tuple[Field, ...]

    def __new__(cls, text: str, *fields: Field) -> Self:
        """Returns `text` with the fields that state it."""
        made = super().__new__(cls, text)
        made.fields = fields
        return made


class StatedDecimal(Decimal):
    """A number that a field states, with its printed digits.

    Attributes:
        fields: that state it.
    """

    __slots__ = ("fields",)
    fields: tuple[Field, ...]

    def __new__(cls, number: Decimal | str, *fields: Field) -> Self:
        """Returns `number` with the fields that state it."""
        made = super().__new__(cls, number)
        made.fields = fields
        return made


class Tabled(str):
    """A code that a listed table gives for a printed value.

    Attributes:
        fields: the one whose value was looked up.
        table: its name in `fhir_mapping.tables`.
    """

    __slots__ = ("fields", "table")
    fields: tuple[Field, ...]
    table: str

    def __new__(cls, code: str, field: Field, table: str) -> Self:
        """Returns `code` as the entry of `table` for the field's value."""
        made = super().__new__(cls, code)
        made.fields = (field,)
        made.table = table
        return made


def stated(field: Field) -> Stated:
    """A field's value."""
    return Stated(field.value, field)


def stated_together(*fields: Field) -> Stated:
    """The values of fields, one after the other."""
    return Stated(" ".join(field.value for field in fields), *fields)
