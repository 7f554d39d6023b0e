"""JSON as FHIR wants it: a decimal is written with the digits it was printed with."""

from __future__ import annotations

from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any


def json_text(value: Any) -> str:
    """Compact JSON of objects, arrays, strings, booleans, integers and decimals.

    Raises:
        TypeError: another type, a float or None among them: neither has a place in a bundle of ours.
    """
    match value:
        case str():
            return encode_basestring(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case dict():
            members = (f"{encode_basestring(name)}:{json_text(member)}" for name, member in value.items())
            return f"{{{','.join(members)}}}"
        case list():
            return f"[{','.join(map(json_text, value))}]"
    raise TypeError(f"{type(value).__name__} has no place in a bundle")
