"""What holds of every record's bundle, whatever its document says; `drawn` draws the records, `tracing` judges."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import assume, given
from hypothesis import strategies as st

from documents.records import Field, FieldStatus, Record
from documents.values import Alignment, Assertion
from extractors.document_type import all_document_types
from fhir_mapping import constants
from tests.fhir_mapping.drawn import (
    CHOICES,
    HOSTILE,
    PLAUSIBLE,
    SLOTS,
    TYPES,
    Slot,
    bundle_text,
    everywhere,
    made,
    only,
    plain_records,
    record_of,
    records,
    relaxed,
)
from tests.fhir_mapping.tracing import OUR_MEMBERS, OURS, Resource, Stated, by_id, clinical, leaves, spaced


@relaxed
@given(records())
def test_every_bundle_is_valid_and_every_reference_resolves(record: Record) -> None:
    text = bundle_text(record)
    assert Bundle.model_validate_json(text)
    entries = json.loads(text)["entry"]
    urls = [entry["fullUrl"] for entry in entries]
    assert len(set(urls)) == len(urls)
    assert {value for name, value in leaves(entries) if name == "reference"} <= set(urls)


@relaxed
@given(records())
def test_nothing_is_invented(record: Record) -> None:
    stated = Stated(record)
    for resource in clinical(bundle_text(record)):
        for name, value in leaves(resource):
            assert name in OUR_MEMBERS or stated.holds(name, value), (resource["resourceType"], name, value)


@pytest.mark.parametrize("value", [*HOSTILE, *sorted({v for values in PLAUSIBLE.values() for v in values})], ids=ascii)
def test_any_value_in_any_place_gives_a_valid_bundle_that_invents_nothing(value: str) -> None:
    for document_type in TYPES:
        record = everywhere(value, document_type.name)
        text, stated = bundle_text(record), Stated(record)
        for resource in clinical(text):
            for name, leaf in leaves(resource):
                assert name in OUR_MEMBERS or stated.holds(name, leaf), (resource["resourceType"], name, leaf)


@relaxed
@given(records(), st.sampled_from([FieldStatus.REVIEW, FieldStatus.REJECTED]))
def test_what_is_not_proven_appears_nowhere(record: Record, status: FieldStatus) -> None:
    hidden = tuple(
        f.model_copy(update={"value": f"hidden{n}x", "quote": f"hidden{n}x", "status": status}) if not f.usable else f
        for n, f in enumerate(record.fields)
    )
    text = bundle_text(record.model_copy(update={"fields": hidden}))
    assert "hidden" not in text
    none = tuple(f.model_copy(update={"status": status}) for f in record.fields)
    assert clinical(bundle_text(record.model_copy(update={"fields": none}))) == []


@pytest.mark.parametrize("document_type", sorted(all_document_types()))
def test_an_empty_record_gives_no_clinical_resource(document_type: str) -> None:
    assert clinical(bundle_text(record_of((), document_type))) == []


# What is not printed in a resource and decides, besides its own, on others: who asks, and on what a claim stands.
INSTEAD = {"observation.date": "specimen.collected", "decision.date": "letter.date"}
MAY_APPEAR = {
    "allergy": {"AllergyIntolerance"},
    "provider": {"Claim"},
    "facility": {"Claim", "Location"},
    "discharge": {"Encounter"},
}


@relaxed
@given(plain_records(), st.data())
def test_removing_a_value_removes_exactly_its_elements(record: Record, data: st.DataObject) -> None:
    printed = [f for f in record.fields if not is_choice(f)]
    assume(printed)
    gone = data.draw(st.sampled_from(printed))
    rest = record.model_copy(update={"fields": tuple(f for f in record.fields if f is not gone)})
    before, after = by_id(bundle_text(record)), by_id(bundle_text(rest))
    for each, resource in before.items():
        kind, shown = resource["resourceType"], shown_in(resource, record)
        if kind in OURS:
            continue
        if each not in after:
            assert gone in shown or refers_to(resource, before.keys() - after.keys()) or kind == "Patient"
        else:
            left = shown_in(after[each], record)
            instead = [f for f in left if f.path == INSTEAD.get(gone.path) and gone in shown]
            assert same(left, [*(f for f in shown if f != gone), *instead]), (kind, gone.path)
            if gone not in shown:
                assert content(after[each]) == content(resource), (kind, gone.path)
    appeared = {after[each]["resourceType"] for each in after.keys() - before.keys()} - OURS
    assert appeared <= MAY_APPEAR.get(gone.path.split(".")[0], set())


def same(some: list[Field], others: list[Field]) -> bool:
    return {f.value for f in some} == {f.value for f in others}


def is_choice(field: Field) -> bool:
    return field.kind in CHOICES or field.value.split()[0] not in (only(field.kind, n).split()[0] for n in range(400))


def shown_in(resource: Resource, record: Record) -> list[Field]:
    """The fields whose first word stands in a resource."""
    words = {word for name, value in leaves(resource) if name not in OUR_MEMBERS for word in spaced(str(value)).split()}
    return [f for f in record.fields if f.value.split()[0] in words and not is_choice(f)]


def refers_to(resource: Resource, ids: set[str]) -> bool:
    named = {value.removeprefix("urn:uuid:") for name, value in leaves(resource) if name == "reference"}
    return bool(named & ids)


def content(resource: Resource) -> Counter[tuple[str, str]]:
    """What a resource says itself: no links to others, no numbers for them, no system made of an issuer's name."""
    return Counter(
        (name, str(value))
        for name, value in leaves(resource)
        if name not in OUR_MEMBERS and not str(value).startswith("urn:uuid:") and not is_absence(value)
    )


