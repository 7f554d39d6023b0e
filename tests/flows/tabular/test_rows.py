"""Rows hold what is proven, each value beside its print and its fate; what is not proven is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from documents.records import ChecklistItem, Deadline, Field, FieldStatus, RequirementState
from documents.values import Assertion
from extractors.document_type import all_document_types
from flows.tabular import schema
from flows.tabular.columns import Table
from flows.tabular.rows import Row, Source, rows
from ledger.states import RecordState
from tests.fhir_mapping.records import FULL, field, record
from tests.flows.tabular.sources import source, source_of


def only(table: Table, origin: Source) -> Row:
    (row,) = rows(table, origin)
    return row


def lab(**values: str) -> Row:
    given = {"name": "Hemoglobin A1c", "value": "8.10", "unit": "%"} | values
    return only(schema.LABS, source([field(f"observation.{leaf}", v, "o1") for leaf, v in given.items()], "lab_report"))


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("document_type", ["prior_auth_request", "denial_letter", "lab_report", "payer_policy"])
def test_a_row_has_the_declared_columns_and_no_others(table: Table, document_type: str) -> None:
    for row in rows(table, source(FULL, document_type)):
        assert set(row) == {column.name for column in table.columns}


def test_every_value_that_a_document_can_state_has_its_columns() -> None:
    columns = {value.path for table in schema.TABLES for value in table.values}
    stated = {path for each in all_document_types().values() for path in (*each.specs, *each.entered_specs)}
    assert {path for path in stated - columns if not path.startswith(schema.LEFT_OUT)} == set()
    assert columns <= stated


def test_what_stands_in_an_open_box_is_no_value() -> None:
    row = only(schema.REQUESTS, source([field("patient.member_id", "N/A"), field("payer.name", "Example Plan")]))
    assert (row["member_id"], row["member_id_text"], row["member_id_status"]) == (None, None, None)
    assert row["payer_name"] == "Example Plan"
    assert not list(rows(schema.ALLERGIES, source([field("allergy.substance", "--", "a1")])))


def test_every_kind_of_entity_gets_its_rows() -> None:
    counts = {table.name: len(list(rows(table, source(FULL)))) for table in schema.TABLES}
    assert counts["records"] == counts["requests"] == 1
    assert (counts["providers"], counts["facilities"]) == (2, 1)
    assert counts["procedures"] == 2
    assert counts["medications"] == 4
    assert counts["decisions"] == 0
    assert only(schema.DECISIONS, source(FULL, "denial_letter"))["service_start"] == date(2026, 12, 15)


def test_numbers_dates_and_codes_are_typed_and_keep_their_print() -> None:
    request = only(schema.REQUESTS, source(FULL))
    assert (request["patient_dob"], request["patient_dob_text"]) == (date(1969, 4, 12), "04/12/1969")
    assert (request["urgency"], request["urgency_text"], request["urgency_status"]) == (
        "expedited",
        "URGENT",
        "accepted",
    )
    assert only(schema.REQUESTS, source([field("service.place", "02")]))["place_of_service"] == "02"
    first = next(rows(schema.MEDICATIONS, source(FULL)))
    assert (first["quantity"], first["quantity_text"], first["refills"], first["refills_text"]) == (
        1.6,
        "1.60",
        5.0,
        "05",
    )
    assert next(rows(schema.PROCEDURES, source(FULL)))["modifiers"] == "RT 59"
    assert next(rows(schema.DIAGNOSES, source(FULL)))["code_category"] == "M17"


def test_results_keep_comparator_words_and_ucum() -> None:
    assert [lab()[name] for name in ("value", "comparator", "result", "unit", "unit_ucum")] == [
        8.1,
        None,
        "8.10",
        "%",
        "%",
    ]
    assert [lab(value="<0.5")[name] for name in ("value", "comparator", "result")] == [0.5, "<", "<0.5"]
    assert [lab(value="Negative")[name] for name in ("value", "result", "value_status")] == [
        None,
        "Negative",
        "accepted",
    ]
    assert [lab(unit="furlongs")[name] for name in ("unit", "unit_ucum")] == ["furlongs", None]


def test_a_date_without_a_day_has_its_text_only() -> None:
    row = only(schema.REQUESTS, source([field("request.date", "2026-04", quote="April 2026")]))
    assert (row["request_date"], row["request_date_text"], row["request_date_status"]) == (
        None,
        "April 2026",
        "accepted",
    )


def review(path: str, value: str, group: str | None = None) -> Field:
    return field(path, value, group, status=FieldStatus.REVIEW)


def test_what_is_unproven_is_counted_and_never_written() -> None:
    fields = [field("medication.drug", "adalimumab", "m1"), review("medication.dose", "80 mg", "m1")]
    fields += [review("medication.drug", "warfarin", "m2"), field("medication.route", "oral", "m2")]
    row = only(schema.MEDICATIONS, source(fields))
    assert (row["drug"], row["dose"], row["dose_text"], row["dose_status"]) == ("adalimumab", None, None, "review")
    assert row["unproven_values"] == 1
    whole = only(schema.RECORDS, source(fields))
    assert (whole["accepted_values"], whole["verified_values"], whole["unproven_values"]) == (2, 0, 2)
    for table in schema.TABLES:
        for each in rows(table, source(fields)):
            assert not {"80 mg", "warfarin"} & {str(cell) for cell in each.values()}


def test_a_verified_value_is_there_and_a_rejected_one_leaves_nothing() -> None:
    verified = field("diagnosis.code", "M17.11", "d1", status=FieldStatus.VERIFIED)
    rejected = field("diagnosis.description", "knee pain", "d1", status=FieldStatus.REJECTED)
    row = only(schema.DIAGNOSES, source([verified, rejected]))
    assert (row["code"], row["code_status"]) == ("M17.11", "verified")
    assert [row[f"description{part}"] for part in ("", "_text", "_confidence", "_status")] == [None] * 4
    assert not list(rows(schema.DIAGNOSES, source([rejected])))


def test_two_proven_values_that_differ_are_neither_written() -> None:
    row = only(schema.REQUESTS, source([field("patient.member_id", "A1"), field("patient.member_id", "A7")]))
    assert (row["member_id"], row["member_id_text"], row["member_id_status"]) == (None, None, "conflicting")
    row = only(schema.REQUESTS, source([field("patient.member_id", "A1"), review("patient.member_id", "A7")]))
    assert (row["member_id"], row["member_id_status"]) == ("A1", "accepted")


def test_a_list_with_a_doubtful_entry_says_so() -> None:
    line = [field("procedure.code", "27447", "s1"), field("procedure.modifier", "RT", "s1")]
    row = only(schema.PROCEDURES, source([*line, review("procedure.modifier", "59", "s1")]))
    assert (row["modifiers"], row["modifiers_status"]) == ("RT", "review")


@pytest.mark.parametrize("assertion", [each for each in Assertion if each is not Assertion.PRESENT])
def test_what_is_no_current_fact_says_so(assertion: Assertion) -> None:
    doubted = field("diagnosis.code", "I50.9", "d1", assertion=assertion)
    assert only(schema.DIAGNOSES, source([doubted]))["is_current_fact"] is False
    assert only(schema.DIAGNOSES, source([field("diagnosis.code", "I50.9", "d1")]))["is_current_fact"] is True


def test_a_policy_and_a_refused_record_state_nothing_of_a_patient() -> None:
    for origin in (source(FULL, "payer_policy"), source(FULL, state=RecordState.REFUSED)):
        for table in schema.TABLES:
            assert len(list(rows(table, origin))) == (table is schema.RECORDS)
    refused = only(schema.RECORDS, source(FULL, state=RecordState.REFUSED))
    assert (refused["record_state"], refused["patient_name"], refused["member_id_status"]) == ("refused", None, None)


def test_missing_items_are_blank_values_and_unmet_requirements() -> None:
    checklist = (
        ChecklistItem(requirement="bmi", text="BMI of the last year", state=RequirementState.NOT_MET, reason="too_old"),
        ChecklistItem(requirement="dx", text="A diagnosis", state=RequirementState.MET),
    )
    read = record(()).model_copy(update={"missing": ("provider.npi",), "checklist": checklist})
    found = [
        tuple(row[name] for name in ("kind", "item", "text", "state", "reason"))
        for row in rows(schema.MISSING_ITEMS, source_of(read))
    ]
    assert found == [
        ("value", "provider.npi", None, "missing", None),
        ("payer_requirement", "bmi", "BMI of the last year", "not_met", "too_old"),
    ]
    assert only(schema.RECORDS, source_of(read))["missing_items"] == 2


def test_a_deadline_has_its_rule_and_its_clock() -> None:
    start = datetime(2026, 10, 30, 9, tzinfo=timezone(timedelta(hours=-4)))
    due = Deadline(due=start + timedelta(hours=72), rule="72 hours", clock_start=start, clock_source="fax_header")
    row = only(schema.DEADLINES, source_of(record(()).model_copy(update={"deadline": due})))
    assert (row["due_at"], row["rule"]) == (datetime(2026, 11, 2, 13, tzinfo=UTC), "72 hours")
    assert (row["clock_start_at"], row["clock_source"], row["hours_allowed"]) == (start, "fax_header", 72.0)
    assert not list(rows(schema.DEADLINES, source(FULL)))


def test_a_list_is_as_sure_as_the_least_sure_of_it_and_nothing_else_of_its_row_tells() -> None:
    sure = [field("procedure.code", "27447", "s1"), field("procedure.modifier", "RT", "s1")]
    less = field("procedure.modifier", "59", "s1").model_copy(update={"confidence": 0.91})
    row = only(schema.PROCEDURES, source([*sure, less]))
    assert (row["modifiers"], row["modifiers_confidence"], row["code_confidence"]) == ("RT 59", 0.91, 0.99)
    assert row["group"] == "s1"
    verified = less.model_copy(update={"status": FieldStatus.VERIFIED})
    assert only(schema.PROCEDURES, source([*sure, verified]))["modifiers_status"] == "verified"
    dates = [field("service.start", "2026-12-15"), field("service.end", "2026-12-17")]
    asked = only(schema.REQUESTS, source(dates))
    assert (asked["service_start"], asked["service_end"]) == (date(2026, 12, 15), date(2026, 12, 17))
