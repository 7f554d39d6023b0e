"""A label for several values (`Office phone / fax`): each part takes its own from the answer."""

from __future__ import annotations

import re

from documents.values import Kind
from extractors.forms.answers import Answer, find_answers
from extractors.forms.bare_labels import SHAPED
from extractors.forms.collected import Place
from extractors.forms.derived import derive_from
from extractors.forms.form_page import FormPage
from extractors.forms.labels import Label
from extractors.forms.parsing import Piece, parse_value
from extractors.forms.questions import Question
from extractors.grammar.find import find_values


def read_shared(question: Question, form: FormPage) -> None:
    """Reads the first answer of which a part takes a value."""
    for answer in find_answers(question, form.sheet):
        if _read_answer(answer, question, form):
            form.claim(answer, question)
            return


def _read_answer(answer: Answer, question: Question, form: FormPage) -> bool:
    """Each part takes the first value of its kind that is left in the answer."""
    text, section = form.text(answer), question.section
    position, taken = 0, 0
    for part in question.label.parts:
        path = form.ownership.path_of(part, section)
        if path is None or _one_is_lost(path, text, question, form):
            continue
        match = _next_value(form.kind(path), text[position:], from_ocr=question.chunk.from_ocr)
        if match is None:
            continue
        span = (answer.start + position + match[1], answer.start + position + match[2])
        form.add(path, match[0], span, answer.place, form.group_of(path, part, section))
        _derive_for(part, Piece(path, match[0], *span), question, form)
        position += match[2]
        taken += 1
    return taken > 0


def _one_is_lost(path: str, text: str, question: Question, form: FormPage) -> bool:
    """Whether one of `phone / fax` is not there, or was not read: which, nobody can say."""
    kind = form.kind(path)
    asked = sum(kind in {form.kind(p) for p in part.paths[:1]} for part in question.label.parts)
    return kind in SHAPED and len(find_values(kind, text)) < asked


def _derive_for(part: Label, piece: Piece, question: Question, form: FormPage) -> None:
    section = question.section
    group = form.group_of("provider.role", part, section) if piece.path == "provider.name" else None
    if group is not None:
        role = form.ownership.role_of(part, section)
        form.derive("provider.role", role, (piece.start, piece.end), Place("text"), group)
    entity = piece.path.split(".", maxsplit=1)[0]
    open_group = form.ownership.open_group(entity, section)
    if open_group is not None:
        derive_from(entity, open_group, [piece], sheet=form.sheet, collected=form.collected)


def _next_value(kind: Kind, text: str, *, from_ocr: bool) -> tuple[str, int, int] | None:
    """The first value of a kind in a text that holds several, up to the next separator for wordy kinds."""
    match = parse_value(kind, text, from_ocr=from_ocr) if kind not in (Kind.TEXT, Kind.ORGANIZATION) else None
    if match is not None and (kind not in (Kind.IDENTIFIER, Kind.DRUG) or "/" not in text):
        return match.value, match.start, match.end
    offset = len(text) - len(text.lstrip(" /,;|-"))
    piece = re.split(r"\s*/\s*|\s{2,}|\s*[;|]\s*", text[offset:], maxsplit=1)[0]
    match = parse_value(kind, piece, from_ocr=from_ocr)
    return None if match is None else (match.value, offset + match.start, offset + match.end)