def is_absence(value: Any) -> bool:
    return value in {constants.Extension.ABSENT_REASON, constants.ABSENT_UNKNOWN}


@relaxed
@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_fields_changes_no_id(record: Record, random: Any) -> None:
    fields = list(record.fields)
    random.shuffle(fields)
    turned = record.model_copy(update={"fields": tuple(fields)})
    assert by_id(bundle_text(turned)).keys() == by_id(bundle_text(record)).keys()


@relaxed
@given(plain_records(), st.randoms(use_true_random=False))
def test_the_order_of_fields_changes_only_the_order_of_what_is_said(record: Record, random: Any) -> None:
    fields = list(record.fields)
    random.shuffle(fields)
    turned = by_id(bundle_text(record.model_copy(update={"fields": tuple(fields)})))
    for each, resource in by_id(bundle_text(record)).items():
        said, again = (Counter(leaf for leaf in leaves(r) if leaf[0] != "id") for r in (resource, turned[each]))
        assert said == again, resource["resourceType"]  # ids of elements count the places in arrays


@relaxed
@given(records(), st.data())
def test_a_value_that_is_listed_twice_is_said_once(record: Record, data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(record.fields), max_size=8)) if record.fields else []
    twice = record.model_copy(update={"fields": (*record.fields, *again)})
    assert bundle_text(twice) == bundle_text(record)


NOT_SO = (
    *(("assertion", a) for a in Assertion if a is not Assertion.PRESENT),
    *(("status", s) for s in ("negated", "family_history", "historical")),
)


@relaxed
@given(plain_records("clinical_note", "prior_auth_request", "referral", "denial_letter"), st.data())
def test_what_is_not_so_now_is_no_active_condition_and_no_current_drug(record: Record, data: st.DataObject) -> None:
    how, value = data.draw(st.sampled_from(NOT_SO))
    entity = "diagnosis" if how == "status" else data.draw(st.sampled_from(["diagnosis", "medication", "procedure"]))
    alignment = data.draw(st.sampled_from([a for a in Alignment if a is not Alignment.NONE]))
    fields = [f for f in record.fields if not f.path.startswith(f"{entity}.")]
    said = [made(slot, only(slot.kind, 300 + n), "g1") for n, slot in enumerate(of_entity(record, entity))]
    if how == "assertion":
        at = data.draw(st.integers(0, len(said) - 1))
        said[at] = said[at].model_copy(update={"assertion": value, "alignment": alignment})
    else:
        (at,) = [n for n, f in enumerate(said) if f.path == "diagnosis.status"]
        said[at] = said[at].model_copy(update={"value": value, "alignment": alignment})
    if entity == "medication":
        status = data.draw(st.sampled_from(["requested", "current"]))
        said = [f.model_copy(update={"value": status}) if f.path == "medication.status" else f for f in said]
    changed = record.model_copy(update={"fields": (*fields, *said)})
    for resource in clinical(bundle_text(changed)):
        if any(f in said for f in shown_in(resource, changed)):
            assert is_not_so(resource), resource


def of_entity(record: Record, entity: str) -> list[Slot]:
    return [slot for slot in SLOTS[record.segment.document_type] if slot.path.startswith(f"{entity}.")]


def is_not_so(resource: Resource) -> bool:
    """Whether a resource says of itself that it is no present fact about the patient."""
    kind, status = resource["resourceType"], str(resource.get("status"))
    if kind == "Condition":
        verified = [code for name, code in leaves(resource.get("verificationStatus", {})) if name.endswith("#code")]
        clinical_status = [code for name, code in leaves(resource.get("clinicalStatus", {})) if name.endswith("#code")]
        return verified in (["refuted"], ["unconfirmed"], ["provisional"], ["differential"]) or clinical_status in (
            ["inactive"],
            ["resolved"],
            ["remission"],
        )
    if kind == "MedicationStatement":
        return status in {"stopped", "not-taken", "entered-in-error"}
    return str(kind) == "FamilyMemberHistory"


@relaxed
@given(records())
def test_ids_follow_from_the_record_alone(record: Record) -> None:
    other = record.model_copy(update={"id": "r-0002"})
    first = by_id(bundle_text(record)).keys()
    assert first == by_id(bundle_text(record)).keys()
    assert not first & by_id(bundle_text(other)).keys()
