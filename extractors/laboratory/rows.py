"""One row of results: what was tested, what came out, and how the laboratory judges it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.laboratory.columns import Column, Header, Role
from extractors.laboratory.known_tests import is_known_test
from extractors.laboratory.lines import Line
from extractors.laboratory.marks import Part, Shape, parts_of
from extractors.lexicon.analytes import find_analytes

Span = tuple[int, int]

# A line whose name begins so is the paper's own, a remark, or a table that tells what values mean.
_NO_TEST = re.compile(
    r"(?i)(?:comments?|notes?|pages?|phone|tel|fax|dob|date|time|age|patient|collect\w*|drawn|report\w*|received|"
    r"accession|specimen (?:id|no|number|type|source|volume|condition)|account|acct|npi|clia|room|address|"
    r"fasting\s*[:?]|fasting status|for|if|"
    r"desirable|optimal|near optimal|normal\b|borderline|risk|deficien\w*|insufficien\w*|sufficien\w*|prediabet\w*|"
    r"diabet\w*|goal|target|therapeutic|toxic|trimester|males?\b|females?\b|adults?|child\w*|years?|stage|"
    r"reference|ref|ranges?|intervals?|results?|tests?\b|performed|method\w*|reviewed|verified|director|final|orders?|"
    r"ordered|ordering|client|physician|provider|icd|dx|diagnos\w*|see|sex|gender|mrn|id|ssn|po box|suite|ste|"
    r"street|www|http\S*|copy|printed|requisition|control (?:no|number|id)|lab (?:id|no|number|ref)|"
    r"legend|key|abnormal|critical|high\s|low\s|h\s?=|l\s?=|footnotes?|disclaimer|interpret\w*|clinical|"
    r"indication|status|medicare|insurance|bill\w*|group|member|policy|volume|height|weight|bsa|"
    r"(?:un)?satisfactory|an?\b|the|this|these|values?|levels? (?:of|above|below)|recommended|according)\b"
)
# `Pt no.` is the patient's number, not a prothrombin time.
_PERSONAL = re.compile(
    r"(?i)(?:pt|patient|chart|rec(?:ord)?|acct|lab|req|ref|fax|tel|case)\.?\s?(?:no\b|#|id\b|name|number|num\b)"
)
# Words of sentences, which no name of a test holds.
_SENTENCE = re.compile(
    r"(?i)\b(?:is|are|was|were|be|been|should|may|might|has|have|had|will|would|can|cannot|this|these|that|which|"
    r"please|"
    r"recommend\w*|suggest\w*|according|consider\w*|consistent|interpret\w*|because|when|than|patients?|using|based|"
    r"see note|if|there|must|we|you|your|our|page|phone|fax)\b"
)
_INDICES = re.compile(r"\s*(?:\d{1,3}[.)]|[-•*]+)\s+")
_EDGES = " .,:;*_-|'’\"“”~=°·`"
# Centred or ragged columns stand this far beside their heading (page fractions).
_SLACK = 0.02
_LONGEST_NAME, _MOST_WORDS = 60, 9
# Text beside a result that no column accounts for: more of it than this makes the line a remark.
_MOST_LOOSE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A row of results; spans are offsets in the line's text.

    Attributes:
        line: where it stands.
        name: of the test.
        known: whether the name is one that the lexicon holds.
        value: of the test.
        flag: as printed; `against` if it touches the value.
        unit, range: as printed.
        date: the span of the row's own date.
        dated: the column whose header prints the day of the value.
        aligned: whether the value stands under its heading, where other columns hold values of other days.
        aligned: whether the value stands under its column's heading, where another column holds values too.
    """

    line: Line
    name: Span
    known: bool
    value: Span
    flag: Span | None = None
    against: bool = False
    unit: Span | None = None
    range: Span | None = None
    date: Span | None = None
    dated: Column | None = None
    aligned: bool = True


