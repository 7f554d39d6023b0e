"""Whether the place of a label's answer is empty, by where things stand and not by what can be made of them."""

from __future__ import annotations

import re
from itertools import pairwise

from documents.pages import Box
from documents.values import Kind
from extractors.forms.blanks import note_blank
from extractors.forms.collected import Collected
from extractors.forms.ownership import Ownership
from extractors.forms.parsing import is_blank
from extractors.forms.questions import Question
from extractors.forms.sheet import Sheet, is_closed
from extractors.grammar.find import normalise
from extractors.layout.chunks import Chunk

# How forms mark the entries that they require.
REQUIRED = re.compile(
    r"[*†‡§!¶•●]|\(cid:\d+\)|\((?:required|req'?d?\.?|mandatory|needed|must(?: be filled)?|r|\*)\)|\brequired\b",
    re.IGNORECASE,
)
# What recognition makes of the walls of boxes for single characters, behind a label.
_COMB = re.compile(r"[\[\]|{}]\s*\w|\w\s*[\[\]|{}]")
# An answer beside a label starts at most this far from its end (share of the page's width).
_BESIDE = 0.30
# Answers under or over a label stand within so many lines; more is another part of the page.
_LINES_AWAY = 2.8
# Fewer letters and digits on a recognised page are specks.
_SPECK = 2
# The same where none of the words is read with any confidence.
_DOUBTFUL_SPECK = 4
# Below this confidence recognition made words of specks, as often as of words.
_LEGIBLE = 0.5
# Columns of a form begin where their labels do, but for this much.
_INDENT = 0.012


def is_empty_place(question: Question, kind: Kind | None, sheet: Sheet, collected: Collected) -> bool:
    """Whether nothing is printed where the answer to a label would stand: in its box, beside, under or over it.

    `kind` is what the label asks for: a word that is a value of it answers, even one that is a label elsewhere.
    """
    chunk = question.chunk
    printed = sheet.page.text[question.start : question.end]
    marks = list(REQUIRED.finditer(printed))
    if _is_written(sheet.page.text[slice(*question.inline)]) or (marks and _COMB.search(printed, marks[-1].end())):
        return False
    beside = next((c for c in sheet.line_of(chunk) if c.start > chunk.start), None)
    if beside is not None and beside.box.left - chunk.box.right < _BESIDE:
        valued = kind is not None and normalise(kind, beside.text.strip(" .:")) is not None
        if valued or _is_answer(beside, sheet):
            return False
    others = [c for c in sheet.layout.chunks if c is not chunk and _is_inside(c, chunk.cell)]
    if is_closed(chunk.cell) and not any(sheet.is_label(c) for c in others):
        return not any(_is_answer(c, sheet) for c in others)
    if _is_answered_beside(chunk, sheet):
        return True
    lines = _lines_of_answers(chunk, sheet, collected)
    return not any(_is_answer(c, sheet) and _is_in_column(c, chunk, sheet) for line in lines for c in line)


def note_required(sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    """Notes the fields whose label is marked as required and whose place is empty, if nothing was read for them."""
    read = {c.path for c in collected.cited}
    for question in sheet.questions:
        marked = REQUIRED.search(sheet.page.text[question.start : max(question.end, question.inline[1])])
        if marked is None or (question.start, question.end) in sheet.answered:
            continue
        left = question.chunk.box.left if question.fills else None
        path = ownership.path_of(question.label, question.section, left)
        if path is None or path in read or path in sheet.decided or path.startswith("allergy."):
            continue
        kind = collected.specs[path].reads.kind if path in collected.specs else None
        if is_empty_place(question, kind, sheet, collected):
            note_blank(path, question, sheet, collected)


def _is_written(text: str) -> bool:
    bare = REQUIRED.sub(" ", text).strip(" .:_-|")
    return any(c.isalnum() for c in bare) and not is_blank(bare)


def _is_answer(chunk: Chunk, sheet: Sheet) -> bool:
    """Whether a chunk is a text of its own: no label or heading, no speck, no `see attached`."""
    if sheet.is_label(chunk) or is_blank(chunk.text):
        return False
    letters = sum(c.isalnum() for c in chunk.text)
    if not chunk.from_ocr:
        return letters > 0
    doubtful = max(w.confidence for w in chunk.words) < _LEGIBLE
    return letters >= (_DOUBTFUL_SPECK if doubtful else _SPECK)


def _is_inside(chunk: Chunk, cell: Box) -> bool:
    x, y = (chunk.box.left + chunk.box.right) / 2, (chunk.box.top + chunk.box.bottom) / 2
    return cell.left <= x <= cell.right and cell.top <= y <= cell.bottom


def _is_answered_beside(chunk: Chunk, sheet: Sheet) -> bool:
    """Whether another label of the line has its answer beside it: then this one's would stand there too."""
    line = sheet.line_of(chunk)
    questions = [q for c in line for q in sheet.questions_of(c) if c is not chunk]
    return any(_is_written(sheet.page.text[slice(*q.inline)]) for q in questions) or any(
        sheet.is_label(one) and one is not chunk and _is_answer(other, sheet) for one, other in pairwise(line)
    )


def _lines_of_answers(chunk: Chunk, sheet: Sheet, collected: Collected) -> list[tuple[Chunk, ...]]:
    """The line over or under a label, where the page's other labels have their answers; both while none is read."""
    found = [c.features for c in collected.cited if c.page == sheet.page.number]
    over, under = (sum(f"position_{side}" in f for f in found) for side in ("above", "below"))
    above, below = next(sheet.lines_above(chunk), ()), next(sheet.lines_below(chunk), ())
    if over == under:
        return [above, below]
    return [above] if over > under else [below]


def _is_in_column(other: Chunk, chunk: Chunk, sheet: Sheet) -> bool:
    """Whether a chunk of the next line stands under or over a label: in its column, and near it."""
    if abs(other.box.top - chunk.box.top) > _LINES_AWAY * sheet.line_height:
        return False
    after = [c.box.left for c in sheet.line_of(chunk) if c.start > chunk.start]
    right = min(after, default=1.0) - _INDENT
    return other.box.left < right and other.box.right > chunk.box.left - _INDENT
