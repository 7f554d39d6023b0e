"""Provenance of each resource that was read: the document as source, the software and the verifier as agents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fhir_mapping.constants import (
    ACTIVE,
    ACTIVITY,
    AI_ASSERTED,
    AI_ASSERTED_DISPLAY,
    DEVICE_NAME_TYPE,
    DEVICE_TYPE,
    SOURCE_ROLE,
    ParticipantType,
    System,
)
from fhir_mapping.elements import Element, coding, concept, present
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.source import SoftwareIdentity, instant

_NOT_READ = ("DocumentReference", "Device", "Provenance")


def build_provenance(
    proven: ProvenRecord, built: Built, *, recorded: datetime, software: SoftwareIdentity, verified_by: str | None
) -> Iterator[Draft]:
    """Yields a Device and a Provenance for each resource that was read; nothing if none was."""
    targets = [d for d in built if d.type not in _NOT_READ or d.fields]
    if not targets:
        return
    device = Draft(
        present(
            resourceType="Device",
            id=proven.id("Device"),
            status=ACTIVE,
            deviceName=[{"name": software.name, "type": DEVICE_NAME_TYPE}],
            version=[{"value": software.version}],
            type={"text": DEVICE_TYPE},
        )
    )
    yield device
    agents = [_agent(ParticipantType.ASSEMBLER, device.reference)]
    if verified_by is not None:
        agents.append(_agent(ParticipantType.VERIFIER, {"identifier": {"value": verified_by}}))
    reason = {"system": System.OBSERVATION_VALUE, "code": AI_ASSERTED, "display": AI_ASSERTED_DISPLAY}
    for target in targets:
        resource = present(
            resourceType="Provenance",
            id=proven.id("Provenance", target.resource["id"]),
            target=[target.reference],
            recorded=instant(recorded),
            activity={"text": ACTIVITY},
            reason=[concept(reason)],
            agent=agents,
            entity=[
                {
                    "role": SOURCE_ROLE,
                    "what": present(reference=proven.url("DocumentReference"), display=pages_read(target)),
                }
            ],
        )
        yield Draft(resource, target.fields)


def pages_read(target: Draft) -> str | None:
    """The pages that prove a resource, e.g. `pages 1, 3`."""
    pages = sorted({e.page for f in target.fields for e in f.evidence})
    if not pages:
        return None
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages))}"


def _agent(role: ParticipantType, who: Element) -> Element:
    return {"type": concept(coding(System.PARTICIPANT_TYPE, role)), "who": who}
