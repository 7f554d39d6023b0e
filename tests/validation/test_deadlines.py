"""When a decision is due: services, urgency, the clock's start, and the clocks' changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from documents.records import Deadline, Finding, Record, RedFlag, Severity
from documents.values import Assertion
from tests.validation.records import field, record
from validation.dates import read_days
from validation.deadlines import clock_start, deadline_findings, decision_deadline

CHICAGO = ZoneInfo("America/Chicago")
ARRIVED = datetime(2026, 11, 19, 14, 2, tzinfo=CHICAGO)
LINE = field("procedure.code", "72148", "s1")


def due(read: Record, received: datetime = ARRIVED, header: datetime | None = None) -> Deadline | None:
    return decision_deadline(read, received_at=received, header_at=header, time_zone=CHICAGO)


def test_standard_is_seven_calendar_days() -> None:
    deadline = due(record([LINE, field("request.urgency", "standard")]))
    assert deadline is not None
    assert deadline.due == datetime(2026, 11, 26, 14, 2, tzinfo=CHICAGO)
    assert deadline.rule == "CMS-0057-F standard, 7 calendar days"
    assert deadline.clock_source == "arrival"


def test_expedited_is_72_hours() -> None:
    deadline = due(record([LINE, field("request.urgency", "expedited")]))
    assert deadline is not None
    assert deadline.due == datetime(2026, 11, 22, 14, 2, tzinfo=CHICAGO)
    assert deadline.rule == "CMS-0057-F expedited, 72 hours"


def test_unstated_urgency_is_standard_and_says_so() -> None:
    deadline = due(record([LINE]))
    assert deadline is not None
    assert deadline.due - ARRIVED == timedelta(days=7)
    assert deadline.rule.endswith("(urgency not stated)")


@pytest.mark.parametrize(
    "read",
    [
        record([LINE, field("request.urgency", "standard"), field("request.urgency", "expedited")]),
        record([LINE, field("request.urgency", "standard").model_copy(update={"alternatives": ("expedited",)})]),
        record([LINE, field("request.urgency", "standard")]).model_copy(
            update={
                "findings": (
                    Finding(
                        rule="SEL-001",
                        severity=Severity.ERROR,
                        path="request.urgency",
                        message="both",
                        flag=RedFlag.AMBIGUOUS_SELECTION,
                    ),
                )
            }
        ),
    ],
)
def test_urgency_marked_both_ways_takes_the_shorter_clock(read: Record) -> None:
    deadline = due(read)
    assert deadline is not None
    assert deadline.due - ARRIVED == timedelta(hours=72)
    assert deadline.rule.endswith("(urgency marked both ways)")


@pytest.mark.parametrize(
    "fields",
    [
        [field("medication.drug", "adalimumab", "m1"), field("medication.status", "requested", "m1")],
        [field("procedure.code", "J0135", "s1")],
        [field("procedure.code", "Q5103", "s1"), field("procedure.description", "infliximab-dyyb", "s1")],
        [field("procedure.code", "72148", "s1", assertion=Assertion.NEGATED)],
    ],
)
def test_no_deadline_without_services(fields: list) -> None:  # type: ignore[type-arg]
    assert due(record(fields)) is None


@pytest.mark.parametrize(
    "fields",
    [
        [field("procedure.description", "MRI lumbar spine", "s1")],
        [field("procedure.code", "J0135", "s1"), field("procedure.code", "96372", "s2")],
        [field("procedure.code", "E0601", "s1")],
    ],
)
def test_services_and_items_have_a_deadline(fields: list) -> None:  # type: ignore[type-arg]
    assert due(record(fields)) is not None


def test_a_note_starts_no_clock() -> None:
    assert due(record([LINE], "clinical_note")) is None


@pytest.mark.parametrize(
    ("header", "source", "odd"),
    [
        (None, "arrival", False),
        (ARRIVED - timedelta(hours=3), "fax_header", False),
        (ARRIVED + timedelta(minutes=20), "arrival", False),
        (ARRIVED + timedelta(hours=2), "arrival", True),
        (ARRIVED - timedelta(days=31), "arrival", True),
        (ARRIVED - timedelta(days=29), "fax_header", False),
    ],
)
def test_clock_starts_at_the_earlier_plausible_time(header: datetime | None, source: str, odd: bool) -> None:
    start = clock_start(ARRIVED, header)
    assert start == (header if source == "fax_header" else ARRIVED, source)
    assert [f.rule for f in deadline_findings(ARRIVED, header)] == (["DL-001"] if odd else [])


def test_clocks_going_back_keep_72_hours_and_the_time_of_the_day() -> None:
    before = datetime(2026, 10, 31, 9, 0, tzinfo=CHICAGO)  # the clocks go back on 2026-11-01
    fast, slow = due(record([LINE, field("request.urgency", "expedited")]), before), due(record([LINE]), before)
    assert fast is not None
    assert slow is not None
    assert fast.due.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=72)
    assert fast.due.hour == 8
    assert (slow.due.day, slow.due.hour) == (7, 9)


def test_an_hour_that_the_clocks_skip_is_moved_to_one_that_is() -> None:
    received = datetime(2026, 3, 1, 2, 30, tzinfo=CHICAGO)  # 02:30 does not exist on 2026-03-08
    deadline = due(record([LINE]), received)
    assert deadline is not None
    assert (deadline.due.day, deadline.due.hour, deadline.due.minute) == (8, 3, 30)


def test_times_without_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        clock_start(datetime(2026, 11, 19), None)
    with pytest.raises(ValueError, match="zone"):
        clock_start(ARRIVED, datetime(2026, 11, 19))


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [("2026", "2026-01-01", "2026-12-31"), ("2024-02", "2024-02-01", "2024-02-29"), ("2026-04-12",) * 3],
)
def test_partial_dates_stand_for_their_days(value: str, first: str, last: str) -> None:
    days = read_days(value)
    assert days is not None
    assert [d.isoformat() for d in days] == [first, last]


@pytest.mark.parametrize("value", ["2026-13", "2026-02-30", "0000", "04/12/2026", "", "2026-4-1"])
def test_what_is_no_date(value: str) -> None:
    assert read_days(value) is None


@pytest.mark.parametrize(
    "fields", [[], [field("medication.drug", "metformin", "m1"), field("medication.status", "current", "m1")]]
)
def test_a_request_of_which_nothing_asked_for_was_read_has_a_clock(fields: list) -> None:  # type: ignore[type-arg]
    assert due(record(fields)) is not None
