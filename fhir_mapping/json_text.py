"""JSON as FHIR wants it: a decimal is written with the digits it was printed with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def json_text(value: Any) -> str:
    """Compact JSON of objects, arrays, strings, booleans, integers of 64 bits and decimals.

    That a resource holds nothing else (`null`, a float) is the own check's to prove.

    Raises:
        TypeError: what JSON has no form for: bytes, a string with a lone surrogate, a decimal that is no number.
    """
    return orjson.dumps(value, default=_digits).decode()


def _digits(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no place in a bundle")
