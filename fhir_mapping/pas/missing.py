"""The bundle that says what a request lacks: an OperationOutcome for machines and a Task for a person."""

from __future__ import annotations

from datetime import datetime

from fhir_mapping.builders import document_reference
from fhir_mapping.bundle import validate
from fhir_mapping.constants import BUNDLE_TYPE, System
from fhir_mapping.elements import Element, present
from fhir_mapping.identity import full_url
from fhir_mapping.json_text import json_text
from fhir_mapping.pas.gaps import MissingElement
from fhir_mapping.proven import Draft, ProvenRecord
from fhir_mapping.self_check import entry
from fhir_mapping.source import instant

_TASK = "Complete the prior authorization request"


def missing_bundle(
    proven: ProvenRecord, missing: tuple[MissingElement, ...], *, number: int, recorded: datetime
) -> str:
    """JSON of the bundle; it holds paths and what to enter, the document's name by its hash, and no patient text.

    Args:
        proven: the record that was to be sent.
        missing: what it lacks.
        number: of the submission.
        recorded: when it was tried, aware.
    """
    identifier = proven.id("Bundle", "submission", str(number))
    source, *_ = document_reference.build(proven, ())
    drafts = (_outcome(proven, missing, number), _task(proven, missing, number, recorded), source)
    bundle: Element = {
        "resourceType": "Bundle",
        "id": identifier,
        "identifier": {"system": System.URI, "value": full_url(identifier)},
        "type": BUNDLE_TYPE,
        "timestamp": instant(recorded),
        "entry": [entry(draft) for draft in drafts],
    }
    validate(bundle)
    return json_text(bundle)


def _outcome(proven: ProvenRecord, missing: tuple[MissingElement, ...], number: int) -> Draft:
    issues = [
        present(
            severity="error",
            code=each.issue.value,
            details={"text": _to_do(each)},
            expression=[each.path],
        )
        for each in missing
    ]
    identifier = proven.id("OperationOutcome", "submission", str(number))
    return Draft({"resourceType": "OperationOutcome", "id": identifier, "issue": issues})


def _task(proven: ProvenRecord, missing: tuple[MissingElement, ...], number: int, recorded: datetime) -> Draft:
    return Draft(
        present(
            resourceType="Task",
            id=proven.id("Task", "submission", str(number)),
            status="requested",
            intent="order",
            code={"text": _TASK},
            focus={"reference": proven.url("DocumentReference")},
            authoredOn=instant(recorded),
            input=[{"type": {"text": each.path}, "valueString": _to_do(each)} for each in missing],
        )
    )


def _to_do(each: MissingElement) -> str:
    return f"{each.field}: {each.message}" if each.field else each.message
