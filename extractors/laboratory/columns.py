"""The header of a table of results: which column holds the test, the result, the flag, the unit, the range, a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from documents.values import Kind
from extractors.grammar.find import find_values
from extractors.laboratory.lines import Line


class Role(StrEnum):
    """What a column holds."""

    NAME = "name"
    VALUE = "value"
    FLAG = "flag"
    UNIT = "unit"
    RANGE = "range"
    DATE = "date"
    DATED = "dated"  # values of one day, which the header prints
    EARLIER = "earlier"  # an earlier result, and its day
    OTHER = "other"  # codes, sites, methods, states


# How laboratories head their columns; longer wordings first within a role, and roles in the order of how telling.
_WORDINGS: tuple[tuple[Role, str], ...] = (
    (Role.EARLIER, r"(?:previous|prior|last|historical|earlier)(?: (?:result|value|results|test))?(?: (?:and|&|"
                   r"/) date)?"
                 r"|prev(?:ious)?\.?(?: result)?|delta|change|trend"),
    (Role.RANGE, r"(?:biological )?(?:ref(?:erence|er)?\.?|normal|standard|expected|desired|desirable|therapeutic|"
                 r"healthy"
                 r"|target|usual)[ .]*(?:ranges?|intervals?|values?|limits?|rng|int(?:erval)?\.?)(?: ?(?:and|/|&|"
                 r",) ?units?)?"
                 r"|ref\.?(?: ?(?:range|rng|int))?|ranges?(?: ?/ ?units?)?|limits|intervals?|reference|expected|"
                 r"normals?"),
    (Role.VALUE, r"(?:current|your|patient'?s?|test|measured|observed|final|reported|latest|new)[ ]?(?:results?|"
                 r"values?)"
                 r"|(?:in|within|out of|outside|out)[ -]?(?:the )?(?:reference |normal )?(?:range|limits)"
                 r"|results? ?(?:value|name)?(?: ?(?:and|/|&|,|\() ?(?:units?|flags?)\)?)?|values?|findings?|found|"
                 r"reading"
                 r"|normal results?|abnormal results?|observation value|result \(s\)|outcome|observed|measured"),
    (Role.FLAG, r"(?:abnormal|result|abn\.?|status|alert)? ?flags?|abn(?:ormal)?\.?(?: ?ind(?:icator)?)?|h ?/ ?l|"
                r"l ?/ ?h"
                r"|ind(?:icator)?\.?|interpretation|alerts?|high ?/ ?low|h-l|fl|flg|abnormality"),
    (Role.UNIT, r"(?:result )?units?(?: of measure(?:ment)?)?|uom|measure|measured in|reported in|expressed in|"
                r"unit of meas\.?"),
    (Role.DATE, r"(?:collection|collected|result|test|draw|drawn|specimen|service|observation|reported?)[ ]?(?:date|on)"
                r"(?: ?(?:/|and|&) ?time)?|date(?: ?(?:/|and|&)? ?time)?(?: (?:collected|drawn|of test|resulted|"
                r"reported))?"
                r"|collected|drawn|resulted|date of (?:test|collection|service|result)"),
    (Role.NAME, r"(?:lab(?:oratory)?|ordered|individual)? ?(?:tests?|exams?|assays?)(?: ?\(s\))?"
                r"(?: ?(?:names?|descriptions?|performed|ordered|requested|items?))?|analytes?(?: names?)?"
                r"|components?(?: names?)?|parameters?|procedures?|determinations?|observations?|measurements?"
                r"|panel ?/ ?test|test ?/ ?panel|test ?/ ?component|result names?|investigations?|constituents?|"
                r"markers?"
                r"|biomarkers?|lab|lab name|name of test|profile|description|study|item|analys[ei]s|determinants?"),
    (Role.OTHER, r"(?:performing |testing )?(?:lab(?:oratory)?|site)(?: ?(?:code|id))?|status|state|method(?:ology)?"
                 r"|codes?|test codes?|loinc(?: code)?|cpt|comments?|notes?|tech|no\.?|#|specimen(?: type)?|seq|time"
                 r"|verified(?: by)?|performed(?: by)?|sample"),
)  # fmt: skip
_HEADS = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _WORDINGS)
_DIGIT = re.compile(r"\d")
# Whatever adjective stands before it: `Population range`, `Adult limits`, `NL range`.
_SOME_RANGE = re.compile(r"(?i)[a-z.]+ (?:range|interval|limits)s?")
_UNIT_AFTER = re.compile(r"\s*[(\[]\s*(?P<unit>[^()\[\]]{1,18})[)\]]\s*$")
# What every header of a table of results says: cheap to look for, so that other lines cost nothing.
_MAY_HEAD = re.compile(
    r"(?i)\b(?:results?|values?|found|observed|in range|out of range|findings?|reading|range|interval|limits|"
    r"expected|reference|normals?|"
    r"outcome|ref)\b|(?:[/-]\d{2,4}\b.*){2}"
)
# A header names at least the test and the result, or two other columns beside one of them.
_ENOUGH = 2
_LONGEST_HEADER = 130


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `date` is what a DATED column's header prints, with its offset in the page's text."""

    role: Role
    left: float
    right: float
    date: tuple[str, str, int] | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table, left to right; `bottom` is the offset in the page's text where the header ends."""

    columns: tuple[Column, ...]
    page: int

    def role_at(self, left: float, right: float) -> Column:
        """The column that text between two positions stands in: the one it overlaps most, else the nearest."""
        return min(self.columns, key=lambda c: (_away(c, left, right), abs((c.left + c.right) - (left + right))))

    def has(self, *roles: Role) -> bool:
        """Whether one of the columns has one of the roles."""
        return any(c.role in roles for c in self.columns)

    @property
    def name_first(self) -> bool:
        """Whether the test stands left of its result, unit and range, so that a row reads from left to right."""
        first = next(
            (c.role for c in self.columns if c.role not in (Role.FLAG, Role.DATE, Role.OTHER, Role.EARLIER)), None
        )
        return first in (Role.NAME, None)


