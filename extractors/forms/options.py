"""Choices: which of a form's boxes is ticked, and for which field."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from documents.pages import Tick
from documents.records import Finding, RedFlag, Severity
from documents.values import Kind
from extractors.forms.collected import Collected, Place
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values, normalise
from extractors.layout.chunks import Chunk
from extractors.layout.options import Option

_KINDS = {
    "request.urgency": Kind.URGENCY,
    "patient.sex": Kind.SEX,
    "service.place": Kind.PLACE_OF_SERVICE,
}
_FIELDS = tuple(_KINDS)
# A ticked choice's wording comes first in its label (`Expedited - a delay could ...`, `Level 2: Urgent`).
_EARLY = 14
# Labels that speak of something else although they hold a choice's word.
_NOT_URGENCY = re.compile(
    r"\burgent care\b|\bemergency (?:room|department|contact)\b|\bstandard of care\b|\broutine (?:care|visit)",
    re.IGNORECASE,
)
# Urgency in other words than a form's plain ones; said only of boxes that a label about urgency or plain ones go with.
_FAST = re.compile(
    r"\b(?:jeopardi[sz]\w*|endanger\w*|serious(?:ly)? (?:harm|risk|threat)\w*|at risk|life|limb|threaten\w*|fast|"
    r"quick(?:est|ly)?|rush|hurry|immediate(?:ly)?|right away|as soon as|asap|exigent|accelerated|crisis|"
    r"same[- ](?:day|week)|next day|today|high(?:est)? priority|cannot wait|can't wait|must not wait|"
    r"(?:12|24|36|48|72)[- ]?h(?:ou)?rs?|(?:one|two|three|[1-3]) (?:business |working |calendar )?days?)\b",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"\b(?:ordinary|normal(?:ly)?|usual|regular|planned|scheduled|ordinarily|not urgent|no rush|no hurry|can wait|"
    r"may wait|next (?:available|open(?:ing)?|slot)|first (?:available|open)|when convenient|low priority|"
    r"(?:five|seven|ten|fourteen|fifteen|thirty|[5-9]|1[0-9]|2[0-9]|30)[- ](?:business |working |calendar )?days?|"
    r"weeks|month)\b",
    re.IGNORECASE,
)
_ASKS_URGENT = re.compile(r"\b(?:urgent|expedited?|stat|emergent)\b[^?]*\?", re.IGNORECASE)
_PLACE_CODE = re.compile(r"^\W{0,2}\d{2}\b\W{0,3}[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that is a value of a field: the value and the span of its wording in the page's text."""

    path: str
    value: str
    tick: Tick
    start: int
    end: int
    worded: bool = True
    """Whether the value's own word is printed; else it follows from what is."""


def read_options(sheet: Sheet, collected: Collected) -> None:
    """Reads the page's choices; two ticked boxes of one field are a finding, and no value."""
    by_path: dict[str, list[Choice]] = defaultdict(list)
    on_line = Counter(option.line for option in sheet.layout.options)
    plain = {o.line for o in sheet.layout.options if _value("request.urgency", Kind.URGENCY, o.text, asked=False)}
    for option in sheet.layout.options:
        choice = _choice(option, sheet) or _meant_urgency(option, sheet, plain)
        known = choice is not None and choice.path in collected.specs
        if choice is not None and known:
            by_path[choice.path].append(choice)
        # A lone unknown mark may be a speck beside a value; two on a line are choices, whatever they offer.
        if known or on_line[option.line] > 1:
            chunks = [c for c in sheet.layout.chunks if c.start >= option.start and c.end <= option.end]
            if option.mark.tick is Tick.TICKED and not known:
                # `[x] Procedure: 27447 Total knee replacement`: what is chosen is a label with its value.
                chunks = [c for c in chunks if not _states_value(c, sheet)]
            sheet.claimed.update(c.index for c in chunks)
    for path, choices in by_path.items():
        _decide(path, choices, sheet, collected)
        sheet.decided.add(path)
    if "request.urgency" not in by_path:
        _read_urgent_question(sheet, collected)


def _states_value(chunk: Chunk, sheet: Sheet) -> bool:
    """Whether a chunk is a known label with its value beside it."""
    return any(q.label.paths and q.inline[1] > q.inline[0] for q in sheet.questions_of(chunk))


