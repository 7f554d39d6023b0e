"""Rules about dates: order, and what no document can say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from documents.records import Field, RedFlag, Severity
from validation.dates import Days, read_days
from validation.requests import asks_for_decision
from validation.rule import Case, Place, rule

_ONE_DAY = timedelta(days=1)  # a fax may be dated in another time zone than the one that receives it
_OLDEST_PATIENT = timedelta(days=120 * 366)  # the longest life on record is 122 years: older is a misread year
# Authorizations are asked for months ahead, not for years; appeals of past services end sooner, too.
_FARTHEST_SERVICE = timedelta(days=2 * 366)
_OLDEST_REQUEST = timedelta(days=366)  # Medicare's and most payers' limits for a retrospective request are within it

# What has happened when a document that states it arrives.
_PAST = (
    "request.date",
    "encounter.date",
    "letter.date",
    "message.date",
    "specimen.collected",
    "specimen.received",
    "report.date",
)
_ASKED_OR_WRITTEN = ("request.date", "letter.date", "message.date")
_DEADLINES = ("decision.deadline", "appeal.deadline", "peer_to_peer.deadline", "response.deadline")
_OF_CARE = ("service.start", "service.end", "encounter.date", "admission.date", "discharge.date", "request.date")


def _dated(case: Case, *paths: str) -> Iterator[tuple[Field, Days]]:
    for field in case.values(*paths):
        days = read_days(field.value)
        if days is not None:
            yield field, days


def _before(case: Case, later: str, earlier: str) -> Iterator[Place]:
    for end, end_days in _dated(case, later):
        if any(end_days.last < days.first for _, days in _dated(case, earlier)):
            yield Place(end.path, end.group)


@rule(
    "DATE-001",
    Severity.ERROR,
    title="The date lies before the patient's birth",
    remedy="compare it and the date of birth with the page",
    flag=RedFlag.SERVICE_DATE_BEFORE_BIRTH,
)
def before_birth(case: Case) -> Iterator[Place]:
    """A date of care or of the request before the date of birth (unless that is itself impossible: DATE-002)."""
    if any(days.first > case.today for _, days in _dated(case, "patient.dob")):
        return
    for path in _OF_CARE:
        yield from _before(case, path, "patient.dob")


@rule(
    "DATE-002",
    Severity.ERROR,
    title="The date of birth lies in the future",
    remedy="compare it with the page; a two-digit year may be meant",
    flag=RedFlag.FUTURE_DOB,
)
def future_birth(case: Case) -> Iterator[Place]:
    """A date of birth after today."""
    for field, days in _dated(case, "patient.dob"):
        if days.first > case.today:
            yield Place(field.path, field.group)


@rule(
    "DATE-003",
    Severity.ERROR,
    title="The service ends before it starts",
    remedy="compare both dates with the page",
)
def end_before_start(case: Case) -> Iterator[Place]:
    """`service.end` before `service.start`."""
    yield from _before(case, "service.end", "service.start")


@rule(
    "DATE-004",
    Severity.ERROR,
    title="The discharge lies before the admission",
    remedy="compare both dates with the page",
)
def discharge_before_admission(case: Case) -> Iterator[Place]:
    """`discharge.date` before `admission.date`."""
    yield from _before(case, "discharge.date", "admission.date")


@rule(
    "DATE-005",
    Severity.ERROR,
    title="The date cannot be right",
    remedy="compare the year with the page: a birth over 120 years ago, or a document dated after it arrived",
)
def impossible(case: Case) -> Iterator[Place]:
    """A birth over 120 years ago; a request, a visit, a letter, a report or a specimen dated after today."""
    for field, days in _dated(case, "patient.dob"):
        if days.last < case.today - _OLDEST_PATIENT:
            yield Place(field.path, field.group)
    for field, days in _dated(case, *_PAST):
        if days.first > case.today + _ONE_DAY:
            yield Place(field.path, field.group)


@rule(
    "DATE-006",
    Severity.WARNING,
    title="The date is unusual",
    remedy="compare the year with the page: a request over a year old, or a service over two years ago or ahead",
)
def unusual(case: Case) -> Iterator[Place]:
    """A request over a year old; a service over two years ago or ahead."""
    for field, days in _dated(case, "request.date"):
        if days.last < case.today - _OLDEST_REQUEST:
            yield Place(field.path, field.group)
    for field, days in _dated(case, "service.start", "service.end"):
        if days.first > case.today + _FARTHEST_SERVICE or days.last < case.today - _FARTHEST_SERVICE:
            yield Place(field.path, field.group)


@rule(
    "DATE-007",
    Severity.ERROR,
    title="The specimen was received or reported before it was collected",
    remedy="compare the dates with the page; columns may be mixed up",
)
def reported_before_collected(case: Case) -> Iterator[Place]:
    """`report.date` or `specimen.received` before `specimen.collected`."""
    yield from _before(case, "report.date", "specimen.collected")
    yield from _before(case, "specimen.received", "specimen.collected")


@rule(
    "DATE-008",
    Severity.WARNING,
    title="The request is dated after the service began",
    remedy="compare both dates with the page; a retrospective request has another clock and other rules",
)
def requested_after_service(case: Case) -> Iterator[Place]:
    """`request.date` after `service.start`, in a request."""
    if asks_for_decision(case.record):
        for place in _before(case, "service.start", "request.date"):
            yield place._replace(path="request.date", group=None)


@rule(
    "DATE-009",
    Severity.ERROR,
    title="The deadline lies before the request or the letter that sets it",
    remedy="compare both dates with the page",
)
def deadline_before_request(case: Case) -> Iterator[Place]:
    """A deadline before the date of the request, the letter or the message."""
    for path in _DEADLINES:
        for stated in _ASKED_OR_WRITTEN:
            yield from _before(case, path, stated)
