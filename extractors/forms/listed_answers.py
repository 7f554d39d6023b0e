"""Answers that hold a whole thing: a diagnosis with its code, a service line, a drug with its directions."""

from __future__ import annotations

import re

from extractors.forms.answers import Answer
from extractors.forms.cells import parse_drug
from extractors.forms.code_wording import own_wording
from extractors.forms.collected import Place
from extractors.forms.derived import derive_from
from extractors.forms.doubts import doubted, offers_instead
from extractors.forms.form_page import FormPage
from extractors.forms.parsing import Piece, parse_diagnosis, parse_procedure
from extractors.forms.questions import Question


def parse_listed(path: str, text: str, *, from_ocr: bool) -> list[list[Piece]] | None:
    """The things that a line about diagnoses, services or drugs holds; None for other fields."""
    if path in ("diagnosis.code", "diagnosis.description"):
        found = parse_diagnosis(text, from_ocr=from_ocr)
        return found if path.endswith("description") else [g for g in found if any(p.path == path for p in g)]
    if path in ("procedure.code", "procedure.description"):
        found = parse_procedure(text, from_ocr=from_ocr)
        return found if path.endswith("description") else [g for g in found if any(p.path == path for p in g)]
    if path == "medication.drug":
        pieces = parse_drug(text, from_ocr=from_ocr)
        return [pieces] if pieces else []
    return None


def add_listed(path: str, groups: list[list[Piece]], answer: Answer, question: Question, form: FormPage) -> bool:
    """Adds the things of an answer, the first to the open group where it can take it; False if there is none."""
    entity = path.split(".", maxsplit=1)[0]
    instead = offers_instead(form.text(answer), groups)
    place = doubted(answer.place) if instead else answer.place
    for position, pieces in enumerate(groups):
        moved = [p.moved(answer.start) for p in pieces]
        group = _group(position, entity, moved, question, form)
        if group is None:
            continue
        if [p.path for p in moved] == ["diagnosis.code"] and len(groups) == 1:
            moved += _worded_beside(moved[0], answer, form)
        for piece in moved:
            if not form.collected.holds(group, piece.path):
                form.add(piece.path, piece.value, (piece.start, piece.end), place, group)
        derive_from(entity, group, moved, sheet=form.sheet, collected=form.collected)
        if entity == "medication":
            _derive_status(group, moved[0], question, form)
    return bool(groups)


def _worded_beside(code: Piece, answer: Answer, form: FormPage) -> list[Piece]:
    """The description of a code in the chunk beside it, under a label that nobody knows or none; it is then taken."""
    line = form.sheet.line_of(answer.chunks[-1])
    position = line.index(answer.chunks[-1]) if answer.chunks[-1] in line else 0
    for chunk in (*line[position + 1 : position + 2], *line[max(0, position - 1) : position]):
        known = any(q.label.paths and q.label.words != "?" for q in form.sheet.questions_of(chunk))
        span = own_wording(code.value, chunk.text)
        if known or chunk.index in form.sheet.claimed or span is None:
            continue
        form.sheet.claimed.add(chunk.index)
        left, right = chunk.start + span[0], chunk.start + span[1]
        return [Piece("diagnosis.description", " ".join(form.sheet.page.text[left:right].split()), left, right)]
    return []


def _group(position: int, entity: str, pieces: list[Piece], question: Question, form: FormPage) -> str | None:
    if position == 0:
        return form.group_of(_taken(pieces, entity, question, form), question.label, question.section)
    group = form.collected.new_group(entity)
    form.ownership.remember(entity, question.section, group)
    return group


def _taken(pieces: list[Piece], entity: str, question: Question, form: FormPage) -> str:
    """The field that decides whether the open group can take the pieces: one it already has, if any."""
    group = form.ownership.open_group(entity, question.section)
    held = [p.path for p in pieces if group is not None and form.collected.holds(group, p.path)]
    return held[0] if held else pieces[0].path


# What only a drug of the past has beside it on its line, or in its own label.
_PAST = re.compile(
    r"\b(?:tried|failed|failure|previous(?:ly)?|prior|earlier|formerly|attempted|unsuccessful)\b", re.IGNORECASE
)
_OUTCOME = re.compile(
    r"(?:outcome|result of|reason (?:for|it)|why (?:it|was)|response to|ended|stopped|discontinued)\b", re.IGNORECASE
)


def _was_tried(drug: Piece, question: Question, form: FormPage) -> bool:
    """Whether the label of a drug, or a label on its line, asks for what was tried (`Drug .. Outcome ..`)."""
    label = form.sheet.page.text[question.start : question.end]
    beside = [c for c in form.sheet.line_of(question.chunk) if c.start > drug.start]
    return _PAST.search(label) is not None or any(_OUTCOME.match(c.text) for c in beside)


def _derive_status(group: str, drug: Piece, question: Question, form: FormPage) -> None:
    if not form.collected.holds(group, "medication.status"):
        status = "tried-failed" if _was_tried(drug, question, form) else question.section.status or "requested"
        form.derive("medication.status", status, (drug.start, drug.end), Place("text"), group)
