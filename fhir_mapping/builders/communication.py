"""Communication: a patient's message, as far as it says when it was sent and what it is about."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.constants import COMPLETED
from fhir_mapping.elements import concept, meta, present, text_of
from fhir_mapping.proven import Built, Draft, ProvenRecord

_MESSAGE = "patient_message"


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:  # noqa: ARG001 - every builder's signature
    """Yields one for a message of which something is stated; whether the patient wrote it or another, nothing says."""
    if proven.record.segment.document_type != _MESSAGE:
        return
    sent, subject, bucket = (
        proven.date("message.date"),
        proven.one("message.subject"),
        proven.one("message.bucket"),
    )
    if not (sent or subject or bucket):
        return
    resource = present(
        resourceType="Communication",
        id=proven.id("Communication"),
        meta=meta(),
        status=COMPLETED,
        category=[concept(text=bucket)] if bucket else None,
        subject={"reference": proven.url("Patient")},
        topic=concept(text=subject) if subject else None,
        sent=text_of(sent),
        payload=[{"contentReference": {"reference": proven.url("DocumentReference")}}],
    )
    yield Draft(resource)
