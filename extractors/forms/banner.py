"""The line that says whom a page is about without labels: `Ann B. Lee / F / 03/04/1961 / record 4471903`.

Notes, letters and messages open with it, in the upper part of a page; it may go on on the next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Kind
from extractors.forms.collected import Collected, Place
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values, normalise

# Such lines stand in the upper part; farther down a name with a date is somebody's history.
_ZONE = 0.36
_WORD = r"[A-ZÀ-Þ][A-Za-zÀ-ÿ'’-]*[A-Za-zÀ-ÿ]"
_NAME = (
    rf"(?:{_WORD}(?: (?:{_WORD}|(?i:de|la|del|van|von|der))){{0,2}}, {_WORD}(?: {_WORD}| [A-Z]\.?)?"
    rf"|{_WORD}(?: [A-Z]\.?)?(?: (?:{_WORD}|St\.|de|la|del|van|von|der|da|dos)){{1,3}})"
)
_LEAD = (
    r"(?:(?i:re|about|regarding|concerning|patient|pt|member|client|person seen|person|name|subject|for|"
    r"[\w ]{0,40}\b(?:on behalf of|behalf of|in the matter of|opinion (?:on|about)|regarding|about|for))\s*:?\s+)?"
)
_CUE = (
    r"(?:born|birth(?:date|day)?|b\.?\s?d\.?|d\.?\s?o\.?\s?b\.?|date of birth|mrn|mr|chart|record|sex|member|enrollee|"
    r"subscriber|id|male|female|age|aged|acct|account)\b"
)
_OPENS = re.compile(
    rf"^\W*{_LEAD}(?:(?:Mr|Mrs|Ms|Miss)\.?\s)?(?P<name>{_NAME})(?:\s*[,/|;(·•–—]|\s-\s|\s{{2,}}|\s(?=(?i:{_CUE}))|\s*$)"
)
_GOES_ON = re.compile(rf"^\W*(?i:{_CUE})")
_BORN = re.compile(
    r"\b(?:born|birth(?:date|day)?|b\.?\s?d\.?|d\.?\s?o\.?\s?b\.?|date of birth)(?![A-Za-z])\W{0,3}(?:on\s)?",
    re.IGNORECASE,
)
_SEX = re.compile(
    r"(?:^|(?<=[\s/,;|(]))(?P<sex>(?i:female|male|woman|man)|[FM])(?=\s*(?:[/,;|)]|\s{2}|$))", re.MULTILINE
)
_RECORD = re.compile(
    r"\b(?:mrn|mr|med(?:ical)?\.? rec(?:ord)?|record|chart|acct|account|file|unit)\b"
    r"[\s.:#]*(?:no\b\.?|number|id)?[\s.:#]*(?P<id>[A-Z]{0,3}\d(?:[\d-]{2,14}\d))(?![\w/])",
    re.IGNORECASE,
)
_MEMBER = re.compile(
    r"\b(?:member|enrollee|subscriber|policy|insurance|medicaid|medicare|beneficiary|recipient)\b"
    r"[\s.:#]*(?:(?:id|no|number)\b)?[\s.:#]*(?P<id>(?=[\w-]*\d{3})[A-Z0-9][A-Z0-9-]{3,18}(?: \d{3,6})?)(?![\w/])",
    re.IGNORECASE,
)
# The product stands behind the number: `enrollee KLM-4471903; Choice PPO`.
_PLAN = re.compile(r"\s*[;,]\s*(?P<plan>[A-Z][\w()&'’-]*(?: [\w()&'’-]+){0,4})\.?\s*$", re.MULTILINE)
_BARE_DATE = re.compile(r"^\W*$")
# What the words around say is a little less than a label says.
_PLACE = Place("text", 0.7, 0.05)


def read_banner(sheet: Sheet, collected: Collected, have: set[str]) -> None:
    """Reads the first such line of a page, for the fields that no label has given."""
    for start, end in _lines(sheet):
        text = sheet.page.text[start:end]
        opens = _OPENS.match(text)
        if opens is None:
            continue
        name = normalise(Kind.PERSON_NAME, opens["name"])
        found = list(_particulars(text, opens.end("name")))
        if name is None or len(found) < (1 if any(path == "patient.dob" for path, *_ in found) else 2):
            continue
        for path, value, at, stop in [("patient.name", name, *opens.span("name")), *found]:
            if path not in have:
                collected.add(path, value, sheet.page, (start + at, start + stop), place=_PLACE)
        return


def _lines(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Spans of the page's upper lines, each with the next where that goes on about the person."""
    lines = [line for line in sheet.layout.lines if line[0].box.top < _ZONE]
    for position, line in enumerate(lines):
        start, end = line[0].start, line[-1].end
        after = lines[position + 1] if position + 1 < len(lines) else ()
        if after and _GOES_ON.match(sheet.page.text[after[0].start : after[-1].end]):
            end = after[-1].end
        yield start, end


def _particulars(text: str, at: int) -> Iterator[tuple[str, str, int, int]]:
    """What stands behind the name: (field, value, start, end)."""
    dates = [d for d in find_values(Kind.DATE, text[at:]) if len(d.value) == len("2026-01-31")]
    born = next((d for d in dates if _is_birth(text[at : at + d.start])), None)
    sex = _SEX.search(text, at)
    for path, pattern in (("patient.mrn", _RECORD), ("patient.member_id", _MEMBER)):
        if (found := pattern.search(text, at)) is not None:
            yield path, found["id"], *found.span("id")
            if path == "patient.member_id" and (plan := _PLAN.match(text, found.end("id"))) is not None:
                yield "payer.plan", " ".join(plan["plan"].split()), *plan.span("plan")
    if sex is not None and (value := normalise(Kind.SEX, sex["sex"])) is not None:
        yield "patient.sex", value, *sex.span("sex")
        if born is None and len(dates) == 1:
            born = dates[0]  # beside the sex, the only date is the birth's
    if born is not None:
        yield "patient.dob", born.value, at + born.start, at + born.end
        for visit in dates:
            if visit.value > born.value and _BARE_DATE.match(text[at + born.end : at + visit.start][-2:]):
                yield "encounter.date", visit.value, at + visit.start, at + visit.end


def _is_birth(before: str) -> bool:
    return any(m.end() == len(before) for m in _BORN.finditer(before))
