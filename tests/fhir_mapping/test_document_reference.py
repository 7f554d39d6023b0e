"""What the bundle says of the document itself: its type where that is sure, its own date, title and visit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from documents.records import Record
from extractors.records.acceptance import SURE_TYPE
from fhir_mapping.bundle import build_bundle
from fhir_mapping.constants import SETTLED_TYPE
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE
from tests.fhir_mapping.records_by_type import EVERY, complete


def reference(read: Record) -> dict[str, Any]:
    bundle = json.loads(build_bundle(read, SOURCE, recorded=RECORDED, software=SOFTWARE))
    (found,) = (e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DocumentReference")
    return dict(found)


@pytest.mark.parametrize(
    ("document_type", "code"), [("referral", "57133-1"), ("clinical_note", "34109-9"), ("lab_report", "11502-2")]
)
def test_a_type_is_coded_where_it_is_sure_and_listed(document_type: str, code: str) -> None:
    read = complete(document_type)
    assert reference(read)["type"]["coding"] == [{"system": "http://loinc.org", "code": code}]
    unsure = read.segment.model_copy(update={"confidence": 0.84})
    said = reference(read.model_copy(update={"segment": unsure}))["type"]
    assert [c["code"] for c in said["coding"]] == ["UNK"]
    assert said["text"] == reference(read)["type"]["text"]


def test_it_is_as_sure_as_acceptance_wants_it() -> None:
    assert SETTLED_TYPE == SURE_TYPE


@pytest.mark.parametrize("document_type", ["prior_auth_request", "denial_letter", "patient_message", "payer_policy"])
def test_a_type_without_a_code_is_named_in_words_and_is_no_clinical_note(document_type: str) -> None:
    said = reference(complete(document_type))
    assert [c["code"] for c in said["type"]["coding"]] == ["UNK"]
    assert said["category"] == [{"text": said["type"]["text"]}]


def test_its_own_date_and_the_visit_it_is_about_are_read_and_labelled_so() -> None:
    note, letter = reference(complete("clinical_note")), reference(complete("denial_letter"))
    assert (note["context"]["period"]["start"], note["context"]["period"]["end"]) == ("2026-11-02", "2026-11-02")
    assert letter["content"][0]["attachment"]["creation"] == "2026-11-24"
    assert [s["code"] for s in letter["meta"]["security"]] == ["AIAST"]


def test_a_document_of_which_nothing_was_read_is_a_fact_of_our_record() -> None:
    assert "security" not in reference(EVERY["name-only"])["meta"]
    assert "meta" not in reference(EVERY["empty"])


def test_profiles_are_named_by_version() -> None:
    versions = [profile.rpartition("|")[2] for profile in reference(complete("clinical_note"))["meta"]["profile"]]
    assert versions == ["6.1.0", "7.0.0"]
