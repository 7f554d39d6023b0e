"""When an empty place counts: the schema asks for the field, or the form itself marks it as required."""

from __future__ import annotations

import re

from extractors.forms.collected import Collected
from extractors.forms.questions import Question
from extractors.forms.sheet import Sheet

_MARKED_REQUIRED = re.compile(r"\*|\((?:required|req'?d|mandatory)\)|\brequired\b", re.IGNORECASE)
# A label that asks only under a condition (`if different from above`) is not left blank by mistake.
_CONDITIONAL = re.compile(
    r"\(?\bif (?:different|applicable|known|other|any|not|renewal|yes|available)\b|\boptional\b", re.IGNORECASE
)
# Below this score a label may be a misread word: its empty place proves nothing.
_SURE_LABEL = 0.9


def note_blank(path: str, question: Question | None, sheet: Sheet, collected: Collected) -> None:
    """Notes an empty place where a sender would be asked for it."""
    if question is None or question.label.score < _SURE_LABEL or _in_dropout(question, sheet):
        return
    text = sheet.page.text[question.start : question.end]
    if _CONDITIONAL.search(text) or (text.isupper() and text.isalpha()):
        return  # one word in capitals is a heading whose labels were not recognised
    if collected.asks(path) or _MARKED_REQUIRED.search(text):
        collected.add_blank(path)


def _in_dropout(question: Question, sheet: Sheet) -> bool:
    """Whether the page lost ink near the label: then an empty place is not known to be empty."""
    top, bottom = question.chunk.box.top - 0.01, question.chunk.box.bottom + 0.03
    return any(band.top < bottom and top < band.bottom for band in sheet.page.dropout)