def rows_of(line: Line, header: Header | None) -> Iterator[Row]:
    """The results of a line: one, or one for each dated column; none where it is a heading, a remark or a footer."""
    parts = parts_of(line.text)
    if not any(p.shape in (Shape.NUMBER, Shape.WORD, Shape.RANGE) for p in parts):
        return
    name = _name(line, parts, header)
    if name is None:
        return
    span, rest = name
    known = is_known_test(line.text[slice(*span)])
    if _PERSONAL.match(line.text[slice(*span)]):
        return
    if not known and _NO_TEST.match(line.text[slice(*span)]):
        return
    loose = " ".join(line.text[p.start : p.end] for p in rest if p.shape is Shape.TEXT)
    if _SENTENCE.search(line.text[slice(*span)]) or (header is None and len(loose.split()) > _MOST_LOOSE_WORDS):
        return
    cells = _Cells(line, rest, header)
    for value in cells.values():
        if not known and not cells.is_result(value):
            continue
        yield cells.row(span, value, known=known)


def _name(line: Line, parts: Sequence[Part], header: Header | None) -> tuple[Span, list[Part]] | None:
    """The span of the test's name and the parts beside it."""
    if header is not None and not header.name_first:
        return _name_in_column(line, parts, header)
    first = next((i for i, p in enumerate(parts) if p.shape is Shape.TEXT or _names(line, parts, i)), None)
    if first and parts[first - 1].shape is Shape.FLAG and not line.starts_column(parts[first].start):
        first -= 1  # `H pylori`, `C diff`
    if first is None or any(p.shape not in (Shape.FLAG, Shape.DATE, Shape.NUMBER) for p in parts[:first]):
        return None
    if any(p.shape is Shape.NUMBER and not line.text[p.start : p.end].isdigit() for p in parts[:first]):
        return None
    last = _last_of_name(line, parts, first, header)
    span = _trimmed(line.text, parts[first].start, parts[last].end)
    if span is None:
        return None
    return span, [*parts[:first], *parts[last + 1 :]]


def _names(line: Line, parts: Sequence[Part], index: int) -> bool:
    """Whether a part of another shape begins a name: `INR`, `pH`, `%` are units too, `Normal` begins none."""
    part = parts[index]
    if part.shape is not Shape.UNIT or any(p.shape is not Shape.DATE for p in parts[:index]):
        return False
    return is_known_test(line.text[part.start : part.end])


def _last_of_name(line: Line, parts: Sequence[Part], first: int, header: Header | None) -> int:
    """The index of the last part of the name: the one before the result, whatever numbers the name holds itself."""
    hits = find_analytes(line.text)
    cell = _first_cell(line, parts, first)
    if cell is not None:
        return cell
    index = first
    while index + 1 < len(parts):
        after = parts[index + 1]
        if line.starts_column(after.start):
            break
        inside = any(h.start < after.start and after.end <= h.end for h in hits)
        more = index + 2 < len(parts) and not line.starts_column(parts[index + 2].start)
        worded = more and parts[index + 2].shape is Shape.TEXT and after.shape is not Shape.NUMBER
        numbered = after.shape is Shape.NUMBER and _counts_test(line, parts, index + 1, header)
        if not (after.shape is Shape.TEXT or inside or worded or numbered):
            break
        index += 1
    return index


def _first_cell(line: Line, parts: Sequence[Part], first: int) -> int | None:
    """The last part of the name's cell where a wide gap ends it and it holds no number: `LDL CALC`."""
    last = first
    while last + 1 < len(parts) and not line.starts_column(parts[last + 1].start):
        last += 1
    worded = all(p.shape not in (Shape.NUMBER, Shape.RANGE, Shape.DATE) for p in parts[first : last + 1])
    return last if last + 1 < len(parts) and worded and parts[last + 1].shape is not Shape.TEXT else None


def _counts_test(line: Line, parts: Sequence[Part], index: int, header: Header | None) -> bool:
    """Whether a number belongs to the test's name (`Vitamin B 12`): the result follows it in a column of its own."""
    after = parts[index + 1] if index + 1 < len(parts) else None
    if after is None or not line.text[parts[index].start : parts[index].end].isdigit():
        return False
    if after.shape not in (Shape.NUMBER, Shape.WORD) or not line.starts_column(after.start):
        return False
    here = header.role_at(*line.extent(parts[index].start, parts[index].end)).role if header else Role.NAME
    there = header.role_at(*line.extent(after.start, after.end)).role if header else Role.VALUE
    return here is Role.NAME and there in (Role.VALUE, Role.DATED)


