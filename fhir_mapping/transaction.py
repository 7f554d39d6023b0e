"""A published bundle as the transaction that makes a FHIR server hold it: what is missing or differs there, no more.

Every resource belongs to one record and is written to its own id, which follows from the record; none is shared with
other records or with the server's own (docs/delivery.md says why). So a transaction can be repeated: what the server
holds already is not written again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from fhir_mapping.elements import Element
from fhir_mapping.json_text import json_text

# What a server writes into a resource by itself (FHIR R4, Resource.meta).
_SERVER_META = ("versionId", "lastUpdated", "source")


class ResourceKey(NamedTuple):
    """Where a resource is at a server."""

    type: str
    id: str

    @property
    def url(self) -> str:
        """Relative to the server's base."""
        return f"{self.type}/{self.id}"


class Held(NamedTuple):
    """A resource as a server holds it, with the version that an update must find; None where the server has none."""

    resource: Element
    version: str | None


def parsed(text: str) -> Any:
    """JSON with numbers as printed.

    Raises:
        ValueError: it is none, nested too deeply, or holds a number beyond all measure.
    """
    try:
        return json.loads(text, parse_float=Decimal)
    except (RecursionError, ArithmeticError):
        raise ValueError("nested too deeply, or a number beyond all measure") from None


def resources(bundle: str) -> dict[ResourceKey, Element]:
    """The resources of a bundle of ours as a server holds them: a reference among them names type and id."""
    entries = parsed(bundle).get("entry", ())
    urls = {e["fullUrl"]: f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in entries}
    found = (referring(entry["resource"], urls) for entry in entries)
    return {ResourceKey(each["resourceType"], each["id"]): each for each in found}


def referring(value: Any, urls: Mapping[str, str]) -> Any:
    """A resource, or a part of one, with other references in place of those that are listed."""
    if isinstance(value, list):
        return [referring(each, urls) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: urls.get(member, member) if name == "reference" and isinstance(member, str) else referring(member, urls)
        for name, member in value.items()
    }


def reads(keys: Collection[ResourceKey]) -> str:
    """The batch that asks a server for resources."""
    entries = [{"request": {"method": "GET", "url": key.url}} for key in keys]
    return json_text({"resourceType": "Bundle", "type": "batch", "entry": entries})


def held(answer: Element, keys: Collection[ResourceKey]) -> dict[ResourceKey, Held]:
    """What a server holds of what `reads` asked for.

    Raises:
        ValueError: the answer leaves one open.
    """
    return answered(answer, keys, _held)


def answered(
    answer: Element, keys: Collection[ResourceKey], read: Callable[[Any, ResourceKey], Held | None]
) -> dict[ResourceKey, Held]:
    """What each entry of a batch's answer says of the key that it was asked for; the arguments are `read`'s.

    Raises:
        ValueError: the answer leaves one open.
    """
    entries = answer.get("entry", [])
    if not isinstance(entries, list) or len(entries) != len(keys):
        raise ValueError("not an answer for each read")
    found = ((key, read(entry, key)) for key, entry in zip(keys, entries, strict=True))
    return {key: each for key, each in found if each is not None}


def _held(entry: Any, key: ResourceKey) -> Held | None:
    response = entry.get("response", {}) if isinstance(entry, dict) else {}
    status = str(response.get("status", ""))[:3]
    if status in {"404", "410"}:
        return None
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not status.startswith("2") or not isinstance(resource, dict) or not _is_at(resource, key):
        raise ValueError("a read was not answered")
    return Held(resource, version_of(resource))


def version_of(resource: Element) -> str | None:
    """The version that a server says it holds; None where it says none."""
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return version if isinstance(version, str) else None


def _is_at(resource: Element, key: ResourceKey) -> bool:
    return (resource.get("resourceType"), resource.get("id")) == key


def transaction(
    wanted: Mapping[ResourceKey, Element],
    found: Mapping[ResourceKey, Held],
    *,
    base: str,
    dropped: Collection[ResourceKey] = (),
) -> str | None:
    """The transaction after which the server holds what is wanted and nothing of what was dropped; None: it does.

    Args:
        wanted: the record's resources now.
        found: of these and the dropped ones, what the server holds.
        base: of the server; a fullUrl there names the place where a resource will be.
        dropped: what an earlier publication of the record had.
    """
    entries = [
        *({"request": {"method": "DELETE", "url": key.url}} for key in sorted(dropped) if key in found),
        *_updates(wanted, found, base.rstrip("/")),
    ]
    return json_text({"resourceType": "Bundle", "type": "transaction", "entry": entries}) if entries else None


def _updates(wanted: Mapping[ResourceKey, Element], found: Mapping[ResourceKey, Held], base: str) -> Iterator[Element]:
    for key, resource in wanted.items():
        there = found.get(key)
        if there is not None and is_same(resource, there.resource):
            continue
        yield {"fullUrl": f"{base}/{key.url}", "resource": resource, "request": put(key.url, there)}


def put(url: str, there: Held | None) -> Element:
    """The request that writes a resource."""
    if there is None or there.version is None:
        return {"method": "PUT", "url": url}
    # Whoever changed it since it was read is not overwritten: the server answers 412, and it is read again.
    return {"method": "PUT", "url": url, "ifMatch": f'W/"{there.version}"'}


def is_same(ours: Element, theirs: Element) -> bool:
    """Whether a server's resource says what ours says; what a server adds by itself does not count."""
    return _plain(ours, ours) == _plain(theirs, ours)


def _plain(resource: Element, ours: Element) -> Element:
    """A resource without what servers write: version and time, tags, and a narrative where ours has none."""
    plain = {name: member for name, member in resource.items() if name in ours or name not in ("meta", "text")}
    meta = plain.pop("meta", None)
    if isinstance(meta, dict):
        kept = ours.get("meta", {})
        plain["meta"] = {name: meta[name] for name in kept if name in meta and name not in _SERVER_META}
    return plain
