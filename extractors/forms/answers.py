"""Where a label's value may stand: beside it, in its box, under it, over it; nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from documents.pages import Box
from extractors.forms.collected import Place
from extractors.forms.questions import Question
from extractors.forms.sheet import Sheet, is_closed, same_cell
from extractors.layout.chunks import Chunk

# A value stands at most this far right of its label where no rules say so: half of a form's usual column.
_FARTHEST_RIGHT = 0.30
# ... and at most this many line heights under it (a blank line between is not usual inside a form).
_FARTHEST_BELOW = 2.4
# A value right beside its label follows it within a few characters.
_RIGHT_BESIDE = 0.08
_SHORTEST_COMB = 4
# Fields whose value may fill several lines of its box.
_SEVERAL_LINES = frozenset(
    {"patient.address", "diagnosis.description", "diagnosis.code", "procedure.description", "procedure.code"}
)
# One word that also heads a paragraph of a note or letter: alone on its line it is no label over a value.
_WEAK = frozenset(
    {
        "plan", "group", "coverage", "product", "program", "id", "name", "date", "reason", "condition", "problem",
        "symptom", "order", "service", "test", "exam", "item", "study", "procedure", "diagnosis", "medication", "drug",
        "provider", "location", "facility",
    }
)  # fmt: skip
# A box whose free height under its label is at least this part of a line has room for its value.
_ROOM = 0.75


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that may be a label's value: its span in the page's text, and the chunks it uses up."""

    start: int
    end: int
    chunks: tuple[Chunk, ...]
    place: Place


