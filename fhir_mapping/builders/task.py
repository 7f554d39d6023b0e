"""Task: what is left to do - to send what is missing, to decide, to answer a payer - until the day that is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from documents.records import Field, RequirementState
from fhir_mapping.builders.claim_response import DECISION
from fhir_mapping.constants import RequestIntent, TaskCode, TaskInput, TaskStatus
from fhir_mapping.elements import Element, concept, meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from fhir_mapping.stated import stated

# What a letter gives a time for, and the task that is.
_UNTIL = {"response": TaskCode.ANSWER, "appeal": TaskCode.APPEAL, "peer_to_peer": TaskCode.PEER_TO_PEER}


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields a Task for what the record lacks, one for a decision asked for by a day, and those that a letter sets.

    A day that is computed from a rule is none of these: it stands in the record, with the rule's name.
    """
    missing = [_input(TaskInput.MISSING, path) for path in proven.record.missing]
    unmet = [
        _input(TaskInput.REQUIREMENT, item.text)
        for item in proven.record.checklist
        if item.state is not RequirementState.MET
    ]
    if missing or unmet:
        yield _task(proven, built, TaskCode.COMPLETE, inputs=[*missing, *unmet])
    wanted = proven.date("decision.deadline")
    if wanted is not None:
        yield _task(proven, built, TaskCode.DECIDE, until=wanted)
    if proven.record.segment.document_type == DECISION:
        yield from _of_letter(proven, built)


def _of_letter(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    wanted = [f for group in proven.groups("requirement") for f in group.all("text")]
    for entity, code in _UNTIL.items():
        until, window = proven.date(f"{entity}.deadline"), proven.one(f"{entity}.window")
        inputs = [_input(TaskInput.REQUIREMENT, stated(f)) for f in wanted if code is TaskCode.ANSWER]
        if window is not None:
            inputs.append(_input(TaskInput.WINDOW, stated(window)))
        if until is not None or inputs:
            yield _task(proven, built, code, inputs=inputs, until=until)


def _task(
    proven: ProvenRecord, built: Built, code: TaskCode, *, inputs: Iterable[Element] = (), until: Field | None = None
) -> Draft:
    about = next((d for kind in ("ClaimResponse", "Claim") for d in drafts_of(built, kind)), None)
    patients = drafts_of(built, "Patient")
    resource = present(
        resourceType="Task",
        id=proven.id("Task", code),
        meta=meta(),
        status=TaskStatus.REQUESTED,
        businessStatus=concept(text=TaskStatus.INCOMPLETE) if code is TaskCode.COMPLETE else None,
        intent=RequestIntent.PROPOSAL,
        code=concept(text=code),
        focus=about.reference if about else {"reference": proven.url("DocumentReference")},
        for_=patients[0].reference if patients else None,
        restriction={"period": {"end": stated(until)}} if until else None,
        input=list(inputs),
    )
    return Draft(resource)


def _input(kind: TaskInput, text: str) -> Element:
    return {"type": concept(text=kind), "valueString": text}
