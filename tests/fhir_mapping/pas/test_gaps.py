"""What a request lacks is told whole, under no profile of PAS."""

from __future__ import annotations

import json

import pytest

from documents.records import Field, FieldStatus
from documents.values import Assertion
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.pas.attachments import Attachment, SentAlong
from fhir_mapping.pas.gaps import IssueType
from fhir_mapping.pas.request import PasGaps, PasRequest, Release, build_pas_request
from tests.fhir_mapping.pas.requests import COMPLETE, CONTENT, PERSON, SENT, build, entered, released, without
from tests.fhir_mapping.records import FULL, RECORDED, SOURCE, field
from validation.entered_paths import ENTERED

_EXTENSION = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-"


_SENDS = SentAlong(own=Attachment(source=SENT, content=CONTENT))


def gaps(fields: tuple[Field, ...]) -> set[tuple[str, str]]:
    """The paths that are missing, with the fields that would fill them."""
    built = build(fields)
    assert isinstance(built, PasGaps)
    assert "davinci-pas/StructureDefinition/profile" not in built.bundle
    return {(each.path, each.field) for each in built.missing}


def test_a_complete_request_lacks_nothing() -> None:
    assert isinstance(build(COMPLETE), PasRequest)


@pytest.mark.parametrize(
    ("left_out", "path", "asked_for"),
    [
        ("submission.claim_type", "Claim.type", "submission.claim_type"),
        (
            "submission.request_type",
            f"Claim.item[0].extension('{_EXTENSION}serviceItemRequestType').value",
            "submission.request_type[s1]",
        ),
        (
            "submission.certification_type",
            f"Claim.item[1].extension('{_EXTENSION}certificationType').value",
            "submission.certification_type[s2]",
        ),
        ("submission.service_category", "Claim.item[2].category", "submission.service_category[m1]"),
        (
            "submission.report_type",
            f"Claim.supportingInfo[1].extension('{_EXTENSION}documentInformation').extension('reportTypeCode').value",
            "submission.report_type",
        ),
        ("submission.subscriber_id", "Patient.identifier[0].value", "submission.subscriber_id"),
        ("submission.drug_code", "Claim.item[2].productOrService", "submission.drug_code[m1]"),
        ("service.place", "Claim.item[0].location", "service.place"),
        ("request.urgency", "Claim.priority", "request.urgency"),
        ("payer.name", "Organization.name", "payer.name"),
        ("patient.member_id", "Coverage.identifier[0].value", "patient.member_id"),
        ("patient.name", "Patient.name[0]", "patient.name"),
        ("subscriber.name", "Patient.name[0]", "subscriber.name"),
        ("subscriber.relationship", "Coverage.relationship", "submission.relationship"),
        ("provider.phone", "PractitionerRole.telecom", "provider.phone[p2]"),
        ("provider.npi", "Practitioner.identifier[0].value", "provider.npi[p1]"),
        ("provider.name", "Practitioner.name[0]", "provider.name[p1]"),
        ("procedure.code", "Claim.item[0].productOrService", "procedure.code[s1]"),
        ("facility.name", "Organization.name", "facility.name[f1]"),
    ],
)
def test_each_mandatory_element_is_missed(left_out: str, path: str, asked_for: str) -> None:
    assert (path, asked_for) in gaps(without(left_out))


def test_a_description_is_no_diagnosis() -> None:
    coded = next(f for f in COMPLETE if f.path == "diagnosis.code")
    assert gaps(tuple(f for f in COMPLETE if f is not coded)) == {
        ("Claim.diagnosis[0].diagnosis", "diagnosis.code[d1]")
    }


def test_somebody_asks() -> None:
    assert ("Claim.provider", "provider.name") in gaps(without("provider", "facility"))


def test_one_provider_asks() -> None:
    both = (f.model_copy(update={"value": "requesting"}) if f.path == "provider.role" else f for f in COMPLETE)
    assert gaps(tuple(both)) == {("Claim.provider", "provider.role")}


