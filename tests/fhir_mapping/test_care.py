"""Stays, follow-ups, messages, specimens, vital signs, devices and referrals: each in its resource, and no further."""

from __future__ import annotations

import json

import pytest

from tests.fhir_mapping.records import FULL, field, record, resources
from tests.fhir_mapping.records_by_type import CLINICAL_NOTE, EVERY, REFERRAL, complete


def test_an_admission_is_an_inpatient_stay() -> None:
    (stay,) = resources(complete("clinical_note"), "Encounter")
    assert (stay["status"], stay["class"]["code"]) == ("finished", "IMP")
    assert stay["period"] == {"start": "2026-10-28", "end": "2026-11-02"}
    (attending,) = stay["participant"]
    people = {f"urn:uuid:{p['id']}": p for p in resources(complete("clinical_note"), "Practitioner")}
    assert people[attending["individual"]["reference"]]["name"][0]["text"] == "Ira Testmd"


def test_a_stay_whose_end_is_not_stated_is_not_over() -> None:
    (stay,) = resources(EVERY["stay-without-discharge"], "Encounter")
    assert (stay["status"], stay["period"]) == ("unknown", {"start": "2026-10-28"})


def test_a_visit_and_a_discharge_alone_say_nothing_of_the_class() -> None:
    assert resources(EVERY["visit"], "Encounter") == []


def test_a_discharge_before_the_admission_dates_no_stay() -> None:
    assert resources(complete("clinical_note", field("discharge.date", "2026-10-01")), "Encounter") == []


def test_what_is_to_follow_is_a_plan_in_the_notes_words() -> None:
    (plan,) = resources(complete("clinical_note"), "CarePlan")
    assert (plan["status"], plan["intent"]) == ("unknown", "plan")
    assert plan["activity"][0]["detail"]["description"] == "See cardiology for a repeat echocardiogram"
    assert plan["activity"][0]["detail"]["scheduledString"] == "in 6 weeks"


def test_a_message_is_a_communication_and_asks_for_nothing_by_itself() -> None:
    read = complete("patient_message")
    (message,) = resources(read, "Communication")
    assert (message["sent"], message["topic"], message["category"]) == (
        "2026-11-18",
        {"text": "Refill"},
        [{"text": "refill_request"}],
    )
    assert "sender" not in message
    assert not any(resources(read, kind) for kind in ("ServiceRequest", "DeviceRequest", "Claim"))
    assert not any("requester" in r for r in resources(read, "MedicationRequest"))


def test_a_specimen_has_its_days_and_the_report_its_specimen() -> None:
    read = complete("lab_report")
    (specimen,), (report,) = resources(read, "Specimen"), resources(read, "DiagnosticReport")
    assert specimen["collection"] == {"collectedDateTime": "2026-11-02"}
    assert specimen["receivedTime"] == "2026-11-03"
    assert report["specimen"] == [{"reference": f"urn:uuid:{specimen['id']}"}]


@pytest.mark.parametrize("name", ["Blood Pressure", "BP", "Pulse", "Temp", "SpO2", "Weight", "BMI", "Resp  Rate"])
def test_a_vital_sign_is_one_by_its_name(name: str) -> None:
    (sign,) = resources(complete("clinical_note", field("observation.name", name, "o1")), "Observation")
    assert sign["category"][0]["coding"][0]["code"] == "vital-signs"
    assert "profile" not in sign["meta"]
    assert "coding" not in sign["code"]


@pytest.mark.parametrize("name", ["SaO2", "Pulse wave velocity", "Weight of specimen", "T", "Potassium"])
def test_a_name_that_is_not_listed_is_no_vital_sign(name: str) -> None:
    (found,) = resources(complete("clinical_note", field("observation.name", name, "o1")), "Observation")
    assert "category" not in found


def test_a_laboratorys_result_is_no_vital_sign_whatever_its_name() -> None:
    read = record([field("observation.name", "Weight", "o1"), field("observation.value", "71", "o1")], "lab_report")
    (found,) = resources(read, "Observation")
    assert [c["coding"][0]["code"] for c in found["category"]] == ["laboratory"]


