"""Which pack holds for a record, and what it changes: rules, masks, required fields, deadlines."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from documents.records import Field, Severity
from tests.validation.packs.made import pack, shelf
from tests.validation.records import field, record
from validation.deadlines import decision_deadline
from validation.packs.durations import due_at, read_turnaround
from validation.packs.masks import fits, mask_fault
from validation.packs.shelf import Shelf
from validation.rules import check

TODAY = date(2026, 11, 20)
ZONE = ZoneInfo("America/Denver")


def chosen(packs: Shelf, *fields: Field) -> str | None:
    found = packs.choose(record(fields), today=TODAY).pack
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("printed", "holds"),
    [
        ("Summit Care Plan", True),
        ("SUMMIT CARE PLAN, INC.", True),
        ("Summit Care", True),
        ("Summit Care Plan - Utilization Management Dept.", True),
        ("Surnmit Care Plan", True),
        ("Summit Care Medicaid", False),
        ("Summit Care of Utah", False),
        ("Summit Dental Plan", False),
        ("Plan", False),
        ("Summit", False),
    ],
)
def test_a_payer_is_known_by_its_names(printed: str, holds: bool) -> None:
    assert chosen(shelf(), field("payer.name", printed)) == ("summit/1" if holds else None)


def test_the_date_of_service_chooses_the_version() -> None:
    first = pack(effective={"from": "2026-01-01", "to": "2026-06-30"})
    second = pack(version="2", effective={"from": "2026-07-01"})
    both = Shelf((first, second), "f")
    payer = field("payer.name", "Summit Care")
    assert chosen(both, payer, field("service.start", "2026-06-30")) == "summit/1"
    assert chosen(both, payer, field("service.start", "2026-07-01")) == "summit/2"
    assert chosen(both, payer, field("request.date", "2026-03-01")) == "summit/1"
    assert chosen(both, payer) == "summit/2"
    assert chosen(both, payer, field("service.start", "2025-12-31")) is None


def test_a_plan_has_its_own_pack() -> None:
    both = Shelf((pack(), pack(id="gold", plans=["Summit Gold HMO"])), "f")
    payer = field("payer.name", "Summit Care")
    assert chosen(both, payer) == "summit/1"
    assert chosen(both, payer, field("payer.plan", "SUMMIT GOLD HMO")) == "gold/1"
    assert chosen(both, payer, field("payer.plan", "Summit Silver")) == "summit/1"
    assert chosen(shelf(plans=["Summit Gold HMO"]), payer) is None


def test_two_payers_choose_none() -> None:
    two = Shelf((pack(), pack(id="other", payer={"name": "Harbor Mutual"})), "f")
    read = record([field("payer.name", "Summit Care").model_copy(update={"alternatives": ("Harbor Mutual",)})])
    assert two.choose(read, today=TODAY).unclear
    assert "PACK-002" in {f.rule for f in check(read, today=TODAY, shelf=two)}


def rules_of(packs: Shelf, *fields: Field) -> dict[str, Severity]:
    payer = field("payer.name", "Summit Care")
    return {f.rule: f.severity for f in check(record([payer, *fields]), today=TODAY, shelf=packs)}


def test_required_fields_of_the_payer() -> None:
    packs = shelf(required=["patient.phone | provider.phone", "service.place"])
    findings = list(check(record([field("payer.name", "Summit Care")]), today=TODAY, shelf=packs))
    assert [(f.rule, f.path, f.severity) for f in findings] == [
        ("REQ-002", "patient.phone", Severity.ERROR),
        ("REQ-002", "service.place", Severity.ERROR),
    ]
    assert "pack summit/1" in findings[0].message
    stated = (field("provider.phone", "(303) 555-0114", "p1"), field("service.place", "11"))
    assert "REQ-002" not in rules_of(packs, *stated)


def test_a_note_of_the_same_payer_needs_no_requests_fields() -> None:
    packs = shelf(required=["patient.phone"])
    note = record([field("payer.name", "Summit Care")], "clinical_note")
    assert list(check(note, today=TODAY, shelf=packs)) == []


@pytest.mark.parametrize(
    ("member", "right"),
    [("SC12345678", True), ("sc 1234-5678", True), ("SC1234567", False), ("XSC12345678", False), ("SC1234567B", False)],
)
def test_member_id_mask(member: str, right: bool) -> None:
    packs = shelf(member_id=[{"mask": "SC[0-9]{8}"}, {"mask": "[0-9]{3}Z"}])
    assert ("ID-002" in rules_of(packs, field("patient.member_id", member))) is not right
    assert "ID-002" not in rules_of(shelf(), field("patient.member_id", member))


def test_severities_and_rules_that_are_off() -> None:
    line = field("procedure.code", "29881", "s1")
    assert rules_of(shelf(), line)["PX-006"] is Severity.WARNING
    changed = rules_of(shelf(rules={"PX-006": "off", "PX-001": "error"}), line)
    assert "PX-006" not in changed
    assert changed["PX-001"] is Severity.ERROR


def test_a_payer_without_a_pack_is_noted_only_where_there_are_packs() -> None:
    request = record([field("payer.name", "Harbor Mutual")])
    assert [(f.rule, f.severity) for f in check(request, today=TODAY, shelf=shelf())] == [("PACK-001", Severity.INFO)]
    assert list(check(request, today=TODAY, shelf=Shelf())) == []


RUNAWAY = ["A*", "A+", "A{3,}", "(A{1,3}){2}", "(A|B){1,9}", "(?=A)A", "(A)\\1", "(?i)A", "A{1,99}", "[A", "(A"]


@pytest.mark.parametrize("mask", [*RUNAWAY, "A" * 201])
def test_masks_that_are_refused(mask: str) -> None:
    assert mask_fault(mask)


@pytest.mark.parametrize(
    "mask", ["[A-Z]{3}[0-9]{9}", "(?:AB|CD)[0-9]{6,8}[A-Z]?", r"W\d{2}-\d{6}", "(ABC){2}", r"[+*(){1,}]\+"]
)
def test_masks_that_are_not(mask: str) -> None:
    assert mask_fault(mask) is None


def test_an_accepted_mask_is_quick_on_the_worst_id() -> None:
    mask = "[A-Z0-9]{0,40}[A-Z0-9]{0,40}[A-Z0-9]{0,40}[0-9]"
    assert mask_fault(mask) is None
    start = time.perf_counter()
    assert not fits(mask, "A" * 64)
    assert time.perf_counter() - start < 0.5


ARRIVED = datetime(2026, 7, 2, 16, 0, tzinfo=ZONE)  # a Thursday
LINE = field("procedure.code", "29881", "s1")
DRUG = (field("medication.drug", "etanercept", "m1"), field("medication.status", "requested", "m1"))


def due(within: dict[str, str], *fields: Field, **changes: Any) -> tuple[str, str] | None:
    made = pack(turnaround=[within], **changes)
    deadline = decision_deadline(record(fields), received_at=ARRIVED, header_at=None, time_zone=ZONE, pack=made)
    return None if deadline is None else (deadline.due.isoformat()[:16], deadline.rule)


def test_a_pack_is_the_only_source_of_a_deadline_for_drugs() -> None:
    within = {"covers": "drugs", "urgency": "standard", "within": "72 hours"}
    assert due(within, *DRUG) == ("2026-07-05T16:00", "pack summit/1 standard, 72 hours (urgency not stated)")
    assert due({**within, "urgency": "expedited"}, *DRUG) is None
    assert due({**within, "covers": "services"}, *DRUG) is None


def test_a_shorter_turnaround_wins_and_a_longer_one_does_not() -> None:
    within = {"covers": "services", "urgency": "standard", "within": "3 calendar days"}
    shorter = due(within, LINE)
    assert shorter is not None
    assert shorter[0] == "2026-07-05T16:00"
    longer = due({**within, "within": "15 calendar days"}, LINE)
    assert longer == ("2026-07-09T16:00", "CMS-0057-F standard, 7 calendar days (urgency not stated)")


def test_the_earliest_holds_where_both_are_asked_for() -> None:
    found = due({"covers": "drugs", "urgency": "standard", "within": "24 hours"}, LINE, *DRUG)
    assert found is not None
    assert found[0] == "2026-07-03T16:00"


def test_business_days_leave_out_weekends_and_closed_days() -> None:
    within = {"covers": "services", "urgency": "standard", "within": "2 business days"}
    assert (due(within, LINE) or ("",))[0] == "2026-07-06T16:00"
    closed = due(within, LINE, closed_days=["2026-07-03", "2026-07-06"])
    assert (closed or ("",))[0] == "2026-07-08T16:00"


def test_business_days_begin_at_the_next_open_day() -> None:
    within = read_turnaround("1 business day")
    assert within is not None
    saturday = datetime(2026, 7, 4, 9, 30, tzinfo=ZONE)
    assert due_at(saturday, within, zone=ZONE).isoformat()[:16] == "2026-07-07T00:00"
