"""Two readings of one segment: matched by what they say, compared field by field, and never believed alone."""

from __future__ import annotations

import pytest

from documents.records import Field, FieldStatus, Record, RedFlag, Segment
from documents.values import Assertion, Cited
from extractors.backend import Reading, Readings
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from extractors.records.assembly import build_record
from tests.extractors.printed import page_of
from tests.extractors.records_of import CONTEXT

NOTE = """PROGRESS NOTE
Patient: Ilse Varga        DOB: 04/11/1962        MRN: 5521907
Date of visit: 08/20/2026

ASSESSMENT:
1. Type 2 diabetes mellitus without complications (E11.9)
2. Essential hypertension (I10)
She denies chest pain.

MEDICATIONS:
- lisinopril 20 mg PO daily
- metformin 500 mg PO BID
"""


def said(path: str, value: str, quote: str | None = None, group: str | None = None) -> Cited:
    """What a model says of page 1."""
    return Cited(path=path, value=value, quote=quote or value, page=1, group=group)


def read_with(*cited: Cited, ocr: bool = False, whole: bool = True, confidence: float = 0.97) -> Record:
    """The note's record with a model's reading beside the embedded one."""
    page = page_of(NOTE, ocr=ocr, confidence=confidence)
    segment = Segment(document_type="clinical_note", page_start=1, page_end=1, confidence=0.97)
    first = BACKEND.read((page,), all_document_types()["clinical_note"])
    readings = Readings(first=first, second=Reading(cited=cited), whole=whole)
    return build_record("0" * 64, segment, (page,), readings, context=CONTEXT)


def only(record: Record, path: str, value: str) -> Field:
    """The one field of a path with a value."""
    (found,) = [f for f in record.values(path) if f.value == value]
    return found


def test_what_both_say_names_both_and_is_surer() -> None:
    agreed = only(read_with(said("patient.mrn", "5521907")), "patient.mrn", "5521907")
    alone = only(read_with(), "patient.mrn", "5521907")
    assert (agreed.source, alone.source) == ("llm+rules", "rules")
    assert agreed.features["agrees"] == alone.features["alone"] == 1.0
    assert agreed.confidence > alone.confidence


def test_entities_are_matched_by_what_they_say_and_not_by_their_place() -> None:
    record = read_with(
        said("medication.drug", "metformin", group="a"), said("medication.strength", "500 mg", group="a")
    )
    sources = {f.value: f.source for f in record.values("medication.drug")}
    assert sources == {"lisinopril": "rules", "metformin": "llm+rules"}
    assert {f.value: f.source for f in record.values("medication.strength")} == {
        "20 mg": "rules",
        "500 mg": "llm+rules",
    }
    assert not any("readings_disagree" in f.reasons for f in record.fields)


def test_a_printed_value_of_the_model_that_differs_sends_the_field_to_a_person_with_both() -> None:
    record = read_with(said("patient.dob", "2026-08-20", "08/20/2026"))
    (field,) = record.values("patient.dob")
    assert field.status is FieldStatus.REVIEW
    assert "readings_disagree" in field.reasons
    assert {field.value, *field.alternatives} == {"1962-04-11", "2026-08-20"}
    # The document states one birth date: that two readers differ is no conflict within it.
    assert RedFlag.CONFLICTING_VALUES not in {f.flag for f in record.findings}


@pytest.mark.parametrize(("ocr", "fate"), [(False, FieldStatus.ACCEPTED), (True, FieldStatus.REVIEW)])
def test_an_unproven_value_is_kept_and_counts_against_recognised_words(ocr: bool, fate: FieldStatus) -> None:
    record = read_with(said("patient.dob", "1962-04-17", "04/17/1962"), ocr=ocr)
    (field,) = record.values("patient.dob")
    assert (field.value, field.status) == ("1962-04-11", fate)
    assert field.alternatives == ("1962-04-17",)


