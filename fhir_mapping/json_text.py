"""JSON as FHIR wants it: a decimal is written with the digits it was printed with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def json_text(value: Any) -> str:
    """Compact JSON of objects, arrays, strings, booleans, integers and decimals.

    Raises:
        TypeError: another type, or a string with a lone surrogate.
    """
    return orjson.dumps(value, default=_digits).decode()


def _digits(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no place in a bundle")
