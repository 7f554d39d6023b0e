"""From cited values to a record: grounding, merging, conflicts, repair, checks, decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from documents.pages import Page
from documents.records import Field, FieldStatus, Record, RedFlag, Segment
from documents.values import Alignment, Assertion, Cited
from extractors.backend import Reading, Readings
from extractors.records.assembly import ExtractionContext, build_record
from extractors.records.code_repair import repaired_code
from extractors.records.packet import cross_check
from tests.extractors.printed import page_of

CONTEXT = ExtractionContext(received_at=datetime(2026, 9, 1, 12, tzinfo=UTC), today=date(2026, 9, 1), time_zone=UTC)
FORM = """PRIOR AUTHORIZATION REQUEST
Patient name: Jane M Doe   Date of birth: 7/17/1984
Member ID: XQB123456   Sex: Female
Requesting provider: Alan Smith   NPI: 1234567893
Diagnosis: M54.16 Radiculopathy, lumbar region
Procedure: 72148 MRI lumbar spine without contrast
Date of service: 9/14/2026"""
SURE = {"label_score": 1.0}


def cited(path: str, value: str, quote: str | None = None, **more: object) -> Cited:
    return Cited.model_validate({"path": path, "value": value, "quote": quote or value, "features": SURE, **more})


BASE = (
    cited("patient.name", "Jane M Doe"),
    cited("patient.dob", "1984-07-17", "7/17/1984"),
    cited("patient.member_id", "XQB123456"),
    cited("provider.name", "Alan Smith", group="p"),
    cited("provider.npi", "1234567893", group="p"),
    cited("diagnosis.code", "M54.16", group="d"),
    cited("diagnosis.description", "Radiculopathy, lumbar region", group="d"),
    cited("procedure.code", "72148", group="s"),
    cited("procedure.description", "MRI lumbar spine without contrast", group="s"),
    cited("service.start", "2026-09-14", "9/14/2026"),
)


def record(
    values: Sequence[Cited], *pages: Page, document_type: str = "prior_auth_request", blank: tuple[str, ...] = ()
) -> Record:
    held = pages or (page_of(FORM),)
    segment = Segment(document_type=document_type, page_start=held[0].number, page_end=held[-1].number, confidence=0.95)
    return build_record(
        "0" * 64, segment, held, Readings(first=Reading(cited=tuple(values), blank=blank)), context=CONTEXT
    )


def one(built: Record, path: str) -> Field:
    (found,) = built.values(path)
    return found


def test_a_clean_form_is_published_without_a_person() -> None:
    built = record(BASE)
    assert built.accepted, built.review_reasons
    assert all(f.status is FieldStatus.ACCEPTED and f.evidence and not f.reasons for f in built.fields)
    assert built.deadline is not None
    assert built.missing == ()
    assert {"weights", "rules", "icd10cm", "assembly"} <= set(built.versions)
    assert record(BASE).id == built.id


def test_the_record_is_the_same_whatever_the_order_of_the_reading() -> None:
    assert record(BASE).fields == record(tuple(reversed(BASE))).fields


@pytest.mark.parametrize(
    ("value", "quote", "reason"),
    [("M54.17", "M54.17", "quote_not_found"), ("M54.17", "M54.16", "value_not_in_quote")],
)
def test_an_invented_value_stays_in_review_and_keeps_the_record_there(value: str, quote: str, reason: str) -> None:
    built = record((*BASE, cited("diagnosis.code", value, quote, group="other")))
    invented = next(f for f in built.values("diagnosis.code") if f.value == value)
    assert (invented.alignment, invented.evidence, invented.status) == (Alignment.NONE, (), FieldStatus.REVIEW)
    assert invented.confidence <= 0.2
    assert reason in invented.reasons
    assert not built.accepted


def test_two_mentions_are_one_field_with_two_proofs() -> None:
    second = page_of("Supplement for Doe, Jane M\nDOB 07/17/1984", number=2)
    values = (
        *BASE,
        cited("patient.name", "Jane M Doe", "Doe, Jane M", page=2),
        cited("patient.dob", "1984-07-17", "07/17/1984", page=2),
    )
    built = record(values, page_of(FORM), second)
    assert [e.page for e in one(built, "patient.dob").evidence] == [1, 2]
    assert one(built, "patient.dob").features["mentions"] == 1
    assert len(one(built, "patient.name").evidence) == 2


def test_contradicting_identities_are_a_conflict_and_neither_is_accepted() -> None:
    second = page_of("DOB 07/17/1985", number=2)
    built = record((*BASE, cited("patient.dob", "1985-07-17", "07/17/1985", page=2)), page_of(FORM), second)
    dob = one(built, "patient.dob")
    assert dob.status is FieldStatus.REVIEW
    assert {dob.value, *dob.alternatives} == {"1984-07-17", "1985-07-17"}
    assert RedFlag.CONFLICTING_VALUES in {f.flag for f in built.findings}
    assert not built.accepted


@pytest.mark.parametrize(
    ("path", "value", "printed"),
    [
        ("patient.name", "Jane Doe", "Jane Doe"),
        ("patient.name", "Jane Marie Doe", "DOE, JANE MARIE"),
        ("patient.dob", "1984-07", "July 1984"),
        ("patient.member_id", "XQB 123456", "XQB 123456"),
    ],
)
def test_variants_are_no_conflict(path: str, value: str, printed: str) -> None:
    built = record(
        (*BASE, cited(path, value, printed, page=2)), page_of(FORM), page_of(f"Regarding: {printed} :", number=2)
    )
    assert RedFlag.CONFLICTING_VALUES not in {f.flag for f in built.findings}
    assert one(built, path).status is FieldStatus.ACCEPTED


def test_a_misread_second_print_is_no_conflict() -> None:
    noisy = page_of("Member ID XQB128456", number=2, ocr=True, confidence=0.5)
    built = record((*BASE, cited("patient.member_id", "XQB128456", page=2)), page_of(FORM), noisy)
    assert one(built, "patient.member_id").value == "XQB123456"
    assert RedFlag.CONFLICTING_VALUES not in {f.flag for f in built.findings}


def test_the_same_diagnosis_on_two_pages_is_one_group() -> None:
    second = page_of("Assessment: M54.16 and E11.9 Type 2 diabetes", number=2)
    more = (
        cited("diagnosis.code", "M54.16", group="a", page=2),
        cited("diagnosis.code", "E11.9", group="b", page=2),
    )
    built = record((*BASE, *more), page_of(FORM), second)
    assert [(f.group, f.value) for f in built.values("diagnosis.code")] == [("dx1", "M54.16"), ("dx2", "E11.9")]
    assert one(built, "diagnosis.description").group == "dx1"


def test_the_same_drug_with_another_status_is_another_group() -> None:
    text = "Current: metformin 500 mg\nStopped: metformin 850 mg"
    values = (
        cited("medication.drug", "metformin", group="a", start=9, page=1),
        cited("medication.strength", "500 mg", group="a"),
        cited("medication.status", "current", "Current", group="a", derived=True),
        cited("medication.drug", "metformin", group="b", start=35, page=1),
        cited("medication.strength", "850 mg", group="b"),
        cited("medication.status", "discontinued", "Stopped", group="b", derived=True),
    )
    built = record(values, page_of(text), document_type="clinical_note")
    assert [(f.group, f.value) for f in built.values("medication.status")] == [
        ("med1", "current"),
        ("med2", "discontinued"),
    ]
    assert [(f.group, f.value) for f in built.values("medication.strength")] == [("med1", "500 mg"), ("med2", "850 mg")]


def test_one_mention_read_twice_is_one_drug() -> None:
    values = [cited("medication.drug", "metformin", group=g, start=0, page=1) for g in ("form", "prose")]
    assert len(record(values, page_of("metformin 500 mg"), document_type="clinical_note").fields) == 1


def test_an_invalid_npi_an_unknown_code_and_an_unfinished_code_are_flagged_and_refused() -> None:
    text = FORM.replace("1234567893", "1234567894").replace("M54.16", "M54.1").replace("72148", "72148 Q99.77")
    values = (
        *BASE[:4],
        cited("provider.npi", "1234567894", group="p"),
        cited("diagnosis.code", "M54.1", group="d"),
        cited("diagnosis.code", "Q99.77", group="e"),
        *BASE[7:],
    )
    built = record(values, page_of(text))
    flags = {f.flag for f in built.findings}
    assert {RedFlag.INVALID_NPI, RedFlag.NONBILLABLE_DIAGNOSIS_CODE, RedFlag.INVALID_DIAGNOSIS_CODE} <= flags
    for path in ("provider.npi", "diagnosis.code"):
        assert all(f.status is FieldStatus.REVIEW and f.confidence <= 0.5 for f in built.values(path))


def test_a_misread_code_is_repaired_only_through_its_words_and_only_for_review() -> None:
    assert repaired_code("M5A.16", "Radiculopathy, lumbar region") == "M54.16"
    assert repaired_code("M5A.16", "Essential hypertension") is None
    text = FORM.replace("M54.16", "M5A.16")
    values = tuple(cited("diagnosis.code", "M5A.16", group="d") if c.path == "diagnosis.code" else c for c in BASE)
    doubtful = one(record(values, page_of(text, ocr=True, confidence=0.85)), "diagnosis.code")
    assert (doubtful.value, doubtful.status) == ("M54.16", FieldStatus.REVIEW)
    assert "repaired" in doubtful.reasons
    assert doubtful.quote == "M5A.16"
    assert one(record(values, page_of(text)), "diagnosis.code").value == "M5A.16"


def test_a_sample_in_an_instruction_is_no_value() -> None:
    text = f"{FORM}\nEnter the code, e.g. E11.9, in each box"
    built = record((*BASE, cited("diagnosis.code", "E11.9", group="x")), page_of(text))
    assert [f.value for f in built.values("diagnosis.code")] == ["M54.16"]


def test_blank_places_are_missing_unless_stated_elsewhere() -> None:
    built = record(BASE[1:], blank=("patient.name", "patient.dob", "request.date"))
    assert built.missing == ("patient.name", "request.date")
    assert "required_not_accepted:patient.name" in built.review_reasons


def test_what_the_words_before_deny_is_not_accepted_as_present() -> None:
    page = page_of("Patient denies chest pain today")
    for assertion, reason in ((Assertion.PRESENT, True), (Assertion.NEGATED, False)):
        built = record((cited("diagnosis.description", "chest pain", group="d", assertion=assertion),), page)
        assert ("negated_context" in one(built, "diagnosis.description").reasons) is reason


def test_a_two_digit_birth_year_that_fits_two_centuries_goes_to_a_person() -> None:
    built = record((cited("patient.dob", "2026-03-04", "3/4/26"),), page_of("DOB 3/4/26"))
    assert "ambiguous_century" in one(built, "patient.dob").reasons


def test_another_patient_s_pages_in_a_packet_are_flagged_on_both_records() -> None:
    other = page_of("Patient name: Carl Ruiz   DOB: 2/3/1950", number=2)
    note = record(
        (cited("patient.name", "Carl Ruiz"), cited("patient.dob", "1950-02-03", "2/3/1950")),
        other,
        document_type="clinical_note",
    )
    checked = cross_check([record(BASE), note])
    assert all(RedFlag.PATIENT_MISMATCH in {f.flag for f in r.findings} and not r.accepted for r in checked)
    assert all(f.status is FieldStatus.REVIEW for r in checked for f in r.values("patient.dob"))


def test_a_conflict_is_named_beside_another_patient_s_page() -> None:
    slip = record((cited("patient.dob", "1984-07-19", "7/19/1984"),), page_of("DOB 7/19/1984", number=2))
    other = page_of("Patient name: Carl Ruiz   DOB: 2/3/1950", number=3)
    stranger = record(
        (cited("patient.name", "Carl Ruiz"), cited("patient.dob", "1950-02-03", "2/3/1950")),
        other,
        document_type="clinical_note",
    )
    checked = cross_check([record(BASE), slip, stranger])
    flags = [{f.flag for f in each.findings} for each in checked]
    assert all(RedFlag.CONFLICTING_VALUES in each for each in flags[:2])
    assert RedFlag.PATIENT_MISMATCH in flags[0]
    assert RedFlag.PATIENT_MISMATCH in flags[2]


def test_one_differing_item_between_the_parts_of_a_packet_is_a_conflict() -> None:
    note = record(
        (cited("patient.dob", "1984-07-19", "7/19/1984"),),
        page_of("DOB 7/19/1984", number=2),
        document_type="clinical_note",
    )
    first, second = cross_check([record(BASE), note])
    assert (
        {f.flag for f in first.findings if f.path == "patient.dob"}
        == {f.flag for f in second.findings if f.path == "patient.dob"}
        == {RedFlag.CONFLICTING_VALUES}
    )
    alone = record(BASE)
    assert cross_check([alone]) == (alone,)
    assert cross_check([alone, alone]) == (alone, alone)


@pytest.mark.parametrize(
    ("printed", "read", "cut"),
    [
        ("Facility: Mercy Ridge Hospital", "Ridge Hospital", True),
        ("Facility: Mercy Ridge Hospital", "Mercy Ridge Hospital", False),
        ("Facility: Mercy Ridge  NPI: 1234567893", "Mercy Ridge", False),
        ("Facility: Mercy Ridge Hospital", "Mercy", True),
        ("Facility  Mercy Ridge Hospital NPI: 1234567893", "Mercy Ridge Hospital", False),
    ],
)
def test_half_of_a_printed_name_is_not_accepted(printed: str, read: str, cut: bool) -> None:
    built = record((cited("facility.name", read, group="f"),), page_of(printed))
    assert ("cut_off" in one(built, "facility.name").reasons) is cut


@pytest.mark.parametrize(
    ("runner_up", "doubted", "kept"),
    [
        ("clinical_note", {"service.start"}, {"patient.dob", "diagnosis.code", "procedure.code"}),
        ("payer_policy", {"patient.dob", "diagnosis.code", "service.start"}, {"procedure.code"}),
        ("unknown", set(), {"patient.dob", "diagnosis.code", "procedure.code"}),
    ],
)
def test_an_unsure_type_leaves_what_the_other_type_does_not_hold(
    runner_up: str, doubted: set[str], kept: set[str]
) -> None:
    segment = Segment(document_type="prior_auth_request", page_start=1, page_end=1, confidence=0.8, runner_up=runner_up)
    read = Readings(first=Reading(cited=BASE, blank=()))
    built = build_record("0" * 64, segment, (page_of(FORM),), read, context=CONTEXT)
    assert not built.accepted
    assert doubted <= {f.path for f in built.fields if "document_type_unsure" in f.reasons}
    assert kept <= {f.path for f in built.fields if f.usable}


NEIGHBOURS = "Rx phentermine  37.5 mg  50  1234567893 no longer, reason: palpitations"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((cited("medication.drug", "phentermine", group="m"), cited("medication.dose", "37.5 mg", group="m")),
         "strength_or_dose"),
        ((cited("procedure.code", "72148", group="s"), cited("procedure.units", "50", group="s")), "modifier_or_units"),
        ((cited("provider.npi", "1234567893", group="p", features={"label_score": 0.5}),), "weak_label"),
        ((cited("medication.drug", "phentermine", group="m"),
          cited("medication.status", "discontinued", "no longer, reason: palpitations", group="m", derived=True)),
         "several_values"),
    ],
)  # fmt: skip
def test_what_may_be_its_neighbour_is_left_to_a_person(values: tuple[Cited, ...], reason: str) -> None:
    built = record(values, page_of(NEIGHBOURS + "\n72148"))
    found = one(built, values[-1].path)
    assert reason in found.reasons
    assert not found.usable


def test_a_strength_beside_the_dose_leaves_the_dose_alone() -> None:
    values = (
        cited("medication.drug", "semaglutide", group="m"),
        cited("medication.strength", "1 mg", group="m"),
        cited("medication.dose", "0.25 mg", group="m"),
    )
    built = record(values, page_of("Rx semaglutide 1 mg pen, inject 0.25 mg"))
    assert one(built, "medication.dose").usable


def test_the_birth_date_is_not_a_service_date_too() -> None:
    built = record((*BASE[:-1], cited("service.start", "1984-07-17", "7/17/1984")))
    assert one(built, "service.start").reasons == ("weak_label", "rule_warning")
    assert one(built, "patient.dob").status is FieldStatus.ACCEPTED


@pytest.mark.parametrize(("code", "usable"), [("72148", True), ("72149", False)])
def test_what_follows_from_a_code_is_no_surer_than_the_code(code: str, usable: bool) -> None:
    others = [c for c in BASE if c.path != "procedure.code"]
    system = cited("procedure.system", "CPT", "MRI lumbar spine without contrast", group="s", derived=True)
    built = record((*others, cited("procedure.code", code, group="s"), system))
    assert one(built, "procedure.code").usable is usable
    assert one(built, "procedure.system").usable is usable