@pytest.mark.parametrize("quote", ["5521907", "9981234"])
def test_what_only_the_model_says_waits_for_a_person(quote: str) -> None:
    record = read_with(said("patient.phone", "2105550143", "210-555-0143"), said("patient.member_id", quote))
    assert [f.status for f in record.values("patient.phone")] == [FieldStatus.REVIEW]
    (member,) = record.values("patient.member_id")
    assert member.status is FieldStatus.REVIEW
    assert "one_reading" in member.reasons


def test_the_page_says_whether_a_condition_is_denied() -> None:
    record = read_with(said("diagnosis.description", "chest pain", group="a"))
    (denied,) = [f for f in record.values("diagnosis.description") if "chest" in f.value]
    assert denied.assertion is Assertion.NEGATED
    assert [f.value for f in record.values("diagnosis.status") if f.group == denied.group] == ["negated"]
    assert not denied.usable


def test_a_status_that_the_page_denies_is_not_believed() -> None:
    record = read_with(
        said("diagnosis.description", "chest pain", group="a"),
        said("diagnosis.status", "active", "chest pain", group="a"),
    )
    (denied,) = [f for f in record.values("diagnosis.description") if "chest" in f.value]
    assert [f.value for f in record.values("diagnosis.status") if f.group == denied.group] == ["negated"]


def test_what_our_own_rules_derive_twice_is_no_agreement() -> None:
    record = read_with(said("diagnosis.description", "Essential hypertension", group="a"))
    (agreed,) = [f for f in record.values("diagnosis.description") if "hypertension" in f.value]
    (status,) = [f for f in record.values("diagnosis.status") if f.group == agreed.group]
    assert agreed.source == "llm+rules"
    assert status.source == "rules"
    assert "agrees" not in status.features


def test_words_that_are_read_as_another_field_count_against_the_model() -> None:
    (mixed_up,) = read_with(said("patient.member_id", "5521907")).values("patient.member_id")
    (agreed,) = read_with(said("patient.mrn", "5521907")).values("patient.mrn")
    assert mixed_up.features["taken"] == 1.0
    assert "taken" not in agreed.features


def test_a_model_does_not_hide_what_the_embedded_reader_doubts() -> None:
    page = page_of(NOTE)
    doubted = said("diagnosis.description", "Essential hypertension", group="a").model_copy(
        update={"features": {"section_fit": 0.3, "past_history": 1.0}}
    )
    first, second = Reading(cited=(doubted,)), Reading(cited=(said(doubted.path, doubted.value, group="b"),))
    segment = Segment(document_type="clinical_note", page_start=1, page_end=1, confidence=0.97)
    record = build_record("0" * 64, segment, (page,), Readings(first=first, second=second), context=CONTEXT)
    (past,) = record.values("diagnosis.description")
    assert past.source == "llm+rules"
    assert "past_history" in past.reasons


def test_an_answer_that_is_not_whole_says_nothing_about_what_it_does_not_name() -> None:
    (field,) = read_with(whole=False).values("patient.mrn")
    assert "alone" not in field.features


def test_words_given_for_many_fields_agree_with_nobody() -> None:
    """A model that obeys somebody gives one value for all that it is asked."""
    paths = ("patient.mrn", "patient.member_id", "payer.group_number")
    record = read_with(*(said(path, "5521907") for path in paths))
    mrn = only(record, "patient.mrn", "5521907")
    assert mrn.source == "rules"
    assert "agrees" not in mrn.features
    twice = read_with(*(said(path, "5521907") for path in paths[:2]))
    assert only(twice, "patient.mrn", "5521907").features["agrees"] == 1.0


