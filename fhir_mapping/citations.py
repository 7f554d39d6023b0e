"""Which element of a resource stands where in the document: element ids, and the targets of its Provenance.

US Core describes the way ("Using Provenance To Target Resource Elements"): the element has an id, and
`Provenance.target` names it by the extension targetElement. Page and box are in an extension of ours, defined in
`fhir_mapping/structure_definitions/page-region.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from documents.pages import Box
from documents.records import Field, FieldStatus
from fhir_mapping.constants import Extension
from fhir_mapping.elements import Element

# Definitions of our extensions, as a package for validators.
STRUCTURE_DEFINITIONS = Path(__file__).parent / "structure_definitions"

# Members that cite nothing: they say what our record is.
_OURS = frozenset({"resourceType", "id", "meta", "reference"})


class Citation(NamedTuple):
    """An element and the fields that its own leaves carry; those of elements below it with ids of their own are not."""

    element: str
    fields: tuple[Field, ...]


def identified(resource: Element) -> Element:
    """The resource anew, with an id at each element that fields state.

    An element is the innermost object around the leaves, a concept with all its codings; of a primitive of the resource
    itself, its `_name`. Its id is its path, arrays counted from 1: `item-2.quantity`.
    """
    made: Element = {}
    for name, member in resource.items():
        made[name] = member if name in _OURS else _identified(member, name)
        if hasattr(member, "fields"):
            made[f"_{name}"] = {"id": name}
    return made


def _identified(value: Any, path: str) -> Any:
    if isinstance(value, list):
        many = len(value) > 1
        return [_identified(each, f"{path}-{at}" if many else path) for at, each in enumerate(value, start=1)]
    if not isinstance(value, dict):
        return value
    members = {
        name: _identified(member, f"{path}.{name}") if isinstance(member, dict | list) and name != "coding" else member
        for name, member in value.items()
    }
    return {"id": path, **members} if _own_fields(value) else members


def citations(resource: Element) -> Iterator[Citation]:
    """Yields the elements of a resource that have ids, with their fields."""
    for name, member in resource.items():
        if name in _OURS:
            continue
        if isinstance(member, dict | list):
            if not name.startswith("_"):
                yield from _citations(member)
        elif hasattr(member, "fields"):
            yield Citation(resource[f"_{name}"]["id"], member.fields)


def _citations(value: Element | list[Any]) -> Iterator[Citation]:
    if isinstance(value, dict) and "id" in value:
        yield Citation(value["id"], _once(_own_fields(value)))
    for name, member in value.items() if isinstance(value, dict) else (("", each) for each in value):
        if isinstance(member, dict | list) and name != "coding":
            yield from _citations(member)


def _own_fields(value: Element) -> list[Field]:
    found: list[Field] = []
    for name, member in value.items():
        if isinstance(member, list):
            for leaf in member:
                found += _own_fields(leaf) if name == "coding" else getattr(leaf, "fields", ())
        elif not isinstance(member, dict):
            found += getattr(member, "fields", ())
    return found


def _once(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple({id(field): field for field in fields}.values())


def targets(reference: str, cited: Iterable[Citation], deciding: tuple[Field, ...]) -> list[Element]:
    """The targets of a resource's Provenance: itself with the places of what decided, then its elements with theirs.

    Args:
        reference: to the resource.
        cited: its elements (`citations`).
        deciding: fields that no element of it shows.
    """
    whole = _regions(deciding)
    elements = [_target(reference, citation) for citation in cited]
    return [{"extension": whole, "reference": reference} if whole else {"reference": reference}, *elements]


def _target(reference: str, citation: Citation) -> Element:
    confidence = confidence_of(citation.fields)
    return {
        "extension": [
            {"url": Extension.TARGET_ELEMENT, "valueUri": citation.element},
            *_regions(citation.fields),
            *([] if confidence is None else [{"url": Extension.AI_CONFIDENCE, "valueDecimal": confidence}]),
        ],
        "reference": reference,
    }


def confidence_of(fields: tuple[Field, ...]) -> Decimal | None:
    """The least probability that one of the fields is right, 0..1; None where a person decided on one of them."""
    if not fields or any(field.status is FieldStatus.VERIFIED for field in fields):
        return None
    return _rounded(min(field.confidence for field in fields))


def _regions(fields: tuple[Field, ...]) -> list[Element]:
    """The places of fields on their pages, each once, in the order in which the fields state them."""
    found = {(e.page, box): None for field in fields for e in field.evidence for box in (e.boxes or (None,))}
    return [_region(page, box) for page, box in found]


@lru_cache(maxsize=4096)  # asked for twice: to cite a place, and to check the citation
def _region(page: int, box: Box | None) -> Element:
    parts: list[Element] = [{"url": "page", "valuePositiveInt": page}]
    for name in ("left", "top", "right", "bottom") if box is not None else ():
        parts.append({"url": name, "valueDecimal": _rounded(getattr(box, name))})
    return {"url": Extension.PAGE_REGION, "extension": parts}


def _rounded(part: float) -> Decimal:
    """A fraction with four digits; what a rounding error put outside the page is put on its edge.

    A page in ten thousand parts is finer than a fax: 8.5 inches at 200 dots an inch are 1,700 dots.
    """
    return Decimal(f"{min(max(part, 0.0), 1.0):.4f}")


def uncited(proof: Element) -> Element:
    """A Provenance without its id and what it cites; most of a bundle's are alike but for these."""
    sources = [{**each, "what": {"reference": each["what"]["reference"]}} for each in proof["entity"]]
    return {**proof, "id": "any", "target": [{"reference": "any"}], "entity": sources}


def pages_read(fields: Iterable[Field]) -> str | None:
    """The pages that prove fields, e.g. `pages 1, 3`; None where a person added them without a page."""
    pages = sorted({e.page for field in fields for e in field.evidence})
    if not pages:
        return None
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages))}"
