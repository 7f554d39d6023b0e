"""Updates and cancellations say what changed since the payer got the prior request, and keep everything it got."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

import pytest

from documents.records import Field
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import claim_identifier
from fhir_mapping.pas.request import PasGaps, PasRequest
from fhir_mapping.pas.update import PriorRequest, cancellation, check_sent, read_prior
from tests.fhir_mapping.pas.requests import COMPLETE, CONTENT, build, without
from tests.fhir_mapping.pas.variants import NOTE, PACKET, bundles
from tests.fhir_mapping.records import RECORDED, field

_PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"

Element = dict[str, Any]


def request(
    fields: Iterable[Field], number: int = 1, prior: PriorRequest | None = None, *, cancel: bool = False
) -> PriorRequest:
    """A submitted request, as the one after it knows it."""
    built = build(fields, number=number, prior=prior, cancel=cancel)
    assert isinstance(built, PasRequest)
    named = claim_identifier("r-0001", number)
    return PriorRequest(
        identifier_system=named.system, identifier_value=named.value, number=number, bundle=built.bundle
    )


def claims(sent: PriorRequest) -> list[Element]:
    resources = [entry["resource"] for entry in json.loads(sent.bundle)["entry"]]
    return [each for each in resources if each["resourceType"] == "Claim"]


def told(sent: PriorRequest) -> dict[str, tuple[int, str, str | None, bool]]:
    """Each item of the request's Claim by code: sequence, certification type, mark of change, whether it is dropped."""
    found = {}
    for item in claims(sent)[0]["item"]:
        extensions = {e["url"].removeprefix(_PAS): e for e in item["extension"]}
        kind = extensions["extension-certificationType"]["valueCodeableConcept"]["coding"][0]["code"]
        mark = extensions.get("extension-infoChanged", {}).get("valueCode")
        code = item["productOrService"]["coding"][0]["code"]
        found[code] = (item["sequence"], kind, mark, bool(item.get("modifierExtension")))
    return found


def with_units(value: str) -> tuple[Field, ...]:
    return tuple(
        f.model_copy(update={"value": value, "quote": value}) if f.path == "procedure.units" and f.group == "s2" else f
        for f in COMPLETE
    )


def test_an_update_names_the_prior_request_and_sends_it_along() -> None:
    first = request(COMPLETE)
    now, before = claims(request(with_units("4"), 2, first))
    assert now["meta"]["profile"] == [f"{_PAS}profile-claim-update"]
    assert now["related"][0]["claim"] == {
        "reference": f"urn:uuid:{before['id']}",
        "identifier": before["identifier"][0],
    }
    assert now["related"][0]["relationship"]["coding"][0]["code"] == "prior"
    assert before == claims(first)[0]
    assert now["identifier"] != before["identifier"]
    assert now["id"] != before["id"]


def test_what_changed_was_added_or_dropped_is_marked_and_keeps_its_sequence() -> None:
    first = request(COMPLETE)
    fields = (*without("procedure[s1]", fields=with_units("4")), field("procedure.code", "97110", "s9"))
    second = request(fields, 2, first)
    assert told(second) == {
        "27447": (1, "3", "changed", True),
        "L1833": (2, "I", "changed", False),
        "J0135": (3, "I", None, False),
        "97110": (4, "I", "added", False),
    }
    third = request(fields, 3, second)
    assert told(third) == {
        "27447": (1, "3", None, True),
        "L1833": (2, "I", None, False),
        "J0135": (3, "I", None, False),
        "97110": (4, "I", None, False),
    }


def test_an_item_changes_with_its_diagnoses() -> None:
    fields = tuple(
        f.model_copy(update={"value": "M17.12", "quote": "M17.12"}) if f.value == "M17.11" else f for f in COMPLETE
    )
    assert {mark for _, _, mark, _ in told(request(fields, 2, request(COMPLETE))).values()} == {"changed"}


def test_another_modifier_asks_for_something_else() -> None:
    fields = tuple(f.model_copy(update={"value": "LT", "quote": "LT"}) if f.value == "RT" else f for f in COMPLETE)
    items = claims(request(fields, 2, request(COMPLETE)))[0]["item"]
    asked = [(i["sequence"], i["productOrService"]["coding"][0]["code"], "modifierExtension" in i) for i in items]
    assert asked == [(1, "27447", True), (2, "L1833", False), (3, "J0135", False), (4, "27447", False)]