@pytest.mark.parametrize("assertion", [each for each in Assertion if each is not Assertion.PRESENT])
@pytest.mark.parametrize("path", ["provider.name", "provider.role", "provider.npi"])
def test_of_a_provider_who_is_no_fact_what_says_so_is_named(path: str, assertion: Assertion) -> None:
    at = next(i for i, f in enumerate(COMPLETE) if f.path == path and f.group == "p1")
    said = COMPLETE[at].model_copy(update={"assertion": assertion, "status": FieldStatus.VERIFIED})
    fields = (*COMPLETE[:at], said, *COMPLETE[at + 1 :])
    assert ("Claim.provider", f"{path}[p1]") in gaps(fields)
    role = entered("provider.role", "requesting", "p1")
    assert ("Claim.provider", f"{path}[p1]") in gaps((*fields, role))
    rejected = said.model_copy(update={"status": FieldStatus.REJECTED})
    again = entered(path, said.value, "p1").model_copy(update={"kind": said.kind})
    assert isinstance(build((*COMPLETE[:at], rejected, again, *COMPLETE[at + 1 :])), PasRequest)


@pytest.mark.parametrize(
    ("path", "value", "group"),
    [
        ("patient.dob", "1969-04", None),
        ("patient.dob", "1969-02-30", None),
        ("service.start", "2026-12", None),
        ("service.end", "2026-01-01", None),
        ("service.place", "Office", None),
        ("provider.npi", "1234567890", "p1"),
        ("facility.npi", "1003000127", "f1"),
        ("diagnosis.code", "M1711", "d1"),
        ("procedure.code", "27447X", "s1"),
        ("procedure.modifier", "?", "s1"),
        ("procedure.units", "several", "s1"),
        ("procedure.units", "0", "s1"),
        ("submission.claim_type", "pharmacy", None),
        ("submission.request_type", "health services", None),
        ("submission.drug_code", "Humira", "m1"),
    ],
)
def test_what_is_partial_or_misshapen_is_not_sent(path: str, value: str, group: str | None) -> None:
    at = next(i for i, f in enumerate(COMPLETE) if f.path == path and f.group == group)
    wrong = COMPLETE[at].model_copy(update={"value": value, "quote": value})
    fields = (*COMPLETE[:at], wrong, *COMPLETE[at + 1 :])
    assert (path if group is None else f"{path}[{group}]") in {named for _, named in gaps(fields)}


def test_everything_is_told_at_once() -> None:
    missing = gaps(())
    assert {
        "Claim.type",
        "Claim.provider",
        "Claim.priority",
        "Claim.item[0].productOrService",
        "Claim.item[0].category",
        "Claim.item[0].location",
        "Patient.name[0]",
        "Patient.identifier[0].value",
        "Coverage.identifier[0].value",
        "Coverage.relationship",
        "Organization.name",
    } <= {path for path, _ in missing}


def test_what_a_program_read_or_nobody_verified_is_no_answer() -> None:
    read = (*without("submission.claim_type"), field("submission.claim_type", "professional"))
    assert gaps(read) == {("Claim.type", "submission.claim_type")}
    confirmed = entered("submission.claim_type", "professional").model_copy(update={"source": "rules"})
    assert gaps((*without("submission.claim_type"), confirmed)) == {("Claim.type", "submission.claim_type")}
    left = entered("submission.claim_type", "professional").model_copy(update={"status": FieldStatus.REVIEW})
    assert ("Claim.type", "submission.claim_type") in gaps((*without("submission.claim_type"), left))


@pytest.mark.parametrize(
    "path", ["procedure.modifier", "procedure.code", "medication.drug", "service.end", "patient.sex"]
)
def test_what_nobody_decided_is_not_left_out_in_silence(path: str) -> None:
    at = next(at for at, f in enumerate(COMPLETE) if f.path == path)
    open_ = COMPLETE[at].model_copy(update={"status": FieldStatus.REVIEW})
    named = path if open_.group is None else f"{path}[{open_.group}]"
    assert named in {asked for _, asked in gaps((*COMPLETE[:at], open_, *COMPLETE[at + 1 :]))}


@pytest.mark.parametrize(
    ("path", "value", "group"),
    [
        ("medication.drug", "etanercept", "m1"),
        ("medication.status", "current", "m1"),
        ("medication.strength", "20 mg/0.4 mL", "m1"),
        ("medication.dose", "80 mg", "m1"),
        ("medication.frequency", "weekly", "m1"),
        ("medication.refills", "2", "m1"),
        ("procedure.units", "7", "s1"),
        ("patient.sex", "male", None),
        ("patient.phone", "(806) 555-0199", None),
        ("payer.group_number", "GRP-9", None),
        ("provider.npi", "1003000126", "p1"),
        ("facility.name", "Another Center", "f1"),
        ("service.place", "11", None),
    ],
)
def test_what_is_stated_in_two_ways_is_asked(path: str, value: str, group: str | None) -> None:
    named = path if group is None else f"{path}[{group}]"
    assert named in {asked for _, asked in gaps((*COMPLETE, field(path, value, group)))}


