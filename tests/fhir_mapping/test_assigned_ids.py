"""Transactions for servers that name resources themselves say who is meant by a tag, and repeat nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fhir_mapping.assigned_ids import assigned, matched, searches
from fhir_mapping.transaction import Held, ResourceKey

PATIENT, CONDITION = ResourceKey("Patient", "p-1"), ResourceKey("Condition", "c-1")
WANTED: dict[ResourceKey, Any] = {
    PATIENT: {"resourceType": "Patient", "id": "p-1", "meta": {"profile": ["x"]}},
    CONDITION: {"resourceType": "Condition", "id": "c-1", "subject": {"reference": "Patient/p-1"}},
}


def tag(id_: str) -> dict[str, str]:
    return {"system": "urn:ietf:rfc:3986", "code": f"urn:uuid:{id_}"}


def there(**elements: Any) -> Held:
    held = {"resourceType": "Patient", "id": "77", "meta": {"profile": ["x"], "tag": [tag("p-1")], "versionId": "3"}}
    return Held({**held, **elements}, "3")


def entries(text: str | None) -> list[dict[str, Any]]:
    assert text is not None
    found: list[dict[str, Any]] = json.loads(text)["entry"]
    return found


def test_what_is_missing_is_created_on_condition_and_referred_to_by_its_url() -> None:
    patient, condition = entries(assigned(WANTED, {}))
    tagged = "_tag=urn:ietf:rfc:3986%7Curn:uuid:p-1"
    assert patient["request"] == {"method": "POST", "url": "Patient", "ifNoneExist": tagged}
    assert patient["resource"] == {"resourceType": "Patient", "meta": {"profile": ["x"], "tag": [tag("p-1")]}}
    assert condition["resource"]["subject"] == {"reference": patient["fullUrl"]}
    assert condition["resource"]["meta"] == {"tag": [tag("c-1")]}
    assert patient["fullUrl"] not in json.dumps(patient["resource"])


def test_what_is_there_is_left_alone_and_referred_to_where_it_is() -> None:
    (condition,) = entries(assigned(WANTED, {PATIENT: there()}))
    assert condition["resource"]["subject"] == {"reference": "Patient/77"}


def test_what_differs_is_written_where_it_is_in_the_version_that_was_read() -> None:
    (patient,) = entries(assigned({PATIENT: WANTED[PATIENT]}, {PATIENT: there(gender="male")}))
    assert patient["request"] == {"method": "PUT", "url": "Patient/77", "ifMatch": 'W/"3"'}
    assert patient["resource"]["id"] == "77"
    assert patient["resource"]["meta"]["tag"] == [tag("p-1")]


def test_what_was_dropped_is_deleted_where_it_is() -> None:
    (gone,) = entries(assigned({}, {PATIENT: there()}, dropped=[PATIENT, CONDITION]))
    assert gone == {"request": {"method": "DELETE", "url": "Patient/77"}}
    assert assigned({}, {}, dropped=[PATIENT]) is None


def answer(*resources: Any) -> dict[str, Any]:
    found = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": each} for each in resources]}
    return {"resourceType": "Bundle", "entry": [{"response": {"status": "200"}, "resource": found}]}


def test_resources_are_found_by_their_tags() -> None:
    (asked,) = entries(searches([PATIENT]))
    assert asked["request"]["url"] == "Patient?_tag=urn:ietf:rfc:3986%7Curn:uuid:p-1"
    assert matched(answer(there().resource), [PATIENT]) == {PATIENT: there()}
    assert matched(answer(), [PATIENT]) == {}


@pytest.mark.parametrize(
    "said",
    [
        answer(there(meta={"versionId": "1"}).resource),  # of somebody else: the parameter was ignored
        answer(there(meta={"tag": [tag("p-2")]}).resource),
        answer(there().resource, there(id="78").resource),
        answer({"resourceType": "OperationOutcome"}),
        answer(7),
        {"entry": [{"response": {"status": "404"}}]},
        {"entry": [{"response": {"status": "200"}, "resource": there().resource}]},
        {"entry": []},
    ],
)
def test_an_answer_that_is_not_about_the_tag_names_nothing(said: Any) -> None:
    with pytest.raises(ValueError, match=r"search|tag|read"):
        matched(said, [PATIENT])
