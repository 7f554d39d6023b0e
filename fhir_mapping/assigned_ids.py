"""Transactions for servers that name resources themselves: created on condition, found again by a tag of ours.

Each resource is tagged with the id that it has with us. Every type can be searched by tag, a Provenance too, which has
no identifier in R4, and a tag is no part of what a resource says (FHIR R4, Resource.meta). What a server does not
have is created with `ifNoneExist`, so that a repeat creates nothing; what it has is written at the server's own id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fhir_mapping.constants import System
from fhir_mapping.elements import Element
from fhir_mapping.identity import full_url, resource_id
from fhir_mapping.json_text import json_text
from fhir_mapping.transaction import Held, ResourceKey, answered, is_same, put, referring, version_of


def searches(keys: Collection[ResourceKey]) -> str:
    """The batch that asks a server for resources by their tags."""
    entries = [{"request": {"method": "GET", "url": f"{key.type}?{_condition(key)}"}} for key in keys]
    return json_text({"resourceType": "Bundle", "type": "batch", "entry": entries})


def _condition(key: ResourceKey) -> str:
    return f"_tag={System.URI}%7C{full_url(key.id)}"


def matched(answer: Element, keys: Collection[ResourceKey]) -> dict[ResourceKey, Held]:
    """What a server holds of what `searches` asked for, under ids of its own.

    Raises:
        ValueError: the answer leaves one open, or names a resource that does not bear the tag: a server that does not
            know the parameter and ignores it would have us overwrite what is not ours.
    """
    return answered(answer, keys, _match)


def _match(entry: Any, key: ResourceKey) -> Held | None:
    response, found = _object(_object(entry).get("response")), _object(_object(entry).get("resource"))
    entries = found.get("entry", [])
    if not str(response.get("status", "")).startswith("2") or found.get("resourceType") != "Bundle":
        raise ValueError("a search was not answered")
    if not isinstance(entries, list) or len(entries) > 1:
        raise ValueError("several resources bear one tag")
    if not entries:
        return None
    resource = _object(_object(entries[0]).get("resource"))
    tags = _object(resource.get("meta")).get("tag")
    if resource.get("resourceType") != key.type or not isinstance(resource.get("id"), str):
        raise ValueError("a search was answered with something else")
    if not isinstance(tags, list) or not any(_is_tag(tag, key) for tag in tags):
        raise ValueError("a search was answered with something else")
    return Held(resource, version_of(resource))


def _is_tag(tag: Any, key: ResourceKey) -> bool:
    return (_object(tag).get("system"), _object(tag).get("code")) == (System.URI, full_url(key.id))


def assigned(
    wanted: Mapping[ResourceKey, Element],
    found: Mapping[ResourceKey, Held],
    *,
    dropped: Collection[ResourceKey] = (),
) -> str | None:
    """The transaction after which the server holds what is wanted and nothing of what was dropped; None: it does.

    Args:
        wanted: the record's resources now, under our ids.
        found: of these and the dropped ones, what the server holds.
        dropped: what an earlier publication of the record had.
    """
    entries = [
        *({"request": {"method": "DELETE", "url": _url(found[key])}} for key in sorted(dropped) if key in found),
        *_writes(wanted, found),
    ]
    return json_text({"resourceType": "Bundle", "type": "transaction", "entry": entries}) if entries else None


def _writes(wanted: Mapping[ResourceKey, Element], found: Mapping[ResourceKey, Held]) -> Iterator[Element]:
    urls = {key.url: _url(found[key]) if key in found else _place(key) for key in wanted}
    for key, resource in wanted.items():
        ours, there = referring(resource, urls), found.get(key)
        if there is None:
            bare = {name: member for name, member in ours.items() if name != "id"}
            request = {"method": "POST", "url": key.type, "ifNoneExist": _condition(key)}
            yield {"fullUrl": _place(key), "resource": _tagged(bare, key), "request": request}
            continue
        ours["id"] = there.resource["id"]
        if not is_same(ours, there.resource):
            yield {"resource": _tagged(ours, key), "request": put(_url(there), there)}


def _place(key: ResourceKey) -> str:
    """The fullUrl of what is to be created: some servers replace every string that equals it, in a tag too."""
    return full_url(resource_id(key.id, key.type, "place"))


def _url(there: Held) -> str:
    return f"{there.resource['resourceType']}/{there.resource['id']}"


def _tagged(resource: Element, key: ResourceKey) -> Element:
    meta = resource.get("meta", {})
    tag = {"system": System.URI, "code": full_url(key.id)}
    return {**resource, "meta": {**meta, "tag": [*meta.get("tag", []), tag]}}


def _object(value: Any) -> Element:
    return value if isinstance(value, dict) else {}
