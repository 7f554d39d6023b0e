"""Finds tables: a row of labels over rows of values, ruled or only aligned; also the grids that forms are made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import dropwhile, takewhile

from extractors.forms.grid_rows import FARTHEST_ROW, Column, is_rest_of_head, rows_under
from extractors.forms.questions import Question
from extractors.forms.sections import Section
from extractors.forms.shapes import entity_by_cell, label_by_cells
from extractors.forms.sheet import Sheet, is_closed
from extractors.layout.chunks import Chunk

_LISTED = ("diagnosis", "procedure", "medication", "observation")
# The column without which a row of a table is no row.
KEY = {
    "diagnosis": ("diagnosis.code", "diagnosis.description"),
    "procedure": ("procedure.code", "procedure.description"),
    "medication": ("medication.drug",),
    "observation": ("observation.name",),
}
# Fields of other entities that a service table's columns hold.
_GUESTS = {"procedure": ("service.start", "service.end", "service.place")}
# A head is a few words; digits in it are those of `ICD-10` or `CPT-4`, a value has more.
_LONGEST_HEAD = 7
_FEWEST_DIGITS = 3
# A head in the middle of its column starts right of the cells under it, by this share of the page's width at most.
_HEAD_OVERHANG = 0.04
# Of a table with this many columns a row with a single cell is a heading, unless it names a drug.
_WIDE = 3
# A cell where a code stands, once the digits of a head's own words are gone. Recognition may leave a fragment of one.
_CODE_SYSTEM = re.compile(r"\b(?:icd|cpt)[-\s]?(?:9|10|4)\b", re.IGNORECASE)
_CODE_LIKE = re.compile(r"\d\S*\d")
_SHORT_CELL = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A header row over rows; `rows` hold the chunks of each column by its position."""

    entity: str
    section: Section
    columns: tuple[Column, ...]
    rows: tuple[dict[int, list[Chunk]], ...]


def table_at(line: tuple[Chunk, ...], sheet: Sheet) -> Table | None:
    """The table whose header is a line, by its labels or by what the rows under it are, or None."""
    heads = [(c, sheet.questions_of(c)) for c in line]
    labels = [(c, qs[0]) for c, qs in heads if len(qs) == 1 and qs[0].fills and qs[0].inline[0] >= qs[0].inline[1]]
    for group in _runs(line, labels):
        entity = _entity([q for _, q in group])
        if entity is None:
            continue
        section = group[0][1].section
        found = _table(entity, section, line, group, sheet=sheet)
        if found is not None:
            return found
    return _table_by_rows(line, labels, sheet)


def _table(
    entity: str, section: Section, line: tuple[Chunk, ...], known: list[tuple[Chunk, Question]], *, sheet: Sheet
) -> Table | None:
    """The table of an entity under a header, or None if its columns or rows are none of it."""
    columns = _columns(known, entity, line)
    rows = list(rows_under(columns, sheet))
    columns = tuple(_recoded(columns, rows, entity))
    key = _key_column(columns, rows, entity)
    rows = list(takewhile(lambda row: key is None or _is_listed(row, columns, key, entity), rows))
    columns = tuple(_by_shape(columns, rows, entity))
    paths = [c.path for c in columns if c.path is not None]
    keyed = entity == section.entity and any(p in KEY[entity] for p in paths)
    if len(paths) < (1 if keyed else 2) or len(set(paths)) < len(paths):
        return None
    if not any(p in KEY[entity] for p in paths):
        rows = rows[:1]  # a grid that goes on about the thing above it, not a list
    if rows:
        return Table(entity, section, columns, tuple(rows))
    if known and all(is_closed(c.cell) for c, _ in known):
        return Table(entity, section, columns, ())
    return None


def _table_by_rows(line: tuple[Chunk, ...], known: list[tuple[Chunk, Question]], sheet: Sheet) -> Table | None:
    """A table whose heads are worded in a way nobody knows: the row under them holds a code, or a drug."""
    heads = [c for c in line if any(ch.isalnum() or ch == "#" for ch in c.text)]
    if len(heads) < 2 or not all(_may_head(c, sheet) for c in heads):
        return None
    below = next(dropwhile(is_rest_of_head, sheet.lines_below(line[0])), ())
    cells = [c for c in below if c.index not in sheet.claimed and not sheet.is_label(c)]
    if len(cells) < 2 or below[0].box.top - line[0].box.bottom > FARTHEST_ROW * sheet.line_height:
        return None
    entities = {entity for c in cells if (entity := entity_by_cell(c.text, _head_over(c, heads), from_ocr=c.from_ocr))}
    for entity in _LISTED:
        if entity in entities:
            table = _table(entity, sheet.section_of(line[0]), line, known, sheet=sheet)
            paths = [c.path for c in table.columns if c.path is not None] if table is not None else []
            return table if len(paths) > 1 and KEY[entity][0] in paths else None
    return None


def _key_column(columns: tuple[Column, ...], rows: list[dict[int, list[Chunk]]], entity: str) -> int | None:
    """The position of the column of codes or drugs: by its label, else by its cell in the first row."""
    for position, column in enumerate(columns):
        if column.path == KEY[entity][0]:
            return position
    return next((i for i in (rows[0] if rows else ()) if _lists(_text(rows[0][i]), columns[i], entity)), None)


def _is_listed(row: dict[int, list[Chunk]], columns: tuple[Column, ...], key: int, entity: str) -> bool:
    """Whether a row still lists what the table does, and is not a heading or another table's head under it."""
    if entity == "observation" or key not in row:
        return True
    cell, known = _text(row[key]), columns[key].path is not None
    if entity == "medication":
        alone = len(row) == 1 and len(columns) >= _WIDE
        return (known and not alone) or _lists(cell, columns[key], entity)
    return len(cell) <= _SHORT_CELL or _CODE_LIKE.search(_CODE_SYSTEM.sub("", cell)) is not None


