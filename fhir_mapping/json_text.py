"""JSON as FHIR wants it: a decimal is written with the digits it was printed with."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any


def json_text(value: Any) -> str:
    """Compact JSON of objects, arrays, strings, booleans, integers and decimals.

    Raises:
        TypeError: another type, a float or None among them: neither has a place in a bundle of ours.
    """
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def _write(value: Any, out: Callable[[str], None]) -> None:
    if isinstance(value, str):
        out(encode_basestring(value))
    elif isinstance(value, dict):
        before = "{"
        for name, member in value.items():
            if isinstance(member, str):  # most members are, and most of the time goes here
                out(f"{before}{_name(name)}:{encode_basestring(member)}")
            else:
                out(f"{before}{_name(name)}:")
                _write(member, out)
            before = ","
        out("}" if value else "{}")
    elif isinstance(value, list):
        before = "["
        for member in value:
            out(before)
            _write(member, out)
            before = ","
        out("]" if value else "[]")
    elif isinstance(value, bool):
        out("true" if value else "false")
    elif isinstance(value, int | Decimal):
        out(str(value) if isinstance(value, int) else format(value, "f"))
    else:
        raise TypeError(f"{type(value).__name__} has no place in a bundle")


@lru_cache(maxsize=4096)
def _name(name: str) -> str:
    return encode_basestring(name)
