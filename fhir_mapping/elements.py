"""FHIR data types as plain JSON: the smallest parts that resources are built from.

Builders write JSON objects, not models: the whole bundle is validated once by fhir.resources, and what is published is
what was built, so that a decimal keeps the digits that were printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from documents.records import Field
from fhir_mapping.constants import (
    ABSENT_UNKNOWN,
    AI_ASSERTED,
    AI_ASSERTED_DISPLAY,
    US_CORE_VERSIONS,
    Extension,
    Profile,
    System,
    Telecom,
)
from fhir_mapping.stated import Stated, StatedDecimal, stated

Element = dict[str, Any]

# A count as it is printed. `1e5`, `1_000` and the digits of other scripts are numbers to Python and to no fax.
_PLAIN_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")


def present(**members: Any) -> Element:
    """An object of the members that hold something; a name with a trailing underscore is a Python keyword's."""
    return {name.rstrip("_"): value for name, value in members.items() if value is not None and value not in ({}, [])}


def absent() -> Element:
    """A required element, other than a code, that the document does not state."""
    return {"extension": [{"url": Extension.ABSENT_REASON, "valueCode": ABSENT_UNKNOWN}]}


def absent_identifier() -> Element:
    """A required identifier that the document does not state."""
    return {"_system": absent(), "_value": absent()}


def absent_concept() -> Element:
    """A required concept, not bound to a closed list, that the document does not state."""
    return concept(coding(System.ABSENT_REASON, ABSENT_UNKNOWN))


def coding(system: str, code: str) -> Element:
    """A code of a system, without the system's display text: what is printed goes beside it as `text`."""
    return {"system": system, "code": code}


def concept(*codings: Element, text: Field | str | None = None) -> Element:
    """A CodeableConcept."""
    return present(coding=list(codings), text=stated(text) if isinstance(text, Field) else text)


def meta(*profiles: Profile) -> Element:
    """`meta` of a resource that software read from a document, with the profiles it conforms to."""
    security = {"system": System.OBSERVATION_VALUE, "code": AI_ASSERTED, "display": AI_ASSERTED_DISPLAY}
    return present(profile=canonicals(*profiles), security=[security])


def canonicals(*profiles: Profile) -> list[str]:
    """Profiles by the versions of US Core that a resource is said to conform to."""
    return [f"{profile}|{version}" for profile in profiles for version in US_CORE_VERSIONS]


def text_of(field: Field | None) -> Stated | None:
    """A field's value, where there is one."""
    return None if field is None else stated(field)


def telecom(fields: Mapping[Telecom, Field | None]) -> list[Element]:
    """Contact points for the fields that are there."""
    return [{"system": system, "value": stated(field)} for system, field in fields.items() if field is not None]


def decimal(field: Field | None) -> StatedDecimal | None:
    """A field's number with its printed digits; None if it is none."""
    return StatedDecimal(field.value, field) if field is not None and _PLAIN_DECIMAL.fullmatch(field.value) else None


def quantity(field: Field | None) -> Element | None:
    """A bare count; None where the field holds no number."""
    number = decimal(field)
    return None if number is None else {"value": number}


def period(start: Field | None, end: Field | None) -> Element:
    """A Period of printed dates."""
    return present(start=text_of(start), end=text_of(end))
