"""Each element of a resource is cited with page, box and confidence, and by nobody who had no part in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from documents.pages import Box
from documents.records import Field, FieldStatus, Record
from documents.values import Evidence
from fhir_mapping.bundle import build_bundle
from fhir_mapping.citations import citations, confidence_of, identified, targets
from fhir_mapping.constants import Extension
from fhir_mapping.source import SoftwareIdentity
from fhir_mapping.stated import Stated
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS, field, record

NAMED = SoftwareIdentity(name="fax2fhir", version="0.1.0", model="example-model-1")


def placed(
    path: str, value: str, *boxes: Box, page: int = 1, group: str | None = None, confidence: float = 0.9
) -> Field:
    evidence = Evidence(page=page, start=0, end=len(value), quote=value, boxes=boxes)
    return field(path, value, group).model_copy(update={"evidence": (evidence,), "confidence": confidence})


def bundle_of(read: Record, **options: Any) -> dict[str, dict[str, Any]]:
    options = {"software": SOFTWARE, **options}
    text = build_bundle(read, SOURCE, recorded=RECORDED, **options)
    return {entry["fullUrl"]: entry["resource"] for entry in json.loads(text, parse_float=str)["entry"]}


def proof_of(resources: dict[str, dict[str, Any]], resource_type: str) -> dict[str, Any]:
    (url,) = [url for url, each in resources.items() if each["resourceType"] == resource_type]
    (found,) = [
        each
        for each in resources.values()
        if each["resourceType"] == "Provenance" and each["target"][0]["reference"] == url
    ]
    return found


def cited(target: dict[str, Any]) -> dict[str, Any]:
    """What a target says: its element, its regions and its confidence."""
    values: dict[str, Any] = {"regions": []}
    for extension in target.get("extension", ()):
        match extension["url"]:
            case Extension.PAGE_REGION:
                parts = {p["url"]: p.get("valuePositiveInt", p.get("valueDecimal")) for p in extension["extension"]}
                values["regions"].append(tuple(parts.values()))
            case Extension.TARGET_ELEMENT:
                values["element"] = extension["valueUri"]
            case Extension.AI_CONFIDENCE:
                values["confidence"] = extension["valueDecimal"]
    return values


def roles(proof: dict[str, Any]) -> list[str]:
    return [agent["type"]["coding"][0]["code"] for agent in proof["agent"]]


def test_each_element_is_cited_with_its_own_places() -> None:
    read = record(
        [
            placed("patient.name", "Maria Testpatient", Box(0.1, 0.2, 0.30001, 0.22)),
            placed("patient.dob", "1969-04-12", Box(0.5, 0.2, 0.6, 0.22), page=2, confidence=0.87654),
            placed("patient.address", "1 Way, Town", Box(0.1, 0.3, 0.4, 0.32), Box(0.1, 0.33, 0.2, 0.35)),
        ]
    )
    resources = bundle_of(read)
    proof = proof_of(resources, "Patient")
    patient = resources[proof["target"][0]["reference"]]
    whole, *elements = proof["target"]
    assert "extension" not in whole
    assert {each["reference"] for each in elements} == {whole["reference"]}
    assert [cited(each) for each in elements] == [
        {"element": "name", "regions": [(1, "0.1000", "0.2000", "0.3000", "0.2200")], "confidence": "0.9000"},
        {"element": "birthDate", "regions": [(2, "0.5000", "0.2000", "0.6000", "0.2200")], "confidence": "0.8765"},
        {
            "element": "address",
            "regions": [(1, "0.1000", "0.3000", "0.4000", "0.3200"), (1, "0.1000", "0.3300", "0.2000", "0.3500")],
            "confidence": "0.9000",
        },
    ]
    assert (patient["name"][0]["id"], patient["_birthDate"]) == ("name", {"id": "birthDate"})
    assert proof["entity"][0]["what"]["display"] == "pages 1, 2"


def test_what_decided_is_cited_with_the_resource_as_a_whole() -> None:
    status = placed("medication.status", "current", Box(0.1, 0.1, 0.2, 0.12), page=3, group="m1")
    proof = proof_of(
        bundle_of(record([placed("medication.drug", "metformin", group="m1"), status])), "MedicationRequest"
    )
    assert cited(proof["target"][0]) == {"regions": [(3, "0.1000", "0.1000", "0.2000", "0.1200")]}


def test_a_place_without_a_box_is_its_page() -> None:
    proof = proof_of(bundle_of(record([placed("patient.name", "Maria Testpatient", page=2)])), "Patient")
    assert cited(proof["target"][1])["regions"] == [(2,)]


def ids_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value["id"],) if "id" in value and "resourceType" not in value else ()
        for member in value.values():
            yield from ids_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from ids_in(member)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_named_element_is_cited_once_and_every_citation_names_one(name: str) -> None:
    resources = bundle_of(VARIANTS[name])
    for proof in (each for each in resources.values() if each["resourceType"] == "Provenance"):
        target, *elements = proof["target"]
        named = list(ids_in(resources[target["reference"]]))
        assert sorted(named) == sorted(cited(each)["element"] for each in elements)
        assert len(set(named)) == len(named)


def test_confidence_is_the_least_and_never_of_what_a_person_decided() -> None:
    sure, unsure = placed("patient.name", "A", confidence=0.99), placed("patient.dob", "B", confidence=0.5)
    verified = sure.model_copy(update={"status": FieldStatus.VERIFIED})
    assert confidence_of((sure, unsure)) == Decimal("0.5000")
    assert confidence_of((unsure, verified)) is None
    assert confidence_of(()) is None


@pytest.mark.parametrize("name", ["full", "laboratory"])
def test_confidence_is_on_the_provenance_and_nowhere_else(name: str) -> None:
    for each in bundle_of(VARIANTS[name]).values():
        assert (Extension.AI_CONFIDENCE in json.dumps(each)) == (each["resourceType"] == "Provenance")


def test_a_verifier_is_named_only_for_what_a_person_verified() -> None:
    verified = placed("patient.name", "Maria Testpatient").model_copy(update={"status": FieldStatus.VERIFIED})
    read = record([verified, placed("diagnosis.description", "asthma", group="d1")])
    signed, unsigned = bundle_of(read, verified_by="u-17"), bundle_of(read)
    assert roles(proof_of(signed, "Patient")) == ["assembler", "verifier"]
    assert roles(proof_of(signed, "Condition")) == roles(proof_of(unsigned, "Patient")) == ["assembler"]


@pytest.mark.parametrize(("source", "by_model"), [("llm", True), ("llm+rules", True), ("rules", False)])
def test_a_model_that_read_has_a_device_of_its_own(source: str, by_model: bool) -> None:
    name = placed("patient.name", "Maria Testpatient").model_copy(update={"source": source})
    resources = bundle_of(record([name, placed("diagnosis.description", "asthma", group="d1")]), software=NAMED)
    devices = [each for each in resources.values() if each["resourceType"] == "Device"]
    assert [each.get("version") for each in devices] == [[{"value": "0.1.0"}], *([None] if by_model else [])]
    assert ("example-model-1" in json.dumps(devices)) == by_model
    assert roles(proof_of(resources, "Patient")) == ["assembler", *(["performer"] if by_model else [])]
    assert roles(proof_of(resources, "Condition")) == ["assembler"]


def test_elements_in_arrays_are_counted_and_codings_belong_to_their_concept() -> None:
    code, text = field("diagnosis.code", "M17.11"), field("diagnosis.description", "asthma")
    made = identified(
        {
            "resourceType": "Condition",
            "id": "c",
            "code": {"coding": [{"system": "s", "code": Stated("M17.11", code)}], "text": Stated("asthma", text)},
            "evidence": [{"code": [{"text": Stated("asthma", text)}]}, {"code": [{"text": Stated("asthma", text)}]}],
        }
    )
    assert list(ids_in(made)) == ["code", "evidence-1.code", "evidence-2.code"]
    assert [len(target["extension"]) for target in targets("r", citations(made), ())[1:]] == [3, 3, 3]
