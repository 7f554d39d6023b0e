"""Provenance of each resource that was read: the document as source, the software and the verifier as agents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from documents.records import FieldStatus
from fhir_mapping.citations import pages_read, targets
from fhir_mapping.constants import (
    ACTIVE,
    ACTIVITY,
    AI_ASSERTED,
    AI_ASSERTED_DISPLAY,
    DEVICE_NAME_TYPE,
    DEVICE_TYPE,
    MODEL_TYPE,
    SOURCE_ROLE,
    ParticipantType,
    System,
)
from fhir_mapping.elements import Element, coding, concept, present
from fhir_mapping.proven import Built, Draft, ProvenRecord
from fhir_mapping.source import SoftwareIdentity, instant

_MODEL = "llm"  # `Field.source` of what a model read; `llm+rules` of what both did
_NOT_READ = ("DocumentReference", "Device", "Provenance")


def build_provenance(
    proven: ProvenRecord, built: Built, *, recorded: datetime, software: SoftwareIdentity, verified_by: str | None
) -> Iterator[Draft]:
    """Yields a Device for the software, one for the model if it read a value, and a Provenance for each resource.

    Nothing if no resource was read. `built` has element ids (`fhir_mapping.citations.identified`).
    """
    read = [d for d in built if d.type not in _NOT_READ or d.fields]
    if not read:
        return
    device = _device(proven, DEVICE_TYPE, name=software.name, version=software.version)
    model = _device(proven, MODEL_TYPE, name=software.model)
    yield device
    if any(map(is_by_model, read)):
        yield model
    for target in read:
        agents = [_agent(ParticipantType.ASSEMBLER, device.reference)]
        if is_by_model(target):
            agents.append(_agent(ParticipantType.PERFORMER, model.reference))
        if verified_by is not None and any(f.status is FieldStatus.VERIFIED for f in target.fields):
            agents.append(_agent(ParticipantType.VERIFIER, {"identifier": {"value": verified_by}}))
        yield Draft(_provenance(proven, target, agents, recorded))


def _device(proven: ProvenRecord, kind: str, *, name: str | None, version: str | None = None) -> Draft:
    resource = present(
        resourceType="Device",
        id=proven.id("Device", *([kind] if kind != DEVICE_TYPE else [])),
        status=ACTIVE,
        deviceName=[{"name": name, "type": DEVICE_NAME_TYPE}] if name else None,
        version=[{"value": version}] if version else None,
        type={"text": kind},
    )
    return Draft(resource)


def _provenance(proven: ProvenRecord, target: Draft, agents: list[Element], recorded: datetime) -> Element:
    source = present(reference=proven.url("DocumentReference"), display=pages_read(target.fields))
    reason = {"system": System.OBSERVATION_VALUE, "code": AI_ASSERTED, "display": AI_ASSERTED_DISPLAY}
    return present(
        resourceType="Provenance",
        id=proven.id("Provenance", target.resource["id"]),
        target=targets(target.url, target.citations, target.deciding),
        recorded=instant(recorded),
        activity={"text": ACTIVITY},
        reason=[concept(reason)],
        agent=agents,
        entity=[{"role": SOURCE_ROLE, "what": source}],
    )


def is_by_model(target: Draft) -> bool:
    """Whether a model read one of its values, alone or like the rules."""
    return any(_MODEL in f.source.split("+") for f in target.fields)


def _agent(role: ParticipantType, who: Element) -> Element:
    return {"type": concept(coding(System.PARTICIPANT_TYPE, role)), "who": who}