def test_a_drug_named_in_two_ways_is_asked_even_if_a_line_bills_it() -> None:
    billed = (*COMPLETE, field("procedure.code", "J0135", "s3"), field("medication.drug", "etanercept", "m1"))
    assert gaps(billed) == {("Claim.item[3].productOrService", "medication.drug[m1]")}


def test_what_belongs_to_one_of_two_codes_is_asked() -> None:
    two = (*COMPLETE, field("procedure.code", "97110", "s1"))
    assert {
        ("Claim.item[0].quantity", "procedure.units[s1]"),
        ("Claim.item[1].modifier[0]", "procedure.modifier[s1]"),
    } <= (gaps(two))


def test_an_immediate_appeal_states_its_level_of_service() -> None:
    appeal = (*without("submission.certification_type"), entered("submission.certification_type", "1"))
    assert {asked for _, asked in gaps(appeal)} == {"submission.level_of_service"}


def test_what_is_entered_does_not_contradict_what_is_printed() -> None:
    assert gaps((*COMPLETE, entered("submission.relationship", "18"))) == {
        ("Coverage.relationship", "submission.relationship")
    }


def test_a_line_without_its_code_or_drug_is_still_a_line() -> None:
    only_units = (*COMPLETE, field("procedure.units", "3", "s7"))
    assert ("Claim.item[2].productOrService", "procedure.code[s7]") in gaps(only_units)
    no_drug = (*COMPLETE, field("medication.status", "requested", "m7"))
    assert ("Claim.item[3].productOrService", "medication.drug[m7]") in gaps(no_drug)


def test_two_answers_are_none() -> None:
    twice = (*COMPLETE, entered("submission.claim_type", "oral"))
    built = build(twice)
    assert isinstance(built, PasGaps)
    assert [(each.path, each.issue) for each in built.missing] == [("Claim.type", IssueType.CONFLICT)]


def test_an_outcome_and_a_task_tell_the_same_and_hold_no_patient_text() -> None:
    built = build(FULL)
    assert isinstance(built, PasGaps)
    resources = {e["resource"]["resourceType"]: e["resource"] for e in json.loads(built.bundle)["entry"]}
    assert set(resources) == {"OperationOutcome", "Task", "DocumentReference"}
    paths = [each.path for each in built.missing]
    assert [issue["expression"] for issue in resources["OperationOutcome"]["issue"]] == [[path] for path in paths]
    assert [given["type"]["text"] for given in resources["Task"]["input"]] == paths
    values = {f.value for f in FULL if f.path.split(".")[0] in {"patient", "subscriber", "diagnosis", "payer"}}
    assert not any(value in built.bundle for value in values)


def test_only_a_request_asks_for_a_decision() -> None:
    note = released(COMPLETE, "clinical_note")
    built = build_pas_request(note, SENT, _SENDS, site=None, release=Release(by=PERSON, at=RECORDED))
    assert isinstance(built, PasGaps)
    assert [(each.path, each.field, each.issue) for each in built.missing] == [("Claim", "", IssueType.NOT_SUPPORTED)]


def test_no_other_document_is_sent_and_nothing_without_a_person() -> None:
    request, release = released(COMPLETE), Release(by=PERSON, at=RECORDED)
    others = SentAlong(own=Attachment(source=SOURCE, content=CONTENT))
    with pytest.raises(FhirMappingError):
        build_pas_request(request, SENT, others, site=None, release=release)
    with pytest.raises(ValueError, match="released by a person"):
        build_pas_request(request, SENT, _SENDS, site=None, release=Release(by=" ", at=RECORDED))


def test_pages_that_cannot_be_had_alone_are_a_gap() -> None:
    built = build_pas_request(
        released(COMPLETE), SENT, SentAlong(own=None), site=None, release=Release(by=PERSON, at=RECORDED)
    )
    assert isinstance(built, PasGaps)
    (gap,) = built.missing
    assert (gap.path, gap.field) == ("Claim.supportingInfo", "")


def test_each_entered_path_says_what_to_enter() -> None:
    assert len({each.path for each in ENTERED}) == len(ENTERED)
    assert all(each.path.startswith("submission.") and each.asks for each in ENTERED)
