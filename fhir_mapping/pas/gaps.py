"""What a request lacks: gaps left in its resources, found together, and told as OperationOutcome and Task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from documents.records import Field, FieldStatus, Record
from documents.value import Value
from fhir_mapping.proven import Draft

# Elements of a request that have a choice of types: their members in JSON carry the type's name.
_CHOICES = ("value", "serviced", "location", "diagnosis", "timing", "quantity", "medication")

# Where a request says what an entity of the record states.
_ELEMENT_OF = {
    "patient": "Claim.patient",
    "payer": "Claim.insurer",
    "subscriber": "Claim.insurance[0].coverage",
    "provider": "Claim.provider",
    "facility": "Claim.careTeam",
    "request": "Claim.priority",
    "diagnosis": "Claim.diagnosis",
    "procedure": "Claim.item",
    "medication": "Claim.item",
    "service": "Claim.item",
}


class IssueType(StrEnum):
    """issue-type."""

    REQUIRED = "required"
    VALUE = "value"
    CONFLICT = "conflict"
    NOT_SUPPORTED = "not-supported"


@dataclass(frozen=True, slots=True)
class Gap:
    """Stands in a resource where a value that the payer must have is missing or cannot be written.

    Attributes:
        field: path of the record's field that would fill it.
        message: one sentence: what to enter. Holds no value of the document.
        group: of that field, where it is one line's or one provider's.
        issue: what is wrong.
    """

    field: str
    message: str
    group: str | None = None
    issue: IssueType = IssueType.REQUIRED


class MissingElement(Value):
    """An element that a request lacks.

    Attributes:
        path: FHIR path of the element.
        field: of the record, as `path` or `path[group]`; empty if none would help.
        message: one sentence: what to enter. Holds no value of the document.
        issue: what is wrong.
    """

    path: str
    field: str = ""
    message: str
    issue: IssueType = IssueType.REQUIRED


def missing_elements(drafts: Iterable[Draft]) -> tuple[MissingElement, ...]:
    """Every gap of the resources, each element once, in their order."""
    found = (_missing(path, gap) for draft in drafts for path, gap in _gaps(draft.resource, draft.type))
    return tuple({(each.path, each.field): each for each in found}.values())


def undecided(record: Record) -> Iterator[MissingElement]:
    """Yields what was read and nobody decided: a request that leaves it out may ask for something else."""
    for field in record.fields:
        if field.status is FieldStatus.REVIEW:
            gap = partial(field, "Confirm, correct or refuse what was read.")
            yield _missing(_ELEMENT_OF.get(field.path.split(".")[0], "Claim"), gap)


def partial(field: Field, message: str) -> Gap:
    """The gap of a field whose value is there and cannot be sent."""
    return Gap(field.path, message, field.group, IssueType.VALUE)


def _missing(path: str, gap: Gap) -> MissingElement:
    field = gap.field if gap.group is None else f"{gap.field}[{gap.group}]"
    return MissingElement(path=path, field=field, message=gap.message, issue=gap.issue)


def _gaps(value: Any, path: str) -> Iterator[tuple[str, Gap]]:
    if isinstance(value, Gap):
        yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            if name == "extension" and isinstance(member, list):
                for extension in member:
                    yield from _gaps(extension, f"{path}.extension('{extension['url']}')")
            else:
                yield from _gaps(member, f"{path}.{_element(name)}")
    elif isinstance(value, list):
        for at, member in enumerate(value):
            yield from _gaps(member, f"{path}[{at}]")


def _element(name: str) -> str:
    """A member as FHIRPath calls the element: of a choice, the type is no part of the name."""
    return next((choice for choice in _CHOICES if name.startswith(choice)), name)
