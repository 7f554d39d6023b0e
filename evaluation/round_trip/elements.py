"""A resource as its elements: path without indices and value, the same for any resource whoever wrote it.

What FHIR may write in several ways is one element here: a value as quantity, string or concept; a day or the start of a
period; a name's parts or its text. References become the name of what they refer to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.round_trip.packages import Resource
from evaluation.round_trip.plainly import plainly

# The number on a member's card, under either of its names.
_ALSO = {"Coverage.identifier.MB": "Coverage.memberId", "Coverage.subscriberId": "Coverage.memberId"}
FORMER = "(former)"
_BOOKKEEPING = frozenset({"resourceType", "id", "meta", "text", "contained", "language", "implicitRules"})
_NPI = "http://hl7.org/fhir/sid/us-npi"
_ABSENT = ("data-absent-reason", "v3-NullFlavor")
# Choices of type (`value[x]`, ...) by the element that they all are.
_CHOICES = re.compile(
    r"^(value|effective|occurrence|serviced|medication|code|onset|performed|location|timing|quantity)"
    r"(Quantity|String|CodeableConcept|DateTime|Period|Date|Integer|Boolean|Reference|Instant)$"
)


@dataclass(frozen=True, slots=True)
class Element:
    """One statement of a resource, e.g. `Patient.birthDate` `1950-03-04`."""

    path: str
    value: str


def elements_of(resource: Resource, names: Mapping[str, str]) -> list[Element]:
    """The elements of a resource, each once.

    Args:
        resource: JSON.
        names: what references refer to, by reference; see `names_of`.
    """
    kind = str(resource["resourceType"])
    local = {f"#{each['id']}": called(each, {}) for each in resource.get("contained", ())}
    walk = _Walk({**names, **local})
    found = [
        Element(_ALSO.get(p, p), value) for p, value in walk.members(plainly(resource), kind, skipped=_BOOKKEEPING)
    ]
    return list(dict.fromkeys(found))


def names_of(resources: Iterable[Resource]) -> dict[str, str]:
    """What each resource is called, by `Type/id` and by the id's urn."""
    held = list(resources)
    names: dict[str, str] = {}
    for _ in range(2):  # a role is called like its clinician, whoever of the two comes first
        for each in held:
            if "id" in each:
                name = called(each, names)
                names |= {f"{each['resourceType']}/{each['id']}": name, f"urn:uuid:{each['id']}": name}
    return {reference: name for reference, name in names.items() if name}


def called(resource: Resource, names: Mapping[str, str]) -> str:
    """A resource's name for people; empty if it has none."""
    match resource.get("resourceType"):
        case "Organization" | "Location":
            return str(resource.get("name", ""))
        case "Patient" | "Practitioner" | "RelatedPerson":
            return person_name(current(resource.get("name", ())))
        case "PractitionerRole":
            return names.get(str(resource.get("practitioner", {}).get("reference")), "")
        case "Condition" | "Medication" | "Observation":
            return wording(resource.get("code", {}))
    return ""


