"""Codes as packs list them: one code, everything below it (`M54.-`), or a range (`72141-72158`)."""

from __future__ import annotations

from collections.abc import Iterable

_ONE = r"[A-Z0-9]{3,5}(?:\.[A-Z0-9]{0,4})?"
CODE_LIST_PATTERN = rf"^{_ONE}(?:-(?:{_ONE})?)?$"


def covers(listed: Iterable[str], code: str) -> bool:
    """Whether a code is among the listed ones."""
    bare = _bare(code)
    return any(_covers(entry, bare) for entry in listed)


def _covers(entry: str, bare: str) -> bool:
    low, dash, high = entry.partition("-")
    first, last = _bare(low), _bare(high)
    if not dash:
        return bare == first
    if not last:
        return bare.startswith(first)
    return len(bare) >= len(first) and first <= bare and bare[: len(last)] <= last


def _bare(code: str) -> str:
    return code.replace(".", "").strip().upper()