@pytest.mark.parametrize("code", ["E0601", "K0823", "L1833", "A4253"])
def test_a_device_is_asked_for_as_one(code: str) -> None:
    read = complete("prior_auth_request", field("procedure.code", code, "s2"))
    (device,) = resources(read, "DeviceRequest")
    assert (device["status"], device["intent"]) == ("draft", "proposal")
    assert device["codeCodeableConcept"]["coding"][0]["code"] == code
    assert device["parameter"] == [{"code": {"text": "quantity"}, "valueQuantity": {"value": 2}}]
    assert code not in json.dumps(resources(read, "ServiceRequest"))
    (claim,) = resources(read, "Claim")
    assert code in json.dumps(claim)


@pytest.mark.parametrize("code", ["A0425", "A9552", "G0151", "J1745", "E9999", "27447"])
def test_a_ride_a_drug_or_a_service_is_no_device(code: str) -> None:
    read = complete("prior_auth_request", field("procedure.code", code, "s2"))
    assert resources(read, "DeviceRequest") == []
    assert code in json.dumps(resources(read, "ServiceRequest"))


def test_modifiers_of_a_device_and_of_a_service_are_kept_without_a_claim() -> None:
    fields = [f for f in FULL if not f.path.startswith(("payer.", "patient.member_id"))]
    read = record((*fields, field("procedure.modifier", "NU", "s2")))
    assert resources(read, "Claim") == []
    (device,), (service,) = resources(read, "DeviceRequest"), resources(read, "ServiceRequest")
    assert device["parameter"][1]["valueCodeableConcept"]["coding"][0]["code"] == "NU"
    assert [d["coding"][0]["code"] for d in service["orderDetail"]] == ["RT", "59"]


def test_a_drug_that_a_line_may_bear_already_is_not_asked_for_twice() -> None:
    (claim,) = resources(complete("prior_auth_request", field("procedure.code", "J0135", "s1")), "Claim")
    assert "adalimumab" not in json.dumps(claim)


def test_a_referral_asks_a_colleague_and_no_payer() -> None:
    read = complete("referral")
    (service, itself), (device,) = resources(read, "ServiceRequest"), resources(read, "DeviceRequest")
    assert itself["code"] == {"text": "Referral"}
    assert service["reasonCode"] == device["reasonCode"] == [{"text": REFERRAL[-1].value}]
    people = {f"urn:uuid:{p['id']}": p["name"][0]["text"] for p in resources(read, "Practitioner")}
    assert people[service["requester"]["reference"]] == "Ana Testdoc, MD"
    assert [people[p["reference"]] for p in service["performer"]] == ["Lee van der Berg"]
    assert resources(read, "Claim") == resources(read, "Location") == []


def test_a_referral_that_names_no_service_is_itself_what_is_asked_for() -> None:
    (service,) = resources(EVERY["referral-for-itself"], "ServiceRequest")
    assert service["code"] == {"text": "Referral"}
    assert resources(record([field("patient.name", "Maria Testpatient")], "referral"), "ServiceRequest") == []


def test_the_place_of_a_request_is_the_only_facility_it_names() -> None:
    (place,) = resources(complete("prior_auth_request"), "Location")
    (service,) = resources(complete("prior_auth_request"), "ServiceRequest")
    assert place["name"] == "Example Surgery Center"
    assert service["locationReference"] == [{"reference": f"urn:uuid:{place['id']}"}]
    two = record((*FULL, field("facility.name", "Example Hospital", "f2")))
    assert resources(two, "Location") == []


def test_a_family_doctor_is_one_by_the_stated_role() -> None:
    (patient,) = resources(complete("clinical_note"), "Patient")
    people = {f"urn:uuid:{p['id']}": p["name"][0]["text"] for p in resources(complete("clinical_note"), "Practitioner")}
    assert [people[p["reference"]] for p in patient["generalPractitioner"]] == ["Noor Testpcp"]


def test_the_only_clinician_of_a_note_need_not_be_who_asks() -> None:
    fields = [f for f in CLINICAL_NOTE if not f.path.startswith("provider.")]
    read = record((*fields, field("provider.name", "Ana Testdoc", "p1")), "clinical_note")
    assert not any("requester" in r for r in resources(read, "MedicationRequest"))
