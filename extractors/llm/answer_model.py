"""The response model of a document type: its schema with each leaf as value, verbatim quote and page, or not stated."""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, create_model

from extractors.document_type import DocumentType
from extractors.llm.settings import AnswerMode
from extractors.schema import Reads, Schema

NOT_STATED = "not stated"
# A model that repeats itself must not cost memory; no document prints more of one thing.
_MOST_ENTITIES = 200
_LONGEST_VALUE = 2000
# Characters that Instructor writes around a schema, of each mode, rounded up.
_AROUND_SCHEMA = 500


class Answer(BaseModel):
    """Base of what a model answers: closed, so that an invented field is an error, and silent about its input."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @classmethod
    def model_json_schema(cls, *given: Any, **named: Any) -> dict[str, Any]:
        """The schema, made once for each model: every request needs it."""
        if given or named:
            return super().model_json_schema(*given, **named)
        schema: dict[str, Any] = json.loads(_schema_text(cls))
        return schema


class Quoted(Answer):
    """One value, copied."""

    value: Annotated[str, Field(max_length=_LONGEST_VALUE, description="the value, copied from the page")]
    quote: Annotated[str, Field(max_length=_LONGEST_VALUE, description="the words on the page, verbatim")]
    page: Annotated[int, Field(ge=1, description="number of the page that the quote stands on")]


Leaf = Quoted | Literal["not stated"]


@lru_cache(maxsize=32)
def answer_model(name: str, schema: type[Schema]) -> type[Answer]:
    """The response model of a document type's schema; entities that repeat are lists."""
    members: dict[str, Any] = {}
    for entity_name, member in schema.model_fields.items():
        annotation: Any = member.annotation
        if get_origin(annotation) is tuple:
            entity = _entity_model(get_args(annotation)[0])
            members[entity_name] = (Annotated[list[entity], Field(max_length=_MOST_ENTITIES)], ...)  # type: ignore[valid-type]
        else:
            members[entity_name] = (_entity_model(annotation), ...)
    return create_model(f"{name.title().replace('_', '')}Answer", __base__=Answer, **members)


def answer_model_of(document_type: DocumentType) -> type[Answer]:
    """The response model of a document type that is extracted.

    Raises:
        TypeError: the type has no schema.
    """
    if document_type.schema is None:
        raise TypeError(f"{document_type.name} is not extracted")
    return answer_model(document_type.name, document_type.schema)


@cache
def _schema_text(model: type[Answer]) -> str:
    return json.dumps(super(Answer, model).model_json_schema())


@cache
def schema_characters(model: type[Answer], mode: AnswerMode) -> int:
    """How long the JSON schema is as it is sent: in the modes without a field for it, indented in the instructions."""
    indent = 2 if mode in {AnswerMode.JSON, AnswerMode.MD_JSON} else None
    return len(json.dumps(model.model_json_schema(), indent=indent)) + _AROUND_SCHEMA


@cache
def schema_digest(model: type[Answer]) -> str:
    """The JSON schema of a response model, as a hash: part of each question's key."""
    return hashlib.sha256(json.dumps(model.model_json_schema(), sort_keys=True).encode()).hexdigest()


def _entity_model(entity: type[Schema]) -> type[Answer]:
    leaves: dict[str, Any] = {}
    for leaf, info in entity.model_fields.items():
        reads = next(m for m in info.metadata if isinstance(m, Reads))
        leaves[leaf] = (Annotated[Leaf, Field(description=_described(reads))], ...)
    return create_model(f"{entity.__name__}Answer", __base__=Answer, **leaves)


def _described(reads: Reads) -> str:
    """What a leaf is, by its usual labels, its kind and its choices."""
    said = f"{reads.kind.value.replace('_', ' ')}"
    if reads.labels:
        said += f"; printed as {', '.join(reads.labels[:4])}"
    if reads.choices:
        said += f"; one of {', '.join(value for value, _ in reads.choices)}"
    return said
