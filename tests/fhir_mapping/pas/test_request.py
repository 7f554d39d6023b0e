"""What a request says, and where it takes it from."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from documents.records import Field
from documents.values import Kind
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import claim_identifier
from fhir_mapping.pas import request
from fhir_mapping.pas.answers import Answers
from fhir_mapping.pas.attachments import Attachment, SentAlong
from fhir_mapping.pas.places import REQUEST
from fhir_mapping.pas.request import PasRequest
from fhir_mapping.pas.site_values import SiteValues
from fhir_mapping.proven import ProvenRecord
from fhir_mapping.self_check import check_drafts
from tests.fhir_mapping.pas.requests import COMPLETE, CONTENT, PERSON, SENT, build, entered, released
from tests.fhir_mapping.pas.variants import NOTES, PACKET, SITE, VARIANTS, WITH_NOTES
from tests.fhir_mapping.records import RECORDED, field

Element = dict[str, Any]


def resources(fields: tuple[Field, ...], site: SiteValues | None = None) -> list[Element]:
    built = build(fields, site=site)
    assert isinstance(built, PasRequest)
    return [entry["resource"] for entry in json.loads(built.bundle)["entry"]]


def one(found: list[Element], resource_type: str, profile: str = "") -> Element:
    (only,) = (
        each
        for each in found
        if each["resourceType"] == resource_type and any(url.endswith(profile) for url in each["meta"]["profile"])
    )
    return only


def test_the_claim_comes_first_and_names_itself_by_record_and_number() -> None:
    built = build(COMPLETE, number=5)
    assert isinstance(built, PasRequest)
    bundle = json.loads(built.bundle)
    claim = bundle["entry"][0]["resource"]
    assert (bundle["type"], claim["resourceType"]) == ("collection", "Claim")
    system, value = claim_identifier("r-0001", 5)
    assert claim["identifier"] == [{"system": system, "value": value}]
    assert (claim["status"], claim["use"]) == ("active", "preauthorization")
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == len(bundle["entry"])


def test_the_same_record_gives_the_same_request() -> None:
    assert build(COMPLETE) == build(COMPLETE)


def test_a_line_says_what_is_asked_for() -> None:
    surgery, brace, drug = resources(COMPLETE)[0]["item"]
    assert [each["coding"][0]["code"] for each in surgery["modifier"]] == ["RT", "59"]
    assert (surgery["quantity"], brace["quantity"]) == ({"value": 1}, {"value": 2})
    assert surgery["servicedPeriod"] == {"start": "2026-12-15", "end": "2027-01-15"}
    assert surgery["locationCodeableConcept"]["coding"][0]["code"] == "22"
    assert (surgery["diagnosisSequence"], surgery["careTeamSequence"]) == ([1, 2], [1, 2])
    assert drug["productOrService"]["coding"][0]["code"] == "J0135"
    # The number of pens on a prescription is not the number of billing units.
    assert "quantity" not in drug


def test_each_line_has_its_order() -> None:
    found = resources(COMPLETE)
    kinds = ("ServiceRequest", "DeviceRequest", "MedicationRequest")
    orders = [one(found, kind) for kind in kinds]
    assert {(each["status"], each["intent"]) for each in orders} == {("active", "order")}
    named = [item["extension"][2]["valueReference"]["reference"] for item in found[0]["item"]]
    assert named == [f"urn:uuid:{each['id']}" for each in orders]
    assert "inject 40 mg" in orders[2]["dosageInstruction"][0]["text"]
    assert "reportedBoolean" not in orders[2]


def test_a_drug_is_named_by_ndc_or_hcpcs() -> None:
    system = {"drug-by-ndc": "http://hl7.org/fhir/sid/ndc", "drug-by-hcpcs": "HCPCSReleaseCodeSets"}
    for name, named in system.items():
        (item,) = resources(VARIANTS[name])[0]["item"]
        assert item["productOrService"]["coding"][0]["system"].endswith(named)
    billed = resources(VARIANTS["drug-that-a-line-bills"])
    assert [item["productOrService"]["coding"][0]["code"] for item in billed[0]["item"]] == ["27447", "L1833", "J0135"]
    assert one(billed, "MedicationRequest")


def test_a_quantity_has_a_unit_that_somebody_gave() -> None:
    surgery, brace, drug = resources((*COMPLETE, entered("submission.quantity_unit", "UN", "m1")))[0]["item"]
    assert "code" not in surgery["quantity"]
    assert "code" not in brace["quantity"]
    assert drug["quantity"] == {"value": 1.60, "system": "https://codesystem.x12.org/005010/673", "code": "UN"}


def test_who_is_the_subscriber_is_said_by_somebody() -> None:
    spouse = resources(COMPLETE)
    coverage = one(spouse, "Coverage")
    subscriber = one(spouse, "Patient", "profile-subscriber")
    assert coverage["subscriber"]["reference"] == f"urn:uuid:{subscriber['id']}"
    assert subscriber["identifier"][0]["value"] == "W123456788"
    assert subscriber["gender"] == "unknown"
    for name in ("the-patient-is-the-subscriber", "self-by-code"):
        found = resources(VARIANTS[name])
        patient = one(found, "Patient")
        assert one(found, "Coverage")["subscriber"] == one(found, "Coverage")["beneficiary"]
        assert len(patient["meta"]["profile"]) == 2


def test_who_asks_is_a_clinician_in_a_role_or_a_facility() -> None:
    found = resources(COMPLETE)
    provider = found[0]["provider"]["reference"]
    role = next(each for each in found if f"urn:uuid:{each['id']}" == provider)
    assert role["resourceType"] == "PractitionerRole"
    assert [point["system"] for point in role["telecom"]] == ["phone", "fax"]
    facility = one(resources(VARIANTS["a-facility-asks"]), "Organization", "profile-requestor")
    assert facility["identifier"][0]["value"] == "1003000126"


def test_the_fax_is_sent_along_inline() -> None:
    attachment = one(resources(COMPLETE), "DocumentReference")["content"][0]["attachment"]
    assert base64.b64decode(attachment["data"]) == CONTENT
    assert "url" not in attachment


def test_further_documents_are_sent_along() -> None:
    built = build(COMPLETE, sends=WITH_NOTES)
    assert isinstance(built, PasRequest)
    found = [entry["resource"] for entry in json.loads(built.bundle)["entry"]]
    documents = [each for each in found if each["resourceType"] == "DocumentReference"]
    data = [base64.b64decode(each["content"][0]["attachment"]["data"]) for each in documents]
    assert data == [CONTENT, *(each.content for each in NOTES)]
    assert [each["type"]["text"] for each in documents] == ["Prior authorization request", *["Received document"] * 2]
    assert [info["sequence"] for info in found[0]["supportingInfo"]] == [1, 2, 3, 4]
    assert found[0]["item"][0]["informationSequence"] == [1, 2, 3, 4]
    mixed = NOTES[0].model_copy(update={"content": b"another"})
    with pytest.raises(FhirMappingError):
        build(COMPLETE, sends=WITH_NOTES.model_copy(update={"further": (mixed,)}))


def test_pages_of_a_packet_say_what_they_are_and_where_they_came_from() -> None:
    built = build(COMPLETE, sends=PACKET)
    assert isinstance(built, PasRequest)
    found = [entry["resource"] for entry in json.loads(built.bundle)["entry"]]
    documents = [each for each in found if each["resourceType"] == "DocumentReference"]
    assert [each["type"]["text"] for each in documents] == [
        "Prior authorization request",
        "Clinical note",
        "Laboratory report",
    ]
    assert {each["subject"]["reference"] for each in documents} == {found[0]["patient"]["reference"]}
    for document, sent in zip(documents, PACKET.all, strict=True):
        attachment = document["content"][0]["attachment"]
        data = base64.b64decode(attachment["data"])
        assert (data, attachment["size"]) == (sent.content, len(sent.content))
        assert base64.b64decode(attachment["hash"]) == hashlib.sha1(data, usedforsecurity=False).digest()
        assert document["identifier"][0]["value"].startswith(SENT.name)
    titles = [each["content"][0]["attachment"]["title"] for each in documents]
    assert titles == ["Pages 2-3 of 9", "Page 5 of 9", "Pages 7-9 of 9"]
    assert documents[1]["context"]["period"] == {"start": "2026-11-02", "end": "2026-11-02"}
    assert len({each["id"] for each in documents}) == 3


def test_a_diagnosis_is_named_once() -> None:
    twice = (*COMPLETE, field("diagnosis.code", "E11.9", "d7"))
    assert [each["sequence"] for each in resources(twice)[0]["diagnosis"]] == [1, 2]


def test_nothing_optional_is_made_up() -> None:
    found = resources(VARIANTS["one-line"])
    claim = found[0]
    assert {"careTeam", "diagnosis", "extension"}.isdisjoint(claim)
    assert {"careTeamSequence", "diagnosisSequence"}.isdisjoint(claim["item"][0])
    bare = one(resources(VARIANTS["no-birth-date"]), "Patient", "profile-beneficiary")
    assert {"birthDate", "address"}.isdisjoint(bare)


@pytest.mark.parametrize(
    ("element", "code"),
    [("category", "9"), ("category", "2"), ("productOrService", "97110"), ("locationCodeableConcept", "11")],
)
def test_a_code_that_nobody_gave_is_refused(element: str, code: str) -> None:
    proven = ProvenRecord(released(COMPLETE), SENT)
    attached = SentAlong(own=Attachment(source=SENT, content=CONTENT))
    drafts = request.assembled(Answers(proven, SITE), attached, number=1, recorded=RECORDED)
    facts = request.known_facts(proven, attached, number=1, recorded=RECORDED)
    check_drafts(drafts, facts, REQUEST)
    drafts[0].resource["item"][0][element]["coding"][0]["code"] = code
    with pytest.raises(FhirMappingError, match=f"Claim.item.{element}"):
        check_drafts(drafts, facts, REQUEST)


def test_nothing_unproven_is_sent() -> None:
    no_code = tuple(f.model_copy(update={"kind": Kind.TEXT}) if f.path == "diagnosis.code" else f for f in COMPLETE)
    with pytest.raises(FhirMappingError, match=r"Claim\.diagnosis"):
        build(no_code)


def test_who_released_it_is_no_part_of_it() -> None:
    assert PERSON not in build(COMPLETE).bundle
