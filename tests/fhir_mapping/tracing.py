"""What a bundle says, leaf by leaf, and whether its record says so: written anew, apart from the mapping's check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any

from documents.records import Record
from fhir_mapping import constants
from fhir_mapping.identity import issuer_system
from fhir_mapping.tables import TABLES

Resource = dict[str, Any]

# What speaks of the document, the software and our work, and not of the patient.
OURS = frozenset({"DocumentReference", "Device", "Provenance", "Task", "Bundle"})
# Ids, links and the order of things.
OUR_MEMBERS = frozenset(
    {"resourceType", "id", "reference", "sequence", "diagnosisSequence", "careTeamSequence", "created"}
)
# Wordings of ours that stand where a document's words would: names for the document, for a role, for a parameter.
OUR_WORDS = frozenset(
    {
        *constants.DOCUMENT_NAMES.values(),
        *constants.DeviceParameter,
        constants.OTHER_DOCUMENT,
        constants.AI_ASSERTED_DISPLAY,
        constants.REVIEWS,
        "day",
    }
)
FREE_TEXT = frozenset({"text", "display", "name", "family", "given", "suffix", "unit", "valueString", "subscriberId"})
# Codes that must be printed: no table makes them.
PRINTED_SYSTEMS = frozenset(
    {constants.System.ICD_10_CM, constants.System.CPT, constants.System.HCPCS, constants.System.PLACE_OF_SERVICE}
)


def resources_of(text: str) -> list[Resource]:
    return [entry["resource"] for entry in json.loads(text, parse_float=str)["entry"]]


def by_id(text: str) -> dict[str, Resource]:
    return {resource["id"]: resource for resource in resources_of(text)}


def clinical(text: str) -> list[Resource]:
    return [resource for resource in resources_of(text) if resource["resourceType"] not in OURS]


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each leaf with its member's name; a coding's code is named by its system."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{value['system']}#code" if key == "code" and "system" in value else key)
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member, name)
    else:
        yield name, value


def constant_strings() -> frozenset[str]:
    found: set[str] = set()
    for value in vars(constants).values():
        if isinstance(value, type) and issubclass(value, StrEnum):
            found.update(value)
        elif isinstance(value, str):
            found.add(value)
    found.update(f"{profile}|{version}" for profile in constants.Profile for version in constants.US_CORE_VERSIONS)
    return frozenset(found)


CONSTANTS = constant_strings()


class Stated:
    """What a record's usable fields print, judged without the mapping."""

    def __init__(self, record: Record) -> None:
        self.fields = [f for f in record.fields if f.usable]
        self.values = {f.value for f in self.fields}
        self.texts = {words for f in self.fields for text in (f.value, f.quote) if (words := spaced(text))}
        self.numbers = {n for f in self.fields for n in re.findall(r"[0-9]*\.?[0-9]+", f.value)}
        self.issuers = {issuer_system("member-id", f.value) for f in self.fields if f.path == "payer.name"}

    def holds(self, name: str, value: Any) -> bool:
        """Whether a leaf of this name may have this value."""
        if value is True:
            return name in {"active", "focal", "reportedBoolean"}
        if isinstance(value, int):
            return any(value == Decimal(n) for n in self.numbers)
        if value in self.values or value in self.issuers:
            return True
        if name.removesuffix("#code") in PRINTED_SYSTEMS:
            return False
        if name == "value" and re.fullmatch(r"-?[0-9.]+", value):
            return value in self.numbers or value.removeprefix("0") in self.numbers
        listed = value in OUR_WORDS if name in FREE_TEXT else value in CONSTANTS or self._is_tabled(value)
        return listed or self._says(spaced(value))

    def _is_tabled(self, code: str) -> bool:
        printed = {text for value in self.values for text in (value, " ".join(value.casefold().split()))}
        return any(given == code and key in printed for table in TABLES.values() for key, given in table.items())

    def _says(self, said: str) -> bool:
        """Whether it is a run of words of one text, or whole texts one after the other."""
        if not said or any(f" {said} " in f" {text} " for text in self.texts):
            return True
        return any(said.startswith(f"{text} ") and self._says(said[len(text) + 1 :]) for text in self.texts)


def spaced(text: str) -> str:
    return " ".join(text.replace(",", " ").split())