def test_resources_keep_their_ids_and_a_dropped_order_is_still_there() -> None:
    def urls(sent: PriorRequest) -> set[str]:
        return {entry["fullUrl"] for entry in json.loads(sent.bundle)["entry"]}

    first = request(COMPLETE)
    second = request(without("procedure[s1]"), 2, first)
    assert urls(first) < urls(second)


def test_points_of_items_are_in_the_update() -> None:
    first = request((*without("service"), field("service.place", "22")))
    now = claims(request(COMPLETE, 2, first))[0]
    kinds = {info["sequence"]: info["category"]["coding"][0]["code"] for info in now["supportingInfo"]}
    assert kinds == {1: "additionalInformation", 2: "patientEvent"}
    assert {tuple(item["informationSequence"]) for item in now["item"]} == {(2, 1)}


def test_a_bundle_holds_two_claims_at_most() -> None:
    second = request(with_units("4"), 2, request(COMPLETE))
    third = request(with_units("6"), 3, second)
    now, before = claims(third)
    assert "reference" in now["related"][0]["claim"]
    assert "reference" not in before["related"][0]["claim"]
    assert before["related"][0]["claim"]["identifier"] == claims(second)[1]["identifier"][0]


def test_a_cancellation_takes_everything_back() -> None:
    first = request(COMPLETE)
    cancelled = request((), 2, first, cancel=True)
    assert set(told(cancelled).values()) == {(at, "3", "changed", True) for at in (1, 2, 3)}
    now, before = claims(cancelled)
    assert before == claims(first)[0]
    assert all("modifierExtension" in info for info in now["supportingInfo"])


def test_only_a_known_request_is_followed() -> None:
    first = request(COMPLETE)
    with pytest.raises(FhirMappingError):
        build(COMPLETE, number=2, prior=first.model_copy(update={"identifier_value": "urn:uuid:other"}))
    with pytest.raises(ValueError, match="cancelled"):
        build(COMPLETE, cancel=True)


def test_an_update_says_nothing_new_that_is_not_proven() -> None:
    sent = read_prior(request(COMPLETE))
    drafts = cancellation("r-0001", sent, number=2, recorded=RECORDED)
    check_sent(drafts, (), sent)
    drafts[0].resource["item"][1]["productOrService"] = {"text": "a brace"}
    with pytest.raises(FhirMappingError, match=r"Claim\.item\.productOrService\.text"):
        check_sent(drafts, (), sent)


def test_an_update_refers_to_nothing_that_is_not_in_it() -> None:
    sent = read_prior(request(COMPLETE))
    drafts = cancellation("r-0001", sent, number=2, recorded=RECORDED)
    with pytest.raises(FhirMappingError, match="does not resolve"):
        check_sent(drafts[:-1], (), sent)


def test_an_update_goes_to_no_other_payer() -> None:
    first = request(COMPLETE)
    other = (*without("payer.name"), field("payer.name", "Another Health Plan"))
    built = build(other, number=2, prior=first)
    assert isinstance(built, PasGaps)
    assert [(each.path, each.field) for each in built.missing] == [("Claim.insurer", "payer.name")]
    respelt = (*without("payer.name"), field("payer.name", "EXAMPLE  Health Plan"))
    assert isinstance(build(respelt, number=2, prior=first), PasRequest)
    cancelled = request(other, 2, first, cancel=True)
    assert claims(cancelled)[0]["insurer"] == claims(first)[0]["insurer"]


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("update-without-a-note", NOTE.content),
        ("cancellation-without-a-note", NOTE.content),
        ("update-of-the-whole-fax", CONTENT),
    ],
)
def test_what_goes_along_no_more_is_named_and_not_sent_again(name: str, gone: bytes) -> None:
    bundle = bundles()[name]
    assert base64.b64encode(gone).decode() not in bundle
    claim = json.loads(bundle)["entry"][0]["resource"]
    found = [each for each in claim["supportingInfo"] if "identifier" in each.get("valueReference", {})]
    assert [each["modifierExtension"][0]["valueBoolean"] for each in found] == [True]


def test_what_goes_along_again_is_added() -> None:
    claim = json.loads(bundles()["update-with-the-note-again"])["entry"][0]["resource"]
    marks = [[e.get("valueCode") for e in each.get("extension", [])] for each in claim["supportingInfo"]]
    assert sum("added" in each for each in marks) == 1
    assert len(claim["supportingInfo"]) == 2 + len(PACKET.all)
