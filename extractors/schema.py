"""How a document type's schema declares its fields: kind, labels, sections, cost of an error, whether required.

A schema is a Pydantic model of entities; each leaf is `Annotated[str | None, Reads(...)]`. `field_specs` flattens it to
`FieldSpec`s keyed by the neutral format's names (`patient.dob`, `diagnosis.code`), which every reader of the schema
uses: the embedded backend, grounding, confidence, the review queue, the evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, get_args, get_origin

from documents.value import Value
from documents.values import Kind


class ErrorCost(IntEnum):
    """Cost of a wrong accepted value, in reviews: a value is accepted above 1 - 1/cost."""

    CRITICAL = 100  # codes, doses, drugs and what their mention means, ids, who the patient is
    SERIOUS = 50  # what sets the legal clock, who asks, how much is asked for, allergies
    ORDINARY = 20


@dataclass(frozen=True, slots=True)
class Reads:
    """Metadata of a schema's leaf.

    Attributes:
        kind: what sort of value it is; decides parser and grounding.
        labels: how forms and notes call it, lower case, most usual first; matched fuzzily.
        cost: of a wrong accepted value.
        required: a record without it needs a person.
        sections: names of note sections (extractors' section vocabulary) where prose may state it.
        choices: for Kind.CHOICE, SEX, URGENCY: value -> printed wordings.
        asked: reported as missing when a form prints its label and leaves it blank.
        listed: it repeats, with a group, though its entity does not: the codes that one policy covers.
    """

    kind: Kind
    labels: tuple[str, ...] = ()
    cost: ErrorCost = ErrorCost.ORDINARY
    required: bool = False
    sections: tuple[str, ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    asked: bool = True
    listed: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A flattened leaf: its path in the neutral format, and whether its entity repeats (then values carry a group)."""

    path: str
    reads: Reads
    repeated: bool

    @property
    def entity(self) -> str:
        """The part of the path before the dot."""
        return self.path.split(".", 1)[0]


def called(wordings: str) -> tuple[str, ...]:
    """The labels in a list separated by bars, most usual first."""
    return tuple(w.strip() for w in wordings.split("|"))


class Schema(Value):
    """Base of entities and of document-type schemas."""


def field_specs(schema: type[Schema]) -> Iterator[FieldSpec]:
    """Yields the leaves of a schema in declaration order.

    Raises:
        TypeError: a member of the schema is neither an entity nor a leaf with `Reads`.
    """
    for name, member in schema.model_fields.items():
        annotation: Any = member.annotation
        repeated = get_origin(annotation) is tuple
        entity = get_args(annotation)[0] if repeated else annotation
        if not (isinstance(entity, type) and issubclass(entity, Schema)):
            raise TypeError(f"{schema.__name__}.{name} must be an entity or a tuple of entities")
        for leaf, info in entity.model_fields.items():
            reads = next((m for m in info.metadata if isinstance(m, Reads)), None)
            if reads is None:
                raise TypeError(f"{entity.__name__}.{leaf} has no Reads(...)")
            yield FieldSpec(path=f"{name}.{leaf}", reads=reads, repeated=repeated or reads.listed)
