"""The same statement in another resource's words: a claim's diagnosis is also a Condition, its line a ServiceRequest.

What comes back in such a form is right, though the example says it elsewhere; none of it must come back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from evaluation.round_trip.packages import Resource
from evaluation.round_trip.people import member_id
from evaluation.round_trip.plainly import plainly

_ACTIVE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
_PRIORITIES = {"normal": "routine", "stat": "urgent"}


def restatements(resources: Sequence[Resource]) -> Iterator[Resource]:
    """Resources that say again what the given ones say."""
    servicing = [r for r in resources if r["resourceType"] in ("Practitioner", "Location")]
    senders = [{"display": r["name"]} for r in resources if r["resourceType"] == "Organization"]
    for each in resources:
        match each["resourceType"]:
            case "Claim":
                yield from _of_claim(each, servicing)
            case "Coverage":
                yield from _of_coverage(each)
            case "ClaimResponse":
                yield from _of_answer(each)
            case "Observation" | "DiagnosticReport" if "effectiveDateTime" in each:
                days = {"effectiveDateTime": each["effectiveDateTime"]}
                yield {"resourceType": "DiagnosticReport", **days, "performer": senders}
                yield {"resourceType": "Specimen", "collection": {"collectedDateTime": each["effectiveDateTime"]}}
            case "Location":
                yield {"resourceType": "Organization", "name": each.get("name", "")}
            case "MedicationRequest" | "ServiceRequest":
                yield from _as_claim(each)
                for reason in each.get("reasonCode", ()):
                    yield {"resourceType": "Condition", "code": reason, "clinicalStatus": _ACTIVE}


def _of_claim(claim: Resource, servicing: Sequence[Resource]) -> Iterator[Resource]:
    for each in claim.get("diagnosis", ()):
        # Why something is asked for now is a present problem.
        yield {"resourceType": "Condition", "code": each["diagnosisCodeableConcept"], "clinicalStatus": _ACTIVE}
    code = claim.get("priority", {}).get("coding", [{}])[0].get("code")
    for item in claim.get("item", ()):
        yield {
            "resourceType": "ServiceRequest",
            "code": item["productOrService"],
            "priority": _PRIORITIES.get(str(code), ""),
            **_renamed(item, {"servicedDate": "occurrenceDateTime", "quantity": "quantityQuantity"}),
            "locationCode": [item.get("locationCodeableConcept", {})],
            "requester": claim.get("provider", {}),
            "performer": [{"reference": f"{each['resourceType']}/{each['id']}"} for each in servicing],
            "authoredOn": claim["created"],
        }
    yield {"resourceType": "Coverage", "payor": [claim.get("insurer", {})]}


def _as_claim(order: Resource) -> Iterator[Resource]:
    """What a request to a payer for a drug says of it."""
    if "medicationCodeableConcept" in order or "medicationReference" in order:
        item = {
            "productOrService": order.get("medicationCodeableConcept", order.get("medicationReference")),
            "quantity": order.get("dispenseRequest", {}).get("quantity", {}),
        }
        reasons = [{"diagnosisCodeableConcept": reason} for reason in order.get("reasonCode", ())]
        yield {"resourceType": "Claim", "item": [item], "diagnosis": reasons, "provider": order.get("requester", {})}


def _of_answer(answer: Resource) -> Iterator[Resource]:
    """A letter's number is both the case's and the authorization's; its outcome is said of each line."""
    said = plainly(answer)
    yield {"resourceType": "Coverage", "payor": [answer["insurer"]]}
    line = {"adjudication": [{"category": {"text": said.get("disposition", "")}}]}
    number = {"identifier": [{"value": said["preAuthRef"]}]} if "preAuthRef" in said else {}
    yield {"resourceType": "ClaimResponse", "addItem": [line], **number}


def _of_coverage(coverage: Resource) -> Iterator[Resource]:
    number = member_id(coverage)
    if number:
        kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]}
        yield {"resourceType": "Patient", "identifier": [{"type": kind, "value": number}]}
    yield {"resourceType": "Claim", "insurer": coverage["payor"][0]}


def _renamed(holder: Resource, names: dict[str, str]) -> dict[str, Any]:
    return {new: holder[old] for old, new in names.items() if old in holder}
