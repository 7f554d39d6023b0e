"""Finds tables: a row of labels over rows of values, ruled or only aligned; also the grids that forms are made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, takewhile

from extractors.forms.labels import Label
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
# Rows follow each other within this many line heights; an empty ruled row may lie between.
_FARTHEST_ROW = 3.6
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
# A text this far from its head, as a share of the page's width, is not aligned with it.
_ASIDE = 0.06
# Words that the second line of a head consists of.
_HEAD_END = re.compile(
    r"\(?(?:codes?|numbers?|no\.?|requested|needed|ordered|visits?|units?|name|date|supply|dispensed|description|form|"
    r"(?:of|or|per|in) (?:service|units|visits|item|procedure|fill|days))\)?\*?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header's question and label (None for an unknown header), the field it holds, and its extent."""

    question: Question | None
    label: Label | None
    path: str | None
    left: float
    right: float
    head: Chunk


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
    rows = list(_rows(columns, sheet))
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
    below = next(dropwhile(_is_rest_of_head, sheet.lines_below(line[0])), ())
    cells = [c for c in below if c.index not in sheet.claimed and not sheet.is_label(c)]
    if len(cells) < 2 or below[0].box.top - line[0].box.bottom > _FARTHEST_ROW * sheet.line_height:
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


def _rows(columns: tuple[Column, ...], sheet: Sheet) -> Iterator[dict[int, list[Chunk]]]:
    """The rows under a header: lines of one ruled row, or a line and those that continue it."""
    row: dict[int, list[Chunk]] = {}
    for inside in _lines_under(columns, sheet):
        cells: dict[int, list[Chunk]] = {}
        if _is_in_order(inside, columns):
            cells = {position: [chunk] for position, chunk in enumerate(inside)}
        for chunk in inside if not cells else ():
            for position, piece in _place(chunk, columns):
                cells.setdefault(position, []).append(piece)
        if row and _continues(cells, row, columns):
            for position, chunks in cells.items():
                row.setdefault(position, []).extend(chunks)
        else:
            if row:
                yield row
            row = cells
    if row:
        yield row


def _is_in_order(inside: list[Chunk], columns: tuple[Column, ...]) -> bool:
    """Whether a line has a text for every column, and plain text where nothing is aligned but by its order."""
    if len(inside) != len(columns) or any(is_closed(c.cell) for c in inside):
        return False
    aside = [abs(c.box.left - column.head.box.left) > _ASIDE for c, column in zip(inside, columns, strict=True)]
    return any(aside) and all(c.box.left >= columns[0].left for c in inside)


def _lines_under(columns: tuple[Column, ...], sheet: Sheet) -> Iterator[list[Chunk]]:
    """The lines of a table's body: until a heading, other labels, choices or a gap."""
    left, right = columns[0].left, columns[-1].right
    bottom, fresh = max(c.head.box.bottom for c in columns), True
    for line in sheet.lines_below(columns[0].head):
        within = [c for c in line if left - 0.01 <= c.box.left < right and any(ch.isalnum() for ch in c.text)]
        inside = [c for c in within if c.index not in sheet.claimed]
        if within and not inside:
            return
        if not inside or (fresh and _is_rest_of_head(inside)):
            continue
        fresh = False
        if _runs_across(inside, columns):
            return
        gap = inside[0].box.top - bottom
        if gap > _FARTHEST_ROW * sheet.line_height or _is_other(inside, sheet):
            return
        yield inside
        bottom = max(c.box.bottom for c in inside)


def _is_rest_of_head(line: Sequence[Chunk]) -> bool:
    """Whether a line right under heads goes on with them: words that heads end in (`CPT/HCPCS` over `Code`)."""
    return all(_HEAD_END.fullmatch(chunk.text.strip()) for chunk in line)