def _name_in_column(line: Line, parts: Sequence[Part], header: Header) -> tuple[Span, list[Part]] | None:
    """The name where the table prints it in a column that is not the first."""

    def role(part: Part) -> Role:
        return header.role_at(*line.extent(part.start, part.end)).role

    own = [p for p in parts if role(p) is Role.NAME]
    if not own or not any(p.shape is Shape.TEXT or is_known_test(line.text[p.start : p.end]) for p in own):
        return None
    span = _trimmed(line.text, own[0].start, own[-1].end)
    return None if span is None else (span, [p for p in parts if p not in own])


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without marks at its ends; None where it is too long or has too few letters for a name."""
    marked = _INDICES.match(text, start, end)
    start = marked.end() if marked else start
    printed = text[start:end]
    start += len(printed) - len(printed.lstrip(_EDGES))
    end -= len(printed) - len(printed.rstrip(_EDGES))
    name = text[start:end]
    letters = sum(c.isalpha() for c in name)
    if name.count("(") > name.count(")"):
        return None
    if not letters or len(name) > _LONGEST_NAME or len(name.split()) > _MOST_WORDS or 2 * letters < len(name) / 2:
        return None
    return (start, end) if letters > 1 or is_known_test(name) else None


def _columns_of(line: Line, parts: Sequence[Part], header: Header | None) -> dict[Part, Column]:
    """The column of each part: cell by cell where the row has as many as the header, else by where it stands.

    Typed text keeps its cells in order but seldom under their headings.
    """
    if header is None:
        return {}
    heads = sorted(w - line.start for w in line.heads if line.start <= w < line.start + len(line.text))
    if len(heads) == len(header.columns):
        return {p: header.columns[max(0, sum(h <= p.start for h in heads) - 1)] for p in parts}
    return {p: header.role_at(*line.extent(p.start, p.end)) for p in parts}


class _Cells:
    """What stands beside the name of a row, by shape, and by column where a header tells."""

    def __init__(self, line: Line, parts: Sequence[Part], header: Header | None) -> None:
        self._line = line
        self._header = header
        self._parts = [p for p in parts if p.shape is not Shape.TEXT]
        self._columns = _columns_of(line, self._parts, header)

    def _role(self, part: Part) -> Role | None:
        column = self._columns.get(part)
        return column.role if column is not None else None

    def values(self) -> list[Part]:
        """The results: every dated column's, else the first under a column for results, else the first at all."""
        likely = [p for p in self._parts if p.shape in (Shape.NUMBER, Shape.WORD)]
        dated = [p for p in likely if self._role(p) is Role.DATED]
        if dated:
            return dated
        if self._header is not None and self._header.has(Role.VALUE):
            listed = [p for p in self._parts if p.shape in (Shape.NUMBER, Shape.WORD, Shape.RANGE, Shape.FLAG)]
            under = [p for p in listed if self._role(p) is Role.VALUE]
            under = [
                p for p in under if p.shape is not Shape.FLAG or self._text(p).lower() in ("abnormal", "high", "low")
            ]
            own = [p for p in under if p.shape in (Shape.NUMBER, Shape.WORD)]
            # `0-5` cells in a field are a result only where the range stands in a column of its own beside it.
            counted = any(self._role(p) is Role.RANGE for p in self._parts if p.shape is Shape.RANGE)
            own = (
                own
                or [p for p in under if p.shape is Shape.RANGE and counted]
                or [p for p in under if p.shape is Shape.FLAG]
            )
            if own:
                return own[:1]
            # Columns drift in recognised text; what stands under a range or an earlier result still is none.
            likely = [p for p in likely if self._role(p) not in (Role.RANGE, Role.OTHER, Role.EARLIER, Role.DATE)]
        return likely[:1]

    def is_result(self, value: Part) -> bool:
        """Whether a row whose test is unknown is a result: by its columns, or by a unit and a range beside a number."""
        unit, limits = self._unit(value), self._range(value)
        if self._header is not None and self._role(value) in (Role.VALUE, Role.DATED):
            return value.shape is not Shape.FLAG or limits is not None
        if value.shape is Shape.WORD or self._text(value).endswith("+"):
            return limits is not None
        return (
            value.shape is Shape.NUMBER and unit is not None and (limits is not None or self._flag(value) is not None)
        )

    def row(self, name: Span, value: Part, *, known: bool) -> Row:
        """The row with everything that belongs to one value."""
        column = self._columns.get(value)
        flag = value.flag or self._flag(value)
        date = next(
            (p for p in self._parts if p.shape is Shape.DATE and self._role(p) not in (Role.OTHER, Role.EARLIER)), None
        )
        limits = self._range(value)
        return Row(
            line=self._line,
            name=name,
            known=known,
            value=(value.start, value.end),
            flag=flag,
            against=value.flag is not None,
            unit=self._unit(value),
            range=limits,
            date=(date.start, date.end) if date is not None else None,
            dated=column if column is not None and column.role is Role.DATED else None,
            aligned=self._is_aligned(value),
        )

    def _is_aligned(self, value: Part) -> bool:
        """Whether a value's column is beyond doubt: no other value stands in it, and it is under its own heading."""
        column, header = self._columns.get(value), self._header
        if column is None or header is None or not header.has(Role.DATED, Role.EARLIER):
            return True
        rivals = [p for p in self._parts if p is not value and p.shape in (Shape.NUMBER, Shape.WORD)]
        if any(self._columns[p] == column for p in rivals):
            return False
        heads = sum(self._line.start <= w < self._line.start + len(self._line.text) for w in self._line.heads)
        left, right = self._line.extent(value.start, value.end)
        return heads == len(header.columns) or (left <= column.right + _SLACK and column.left - _SLACK <= right)

    def _flag(self, value: Part) -> Span | None:
        """The flag of a value: right beside it, else in the flag column (where there is only one value)."""
        index = self._parts.index(value)
        near = self._parts[index + 1 : index + 2] + self._parts[max(0, index - 1) : index]
        dated = self._role(value) is Role.DATED
        beside = [p for p in near if p.shape is Shape.FLAG and (not dated or self._columns[p] == self._columns[value])]
        if beside:
            return (beside[0].start, beside[0].end)
        flags = [p for p in self._parts if p.shape is Shape.FLAG and p is not value]
        under = [p for p in flags if self._role(p) is Role.FLAG] or [
            p for p in flags if self._role(p) is not Role.OTHER
        ]
        return (under[0].start, under[0].end) if under and not dated else None

    def _unit(self, value: Part) -> Span | None:
        units = [p for p in self._parts if p.shape is Shape.UNIT]
        under = [p for p in units if self._role(p) is Role.UNIT] or units
        after = [p for p in under if p.start > value.end] or under
        return (after[0].start, after[0].end) if after else None

    def _range(self, value: Part) -> Span | None:
        """The range: a span of numbers, a limit (`<5.7`) or the expected word, not the value nor an earlier result."""
        others = [
            p
            for p in self._parts
            if p is not value
            and self._role(p) not in (Role.OTHER, Role.EARLIER, Role.DATED, Role.VALUE, Role.FLAG, Role.DATE)
        ]
        under = [p for p in others if self._role(p) is Role.RANGE and p.shape is not Shape.UNIT]
        spans = [p for p in under or others if p.shape is Shape.RANGE]
        if not spans:
            limits = [p for p in under or others if p.shape in (Shape.NUMBER, Shape.WORD) and p.start > value.start]
            spans = [p for p in limits if p.shape is Shape.WORD or self._text(p)[:1] in "<>≤≥" or ":" in self._text(p)]
        if not spans:
            return None
        return _bare_span(self._line.text, spans[0])

    def _text(self, part: Part) -> str:
        return self._line.text[part.start : part.end]


def _bare_span(text: str, part: Part) -> Span:
    """The range without the brackets around it."""
    printed = text[part.start : part.end]
    start = part.start + len(printed) - len(printed.lstrip("([ "))
    return start, part.end - (len(printed) - len(printed.rstrip(")] ")))