def _away(column: Column, left: float, right: float) -> float:
    return max(
        column.left - right, left - column.right, -1.0 if column.left <= left and right <= column.right else -0.5
    )


def header_of(line: Line) -> Header | None:
    """The header that a line is, or None."""
    if len(line.text) > _LONGEST_HEADER or not _MAY_HEAD.search(line.text):
        return None
    columns = _with_names(list(_of_one_time(_columns(line))))
    known = [c for c in columns if c.role not in (Role.OTHER, Role.EARLIER)]
    dated = [c for c in columns if c.role is Role.DATED]
    named = any(c.role is Role.NAME for c in known)
    told = {c.role for c in known}
    if len(dated) >= _ENOUGH and (named or columns[0].role is Role.DATED):
        return Header(tuple(columns), line.page)
    valued = bool({Role.VALUE, Role.DATED} & told) or {Role.NAME, Role.RANGE} <= told
    if len(told) < _ENOUGH or not valued:
        return None
    return Header(tuple(columns), line.page)


def tables_of(header: Header) -> list[tuple[float, float, Header]]:
    """The tables that stand side by side under a header, each with the span of the page that is its own."""
    starts = [c.left for c in header.columns if c.role is Role.NAME]
    if len(starts) < 2 or not header.name_first:
        return [(0.0, 1.01, header)]
    bounds = [0.0, *(at - 0.012 for at in starts[1:]), 1.01]
    tables = []
    for left, right in pairwise(bounds):
        own = tuple(c for c in header.columns if left <= c.left < right)
        tables.append((left, right, replace(header, columns=own)))
    whole = all({Role.VALUE, Role.DATED} & {c.role for c in own.columns} for _, _, own in tables)
    return tables if whole else [(0.0, 1.01, header)]


def joined(above: Header, below: Header) -> Header:
    """A header that runs over two lines: `Reference` over `Range` is one column; a whole one below replaces it."""
    results = sum(c.role in (Role.VALUE, Role.DATED) for c in below.columns)
    if below.has(Role.NAME) and results and below.has(Role.UNIT, Role.RANGE):
        return below
    added = [c for c in below.columns if all(_away(k, c.left, c.right) > 0 for k in above.columns)]
    return replace(above, columns=tuple(sorted((*above.columns, *added), key=lambda c: c.left)))


def _with_names(columns: list[Column]) -> list[Column]:
    """The columns; where none is called the test's, the leftmost is, if its heading is a word that nobody knows."""
    if any(c.role is Role.NAME for c in columns) or len(columns) < 3:
        return columns
    unnamed = next((i for i, c in enumerate(columns) if c.role is Role.OTHER), None)
    if unnamed != 0:
        return columns
    return [replace(columns[0], role=Role.NAME), *columns[1:]]


def _of_one_time(columns: Iterator[Column]) -> Iterator[Column]:
    """The columns; the date beside an earlier result is that result's."""
    earlier = False
    for column in columns:
        earlier = column.role is Role.EARLIER or (earlier and column.role is Role.DATE)
        yield replace(column, role=Role.EARLIER) if earlier else column


def _columns(line: Line) -> Iterator[Column]:
    """The columns that a line's cells head; words that no wording knows end the search where they are many."""
    strangers = 0
    for start, end in _cells(line):
        text = line.text[start:end].strip(" :|.*_")
        left, right = line.extent(start, end)
        role = _role(text)
        if role is not None:
            yield Column(role, left, right)
            continue
        dates = find_values(Kind.DATE, text, from_ocr=line.from_ocr) if _DIGIT.search(text) else []
        if len(dates) == 1 and not re.search(r"[A-Za-z]{4,}", text.replace(text[dates[0].start : dates[0].end], "")):
            at = line.start + line.text.index(text, start) + dates[0].start
            yield Column(Role.DATED, left, right, (dates[0].value, text[dates[0].start : dates[0].end], at))
            continue
        found = list(_run_together(line, start, end))
        if found:
            yield from found
        elif any(c.isalnum() for c in text):
            strangers += 1
            if strangers > 2:
                return
            yield Column(Role.OTHER, left, right)


def _role(text: str) -> Role | None:
    bare = _UNIT_AFTER.sub("", " ".join(text.split()))
    role = next((role for role, pattern in _HEADS if pattern.fullmatch(bare)), None)
    return Role.RANGE if role is None and _SOME_RANGE.fullmatch(bare) else role


def _run_together(line: Line, start: int, end: int) -> Iterator[Column]:
    """The columns of a cell whose gaps recognition lost: `Result Flag Units`, each word accounted for."""
    words = [(m.start() + start, m.end() + start) for m in re.finditer(r"\S+", line.text[start:end])]
    columns: list[Column] = []
    index = 0
    while index < len(words):
        for last in range(min(len(words), index + 3), index, -1):
            low, high = words[index][0], words[last - 1][1]
            role = _role(line.text[low:high].strip(" :|.*_"))
            if role is not None:
                columns.append(Column(role, *line.extent(low, high)))
                index = last
                break
        else:
            return
    if len(columns) >= 2:
        yield from columns


def _cells(line: Line) -> Iterator[tuple[int, int]]:
    """Spans of the line's text between wide gaps."""
    starts = [w.start - line.start for w in line.words if w.start in line.heads]
    for at, after in zip(starts, [*starts[1:], len(line.text) + 1], strict=True):
        cell = line.text[at : after - 1].rstrip() if after <= len(line.text) else line.text[at:].rstrip()
        yield at, at + len(cell)
