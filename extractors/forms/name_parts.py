"""Names that a form asks for in parts: last name, first name and initial in boxes of their own."""

from __future__ import annotations

from dataclasses import dataclass

from documents.values import Kind
from extractors.forms.answers import find_answers
from extractors.forms.collected import Collected, Place
from extractors.forms.ownership import Ownership
from extractors.forms.parsing import is_blank
from extractors.forms.questions import Question
from extractors.forms.sheet import Sheet
from extractors.grammar.find import normalise
from extractors.layout.chunks import Chunk

LAST = ("last name", "surname", "family name", "last")
FIRST = ("first name", "given name", "first")
# First name and last name stand on one line, or on two that follow each other.
_LINES_APART = 2


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    start: int
    end: int
    chunks: tuple[Chunk, ...]


def read_name_parts(sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    """Joins the parts of each name that the page asks for separately; the labels it uses are answered."""
    for last in sheet.questions:
        if not _asks(last, LAST) or (last.start, last.end) in sheet.answered:
            continue
        first = next((q for q in sheet.questions if _asks(q, FIRST) and _beside(last, q, sheet)), None)
        if first is None:
            continue
        parts = [_part(q, sheet) for q in (first, last)]
        sheet.answered.update({(first.start, first.end), (last.start, last.end)})
        if parts[0] is not None and parts[1] is not None:
            _add(parts[0], parts[1], last, sheet, collected, ownership)
        elif parts[0] is None and parts[1] is None and _path(last, ownership) == "patient.name":
            collected.add_blank("patient.name")


def _asks(question: Question, wordings: tuple[str, ...]) -> bool:
    words = question.label.words
    return not question.label.paths and any(words == w or words.endswith(f" {w}") for w in wordings)


def _beside(last: Question, first: Question, sheet: Sheet) -> bool:
    near = abs(first.chunk.line - last.chunk.line) <= _LINES_APART
    return near and first.section.key == last.section.key and (first.start, first.end) not in sheet.answered


def _part(question: Question, sheet: Sheet) -> _Part | None:
    for answer in find_answers(question, sheet):
        text = sheet.page.text[answer.start : answer.end]
        if not is_blank(text) and text.replace(" ", "").replace("-", "").replace("'", "").replace(".", "").isalpha():
            return _Part(text, answer.start, answer.end, answer.chunks)
    return None


def _path(question: Question, ownership: Ownership) -> str:
    owner = question.label.owner or question.section.owner or ownership.anchor_of(question.section)
    return "provider.name" if owner == "provider" else "patient.name" if owner in ("", "patient") else ""


def _add(
    first: _Part, last: _Part, question: Question, sheet: Sheet, collected: Collected, ownership: Ownership
) -> None:
    path = _path(question, ownership)
    value = normalise(Kind.PERSON_NAME, f"{first.text} {last.text}")
    if not path or value is None:
        return
    span = (min(first.start, last.start), max(first.end, last.end))
    label, section = question.label, question.section
    group = ownership.group_of(path, label, section)
    place = Place("below", question.label.score)
    collected.add(path, value, sheet.page, span, place=place, group=group)
    if path == "provider.name" and group is not None:
        role = ownership.role_of(label, section)
        collected.derive("provider.role", role, sheet.page, span, place=place, group=group)
    sheet.claimed.update(c.index for part in (first, last) for c in part.chunks if not sheet.is_label(c))