def _read_urgent_question(sheet: Sheet, collected: Collected) -> None:
    """`Is this request urgent?  [ ] Yes  [X] No`."""
    for option in sheet.layout.options:
        answer = option.text.strip(" .,:").lower()
        if option.mark.tick is not Tick.TICKED or answer not in ("yes", "no", "y", "n"):
            continue
        before = [c for c in sheet.layout.chunks if c.line == option.line and c.end <= option.start]
        question = next((c for c in before if _ASKS_URGENT.search(c.text)), None)
        if question is not None:
            value = "expedited" if answer.startswith("y") else "standard"
            span = (question.start, option.end)
            collected.derive("request.urgency", value, sheet.page, span, place=Place("option", 0.8))
            sheet.decided.add("request.urgency")
            return


def _decide(path: str, choices: list[Choice], sheet: Sheet, collected: Collected) -> None:
    ticked = [c for c in choices if c.tick is Tick.TICKED]
    values = {c.value for c in ticked}
    if len(values) > 1:
        collected.findings.append(
            Finding(
                rule="READ-010",
                severity=Severity.ERROR,
                path=path,
                message="More than one box is ticked where the form allows one; ask the sender which is meant.",
                flag=RedFlag.AMBIGUOUS_SELECTION,
            )
        )
        return
    if ticked:
        first = ticked[0]
        # A choice without a mark that was seen may be ticked too.
        sure = 1.0 if _all_seen(path, choices, sheet) else 0.3
        place = Place("option", sure)
        add = collected.add if first.worded else collected.derive
        add(path, first.value, sheet.page, (first.start, first.end), place=place)
        return
    # One box alone (`[ ] Urgent`) left empty says nothing; two or more empty ones are an unanswered question.
    if (
        len({c.value for c in choices}) > 1
        and all(c.tick is Tick.EMPTY for c in choices)
        and _all_seen(path, choices, sheet)
    ):
        collected.add_blank(path)


def _all_seen(path: str, choices: list[Choice], sheet: Sheet) -> bool:
    """Whether every choice that the line prints has a mark: a box that was not seen may be the ticked one."""
    kind = _KINDS[path]
    lines = {c.line for c in sheet.layout.chunks for o in choices if c.start <= o.start < c.end}
    printed = {m.value for c in sheet.layout.chunks if c.line in lines for m in find_values(kind, c.text)}
    return len(printed) <= len({c.value for c in choices})


def _choice(option: Option, sheet: Sheet) -> Choice | None:
    text = option.text
    asked = _asked(option, sheet)
    for path, kind in (
        ("patient.sex", Kind.SEX),
        ("service.place", Kind.PLACE_OF_SERVICE),
        ("request.urgency", Kind.URGENCY),
    ):
        if asked and path not in asked and asked & set(_FIELDS):
            continue
        value = _value(path, kind, text, asked=path in asked)
        if value is not None:
            return Choice(path, value, option.mark.tick, option.start, option.end)
    return None


def _meant_urgency(option: Option, sheet: Sheet, plain: set[int]) -> Choice | None:
    """`[x] Delay would endanger life`: a choice of urgency in other words, among such choices or asked for as one."""
    if option.line not in plain and "request.urgency" not in _asked(option, sheet):
        return None
    fast, usual = _FAST.search(option.text), _USUAL.search(option.text)
    if fast is None and usual is None:
        return None
    first = usual is None or (fast is not None and fast.start() < usual.start())
    value = "expedited" if first else "standard"
    return Choice("request.urgency", value, option.mark.tick, option.start, option.end, worded=False)


def _value(path: str, kind: Kind, text: str, *, asked: bool) -> str | None:
    if path == "patient.sex":
        return normalise(kind, text)
    if path == "service.place":
        coded = _PLACE_CODE.match(text) is not None
        return normalise(kind, text) or _first(kind, text) if asked or coded else None
    if not asked and _NOT_URGENCY.search(text):
        return None
    return _first(kind, text)


def _first(kind: Kind, text: str) -> str | None:
    found = find_values(kind, text[:60])
    early = [m for m in found if m.start <= _EARLY]
    return early[0].value if early else None


def _asked(option: Option, sheet: Sheet) -> set[str]:
    """The fields that a label before the option, on its line or the line above, asks for."""
    paths: set[str] = set()
    for question in sheet.questions:
        chunk = question.chunk
        same_line = chunk.line == option.line and chunk.box.left <= option.mark.box.left
        gap = option.mark.box.top - chunk.box.bottom
        above = 0 <= gap < 2.0 * sheet.line_height and chunk.box.left <= option.mark.box.left + 0.05
        if same_line or above:
            paths.update(question.label.paths)
    return paths
