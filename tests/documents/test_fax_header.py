"""Fax headers: what they say, and the date order that is never guessed."""

from __future__ import annotations

from datetime import datetime

import pytest

from documents.fax_header import FaxHeader, header_of, page_header, parse_header
from documents.plain_text import text_page


@pytest.mark.parametrize(
    ("line", "sent_at"),
    [
        ("1/15/2026 3:22 PM  8065550100  2/9", datetime(2026, 1, 15, 15, 22)),
        ("15/1/2026 15:22  8065550100  2/9", datetime(2026, 1, 15, 15, 22)),
        ("2026-04-05 10:15 (GMT-05:00)  8065550167 -> 8005550199  Page 2/5", datetime(2026, 4, 5, 10, 15)),
        ("Apr 05 2026 10:15  HP LASERJET FAX  806-555-0167  p.1", datetime(2026, 4, 5, 10, 15)),
        ("05-Apr-26 7:05 PM To: Plan  From: ABC Clinic  page 1 of 3", datetime(2026, 4, 5, 19, 5)),
        ("MAR-02-2026 MON 12:14 AM  ORTHO  FAX NO. 8065550167  P. 01/06", datetime(2026, 3, 2, 0, 14)),
        ("04/05/2026 SUN 09:14:22P  FAX 8065550167", datetime(2026, 4, 5, 21, 14, 22)),
        ("04/04/2026 09:14 FAX 8065550167", datetime(2026, 4, 4, 9, 14)),
    ],
)
def test_moments_that_the_line_tells(line: str, sent_at: datetime) -> None:
    header = parse_header(line)
    assert header is not None
    assert (header.sent_at, header.reason) == (sent_at, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("04/05/2026 10:15 AM  FROM: Mercy Clinic  PAGE: 001 OF 005", "ambiguous"),
        ("05-04-26 14:05  8065550167  Pg 3/7", "ambiguous"),
        ("4/28/2026  FROM 8065550167  page 1 of 2", "no_time"),
        ("8065550167  page 1 of 2", "no_date"),
        ("02/30/2026  8065550167  page 1 of 2", "impossible"),
    ],
)
def test_moments_that_it_does_not_tell(line: str, reason: str) -> None:
    header = parse_header(line)
    assert header is not None
    assert (header.sent_at, header.reason) == (None, reason)


@pytest.mark.parametrize(
    ("line", "sender", "page", "of"),
    [
        ("04/28/2026 10:15 AM  FROM: Mercy Clinic  TO: 18005550153  PAGE: 001 OF 005", "Mercy Clinic", 1, 5),
        ("2026-04-28 10:15  8065550167 -> 8005550199  Page 2/5", "8065550167", 2, 5),
        ("TO: 8005550199  2026-04-28 10:15  (806) 555-0167  p.3", "(806) 555-0167", 3, None),
        ("2026-04-28 10:15  TO: 8005550199  1/4", None, 1, 4),
        ("2026-04-28 10:15  8065550167  9/4", "8065550167", None, None),
    ],
)
def test_sender_and_page(line: str, sender: str | None, page: int | None, of: int | None) -> None:
    header = parse_header(line)
    assert header is not None
    assert (header.sender, header.page, header.of) == (sender, page, of)


@pytest.mark.parametrize(
    "line",
    [
        "April 28, 2026",
        "Printed 04/28/2026 10:15 AM  Page 1 of 3",
        "Patient: Ann Lee  DOB 03/04/1962  04/28/2026 10:15  Page 1 of 3",
        "Call (806) 555-0167 between 9:00 and 5:00",
        "PRIOR AUTHORIZATION REQUEST  Form UM-104 (Rev. 01/26)",
        "",
    ],
)
def test_other_lines_are_no_headers(line: str) -> None:
    assert parse_header(line) is None


def test_only_the_top_of_a_page_is_looked_at() -> None:
    line = "2026-04-28 10:15  FROM: 8065550167  p.1"
    assert page_header(text_page(f"{line}\nREQUEST", 1)) is not None
    assert page_header(text_page("\n" * 20 + line, 1)) is None


def transmission(*lines: str) -> FaxHeader | None:
    return header_of([text_page(f"{line}\nBody of the page", n) for n, line in enumerate(lines, start=1)])


def test_a_misread_page_is_outvoted_and_the_earliest_time_counts() -> None:
    header = transmission(
        "2026-04-28 10:17  8065550167  1/3", "2026-04-23 10:18  8065550167  2/3", "2026-04-28 10:15  8065550167  3/3"
    )
    assert header is not None
    assert (header.sent_at, header.page, header.of) == (datetime(2026, 4, 28, 10, 15), 1, 3)


def test_two_dates_with_equal_support_are_a_conflict() -> None:
    header = transmission("2026-04-28 10:15  8065550167  1/2", "2026-04-23 10:18  8065550167  2/2")
    assert header is not None
    assert (header.sent_at, header.reason) == (None, "conflicting")


def test_pages_without_headers() -> None:
    assert transmission("REQUEST", "NOTE") is None
