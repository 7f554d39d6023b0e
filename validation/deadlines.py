"""When a decision on a request is due by law: 72 hours if expedited, 7 calendar days if not (CMS-0057-F).

Since 2026-01-01 that holds for items and services of Medicare Advantage (42 CFR 422.568(b)(1), 422.572(a)), Medicaid
managed care (438.210(d)), Medicaid fee for service (440.230(e)) and CHIP (457.495, 457.1230). Drugs of any kind are
excluded there: a request for drugs only has no deadline here.

72 hours are elapsed hours, also across a change of the clocks. 7 calendar days end at the same time of the day, as the
clocks of the receiving facility show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from documents.records import Deadline, Finding, Record, RedFlag
from validation.groups import group_fields, readings
from validation.requests import asks_for_decision
from validation.rulebook.elsewhere import IMPLAUSIBLE_HEADER

EXPEDITED = timedelta(hours=72)
STANDARD = timedelta(days=7)

# HCPCS codes for drugs: J codes (given other than by mouth) and Q5100-Q5199 (biosimilars).
_DRUG_CODE = re.compile(r"J[0-9]{4}|Q51[0-9]{2}")

# A sender's clock may be a little fast, and a fax may wait in a queue over a long holiday; beyond that the header's
# date is misread or the machine's clock was never set.
_FAST_CLOCK = timedelta(hours=1)
_LONGEST_WAY = timedelta(days=30)


class ClockStart(NamedTuple):
    """When the clock starts, and what says so: `fax_header` or `arrival`."""

    at: datetime
    source: str


def is_plausible_header(header_at: datetime, received_at: datetime) -> bool:
    """Whether a fax header's time can be that of a document received then."""
    return -_LONGEST_WAY <= header_at - received_at <= _FAST_CLOCK


def clock_start(received_at: datetime, header_at: datetime | None) -> ClockStart:
    """The earlier of the two times; an implausible header's time is left out.

    Raises:
        ValueError: a time without a zone.
    """
    if received_at.tzinfo is None or (header_at is not None and header_at.tzinfo is None):
        raise ValueError("times must carry a zone")
    if header_at is not None and is_plausible_header(header_at, received_at) and header_at < received_at:
        return ClockStart(header_at, "fax_header")
    return ClockStart(received_at, "arrival")


def asks_for_services(record: Record) -> bool:
    """Whether a record asks for items or services that are not drugs.

    A request of which neither a service nor a requested drug could be read counts as one for services: its clock may
    be running, and nobody would see it.
    """
    if not asks_for_decision(record):
        return False
    read = readings(record)
    asked = {f.path for f in read if f.path.startswith("procedure.")}
    if not asked and not any(f.path == "medication.status" and f.value == "requested" for f in read):
        return True
    for group in group_fields(readings(record), "procedure"):
        codes = group.all("code")
        if group.is_current_fact and (
            any(not _DRUG_CODE.fullmatch(f.value) for f in codes) or (not codes and group.all("description"))
        ):
            return True
    return False


def decision_deadline(
    record: Record, *, received_at: datetime, header_at: datetime | None, time_zone: tzinfo
) -> Deadline | None:
    """The deadline of a request, or None where the law sets none.

    Urgency that is not stated is standard, as the law has it, and said in `rule`. Where the form is marked both ways,
    the shorter clock is taken, so that the request is not looked at too late.

    Args:
        record: with the findings of reading, from which an ambiguous selection is known.
        received_at: arrival, aware.
        header_at: what the fax header says, aware; None if there is none.
        time_zone: of the receiving facility.
    """
    if not asks_for_services(record):
        return None
    start = clock_start(received_at, header_at)
    expedited, why = _urgency(record)
    if expedited:
        due = (start.at.astimezone(UTC) + EXPEDITED).astimezone(time_zone)
    else:
        # Arithmetic on the local clock; through UTC and back, should that clock skip the hour it would end in.
        due = (start.at.astimezone(time_zone) + STANDARD).astimezone(UTC).astimezone(time_zone)
    rule = f"CMS-0057-F {'expedited, 72 hours' if expedited else 'standard, 7 calendar days'}{why}"
    return Deadline(due=due, rule=rule, clock_start=start.at.astimezone(time_zone), clock_source=start.source)


def deadline_findings(received_at: datetime, header_at: datetime | None) -> Iterator[Finding]:
    """What a reviewer should know about the clock's start."""
    if header_at is not None and not is_plausible_header(header_at, received_at):
        yield IMPLAUSIBLE_HEADER.finding()


def _urgency(record: Record) -> tuple[bool, str]:
    path = "request.urgency"
    stated = {f.value for f in readings(record) if f.path == path}
    stated |= {value for f in readings(record) if f.path == path for value in f.alternatives}
    unclear = any(
        f.path == path and f.flag in (RedFlag.AMBIGUOUS_SELECTION, RedFlag.CONFLICTING_VALUES) for f in record.findings
    )
    if unclear or len(stated) > 1:
        return True, " (urgency marked both ways)"
    if not stated:
        return False, " (urgency not stated)"
    return "expedited" in stated, ""
