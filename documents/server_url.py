"""A server's address as a site sets it: each run keeps it, so that nothing secret may stand in it."""

from __future__ import annotations

from urllib.parse import urlsplit


def server_url(given: str, *, instead: str) -> str:
    """The address, if a server can have it.

    Args:
        given: as it is set.
        instead: where a key or credentials belong, for whoever wrote them into the address.

    Raises:
        ValueError: it is no URL of http or https, or holds a user, query or fragment.
    """
    try:
        parts = urlsplit(given)
    except ValueError:
        raise ValueError("not a URL") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not a URL of http or https")
    if "@" in parts.netloc or "?" in given or "#" in given:
        raise ValueError(f"holds a user, query or fragment; {instead}")
    return given
