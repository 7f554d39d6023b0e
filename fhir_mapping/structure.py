"""Has fhir.resources look at a resource: the members it may have, how often, and of which types."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from fhir_core.fhirabstractmodel import FHIRAbstractModel
from pydantic import ValidationError

from fhir_mapping.definitions import model_of
from fhir_mapping.elements import Element
from fhir_mapping.errors import FhirMappingError


def check_structure(resource: Element) -> None:
    """Validates a resource as R4.

    Raises:
        FhirMappingError: it is none; places are named, values are not.
    """
    model = model_of(resource["resourceType"])
    try:
        model(**_with_known(resource))
    except ValidationError:
        raise FhirMappingError(f"{resource['resourceType']} is not valid FHIR R4: {_faults(model, resource)}") from None


def _faults(model: type[FHIRAbstractModel], resource: Element) -> str:
    """Places and kinds only: the messages of fhir.resources repeat the value they refuse."""
    try:
        model.model_validate(resource)
    except ValidationError as error:
        found = {f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors(include_input=False)}
        return "; ".join(sorted(found))
    return "a part of it is of another type than its place"


def _with_known(value: Any) -> Any:
    """An element with the models of its parts that were validated before; a model takes two thirds of its time anew.

    Bare references stand for each other: that they name a resource of the bundle is our own check's to prove.
    """
    if isinstance(value, list):
        return [_with_known(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and isinstance(value.get("reference"), str):
        return _reference()
    if _is_coding(value):
        return _coding(value["system"], value["code"])
    codings = value.get("coding")
    if len(value) == 1 and isinstance(codings, list) and all(map(_is_coding, codings)):
        return _concept(tuple((each["system"], each["code"]) for each in codings))
    return {name: _with_known(member) if isinstance(member, dict | list) else member for name, member in value.items()}


_CODING = frozenset({"system", "code"})


def _is_coding(value: Any) -> bool:
    """Whether it is a Coding as our builders write it: of these two members and no other."""
    if not isinstance(value, dict) or value.keys() != _CODING:
        return False
    return isinstance(value["system"], str) and isinstance(value["code"], str)


@cache
def _reference() -> FHIRAbstractModel:
    return model_of("Reference").model_validate({"reference": "any"})


@lru_cache(maxsize=4096)  # a night's documents share their systems and most of their codes
def _coding(system: str, code: str) -> FHIRAbstractModel:
    return model_of("Coding").model_validate({"system": system, "code": code})


@lru_cache(maxsize=1024)
def _concept(codings: tuple[tuple[str, str], ...]) -> FHIRAbstractModel:
    return model_of("CodeableConcept").model_validate({"coding": [_coding(*each) for each in codings]})
