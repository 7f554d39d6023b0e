"""When a decision on a request is due: by law 72 hours if expedited, 7 calendar days if not (CMS-0057-F).

Since 2026-01-01 that holds for items and services of Medicare Advantage (42 CFR 422.568(b)(1), 422.572(a)), Medicaid
managed care (438.210(d)), Medicaid fee for service (440.230(e)) and CHIP (457.495, 457.1230). Drugs of any kind are
excluded there: a request for drugs only has a deadline where the payer's pack states a turnaround for drugs.

A pack's turnaround for services wins where it ends earlier. It never moves the deadline beyond the law's: a fax does
not say by which line of business a member is covered, so the law's is taken as the ceiling for every payer.

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
from validation.packs.durations import due_at, read_turnaround
from validation.packs.model import Covers, Pack
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


def asks_for_drugs(record: Record) -> bool:
    """Whether a request asks for a drug, by its name or its HCPCS code."""
    if not asks_for_decision(record):
        return False
    read = readings(record)
    return any(f.path == "medication.status" and f.value == "requested" for f in read) or any(
        _DRUG_CODE.fullmatch(f.value)
        for group in group_fields(read, "procedure")
        if group.is_current_fact
        for f in group.all("code")
    )


def decision_deadline(
    record: Record,
    *,
    received_at: datetime,
    header_at: datetime | None,
    time_zone: tzinfo,
    pack: Pack | None = None,
) -> Deadline | None:
    """The deadline of a request: the earliest of the law's and the payer's; None where neither sets one.

    Urgency that is not stated is standard, as the law has it, and said in `rule`. Where the form is marked both ways,
    the shorter clock is taken, so that the request is not looked at too late.

    Args:
        record: with the findings of reading, from which an ambiguous selection is known.
        received_at: arrival, aware.
        header_at: what the fax header says, aware; None if there is none.
        time_zone: of the receiving facility.
        pack: the payer's, if one holds.
    """
    services, drugs = asks_for_services(record), asks_for_drugs(record)
    start = clock_start(received_at, header_at)
    expedited, why = _urgency(record)
    found: list[tuple[datetime, str]] = []
    if services and expedited:
        found.append(((start.at.astimezone(UTC) + EXPEDITED).astimezone(time_zone), "CMS-0057-F expedited, 72 hours"))
    elif services:
        # Arithmetic on the local clock; through UTC and back, should that clock skip the hour it would end in.
        due = (start.at.astimezone(time_zone) + STANDARD).astimezone(UTC).astimezone(time_zone)
        found.append((due, "CMS-0057-F standard, 7 calendar days"))
    urgency = "expedited" if expedited else "standard"
    for each in () if pack is None else pack.turnaround:
        if each.urgency == urgency and _is_for(each.covers, services=services, drugs=drugs):
            within = read_turnaround(each.within)
            assert within is not None  # noqa: S101 - the pack was checked when it was loaded
            closed = frozenset(pack.closed_days) if pack is not None else frozenset()
            due = due_at(start.at, within, zone=time_zone, closed=closed)
            found.append((due, f"pack {pack.name if pack else ''} {urgency}, {each.within}"))
    if not found:
        return None
    due, rule = min(found, key=lambda each: each[0].astimezone(UTC))
    at = start.at.astimezone(time_zone)
    return Deadline(due=due, rule=rule + why, clock_start=at, clock_source=start.source)


def _is_for(covers: Covers, *, services: bool, drugs: bool) -> bool:
    """Whether a turnaround is for a request: one for both kinds as soon as either is asked for."""
    return (services and covers is not Covers.DRUGS) or (drugs and covers is not Covers.SERVICES)


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
