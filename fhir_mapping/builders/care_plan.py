"""CarePlan: what a note says is to follow, in its own words and as nothing more than a plan."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.constants import RequestIntent, RequestStatus
from fhir_mapping.elements import meta, present, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one over all follow-ups; who is to see the patient and why is part of the words, and not taken apart."""
    steps = [
        {
            "detail": present(
                status=RequestStatus.UNKNOWN,
                scheduledString=text_of(group.one("interval")),
                description=text_of(group.one("text")),
            )
        }
        for group in proven.groups("follow_up")
        if group.one("text") or group.one("interval")
    ]
    if steps:
        resource = present(
            resourceType="CarePlan",
            id=proven.id("CarePlan"),
            meta=meta(),
            status=RequestStatus.UNKNOWN,
            intent=RequestIntent.PLAN,
            subject={"reference": proven.url("Patient")},
            activity=steps,
        )
        yield Draft(resource)
