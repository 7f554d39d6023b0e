"""The line that a fax machine prints across the top of each page: when it was sent, by whom, which page it is.

The order of day and month is never guessed: `04/05/2026` is a date only if something else on the line tells which part
is which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from documents.pages import Page
from documents.value import Value

# The header lies above the text area of the page; repair may leave a dark edge above it. A tenth of a letter page is
# 1.1 inch, the widest top margin that machines leave.
_HEADER_ZONE = 0.10
_HEADER_LINES = 3

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?P<year>20\d\d|\d\d)(?!\d|:)"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month_number>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        rf"(?<![a-z]){_MONTH}[ \-/]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ ,\-/']+{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})[ \-/.]*{_MONTH}[ ,\-/']*{_YEAR}",
        rf"(?<![\d/-])(?P<first>\d{{1,2}})(?P<separator>[-/.])(?P<second>\d{{1,2}})(?P=separator){_YEAR}(?![-/]\d)",
    )
)
_WEEKDAY = re.compile(r"(?<![a-z])(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{3,6})?(?![a-z])", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?(?!\d)\s*(?P<half>[ap])?\.?(?:m\b)?",
    re.IGNORECASE,
)
_LABELLED_PAGE = re.compile(
    r"(?<![a-z])(?:page|pg|p)[\s.:#]*(?P<page>\d{1,4})(?!\d)(?:\s*(?:of|/|-)\s*(?P<of>\d{1,4})(?!\d))?", re.IGNORECASE
)
_BARE_PAGE = re.compile(r"(?<![\d/.:-])(?P<page>\d{1,4})\s*(?:of|/)\s*(?P<of>\d{1,4})(?![\d/.:-])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d-])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")
_RECEIVER = re.compile(r"(?:\bto\b\s*:?|->|=>|→)\s*(?P<who>(?:[^\s:]| (?! ))*)", re.IGNORECASE)
_SENDER = re.compile(r"\bfrom\b\s*[:.]?\s*(?P<who>(?:[^\s]| (?! ))+)", re.IGNORECASE)
_SENDER_ENDS = re.compile(r"\s+(?:to|fax|page|pg|p|date|time|via|csid|tsid)\b[:.\s#]*.*$", re.IGNORECASE)
_FAX_WORD = re.compile(r"\b(?:fax|from|csid|tsid|efax|rightfax|xmit|received)\b|->|→", re.IGNORECASE)
# A record printed from a computer has a date, a time and a page number at its top as well.
_PRINTOUT = re.compile(r"\b(?:print(?:ed)?|generated|created|mrn|dob|patient|visit|encounter)\b", re.IGNORECASE)


class FaxHeader(Value):
    """What a header line says.

    Attributes:
        sent_at: naive, in the sending machine's zone; None where the line does not tell it beyond doubt.
        sender: name or number as printed.
        page, of: page number and count of the transmission.
        reason: why `sent_at` is None: `no_date`, `no_time`, `ambiguous`, `impossible` or `conflicting`.
    """

    sent_at: datetime | None = None
    sender: str | None = None
    page: int | None = None
    of: int | None = None
    reason: str | None = None


def page_header(page: Page) -> FaxHeader | None:
    """The fax header of one page, None if it has none."""
    for line in _top_lines(page):
        header = parse_header(line)
        if header is not None:
            return header
    return None


def header_of(pages: Sequence[Page]) -> FaxHeader | None:
    """The transmission's header: what most pages say, with the page number of the first.

    One machine stamps all pages of a transmission, minutes apart; a date that only one page shows is a misreading.
    """
    headers = [header for page in pages if (header := page_header(page)) is not None]
    if not headers:
        return None
    sent = [header.sent_at for header in headers if header.sent_at is not None]
    sender = next((header.sender for header in headers if header.sender), None)
    first = headers[0].model_copy(update={"sender": sender})
    if not sent:
        return first
    days = Counter(moment.date() for moment in sent).most_common(2)
    if len(days) == 2 and days[0][1] == days[1][1]:
        return first.model_copy(update={"sent_at": None, "reason": "conflicting"})
    earliest = min(moment for moment in sent if moment.date() == days[0][0])
    return first.model_copy(update={"sent_at": earliest, "reason": None})


def parse_header(line: str) -> FaxHeader | None:
    """Reads one line of text as a fax header, None if it is none."""
    if _PRINTOUT.search(line):
        return None
    day, day_reason, rest = _date(line)
    moment, rest = _time(rest)
    page, of, rest = _page(rest)
    has_number = _PHONE.search(rest) is not None
    stamped = (day is not None or day_reason == "ambiguous") and moment is not None
    if not (stamped and (page or has_number or _FAX_WORD.search(line))) and not (of and has_number):
        return None
    if day is None:
        sent_at, reason = None, day_reason
    elif moment is None:
        sent_at, reason = None, "no_time"
    else:
        sent_at, reason = datetime.combine(day, moment), None
    return FaxHeader(sent_at=sent_at, sender=_sender(line, rest), page=page, of=of, reason=reason)


def _top_lines(page: Page) -> Iterator[str]:
    """The first lines of a page that begin within the header's zone."""
    starts = {word.start: word.box.top for word in page.words}
    position = 0
    for line in page.text.split("\n")[:_HEADER_LINES]:
        if starts.get(position, 1.0) <= _HEADER_ZONE:
            yield line
        position += len(line) + 1


