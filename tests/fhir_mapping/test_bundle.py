"""Whole bundles of whole records: what is in them, and what must not be."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.records import Field, FieldStatus, Record
from documents.values import Assertion
from fhir_mapping.bundle import build_bundle
from fhir_mapping.errors import FhirMappingError
from tests.fhir_mapping.records import FULL, RECORDED, SOFTWARE, SOURCE, VARIANTS, field, record, resources, without

CLINICAL = {
    "Patient",
    "Coverage",
    "Practitioner",
    "Organization",
    "Condition",
    "MedicationRequest",
    "ServiceRequest",
    "DeviceRequest",
    "Location",
    "Claim",
    "PractitionerRole",
    "AllergyIntolerance",
    "MedicationStatement",
    "Observation",
}


def bundle_of(read: Record, **options: Any) -> dict[str, Any]:
    built: dict[str, Any] = json.loads(build_bundle(read, SOURCE, recorded=RECORDED, software=SOFTWARE, **options))
    return built


@pytest.mark.parametrize("name", VARIANTS)
def test_bundle_is_valid_r4_and_loses_nothing_on_the_way_through_the_models(name: str) -> None:
    text = build_bundle(VARIANTS[name], SOURCE, recorded=RECORDED, software=SOFTWARE)
    model = Bundle.model_validate_json(text)
    # 1.60 and 1.6 are equal to Python
    assert json.loads(model.model_dump_json())["entry"] == json.loads(text)["entry"]


@pytest.mark.parametrize("name", ["empty", "nothing-proven"])
def test_what_is_not_proven_yields_the_document_and_nothing_else(name: str) -> None:
    bundle = bundle_of(VARIANTS[name])
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == ["DocumentReference"]
    assert "Testpatient" not in json.dumps(bundle)
    assert "subject" not in bundle["entry"][0]["resource"]
    assert "meta" not in bundle["entry"][0]["resource"]


def test_full_record_maps_to_every_resource() -> None:
    types = [entry["resource"]["resourceType"] for entry in bundle_of(VARIANTS["full"])["entry"]]
    assert {t: types.count(t) for t in CLINICAL} == {
        "Patient": 1,
        "Coverage": 1,
        "Practitioner": 2,
        "Organization": 2,
        "Condition": 2,
        "MedicationRequest": 2,
        "ServiceRequest": 1,
        "DeviceRequest": 1,
        "Location": 1,
        "Claim": 1,
        "PractitionerRole": 1,
        "AllergyIntolerance": 1,
        "MedicationStatement": 2,
        "Observation": 1,
    }
    assert types.count("Provenance") == 19


def test_patient_is_as_printed() -> None:
    (patient,) = resources(VARIANTS["full"], "Patient")
    assert patient["name"] == [
        {"text": "Maria Elena Testpatient", "family": "Testpatient", "given": ["Maria", "Elena"]}
    ]
    assert (patient["gender"], patient["birthDate"]) == ("female", "1969-04-12")
    assert [identifier["value"] for identifier in patient["identifier"]] == ["W123456789", "00482-19"]
    assert patient["identifier"][1]["_system"]["extension"][0]["valueCode"] == "unknown"


def test_unstated_mandatory_items_of_the_patient_are_said_to_be_unknown() -> None:
    (patient,) = resources(VARIANTS["no-patient"], "Patient")
    assert patient["gender"] == "unknown"
    assert patient["name"][0]["extension"][0]["valueCode"] == "unknown"
    assert "value" not in patient["identifier"][0]
    assert "birthDate" not in patient


def test_claim_is_a_draft_that_refers_to_what_is_in_the_bundle() -> None:
    read = VARIANTS["full"]
    (claim,), (coverage,) = resources(read, "Claim"), resources(read, "Coverage")
    assert (claim["status"], claim["use"]) == ("draft", "preauthorization")
    assert claim["priority"]["coding"][0]["code"] == "stat"
    assert claim["patient"] == coverage["beneficiary"]
    assert claim["insurer"] == coverage["payor"][0]
    first, second, drug = claim["item"]
    assert first["productOrService"] == {
        "coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "27447"}],
        "text": "Total knee arthroplasty",
    }
    assert [m["coding"][0]["system"].rsplit("/", 1)[1] for m in first["modifier"]] == ["HCPCSReleaseCodeSets", "cpt"]
    assert second["productOrService"]["coding"][0]["system"].endswith("HCPCSReleaseCodeSets")
    assert first["diagnosisSequence"] == [d["sequence"] for d in claim["diagnosis"]] == [1, 2]
    assert first["servicedPeriod"] == {"start": "2026-12-15", "end": "2027-01-15"}
    assert (first["quantity"], second["quantity"]) == ({"value": 1}, {"value": 2})
    assert drug["productOrService"] == {"text": "adalimumab 40 mg/0.8 mL pen"}


@pytest.mark.parametrize("name", ["no-coverage", "no-provider-no-facility", "nothing-asked-for", "note"])
def test_claim_is_not_made_without_what_it_needs(name: str) -> None:
    assert resources(VARIANTS[name], "Claim") == []


def test_claim_without_stated_urgency_says_so() -> None:
    (claim,) = resources(VARIANTS["no-urgency-no-dates"], "Claim")
    assert claim["priority"]["coding"][0] == {
        "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "code": "unknown",
    }
    assert all("servicedDate" not in item and "servicedPeriod" not in item for item in claim["item"])


def test_note_requests_nothing() -> None:
    note = record(FULL, "clinical_note")
    assert resources(note, "ServiceRequest") == resources(note, "Claim") == []
    assert len(resources(note, "Condition")) == 2


@pytest.mark.parametrize("assertion", [a for a in Assertion if a is not Assertion.PRESENT])
def test_a_diagnosis_that_is_not_present_is_no_condition(assertion: Assertion) -> None:
    read = record([field("diagnosis.code", "M17.11", "d1", assertion=assertion)])
    assert resources(read, "Condition") == []


@pytest.mark.parametrize("status", ["negated", "family_history", "historical"])
@pytest.mark.parametrize("accepted", [FieldStatus.ACCEPTED, FieldStatus.REVIEW])
def test_a_status_keeps_a_diagnosis_out_even_if_it_is_not_accepted(status: str, accepted: FieldStatus) -> None:
    code, stated = field("diagnosis.code", "M17.11", "d1"), field("diagnosis.status", status, "d1", status=accepted)
    assert resources(record([code, stated]), "Condition") == []
    assert len(resources(record([code]), "Condition")) == 1


def test_a_drug_is_called_as_its_product_is_printed_and_its_sig_says_the_rest() -> None:
    # "Famotidine 40 MG/5ML Oral Suspension - take 5 mL nightly", "Aleve: 1 caplet twice daily"
    words = (
        ("drug", "Famotidine", 0), ("strength", "40 mg/5mL", 11), ("route", "Oral", 21), ("form", "Suspension", 26),
        ("dose", "5 mL", 45), ("frequency", "nightly", 50),
    )  # fmt: skip
    fields = [field(f"medication.{leaf}", value, "m1", at=(1, start)) for leaf, value, start in words]
    others = (
        ("drug", "Aleve", 100),
        ("form", "caplet", 109),
        ("dose", "1 caplet", 107),
        ("frequency", "twice daily", 116),
    )
    fields += [field(f"medication.{leaf}", value, "m2", at=(1, start)) for leaf, value, start in others]
    fields += [field("medication.status", "current", group) for group in ("m1", "m2")]
    first, second = resources(record(fields, "clinical_note"), "MedicationRequest")
    assert first["medicationCodeableConcept"]["text"] == "Famotidine 40 mg/5mL Oral Suspension"
    assert first["dosageInstruction"][0]["text"] == "5 mL nightly"
    assert second["medicationCodeableConcept"]["text"] == "Aleve"
    assert second["dosageInstruction"][0]["text"] == "1 caplet twice daily"


def test_a_practice_that_asks_is_the_claims_provider_and_performs_nothing() -> None:
    name = "Alder Valley Orthopedics, PLLC"
    asks = [
        field("facility.name", name, "f9", at=(1, 300)),
        field("provider.role", "requesting", "p9", quote=name, at=(1, 300)),
    ]
    kept = [f for f in FULL if f.path.partition(".")[0] not in ("provider", "facility")]
    read = record([*kept, *asks])
    (claim,), (practice,) = resources(read, "Claim"), [o for o in resources(read, "Organization") if o["name"] == name]
    assert claim["provider"]["reference"].endswith(practice["id"])
    assert resources(read, "Location") == resources(read, "Practitioner") == []
    for asked in resources(read, "ServiceRequest"):
        assert asked["requester"]["reference"].endswith(practice["id"])
        assert "performer" not in asked


def test_drugs_by_their_status() -> None:
    requested, current = resources(VARIANTS["full"], "MedicationRequest")
    assert (requested["status"], requested["intent"]) == ("draft", "proposal")
    assert requested["medicationCodeableConcept"] == {"text": "adalimumab 40 mg/0.8 mL pen"}
    assert requested["dosageInstruction"] == [{"text": "inject 40 mg SC every other week"}]
    assert requested["dispenseRequest"]["numberOfRepeatsAllowed"] == 5
    assert (current["status"], current["intent"]) == ("unknown", "plan")
    assert current["medicationCodeableConcept"] == {"text": "metformin 500 mg"}
    assert "dispenseRequest" not in current


def test_a_drug_without_proven_status_is_not_mapped() -> None:
    drug = field("medication.drug", "metformin", "m1")
    assert resources(record([drug]), "MedicationRequest") == []
    unsure = field("medication.status", "current", "m1", status=FieldStatus.REVIEW)
    assert resources(record([drug, unsure]), "MedicationRequest") == []


def test_a_corrected_direction_is_the_persons_and_not_the_page() -> None:
    corrected = field("medication.dose", "80 mg", "m1", quote="inject 40 mg", status=FieldStatus.VERIFIED)
    read = record([corrected if f.path == "medication.dose" else f for f in FULL])
    assert resources(read, "MedicationRequest")[0]["dosageInstruction"] == [{"text": "80 mg SC every other week"}]


def test_decimals_keep_their_printed_digits() -> None:
    text = build_bundle(VARIANTS["full"], SOURCE, recorded=RECORDED, software=SOFTWARE)
    assert '"value":1.60}' in text


def test_wrong_npi_is_not_written_anywhere() -> None:
    assert "1234567890" not in json.dumps(bundle_of(VARIANTS["bad-npi"]))
    assert "1234567893" in json.dumps(bundle_of(VARIANTS["full"]))


def test_contradicting_values_are_not_mapped() -> None:
    read = record((*FULL, field("patient.dob", "1968-04-12"), field("procedure.units", "3", "s1")))
    (patient,), (claim,) = resources(read, "Patient"), resources(read, "Claim")
    assert "birthDate" not in patient
    assert ["quantity" in item for item in claim["item"]] == [False, True, True]


def test_requester_must_be_beyond_doubt() -> None:
    names = [field("provider.name", "Ana Testdoc", "p1"), field("provider.name", "Bo Testdoc", "p2")]
    line = field("procedure.code", "27447", "s1")
    alone, two = record([names[0], line]), record([*names, line])
    assert "requester" in resources(alone, "ServiceRequest")[0]
    assert "requester" not in resources(two, "ServiceRequest")[0]
    unsure = field("provider.role", "servicing", "p1", status=FieldStatus.REVIEW)
    assert "requester" not in resources(record([names[0], line, unsure]), "ServiceRequest")[0]


def test_source_is_named_by_its_hashes() -> None:
    (document,) = resources(VARIANTS["full"], "DocumentReference")
    attachment = document["content"][0]["attachment"]
    assert attachment["hash"] == "qUqP5cyxm6YcTAhz05Hph5gvu9M="  # base64 of the bytes that the hex stands for
    assert attachment["url"] == "ni:///sha-256;n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
    assert attachment["size"] == SOURCE.size


def test_every_read_resource_has_its_provenance_with_pages_and_verifier() -> None:
    bundle = bundle_of(VARIANTS["verified"], verified_by="u-17")
    by_url = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    proofs = [r for r in by_url.values() if r["resourceType"] == "Provenance"]
    tagged = {url for url, r in by_url.items() if r.get("meta", {}).get("security")}
    assert {p["target"][0]["reference"] for p in proofs} == tagged
    for proof in proofs:
        software, person = proof["agent"]
        assert by_url[software["who"]["reference"]]["resourceType"] == "Device"
        assert person["type"]["coding"][0]["code"] == "verifier"
        assert person["who"]["identifier"]["value"] == "u-17"
        assert by_url[proof["entity"][0]["what"]["reference"]]["resourceType"] == "DocumentReference"
    second = next(url for url, r in by_url.items() if "1245319599" in json.dumps(r.get("identifier")))
    (of_second,) = [p for p in proofs if p["target"][0]["reference"] == second]
    assert of_second["entity"][0]["what"]["display"] == "page 2"


def test_same_record_gives_the_same_text_and_another_record_other_ids() -> None:
    again = VARIANTS["full"].model_copy(update={"id": "r-0002"})
    first, same = bundle_of(VARIANTS["full"]), bundle_of(VARIANTS["full"])
    assert first == same
    ids = {entry["fullUrl"] for entry in first["entry"]}
    assert ids.isdisjoint(entry["fullUrl"] for entry in bundle_of(again)["entry"])


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        build_bundle(VARIANTS["empty"], SOURCE, recorded=datetime(2026, 1, 1), software=SOFTWARE)


def test_what_fhir_refuses_is_reported_without_its_content() -> None:
    broken = SOURCE.model_copy(update={"size": -7731})
    with pytest.raises(FhirMappingError, match="not valid FHIR R4") as caught:
        build_bundle(VARIANTS["full"], broken, recorded=RECORDED, software=SOFTWARE)
    assert "7731" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "said", ["N/A", "NA", "n.a.", "n/a", "unknown", "None", "--", "?", "0000000000", "not on file", "\u00a0", " "]
)
def test_an_open_box_states_nothing(said: str) -> None:
    read = record([field("patient.name", said), field("patient.mrn", said), field("payer.name", said)])
    assert {entry["resource"]["resourceType"] for entry in bundle_of(read)["entry"]} == {"DocumentReference"}


def test_a_result_may_be_none() -> None:
    read = record([field("observation.name", "Ketones", "o1"), field("observation.value", "None", "o1")])
    (observation,) = resources(read, "Observation")
    assert (observation["code"]["text"], observation["valueString"]) == ("Ketones", "None")


def test_spaces_of_other_kinds_become_plain_ones() -> None:
    (patient,) = resources(record([field("patient.address", "1\u00a0Main\u2003St")]), "Patient")
    assert patient["address"] == [{"text": "1 Main St"}]


def test_control_characters_are_refused() -> None:
    read = record([field("patient.name", "Maria\x00 Canary")])
    with pytest.raises(FhirMappingError, match="control character") as caught:
        bundle_of(read)
    assert "Canary" not in str(caught.value)


# Property tests: any part of a record, in any order.

subsets = st.sets(st.integers(0, len(FULL) - 1)).map(lambda chosen: [FULL[i] for i in sorted(chosen)])
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(subsets, st.sampled_from(["prior_auth_request", "clinical_note", "unknown"]))
def test_any_part_of_a_record_yields_a_bundle_that_passes_both_checks(fields: list[Field], document_type: str) -> None:
    bundle = bundle_of(record(fields, document_type))  # raises if the self check or fhir.resources refuses
    assert Bundle.model_validate(bundle)


@relaxed
@given(st.permutations(FULL))
def test_order_of_fields_changes_no_id(fields: list[Field]) -> None:
    urls = {entry["fullUrl"] for entry in bundle_of(record(fields))["entry"]}
    assert urls == {entry["fullUrl"] for entry in bundle_of(VARIANTS["full"])["entry"]}


UNIQUE = [
    f
    for f in FULL
    if len(f.value) > 3 and not any(f.value in g.value or f.value in g.quote for g in FULL if g is not f)
]
# These come with later resources, decide by other means than their own text, or belong to drugs no longer taken.
WITHOUT_TEXT = {
    "provider.specialty",
    "provider.role",
    "medication.status",
    "diagnosis.status",
    "request.urgency",
    "allergy.substance",
    "observation.name",
    "observation.value",
}


def text_of(read: Record) -> str:
    return build_bundle(read, SOURCE, recorded=RECORDED, software=SOFTWARE)


@pytest.mark.parametrize("gone", UNIQUE, ids=lambda f: f"{f.path}-{f.group}")
def test_removing_a_value_removes_its_elements(gone: Field) -> None:
    full, rest = text_of(VARIANTS["full"]), text_of(record(f for f in FULL if f is not gone))
    if gone.path in WITHOUT_TEXT or gone.group in ("m3", "m4"):
        return
    shown = gone.quote if gone.path in ("medication.route", "medication.dose", "medication.frequency") else gone.value
    assert shown in full
    assert shown not in rest


@pytest.mark.parametrize("path", ["patient.name", "diagnosis.code", "medication.drug", "procedure.code", "payer.name"])
def test_an_unproven_value_appears_nowhere(path: str) -> None:
    canary = "Z99.89" if path == "diagnosis.code" else "CANARY7731"
    hidden = [f.model_copy(update={"value": canary, "quote": canary, "status": FieldStatus.REVIEW}) for f in FULL]
    fields = [h if f.path == path else f for f, h in zip(FULL, hidden, strict=True)]
    assert canary not in json.dumps(bundle_of(record(fields)))


def test_groups_without_key_are_mapped() -> None:
    read = record([field("diagnosis.code", "E11.9"), *without("diagnosis")])
    assert len(resources(read, "Condition")) == 1


@pytest.mark.parametrize("said", ["NA", "Na"])
def test_sodium_is_told_from_an_open_box_by_its_unit(said: str) -> None:
    sodium = [field("observation.name", said, "o1"), field("observation.value", "139", "o1")]
    (observation,) = resources(record([*sodium, field("observation.unit", "mmol/L", "o1")]), "Observation")
    assert observation["code"] == {"text": f"{said} mmol/L"}
    assert not resources(record(sodium), "Observation")


@pytest.mark.parametrize(("words", "text"), [("nil", "none known"), ("None", "none known"), ("NKDA", "NKDA")])
def test_that_there_is_no_allergy_is_said_in_words_that_say_it(words: str, text: str) -> None:
    (allergy,) = resources(record([field("allergy.none", "none known", "a1", quote=words)]), "AllergyIntolerance")
    assert allergy["code"] == {"text": text}