def find_answers(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """Yields the places of a label's value in the order in which forms use them."""
    score = question.label.score
    if question.inline[1] > question.inline[0]:
        yield from _comb_tail(question, sheet)
        yield Answer(*question.inline, (question.chunk,), Place("inline", score))
        yield from _wrapped(question, sheet)
    if not _ends_chunk(question, sheet):
        return
    if is_closed(question.chunk.cell):
        yield from _in_closed(question, sheet)
        return
    if _over_line(question, sheet):
        yield from _above(question, sheet)
    yield from _right(question, sheet)
    if question.label.words not in _WEAK or len(sheet.line_of(question.chunk)) > 1:
        yield from _below(question, sheet)


def _in_closed(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """The places of a value whose label stands in a ruled box."""
    found = [*_in_comb(question, sheet), *_in_cell(question, sheet), *_next_cell(question, sheet)]
    yield from found
    if not found and question.chunk.from_ocr:
        # A wall that recognition saw in a letter's stem must not part a label from what stands right beside it.
        yield from (a for a in _right(question, sheet) if a.place.distance <= _RIGHT_BESIDE)
    if not _has_room(question, sheet):
        yield from _below(question, sheet)


def is_comb(chunk: Chunk) -> bool:
    """Whether a chunk is a row of boxes with one character each."""
    return len(chunk.words) >= _SHORTEST_COMB and all(len(w.text) == 1 for w in chunk.words)


def _in_comb(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """A comb beside the label or under it: each of its boxes is a ruled cell, none of them the label's own."""
    chunk, score = question.chunk, question.label.score
    after = [c for c in sheet.line_of(chunk) if c.start > chunk.start]
    if after and is_comb(after[0]) and free_text(after[0], sheet):
        distance = max(0.0, after[0].box.left - chunk.box.right)
        yield Answer(after[0].start, after[0].end, (after[0],), Place("right", score, distance))
        return
    left, right = _territory(chunk, sheet)
    for line in sheet.lines_below(chunk):
        if line[0].box.top - chunk.box.bottom > _FARTHEST_BELOW * sheet.line_height:
            return
        for comb in (c for c in line if left <= c.box.left < right and is_comb(c) and free_text(c, sheet)):
            yield Answer(
                comb.start, comb.end, (comb,), Place("below", score, max(0.0, comb.box.top - chunk.box.bottom))
            )
            return


def stands_apart(answer: Answer, question: Question, sheet: Sheet) -> bool:
    """Whether an answer stands in the next box although the label's own has room for it: another label, unread."""
    own = question.chunk.cell
    if any(is_comb(c) for c in answer.chunks):
        return False
    return is_closed(own) and _has_room(question, sheet) and not same_cell(answer.chunks[0].cell, own)


def free_text(chunk: Chunk, sheet: Sheet) -> bool:
    """Whether a chunk may be a value: no label, no heading, not taken, and more than punctuation."""
    return (
        chunk.index not in sheet.claimed
        and not sheet.is_label(chunk)
        and any(c.isalnum() for c in chunk.text)
        and not chunk.text.rstrip().endswith((":", "?"))
    )


def _ends_chunk(question: Question, sheet: Sheet) -> bool:
    """Whether no other label follows in the same chunk (then its value can only be between the two)."""
    return sheet.questions_of(question.chunk)[-1] is question


def _has_room(question: Question, sheet: Sheet) -> bool:
    return question.chunk.cell.bottom - question.chunk.box.bottom > _ROOM * sheet.line_height


def _comb_tail(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """A comb whose first box stands so close to the label that it became part of it."""
    if question.inline[1] - question.inline[0] != 1:
        return
    after = [c for c in sheet.line_of(question.chunk) if c.start > question.inline[1]]
    if after and len(after[0].words) > 3 and all(len(w.text) == 1 for w in after[0].words):
        place = Place("inline", question.label.score)
        yield Answer(question.inline[0], after[0].end, (question.chunk, after[0]), place)


def _wrapped(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """The value beside the label with its next line, where nothing else stands on that line (an address)."""
    for line in sheet.lines_below(question.chunk):
        first = line[0]
        near = first.box.top - question.chunk.box.bottom < 1.2 * sheet.line_height
        if near and len(line) == 1 and free_text(first, sheet) and first.start - question.inline[1] <= 2:
            yield Answer(
                question.inline[0], first.end, (question.chunk, first), Place("inline", question.label.score, 0.02)
            )
        return


def _in_cell(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """Text in the label's own box: beside it, else the lines under it (one by one, then joined)."""
    cell = question.chunk.cell
    after = [c for c in sheet.line_of(question.chunk) if c.start > question.chunk.start and same_cell(c.cell, cell)]
    # A box may hold several labels beside each other; the next one ends the value.
    beside = [c for c in takewhile(lambda c: not sheet.is_label(c), after) if free_text(c, sheet)]
    columns = _territory(question.chunk, sheet) if any(sheet.is_label(c) for c in after) else (0.0, 1.0)
    if beside:
        yield Answer(beside[0].start, beside[-1].end, tuple(beside), Place("right", question.label.score))
    under: list[Chunk] = []
    for line in sheet.lines_below(question.chunk):
        if line[0].box.top > cell.bottom:
            break
        inside = [c for c in line if same_cell(c.cell, cell) and columns[0] <= c.box.left <= columns[1]]
        if any(sheet.is_label(c) for c in inside):
            break
        under += [c for c in inside if free_text(c, sheet)]
    yield from _lines_of(under, Place("below", question.label.score), question)


def _lines_of(chunks: list[Chunk], place: Place, question: Question) -> Iterator[Answer]:
    """The text of a box: all its lines first where the field may take several, else its first line."""
    if not chunks:
        return
    first = [c for c in chunks if c.line == chunks[0].line]
    run = list(first)
    for chunk in chunks[len(first) :]:
        if chunk.start - run[-1].end > 1:
            break
        run.append(chunk)
    wordy = bool(set(question.label.paths) & _SEVERAL_LINES)
    if wordy and len(run) > len(first):
        yield Answer(run[0].start, run[-1].end, tuple(run), place)
    yield Answer(first[0].start, first[-1].end, tuple(first), place)


def _next_cell(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """The box to the right, if it holds no label of its own; all its lines where they follow in the text."""
    cell = question.chunk.cell
    neighbours = _cells_at(cell.right, cell, sheet)
    if neighbours and not any(ch.isalnum() for c in neighbours for ch in c.text):
        neighbours = _cells_at(neighbours[0].cell.right, cell, sheet)  # a narrow box for a star lies between
    if not neighbours or any(sheet.is_label(c) for c in neighbours):
        return
    free = [c for c in neighbours if free_text(c, sheet)]
    distance = max(0.0, free[0].box.left - question.chunk.box.right) if free else 0.0
    yield from _lines_of(free, Place("right", question.label.score, distance), question)


def _cells_at(left: float, row: Box, sheet: Sheet) -> list[Chunk]:
    """The chunks of the box that starts at a rule, on a row."""
    return [
        c
        for c in sheet.layout.chunks
        if abs(c.cell.left - left) < 0.01 and row.top - 0.005 <= (c.box.top + c.box.bottom) / 2 <= row.bottom + 0.005
    ]


def _right(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """The next chunk on the line, if it is no label and near enough; chunks after it up to the next label."""
    chunk = question.chunk
    following = [c for c in sheet.line_of(chunk) if c.start > chunk.start]
    run: list[Chunk] = []
    for candidate in following:
        if not any(ch.isalnum() for ch in candidate.text):
            continue
        if not free_text(candidate, sheet):
            break
        edge = run[-1].box.right if run else chunk.box.right
        if candidate.box.left - edge > (_FARTHEST_RIGHT if not run else 0.06):
            break
        run.append(candidate)
    if run:
        distance = max(0.0, run[0].box.left - chunk.box.right)
        place = Place("right", question.label.score, distance)
        yield Answer(run[0].start, run[-1].end, tuple(run), place)
        if len(run) > 1:
            yield Answer(run[0].start, run[0].end, (run[0],), place)


def _territory(chunk: Chunk, sheet: Sheet) -> tuple[float, float]:
    """The columns that belong to a label: from its own left edge to the next chunk of its line."""
    after = [c for c in sheet.line_of(chunk) if c.start > chunk.start and any(ch.isalnum() for ch in c.text)]
    before = [c for c in sheet.line_of(chunk) if c.start < chunk.start]
    right = after[0].box.left - 0.004 if after else min(chunk.cell.right, 1.0)
    left = max(chunk.box.left - 0.02, before[-1].box.right if before else 0.0)
    return left, right


def _below(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """The nearest text under the label, within its columns."""
    chunk = question.chunk
    left, right = _territory(chunk, sheet)
    for line in sheet.lines_below(chunk):
        if line[0].box.top - chunk.box.bottom > _FARTHEST_BELOW * sheet.line_height:
            return
        over = [c for c in line if c.box.left < right and c.box.right > left and any(ch.isalnum() for ch in c.text)]
        if not over:
            continue
        if any(sheet.is_label(c) for c in over) or any(c.index in sheet.sections.headings for c in line):
            return
        inside = [c for c in over if left <= c.box.left <= right and free_text(c, sheet)]
        if inside:
            distance = max(0.0, inside[0].box.top - chunk.box.bottom)
            yield Answer(inside[0].start, inside[-1].end, tuple(inside), Place("below", question.label.score, distance))
        return


def _over_line(question: Question, sheet: Sheet) -> bool:
    """Whether a fill-in line runs right above the label: then its value stands on that line."""
    top = question.chunk.cell.top
    return top > 0.0 and question.chunk.box.top - top < 1.2 * sheet.line_height


def _above(question: Question, sheet: Sheet) -> Iterator[Answer]:
    """Text on the line over a label that stands under a fill-in line, as with signatures."""
    chunk = question.chunk
    ruled = chunk.cell.top > 0.0 and chunk.box.top - chunk.cell.top < 1.2 * sheet.line_height
    if not ruled:
        return
    left, right = _territory(chunk, sheet)
    for line in sheet.lines_above(chunk):
        if chunk.box.top - line[0].box.bottom > _FARTHEST_BELOW * sheet.line_height:
            return
        inside = [c for c in line if left <= c.box.left <= right and free_text(c, sheet)]
        if inside:
            distance = max(0.0, chunk.box.top - inside[0].box.bottom)
            yield Answer(inside[0].start, inside[-1].end, tuple(inside), Place("above", question.label.score, distance))
        return
