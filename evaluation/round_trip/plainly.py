"""What a resource states in the way in which a document prints it, where FHIR keeps it in many parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evaluation.round_trip.packages import Resource

# X12 306, as far as a letter says it.
_REVIEW_ACTIONS = {"A1": "approved", "A2": "approved", "A3": "denied", "A4": "pended", "A6": "approved"}


def plainly(resource: Resource) -> Resource:
    """The resource with a pressure as one value, and a payer's answer as its letter says it; others as they are."""
    match resource["resourceType"]:
        case "Observation":
            return _with_pressure(resource)
        case "ClaimResponse" if "item" in resource:
            return _answer(resource)
    return resource


def outcome_of(answer: Resource) -> str:
    """What a payer decided."""
    actions = (each["code"] for each in _holding(answer, "system", "code") if str(each["system"]).endswith("/306"))
    return next((_REVIEW_ACTIONS[code] for code in actions if code in _REVIEW_ACTIONS), "pended")


def _with_pressure(observation: Resource) -> Resource:
    parts = [c["valueQuantity"] for c in observation.get("component", ()) if "valueQuantity" in c]
    parts = [part for part in parts if part.get("code") == "mm[Hg]"]
    if len(parts) != 2:
        return observation
    value = f"{parts[0]['value']}/{parts[1]['value']} {parts[0].get('unit', '')}"
    return {**{k: v for k, v in observation.items() if k != "component"}, "valueString": value}


def _answer(answer: Resource) -> Resource:
    """The answer with number, service and dates of its first item where FHIR itself has a place for them."""
    item = answer["item"][0]
    said = {str(e["url"]).rpartition("-")[2]: e for e in item.get("extension", ())}
    concepts = (e for e in said.get("itemAuthorizedDetail", {}).get("extension", ()))
    service = next((e["valueCodeableConcept"] for e in concepts if e["url"] == "productOrServiceCode"), None)
    numbers = [e["valueString"] for e in _holding(item, "url") if e["url"] == "number"]
    reference = said.get("administrationReferenceNumber", {}).get("valueString")
    stated: dict[str, Any] = {"disposition": outcome_of(answer)}
    stated |= {"preAuthRef": numbers[0]} if numbers else {}
    stated |= {"identifier": [{"value": reference}]} if reference else {}
    period = said.get("itemPreAuthPeriod", {}).get("valuePeriod")
    line = ({"productOrService": service} if service else {}) | ({"servicedPeriod": period} if period else {})
    kept = {name: each for name, each in answer.items() if name not in ("item", "identifier")}
    return {**kept, **stated, **({"addItem": [line]} if line else {})}


def _holding(node: Any, *names: str) -> Iterator[Resource]:
    """Every element at and under a node that has members of all these names, an element before those in it."""
    if isinstance(node, dict):
        if set(names) <= set(node):
            yield node
        for each in node.values():
            yield from _holding(each, *names)
    elif isinstance(node, list):
        for each in node:
            yield from _holding(each, *names)
