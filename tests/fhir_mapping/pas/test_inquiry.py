"""The inquiry holds what a payer finds a request by, nothing else; only a clear answer says whether it is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import claim_identifier
from fhir_mapping.pas.inquiry import Knowledge, inquiry, told
from tests.fhir_mapping.conftest import Checker
from tests.fhir_mapping.pas.variants import bundles
from tests.fhir_mapping.records import RECORDED

_PROFILES = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"

Element = dict[str, Any]


@pytest.fixture(scope="module")
def sent() -> dict[str, str]:
    """Every kind of request, update and cancellation."""
    return bundles()


def claim_of(bundle: str) -> Element:
    claim: Element = json.loads(bundle)["entry"][0]["resource"]
    return claim


def test_every_inquiry_conforms(checker: Checker, tmp_path: Path, sent: dict[str, str]) -> None:
    for name, bundle in sent.items():
        (tmp_path / f"{name}.json").write_text(inquiry(bundle, asked=RECORDED), encoding="utf-8")
    # The project's own rules are about bundles of documents; an inquiry holds none.
    done = checker.check(tmp_path, "pas-2.2.1", "uscore-700", "uscore-610", options=())
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert f"{len(sent)} files" in done.stdout


def test_the_checker_does_look(checker: Checker, tmp_path: Path, sent: dict[str, str]) -> None:
    bundle = json.loads(inquiry(sent["one-line"], asked=RECORDED))
    del bundle["entry"][0]["resource"]["insurance"]
    (tmp_path / "broken.json").write_text(json.dumps(bundle), encoding="utf-8")
    done = checker.check(tmp_path, "pas-2.2.1", "uscore-700", "uscore-610", options=())
    assert done.returncode == 1
    assert "insurance" in done.stdout


def test_an_inquiry_names_the_request_and_says_nothing_that_was_not_sent(sent: dict[str, str]) -> None:
    for name, bundle in sent.items():
        asked, request = json.loads(inquiry(bundle, asked=RECORDED)), json.loads(bundle)
        example, claim = asked["entry"][0]["resource"], claim_of(bundle)
        assert asked["meta"]["profile"] == [f"{_PROFILES}profile-pas-inquiry-request-bundle"], name
        assert example["meta"]["profile"] == [f"{_PROFILES}profile-claim-inquiry"]
        assert example["identifier"] == claim["identifier"]
        assert example["id"] != claim["id"]
        assert asked["identifier"] != request["identifier"]
        held = {each["fullUrl"]: each["resource"] for each in request["entry"]}
        assert all(held[each["fullUrl"]] == each["resource"] for each in asked["entry"][1:])
        assert {item["productOrService"]["coding"][0]["code"] for item in example["item"]} == {
            item["productOrService"]["coding"][0]["code"] for item in claim["item"]
        }


def test_no_more_than_needed_leaves_the_house(sent: dict[str, str]) -> None:
    asked = json.loads(inquiry(sent["second-update"], asked=RECORDED))
    kinds = [each["resource"]["resourceType"] for each in asked["entry"]]
    assert kinds.count("Claim") == 1
    assert set(kinds) == {"Claim", "Patient", "Organization", "Coverage", "PractitionerRole", "Practitioner"}
    assert not {"diagnosis", "supportingInfo", "careTeam", "related"} & set(asked["entry"][0]["resource"])


def test_a_broken_submission_is_not_asked_about(sent: dict[str, str]) -> None:
    broken = json.loads(sent["one-line"])
    broken["entry"] = [each for each in broken["entry"] if each["resource"]["resourceType"] != "Coverage"]
    with pytest.raises(FhirMappingError, match="does not resolve"):
        inquiry(json.dumps(broken), asked=RECORDED)


def response(outcome: str = "queued", /, **elements: Any) -> Element:
    return {"resourceType": "ClaimResponse", "outcome": outcome, **elements}


def bundled(*resources: Element) -> Element:
    entries = [{"fullUrl": f"urn:uuid:{each.get('id', at)}", "resource": each} for at, each in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def returned(*bundles: Element, name: str = "return") -> Element:
    return {"resourceType": "Parameters", "parameter": [{"name": name, "resource": each} for each in bundles]}


OURS = claim_identifier("r-0001", 1)
OUR_ID = OURS.value.removeprefix("urn:uuid:")
BY_IDENTIFIER: Element = {"request": {"identifier": {"system": OURS.system, "value": OURS.value}}}
OTHER: Element = {"request": {"identifier": {"system": OURS.system, "value": claim_identifier("r-0002", 1).value}}}
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "suppressed"}]}


@pytest.mark.parametrize(
    "answer",
    [
        returned(bundled(response(**BY_IDENTIFIER))),
        returned(bundled(response("complete", **BY_IDENTIFIER)), name="responseBundle"),
        returned(bundled(response(**OTHER)), bundled(response("partial", **BY_IDENTIFIER))),
        bundled(response(**OTHER), response(**BY_IDENTIFIER)),
        bundled(response(**BY_IDENTIFIER), OUTCOME),
        response(**BY_IDENTIFIER),
        returned(response(**BY_IDENTIFIER)),
        bundled(response(request={"reference": f"urn:uuid:{OUR_ID}"})),
        bundled(response(request={"reference": f"https://payer.example.org/fhir/Claim/{OUR_ID}"})),
        bundled(response(identifier=[{"system": "urn:trnorg:9012345678", "value": OURS.value}])),
        bundled(
            response(request={"reference": "urn:uuid:c7"}),
            {"resourceType": "Claim", "id": "c7", "identifier": [{"value": OURS.value}]},
        ),
    ],
)
def test_a_payer_that_has_the_request_says_so_in_one_of_these_ways(sent: dict[str, str], answer: Element) -> None:
    found = told(answer, sent["several-lines"])
    assert found.knowledge is Knowledge.TAKEN
    assert found.outcome in {"queued", "complete", "partial"}


@pytest.mark.parametrize(
    "answer",
    [
        {"resourceType": "Parameters"},
        {"resourceType": "Parameters", "parameter": []},
        {"resourceType": "Bundle", "type": "collection"},
        returned(bundled(response(**OTHER))),
        returned(
            bundled(
                response(request={"reference": "urn:uuid:c7"}),
                {"resourceType": "Claim", "id": "c7", "identifier": [{"value": "111099"}]},
            )
        ),
    ],
)
def test_none_or_only_other_requests_means_that_it_was_not_taken(sent: dict[str, str], answer: Element) -> None:
    assert told(answer, sent["several-lines"]).knowledge is Knowledge.NOT_TAKEN


@pytest.mark.parametrize(
    "answer",
    [
        bundled(response("error", **BY_IDENTIFIER)),
        bundled(response("error")),
        bundled(response(request={"reference": "Claim/4711"})),
        bundled(response(identifier=[{"value": "4711"}])),
        returned(bundled(response(**OTHER)), bundled(response())),
        returned(bundled(response(**OTHER), OUTCOME)),
        returned(OUTCOME),
        {"resourceType": "Parameters", "parameter": [{"name": "return"}]},
        OUTCOME,
        # What is not in the form that was agreed, or not all that there is, may hold the request.
        {"resourceType": "Parameters", "parameter": returned(bundled(response(**BY_IDENTIFIER)))["parameter"][0]},
        {"resourceType": "Bundle", "entry": bundled(response(**BY_IDENTIFIER))["entry"][0]},
        {"resourceType": "Bundle", "entry": ["urn:uuid:1"]},
        {"resourceType": "Bundle", "entry": [{"fullUrl": "urn:uuid:1"}]},
        {"resourceType": "Bundle", "type": "searchset", "total": 1},
        returned(bundled(bundled(response(**BY_IDENTIFIER)))),
        {**bundled(response(**OTHER)), "link": [{"relation": "next", "url": "https://payer.example.org/fhir?page=2"}]},
        bundled({"resourceType": "Claim", "id": "c7", "identifier": [{"value": OURS.value}]}),
        {"resourceType": "Patient"},
        {},
        [],
        None,
        "none",
        bundled({"resourceType": "ClaimResponse", "outcome": ["queued"], "request": {"identifier": "?"}}),
    ],
)
def test_anything_else_says_nothing(sent: dict[str, str], answer: Any) -> None:
    assert told(answer, sent["several-lines"]).knowledge is Knowledge.UNSAID


def test_an_answer_that_points_to_our_question_says_nothing(sent: dict[str, str]) -> None:
    asked = json.loads(inquiry(sent["several-lines"], asked=RECORDED))["entry"][0]
    here = response(request={"reference": asked["fullUrl"]})
    assert told(bundled(here, asked["resource"]), sent["several-lines"]).knowledge is Knowledge.UNSAID
    assert told(bundled(here), sent["several-lines"]).knowledge is Knowledge.UNSAID