def _runs_across(inside: list[Chunk], columns: tuple[Column, ...]) -> bool:
    """Whether a line is a sentence or a heading under the table: one chunk that heeds no column."""
    if len(inside) > 1 or len(columns) < 2:
        return False
    chunk = inside[0]
    letters = [c for c in chunk.text if c.isalpha()]
    capital = bool(letters) and sum(c.isupper() for c in letters) >= 0.8 * len(letters)
    if capital and len(chunk.text.split()) >= 2 and len(letters) >= 8 and not is_closed(chunk.cell):
        return True
    crossed = sum(1 for c in columns if chunk.box.left < c.head.box.right and c.head.box.left < chunk.box.right)
    starts = min(abs(chunk.box.left - c.head.box.left) for c in columns) < 0.02
    return len(chunk.words) >= 5 and (crossed >= 3 or (crossed >= 2 and not starts))


def _is_other(inside: list[Chunk], sheet: Sheet) -> bool:
    """Whether a line under a table is a heading or asks for other things: labels with a colon, or mostly labels."""
    if any(c.index in sheet.sections.headings for c in inside):
        return True
    questions = [q for c in inside for q in sheet.questions_of(c) if q.fills]
    if not questions:
        return False
    if any(":" in q.chunk.text and (q.label.paths or q.label.parts or q.label.words != "?") for q in questions):
        return True
    return len(questions) * 2 > len(inside) or (len(questions) == len(inside))


def _place(chunk: Chunk, columns: tuple[Column, ...]) -> Iterator[tuple[int, Chunk]]:
    """The column of a chunk; a chunk that runs over several headers is divided between them by its words."""
    crossed = [
        i
        for i, c in enumerate(columns)
        if min(chunk.box.right, c.head.box.right) - max(chunk.box.left, c.head.box.left) > 0
    ]
    if len(crossed) <= 1 or len(chunk.words) < 2:
        yield _column_of(chunk, columns), chunk
        return
    pieces: dict[int, list[int]] = {}
    current = 0
    for index, word in enumerate(chunk.words):
        position = max((i for i, c in enumerate(columns) if c.left <= word.box.left + 0.004), default=0)
        current = max(current, position)
        pieces.setdefault(current, []).append(index)
    # Dividing must leave each column with a value that starts under its own header; else the chunk is one long value.
    starts = all(abs(chunk.words[i[0]].box.left - columns[p].head.box.left) < 0.03 for p, i in pieces.items())
    if not starts:
        yield _column_of(chunk, columns), chunk
        return
    for position, indexes in pieces.items():
        yield position, _part(chunk, indexes)


def _part(chunk: Chunk, indexes: list[int]) -> Chunk:
    words = tuple(chunk.words[i] for i in indexes)
    offset = chunk.start
    start, end = words[0].start, words[-1].end
    box = words[0].box._replace(right=words[-1].box.right)
    text = chunk.text[start - offset : end - offset]
    return Chunk(chunk.page, chunk.index, chunk.line, start, end, text, box, chunk.cell, words)


def _column_of(chunk: Chunk, columns: tuple[Column, ...]) -> int:
    middle = (chunk.box.left + chunk.box.right) / 2

    def fit(position: int) -> tuple[float, float]:
        column = columns[position]
        shared = min(chunk.box.right, column.right) - max(chunk.box.left, column.left)
        return shared / max(chunk.box.right - chunk.box.left, 1e-6), -abs(column.head.box.left - chunk.box.left)

    inside = [i for i, c in enumerate(columns) if c.left <= chunk.box.left + 0.006 and chunk.box.left < c.right]
    if inside:
        return max(inside, key=lambda i: columns[i].left)
    return max(range(len(columns)), key=lambda i: (fit(i), -abs(columns[i].left - middle)))


def _continues(cells: dict[int, list[Chunk]], row: dict[int, list[Chunk]], columns: tuple[Column, ...]) -> bool:
    """Whether a line continues the row above: same ruled row, or only text where the row has text already."""
    first = next(iter(cells.values()))[0]
    before = next(iter(row.values()))[0]
    if is_closed(first.cell) and is_closed(before.cell):
        return abs(first.cell.top - before.cell.top) < 0.004
    if len(cells) != 1:
        return False
    position = next(iter(cells))
    path = columns[position].path
    wordy = path is None or path.endswith((".description", ".frequency", ".name", ".drug"))
    shaped = any(ch.isdigit() for ch in first.text[:4]) and path is not None and path.endswith(".name")
    return wordy and position in row and position != 0 and not shaped
