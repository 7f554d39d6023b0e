"""Content keys and packed payloads: what is stored under a hash can be checked against it at any time."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping

# Level 1: pages compress about 6:1 at a third of the CPU of level 6, and the CPU per document is what is scarce.
_LEVEL = 1


def canonical_json(value: object) -> str:
    """Returns the one JSON text of a value: sorted keys, no spaces, plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def content_key(*parts: str | int | Mapping[str, str] | None) -> str:
    """Returns the SHA-256 (hex) of the parts, in which no two different lists of parts look alike.

    A stage's key is made of its input's keys and of the versions of everything that shaped its result.
    """
    plain = [dict(part) if isinstance(part, Mapping) else part for part in parts]
    return hashlib.sha256(canonical_json(plain).encode()).hexdigest()


def pack(payload: bytes) -> bytes:
    """Compresses a payload."""
    return zlib.compress(payload, _LEVEL)


def unpack(packed: bytes) -> bytes:
    """Decompresses a payload.

    Raises:
        ValueError: the bytes are damaged.
    """
    try:
        return zlib.decompress(packed)
    except zlib.error:
        raise ValueError("a packed payload is damaged") from None


def digest(packed: bytes, *parts: str | int | None) -> str:
    """Returns the SHA-256 (hex) over a packed payload and the columns that give it its meaning."""
    hashed = hashlib.sha256(canonical_json(list(parts)).encode())
    hashed.update(b"\0")
    hashed.update(packed)
    return hashed.hexdigest()
