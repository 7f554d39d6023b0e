"""Leaves of a resource that carry their proof: the fields that state them, and the table that a code was taken from.

A builder writes no bare string: a leaf is `Stated` (printed, or a part of what is printed), `Tabled` (a code that a
listed table gives for what is printed) or a constant of `fhir_mapping.constants`. The check of a finished bundle and
the element-level provenance both read the proof from the leaf itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Self

from documents.records import Field, FieldStatus

# White space that FHIR R4 does not count as such (`string`: `[ \r\n\t\S]+`): no-break and typographic spaces.
_OTHER_SPACE = re.compile(r"[^\S \r\n\t]")


class Stated(str):
    """A string that fields state: a field's value, a run of its words, or several values joined by a space.

    Spaces of other kinds become plain ones.

    Attributes:
        fields: that state it, in order.
    """

    __slots__ = ("fields",)
    fields: tuple[Field, ...]

    def __new__(cls, text: str, *fields: Field) -> Self:
        """Returns `text` with the fields that state it."""
        made = super().__new__(cls, text if text.isascii() else _OTHER_SPACE.sub(" ", text))
        made.fields = fields
        return made


class StatedDecimal(Decimal):
    """A number that a field states, with its printed digits.

    Attributes:
        fields: that state it.
    """

    __slots__ = ("fields",)
    fields: tuple[Field, ...]

    def __new__(cls, number: Decimal | int | str, *fields: Field) -> Self:
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


def quoted(field: Field) -> Stated:
    """The words that a value was read from, as printed; the value itself where there are none."""
    return Stated(" ".join(field.quote.split()) or field.value, field)


def worded(field: Field) -> Stated:
    """As printed; what a person confirmed or corrected, in the person's words."""
    return stated(field) if field.status is FieldStatus.VERIFIED else quoted(field)


def stated_together(*fields: Field) -> Stated:
    """The values of fields, one after the other."""
    return Stated(" ".join(field.value for field in fields), *fields)


def leaves(value: Any, path: str = "", name: str = "") -> Iterator[tuple[str, str, Any]]:
    """Each leaf of a JSON value with its path (without the places in arrays) and the name of its member.

    An empty object or array is a leaf too: there is no place for it in a bundle.
    """
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key, key)
    elif isinstance(value, list) and value:
        for member in value:
            yield from leaves(member, path, name)
    else:
        yield path, name, value