def _lists(cell: str, column: Column, entity: str) -> bool:
    return entity_by_cell(cell, column.head.text, from_ocr=column.head.from_ocr) == entity


def _text(chunks: list[Chunk]) -> str:
    return " ".join(c.text for c in chunks)


def _may_head(chunk: Chunk, sheet: Sheet) -> bool:
    """Whether a chunk may be a column's head: a few words without a value, and no heading."""
    held = any(q.inline[1] > q.inline[0] for q in sheet.questions_of(chunk))
    digits = sum(c.isdigit() for c in chunk.text)
    return (
        not held
        and chunk.index not in sheet.sections.headings
        and chunk.index not in sheet.claimed
        and len(chunk.words) <= _LONGEST_HEAD
        and digits < _FEWEST_DIGITS
    )


def _head_over(cell: Chunk, heads: list[Chunk]) -> str:
    """The text of the head whose column a cell stands in: the last that starts left of it, or over it."""
    before = [h for h in heads if h.box.left <= cell.box.right and h.box.left <= cell.box.left + _HEAD_OVERHANG]
    return before[-1].text if before else ""


def _runs(line: tuple[Chunk, ...], labels: list[tuple[Chunk, Question]]) -> Iterator[list[tuple[Chunk, Question]]]:
    """Runs of neighbouring labels; where values alternate with labels the line is no header."""
    by_index = {c.index: q for c, q in labels}
    run: list[tuple[Chunk, Question]] = []
    strangers = 0
    for chunk in line:
        if chunk.index in by_index:
            run.append((chunk, by_index[chunk.index]))
        elif any(c.isalpha() for c in chunk.text):
            strangers += 1
    if len(run) >= 2 and strangers <= len(run) // 2:
        yield run


def _entity(questions: list[Question]) -> str | None:
    """What the columns are about: the entity most of them can belong to, the section's own on a tie."""
    votes: Counter[str] = Counter()
    for question in questions:
        parts = question.label.parts or (question.label,)
        votes.update({p.split(".")[0] for part in parts for p in part.paths if p.split(".")[0] in _LISTED})
    if not votes:
        return None
    section = questions[0].section.entity
    best = max(votes, key=lambda e: (votes[e], e == section, -_LISTED.index(e)))
    people = sum(1 for q in questions if any(p.split(".")[0] in ("patient", "payer") for p in q.label.paths))
    keyed = any(p in KEY[best] for q in questions for p in q.label.paths)
    if votes[best] < 2 and not (keyed and section == best):
        return None
    return best if votes[best] > people else None


def _columns(group: list[tuple[Chunk, Question]], entity: str, line: tuple[Chunk, ...]) -> tuple[Column, ...]:
    """The columns with the field each holds for this entity; rules bound them where there are any."""
    known = {c.index: q for c, q in group}
    heads = [c for c in line if any(ch.isalnum() or ch == "#" for ch in c.text)]
    columns: list[Column] = []
    taken: set[str] = set()
    for position, chunk in enumerate(heads):
        question = known.get(chunk.index)
        path = _path(question, entity, taken) if question is not None else None
        if path is not None:
            taken.add(path)
        ruled = is_closed(chunk.cell) and chunk.cell.left > 0.0
        left = chunk.cell.left if ruled else (chunk.box.left - 0.012 if position else 0.0)
        after = heads[position + 1].box.left - 0.012 if position + 1 < len(heads) else 1.0
        label = question.label if question is not None else None
        columns.append(Column(question, label, path, left, min(chunk.cell.right, after) if ruled else after, chunk))
    return tuple(columns)


def _by_shape(columns: tuple[Column, ...], rows: list[dict[int, list[Chunk]]], entity: str) -> Iterator[Column]:
    """The columns, those with an unknown header with the field that their cells' shape names."""
    taken = {c.path for c in columns if c.path is not None}
    for position, column in enumerate(columns):
        if column.path is not None or not _is_free(column):
            yield column
            continue
        cells = [_text(row[position]) for row in rows if position in row]
        label = label_by_cells(entity, taken, cells, head=column.head.text, from_ocr=column.head.from_ocr)
        if label is None:
            yield column
            continue
        taken.update(label.paths)
        yield replace(column, label=label, path=label.paths[0])


def _recoded(columns: tuple[Column, ...], rows: list[dict[int, list[Chunk]]], entity: str) -> Iterator[Column]:
    """The columns; one whose label asks for words (`Service`) holds the codes where its cells are codes."""
    code, words = KEY[entity][0], KEY[entity][-1]
    coded = code == words or any(c.path == code for c in columns)
    for position, column in enumerate(columns):
        cells = [row[position] for row in rows if position in row]
        if not coded and column.path == words and cells and all(_lists(_text(c), column, entity) for c in cells):
            coded = True
            yield replace(column, path=code)
        else:
            yield column


def _is_free(column: Column) -> bool:
    """Whether a column's head is no known label, or one that asks for another thing's field (`Times`, `Number`)."""
    return column.question is None or bool(column.question.label.paths or column.question.label.words == "?")


def _path(question: Question, entity: str, taken: set[str]) -> str | None:
    label = question.label.parts[0] if question.label.parts else question.label
    for path in label.paths:
        if path not in taken and (path.split(".")[0] == entity or path in _GUESTS.get(entity, ())):
            return path
    return None
