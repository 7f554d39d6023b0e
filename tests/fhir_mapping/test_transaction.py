from __future__ import annotations

import json
from typing import Any

import pytest

from fhir_mapping.bundle import build_bundle
from fhir_mapping.transaction import Held, ResourceKey, held, is_same, parsed, reads, resources, transaction
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS

BASE = "https://fhir.example.org/r4"
BUNDLE = build_bundle(VARIANTS["full"], SOURCE, recorded=RECORDED, software=SOFTWARE)
FULL = resources(BUNDLE)
PATIENT = next(key for key in FULL if key.type == "Patient")


def as_held(key: ResourceKey, version: str = "1") -> Held:
    """A resource as a server gives it back."""
    resource = {**FULL[key], "meta": {**FULL[key].get("meta", {}), "versionId": version, "lastUpdated": "2026-11-21"}}
    return Held(resource, version)


def entries(text: str | None) -> list[dict[str, Any]]:
    assert text is not None
    found: list[dict[str, Any]] = json.loads(text)["entry"]
    return found


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [each for member in value for each in references(member)]
    if not isinstance(value, dict):
        return []
    own = [value["reference"]] if isinstance(value.get("reference"), str) else []
    return own + [each for member in value.values() for each in references(member)]


def test_each_resource_is_written_to_its_own_id_and_references_name_it() -> None:
    written = entries(transaction(FULL, {}, base=f"{BASE}/"))
    assert [entry["request"] for entry in written] == [{"method": "PUT", "url": key.url} for key in FULL]
    assert [entry["fullUrl"] for entry in written] == [f"{BASE}/{key.url}" for key in FULL]
    pointed = {each for entry in written for each in references(entry["resource"])}
    assert len(pointed) > 5
    assert pointed <= {key.url for key in FULL}


def test_only_references_are_rewritten() -> None:
    urn = "urn:uuid:8c1f0b0e-0000-5000-8000-000000000001"
    coverage = {"resourceType": "Coverage", "id": "c", "identifier": [{"system": urn, "value": "1"}]}
    subject = {"resourceType": "Patient", "id": "p", "note": [{"reference": {"reference": urn}}]}
    entry = [{"fullUrl": urn, "resource": coverage}, {"fullUrl": "urn:uuid:2", "resource": subject}]
    found = resources(json.dumps({"resourceType": "Bundle", "entry": entry}))
    assert found[ResourceKey("Coverage", "c")]["identifier"][0]["system"] == urn
    assert found[ResourceKey("Patient", "p")]["note"] == [{"reference": {"reference": "Coverage/c"}}]


def test_decimals_keep_their_printed_digits() -> None:
    assert '"value":1.60' in str(transaction(FULL, {}, base=BASE))


def test_what_the_server_holds_already_is_not_written_again() -> None:
    there = {key: as_held(key) for key in FULL}
    assert transaction(FULL, there, base=BASE) is None
    del there[PATIENT]
    assert [entry["request"]["url"] for entry in entries(transaction(FULL, there, base=BASE))] == [PATIENT.url]


def test_what_differs_is_written_over_the_version_that_was_read_and_no_other() -> None:
    there = {key: as_held(key) for key in FULL}
    there[PATIENT] = Held({**there[PATIENT].resource, "gender": "other"}, "7")
    (entry,) = entries(transaction(FULL, there, base=BASE))
    assert entry["request"] == {"method": "PUT", "url": PATIENT.url, "ifMatch": 'W/"7"'}


def test_what_a_newer_publication_dropped_is_deleted_where_it_is_held() -> None:
    less = {key: resource for key, resource in FULL.items() if key.type not in {"Observation", "Claim"}}
    dropped = FULL.keys() - less.keys()
    there = {key: as_held(key) for key in FULL if key.type != "Claim"}
    written = entries(transaction(less, there, base=BASE, dropped=dropped))
    assert {entry["request"]["url"] for entry in written} == {key.url for key in dropped if key.type == "Observation"}
    assert {entry["request"]["method"] for entry in written} == {"DELETE"}


def test_a_withdrawn_publication_leaves_nothing() -> None:
    written = entries(transaction({}, {key: as_held(key) for key in FULL}, base=BASE, dropped=FULL.keys()))
    assert {entry["request"]["url"] for entry in written} == {key.url for key in FULL}
    assert transaction({}, {}, base=BASE, dropped=FULL.keys()) is None


@pytest.mark.parametrize(
    ("added", "same"),
    [
        ({"text": {"status": "generated", "div": "<div/>"}}, True),
        ({"meta": {"versionId": "3", "tag": [{"code": "theirs"}]}}, True),
        ({"gender": "female"}, False),
        ({"active": True}, False),
    ],
)
def test_what_a_server_adds_by_itself_is_no_difference(added: dict[str, Any], same: bool) -> None:
    ours = {"resourceType": "Patient", "id": "1", "gender": "male"}
    assert is_same(ours, {**ours, **added}) is same


def test_a_number_is_the_same_however_many_digits_a_server_keeps() -> None:
    assert is_same(parsed('{"value":1.60}'), parsed('{"value":1.6}'))
    assert not is_same(parsed('{"value":1.60}'), parsed('{"value":16.0}'))


def test_every_read_must_be_answered() -> None:
    keys = [ResourceKey("Patient", "1"), ResourceKey("Claim", "2")]
    patient = {"resourceType": "Patient", "id": "1", "meta": {"versionId": "4"}}
    found, gone = {"resource": patient, "response": {"status": "200 OK"}}, {"response": {"status": "404"}}
    assert held({"entry": [found, gone]}, keys) == {keys[0]: Held(patient, "4")}
    for answer in (
        {"entry": [found]},
        {"entry": [gone, found]},
        {"entry": [found, {"response": {"status": "500"}}]},
        {"entry": [found, {}]},
        {"entry": "x"},
        {},
    ):
        with pytest.raises(ValueError, match="read"):
            held(answer, keys)
    assert [e["request"] for e in json.loads(reads(keys))["entry"]] == [
        {"method": "GET", "url": key.url} for key in keys
    ]


@pytest.mark.parametrize("number", ["1e99999999999999999999", "9" * 5000])
def test_a_number_beyond_all_measure_is_no_answer(number: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own, or ours
        parsed(f'{{"value": {number}}}')


def test_an_answer_that_is_nested_too_deeply_is_no_answer() -> None:
    with pytest.raises(ValueError, match="nested"):
        parsed("[" * 200_000)
