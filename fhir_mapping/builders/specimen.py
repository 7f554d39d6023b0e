"""Specimen: when a laboratory's specimen was collected and when it arrived."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.elements import meta, present, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one if either day is stated; of what it was taken is not read, so the profile is not claimed."""
    collected, received = proven.date("specimen.collected"), proven.date("specimen.received")
    if collected is None and received is None:
        return
    resource = present(
        resourceType="Specimen",
        id=proven.id("Specimen"),
        meta=meta(),
        subject={"reference": proven.url("Patient")},
        receivedTime=text_of(received),
        collection={"collectedDateTime": text_of(collected)} if collected else None,
    )
    yield Draft(resource)