def _date(line: str) -> tuple[date | None, str, str]:
    """The date, why there is none, and the line without it."""
    for pattern in _DATES:
        match = pattern.search(line)
        if match is None:
            continue
        rest = line[: match.start()] + "  " + line[match.end() :]
        parts = match.groupdict()
        year = int(parts["year"]) if len(parts["year"]) == 4 else 2000 + int(parts["year"])
        if "first" in parts:
            candidates = _readings(year, int(parts["first"]), int(parts["second"]))
        elif "month_number" in parts:
            candidates = _valid((year, int(parts["month_number"]), int(parts["day"])))
        else:
            candidates = _valid((year, _MONTHS.index(parts["month"].lower()) + 1, int(parts["day"])))
        weekday = _WEEKDAY.search(rest)
        if len(candidates) > 1 and weekday:
            candidates = {day for day in candidates if day.weekday() == _DAYS.index(weekday.group(1).lower())}
        if len(candidates) == 1:
            return candidates.pop(), "", rest
        return None, "ambiguous" if candidates else "impossible", rest
    return None, "no_date", line


def _readings(year: int, first: int, second: int) -> set[date]:
    """The dates that two numbers may be, month first or day first."""
    return _valid((year, first, second), (year, second, first))


def _valid(*candidates: tuple[int, int, int]) -> set[date]:
    days = set()
    for year, month, day in candidates:
        try:
            days.add(date(year, month, day))
        except ValueError:
            continue
    return days


def _time(line: str) -> tuple[time | None, str]:
    for match in _TIME.finditer(line):
        hour, half = int(match["hour"]), (match["half"] or "").lower()
        if half and not 1 <= hour <= 12:
            continue
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24:
            rest = line[: match.start()] + "  " + line[match.end() :]
            return time(hour, int(match["minute"]), int(match["second"] or 0)), rest
    return None, line


def _page(line: str) -> tuple[int | None, int | None, str]:
    """Page number, page count and the line without them."""
    match = _LABELLED_PAGE.search(line) or _BARE_PAGE.search(line)
    if match is None:
        return None, None, line
    page, of = int(match["page"]), int(match["of"]) if match["of"] else None
    if page < 1 or (of is not None and page > of):
        return None, None, line
    return page, of, line[: match.start()] + "  " + line[match.end() :]


def _sender(line: str, rest: str) -> str | None:
    """Who sent it: what follows `From`, else a number that is not the receiver's."""
    labelled = _SENDER.search(rest) or _SENDER.search(line)
    if labelled:
        who = _SENDER_ENDS.sub("", labelled["who"]).strip(" .:,-")
        if who:
            return who
    receiver = _RECEIVER.search(rest)
    number = _PHONE.search(rest if receiver is None else rest[: receiver.start()] + rest[receiver.end() :])
    return number.group().strip() if number else None