ECHO = (
    said("patient.dob", "1962-04-11", "04/11/1962"),
    said("patient.mrn", "5521907"),
    said("encounter.date", "2026-08-20", "08/20/2026"),
    said("diagnosis.code", "E11.9", group="a"),
    said("diagnosis.description", "Type 2 diabetes mellitus without complications", group="a"),
    said("medication.drug", "metformin", group="m"),
    said("medication.strength", "500 mg", group="m"),
)
INVENTED = (
    said("diagnosis.code", "I10", group="a"),
    said("diagnosis.description", "Essential (primary) hypertension of the heart", group="a"),
    said("provider.name", "Ada Nobody", group="p"),
    said("patient.mrn", "5521907", "MRN 5521907 confirmed"),
)


@pytest.mark.parametrize("model", [ECHO, INVENTED, ECHO + INVENTED], ids=["echo", "invented", "both"])
@pytest.mark.parametrize("confidence", [0.72, 0.86, 0.9, 0.93])
def test_no_answer_gets_recognised_words_accepted(model: tuple[Cited, ...], confidence: float) -> None:
    """A model sees the characters that recognition made, not the pixels: it cannot vouch for one of them."""
    alone = read_with(ocr=True, whole=False, confidence=confidence)
    beside = read_with(*model, ocr=True, confidence=confidence)
    assert {(f.path, f.value) for f in beside.fields if f.usable} <= {
        (f.path, f.value) for f in alone.fields if f.usable
    }


def test_the_same_characters_elsewhere_are_no_second_place_when_a_model_names_them() -> None:
    page = page_of(NOTE.replace("20 mg PO daily", "500 mg PO daily"), ocr=True, confidence=0.9)
    segment = Segment(document_type="clinical_note", page_start=1, page_end=1, confidence=0.97)
    first = BACKEND.read((page,), all_document_types()["clinical_note"])
    model = Reading(
        cited=(said("medication.drug", "metformin", group="a"), said("medication.strength", "500 mg", group="a"))
    )
    record = build_record("0" * 64, segment, (page,), Readings(first=first, second=model), context=CONTEXT)
    assert {f.features["mentions"] for f in record.values("medication.strength")} == {0.0}


@pytest.mark.parametrize(
    ("path", "printed", "claimed"),
    [
        ("patient.mrn", "5521907", "5521901"),
        ("diagnosis.description", "without complications", "with complications"),
    ],
)
def test_a_digit_or_a_word_apart_is_a_disagreement_and_both_are_kept(path: str, printed: str, claimed: str) -> None:
    text = NOTE + f"\nSeen before as {claimed}.\n"
    group = None if path == "patient.mrn" else "a"
    value = claimed if group is None else f"Type 2 diabetes mellitus {claimed}"
    page = page_of(text if group is None else text.replace("Seen before as", "Seen before as Type 2 diabetes mellitus"))
    segment = Segment(document_type="clinical_note", page_start=1, page_end=1, confidence=0.97)
    first = BACKEND.read((page,), all_document_types()["clinical_note"])
    model = [said(path, value, group=group)] + ([] if group is None else [said("diagnosis.code", "E11.9", group="a")])
    record = build_record(
        "0" * 64, segment, (page,), Readings(first=first, second=Reading(cited=tuple(model))), context=CONTEXT
    )
    (field,) = [f for f in record.values(path) if printed in f.value]
    assert "readings_disagree" in field.reasons
    assert value in field.alternatives
    assert not field.usable


def test_half_an_answer_can_contradict() -> None:
    (field,) = read_with(said("patient.dob", "2026-08-20", "08/20/2026"), whole=False).values("patient.dob")
    assert "readings_disagree" in field.reasons


def test_agreement_with_what_no_page_proves_is_none() -> None:
    page = page_of(NOTE)
    unproven = said("patient.mrn", "5521907", "a quote that stands nowhere")
    readings = Readings(first=Reading(cited=(unproven,)), second=Reading(cited=(said("patient.mrn", "5521907"),)))
    segment = Segment(document_type="clinical_note", page_start=1, page_end=1, confidence=0.97)
    record = build_record("0" * 64, segment, (page,), readings, context=CONTEXT)
    assert not any(f.usable for f in record.values("patient.mrn"))