def current(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The name or address that holds now: the first that is not a former one."""
    return next((each for each in entries if not _is_former(each)), {})


def person_name(name: Mapping[str, Any]) -> str:
    """A HumanName in one line."""
    return " ".join([*name.get("given", ()), name["family"]]) if "family" in name else str(name.get("text", ""))


def address_line(address: Mapping[str, Any]) -> str:
    """An Address in one line."""
    if not any(part in address for part in ("line", "city")):
        return str(address.get("text", ""))
    region = " ".join(address[part] for part in ("state", "postalCode") if part in address)
    return ", ".join([*address.get("line", ()), *([address["city"]] if "city" in address else []), region]).rstrip(", ")


def wording(concept: Mapping[str, Any]) -> str:
    """A CodeableConcept in words: its text, or else what its first code is called; empty if neither."""
    return str(concept.get("text") or next((c["display"] for c in concept.get("coding", ()) if "display" in c), ""))


def _is_former(entry: Mapping[str, Any]) -> bool:
    return entry.get("use") == "old" or "end" in entry.get("period", {})


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the members of a resource."""

    names: Mapping[str, str]

    def members(
        self, holder: Mapping[str, Any], path: str, *, skipped: frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, str]]:
        for name, value in holder.items():
            if name not in skipped and not name.startswith("_"):
                choice = _CHOICES.match(name)
                yield from self.of(value, f"{path}.{choice[1] if choice else name}")

    def of(self, value: Any, path: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, list):
            for each in value:
                yield from self.of(each, path)
        elif isinstance(value, dict):  # an element's id only lets provenance point at it
            yield from self._of_object({name: each for name, each in value.items() if name != "id"}, path)
        elif isinstance(value, bool):
            yield path, str(value).lower()
        elif value is not None:
            yield path, str(value)

    def _of_object(self, value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
        leaf = path.rpartition(".")[2]
        if leaf in ("name", "address") and _is_former(value):
            yield f"{path}{FORMER}", person_name(value) or address_line(value)
        elif leaf in _BY_NAME:
            yield from _BY_NAME[leaf](value, path)
        elif leaf == "extension":
            yield from self._extension(value, path.removesuffix(".extension"))
        elif leaf == "dosageInstruction":
            yield from self.members(value, path)
        elif "reference" in value or set(value) <= {"display", "type", "identifier"}:
            name = self.names.get(str(value.get("reference"))) or value.get("display")
            yield (path, name) if name else (f"{path}.reference", str(value.get("reference", "")))
        else:
            yield from self._by_shape(value, path)

    def _by_shape(self, value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
        """Data types known by their members, where the name of the element does not tell."""
        if set(value) <= {"start", "end", "extension"}:
            yield from ((path + suffix, value[end]) for end, suffix in (("start", ""), ("end", ".end")) if end in value)
        elif _is_measure(value, path):
            yield path, _amount(value)
        elif "coding" in value or ("text" in value and set(value) <= {"text", "extension"}):
            yield from self._concept(value, path)
        elif {"system", "code"} <= set(value):
            yield from self._concept({"coding": [value]}, path)
        else:
            yield from self.members(value, path)

    def _concept(self, value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
        codings = [c for c in value.get("coding", ()) if not str(c.get("system")).endswith(_ABSENT)]
        for coding in codings:
            if "code" in coding:
                yield f"{path}.coding", f"{coding.get('system', '')}|{coding['code']}"
        words = str(value.get("text") or next((c["display"] for c in codings if "display" in c), ""))
        if words:
            yield path, words

    def _extension(self, value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
        name = str(value.get("url", "")).rpartition("/")[2]
        if name not in _ABSENT:
            rest = {key: each for key, each in value.items() if key != "url"}
            yield from ((f"{path}({name}){p}", v) for p, v in self.members(rest, ""))


def _is_measure(value: Mapping[str, Any], path: str) -> bool:
    if "value" not in value or isinstance(value["value"], dict):
        return False
    return "unit" in value or "code" in value or path.lower().endswith("quantity")


def _amount(value: Mapping[str, Any]) -> str:
    number = f"{value.get('comparator', '')}{value.get('value', '')}"
    return f"{number} {value.get('unit') or value.get('code') or ''}".strip()


def _name(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    if "family" not in value and "given" not in value:
        if "text" in value:
            yield f"{path}.text", value["text"]
        return
    for part in ("family", "given", "suffix", "prefix"):
        if part in value:
            yield f"{path}.{part}", value[part] if part == "family" else " ".join(value[part])


def _identifier(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    kinds = [c.get("code") for c in value.get("type", {}).get("coding", ())]
    kind = "NPI" if value.get("system") == _NPI else next((k for k in kinds if k), "other")
    if "value" in value:
        yield f"{path}.{kind}", str(value["value"])


def _contact(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    yield f"{path}.{value.get('system', 'other')}", str(value.get("value", ""))


def _address(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    yield path, address_line(value)


def _bounds(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    yield path, value.get("text") or " - ".join(_amount(value[e]) for e in ("low", "high") if e in value)


# Data types known by the element's name.
_BY_NAME: dict[str, Callable[[Mapping[str, Any], str], Iterator[tuple[str, str]]]] = {
    "name": _name,
    "address": _address,
    "telecom": _contact,
    "identifier": _identifier,
    "referenceRange": _bounds,
}
