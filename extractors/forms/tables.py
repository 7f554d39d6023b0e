"""Tables: a row of labels over rows of values, ruled or only aligned; also the label-over-value grids of forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from documents.values import Kind
from extractors.forms.collected import Collected, Place
from extractors.forms.ownership import Ownership
from extractors.forms.parsing import Piece, is_blank, parse_diagnosis, parse_procedure, parse_value, says_elsewhere
from extractors.forms.questions import Question
from extractors.forms.sections import Section
from extractors.forms.sheet import Sheet, is_closed
from extractors.layout.chunks import Chunk

_LISTED = ("diagnosis", "procedure", "medication", "observation")
# The column without which a row of a table is no row.
_KEY = {
    "diagnosis": ("diagnosis.code", "diagnosis.description"),
    "procedure": ("procedure.code", "procedure.description"),
    "medication": ("medication.drug",),
    "observation": ("observation.name",),
}
# Fields of other entities that a service table's columns hold.
_GUESTS = {"procedure": ("service.start", "service.end", "service.place")}
# Rows follow each other within this many line heights; an empty ruled row may lie between.
_FARTHEST_ROW = 3.6
_TRIED_COLUMNS = frozenset(
    ["outcome", "result reason stopped", "reason stopped", "reason for stopping", "reason for discontinuation", "reason for failure", "response", "response to therapy", "date used", "date of use", "date of therapy", "therapy date", "trial date", "reason"]
)
_STATUS_WORDS = (
    ("discontinued", re.compile(r"\b(?:discontinu\w*|stopped|stop|d/?c'?d?|inactive|no longer|held)\b", re.IGNORECASE)),
    ("tried-failed", re.compile(r"\b(?:fail\w*|tried|ineffective|inadequate|intoleran\w*)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header's question (None for an unknown header), the field it holds, and its extent."""

    question: Question | None
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


def read_tables(sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    """Reads every table of a page; the labels and values it uses are taken."""
    for line in sheet.layout.lines:
        table = _table_at(line, sheet)
        if table is not None:
            _read_table(table, sheet, collected, ownership)


def _table_at(line: tuple[Chunk, ...], sheet: Sheet) -> Table | None:
    """The table whose header is a line, or None."""
    heads = [(c, sheet.questions_of(c)) for c in line]
    labels = [(c, qs[0]) for c, qs in heads if len(qs) == 1 and qs[0].fills and qs[0].inline[0] >= qs[0].inline[1]]
    for group in _runs(line, labels):
        entity = _entity([q for _, q in group])
        if entity is None:
            continue
        columns = _columns(group, entity, line)
        paths = [c.path for c in columns if c.path is not None]
        keyed = entity == group[0][1].section.entity and any(p in _KEY[entity] for p in paths)
        if len(paths) < (1 if keyed else 2) or len(set(paths)) < len(paths):
            continue
        rows = list(_rows(columns, sheet))
        if not any(p in _KEY[entity] for p in paths):
            rows = rows[:1]  # a grid that goes on about the thing above it, not a list
        if rows:
            return Table(entity, group[0][1].section, columns, tuple(rows))
        if all(is_closed(c.cell) for c, _ in group):
            return Table(entity, group[0][1].section, columns, ())
    return None


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
    keyed = any(p in _KEY[best] for q in questions for p in q.label.paths)
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
        columns.append(Column(question, path, left, min(chunk.cell.right, after) if ruled else after, chunk))
    return tuple(columns)


def _path(question: Question, entity: str, taken: set[str]) -> str | None:
    label = question.label.parts[0] if question.label.parts else question.label
    for path in label.paths:
        if path not in taken and (path.split(".")[0] == entity or path in _GUESTS.get(entity, ())):
            return path
    return None


def _rows(columns: tuple[Column, ...], sheet: Sheet) -> Iterator[dict[int, list[Chunk]]]:
    """The rows under a header: lines of one ruled row, or a line and those that continue it."""
    head = columns[0].head
    left, right = columns[0].left, columns[-1].right
    bottom = max(c.head.box.bottom for c in columns)
    row: dict[int, list[Chunk]] = {}
    for line in sheet.lines_below(head):
        inside = [c for c in line if left - 0.01 <= c.box.left < right and any(ch.isalnum() for ch in c.text)]
        if inside and all(c.index in sheet.claimed for c in inside):
            break
        inside = [c for c in inside if c.index not in sheet.claimed]
        if not inside:
            continue
        if any(c.index in sheet.sections.headings for c in inside) or _is_other(inside, sheet):
            break
        if inside[0].box.top - bottom > _FARTHEST_ROW * sheet.line_height:
            break
        cells: dict[int, list[Chunk]] = {}
        for chunk in inside:
            for position, piece in _place(chunk, columns):
                cells.setdefault(position, []).append(piece)
        if row and _continues(cells, row, columns):
            for position, chunks in cells.items():
                row.setdefault(position, []).extend(chunks)
        else:
            if row:
                yield row
            row = cells
        bottom = max(c.box.bottom for c in inside)
    if row:
        yield row


def _is_other(inside: list[Chunk], sheet: Sheet) -> bool:
    """Whether a line under a table asks for other things: labels with a colon, or mostly labels."""
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


def _read_table(table: Table, sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    for column in table.columns:
        if column.question is not None:
            sheet.answered.add((column.question.start, column.question.end))
        sheet.claimed.add(column.head.index)
    keyed = any(c.path in _KEY[table.entity] for c in table.columns)
    seen: set[str] = set()
    for row in table.rows:
        for chunks in row.values():
            sheet.claimed.update(c.index for c in chunks)
        group = None if keyed else ownership.open_group(table.entity, table.section)
        groups = list(_read_row(table, row, sheet, collected, group=group))
        if groups:
            ownership.remember(table.entity, table.section, groups[-1])
        seen.update(p for g in groups for p in _paths_of(table) if collected.holds(g, p))
    _note_blanks(table, seen, collected)


def _paths_of(table: Table) -> list[str]:
    return [c.path for c in table.columns if c.path is not None]


def _note_blanks(table: Table, seen: set[str], collected: Collected) -> None:
    """A column that no row fills is a blank field; a row's own gaps are not (a modifier is seldom there)."""
    filled = {p for row in table.rows for i in row if (p := table.columns[i].path) is not None}
    filled |= {c.path for c in collected.cited if c.path.startswith("service.")}
    for column in table.columns:
        if column.path is not None and column.path not in seen and column.path not in filled:
            collected.add_blank(column.path)
    if not table.rows and table.section.kind == "tried":
        collected.add_blank("medication.tried")


def _read_row(
    table: Table, row: dict[int, list[Chunk]], sheet: Sheet, collected: Collected, *, group: str | None
) -> Iterator[str]:
    """Reads one row into one group (several where a cell lists several codes); yields the groups."""
    pieces: list[tuple[Piece, Column]] = []
    extra: list[list[tuple[Piece, Column]]] = []
    for position in sorted(row):
        column = table.columns[position]
        if column.path is None or column.question is None:
            continue
        cell = _cell(row[position], column, sheet)
        if cell is None:
            continue
        text, start = cell
        if says_elsewhere(text):
            collected.add_blank(column.path)
        several = [
            [(p, column) for p in part] for part in _parse_cell(column, text, start, from_ocr=row[position][0].from_ocr)
        ]
        if several:
            pieces += several[0]
            extra += several[1:]
    if not pieces or not _is_row(table, pieces, keyed=group is not None):
        return
    for part in (pieces, *extra):
        target = group if group is not None and part is pieces else collected.new_group(table.entity)
        _emit(table, row, part, sheet=sheet, collected=collected, group=target)
        yield target


def _is_row(table: Table, pieces: list[tuple[Piece, Column]], *, keyed: bool) -> bool:
    return (
        keyed
        or any(p.path in _KEY[table.entity] for p, _ in pieces)
        or (not any(c.path in _KEY[table.entity] for c in table.columns))
    )


def _cell(chunks: list[Chunk], column: Column, sheet: Sheet) -> tuple[str, int] | None:
    """The text of a cell with its start; lines that do not follow each other in the page's text are left out."""
    text = sheet.page.text
    start, end = chunks[0].start, chunks[0].end
    for chunk in chunks[1:]:
        if chunk.start - end <= 2 or chunk.line == chunks[0].line:
            end = chunk.end
    body = text[start:end]
    return (body, start) if body.strip() else None


def _parse_cell(column: Column, text: str, start: int, *, from_ocr: bool) -> list[list[Piece]]:
    """The pieces of a cell, several lists where it holds several codes; spans are the page's."""
    path = column.path or ""
    question = column.question
    if is_blank(text) or question is None:
        return []
    if path in ("diagnosis.code", "diagnosis.description"):
        found = parse_diagnosis(text, from_ocr=from_ocr)
        if path == "diagnosis.code":
            found = [g for g in found if any(p.path == path for p in g)]
    elif path in ("procedure.code", "procedure.description"):
        found = parse_procedure(text, from_ocr=from_ocr) if path == "procedure.code" else _text(path, text)
        if path == "procedure.code":
            found = [g for g in found if any(p.path == path for p in g)]
    elif path == "observation.value":
        found = _measured(text, from_ocr=from_ocr)
    else:
        labels = question.label.parts or (question.label,)
        found = [[p for label in labels for p in _typed(label.paths, path, text, from_ocr=from_ocr)]]
    return [[Piece(p.path, p.value, start + p.start, start + p.end) for p in part] for part in found if part]


def _text(path: str, text: str) -> list[list[Piece]]:
    match = parse_value(Kind.TEXT, text)
    return [] if match is None else [[Piece(path, match.value, match.start, match.end)]]


def _typed(paths: tuple[str, ...], wanted: str, text: str, *, from_ocr: bool) -> Iterator[Piece]:
    """The value of a cell for its column, and of a further label of the same header (`drug / strength`)."""
    entity = wanted.split(".", maxsplit=1)[0]
    path = wanted if wanted in paths else next((p for p in paths if p.split(".")[0] == entity), None)
    if path is None:
        return
    kind = KINDS.get(path)
    if kind is None:
        return
    if path == "medication.drug":
        yield from parse_drug(text, from_ocr=from_ocr)
        return
    match = parse_value(kind, text, from_ocr=from_ocr)
    if match is not None:
        yield Piece(path, match.value, match.start, match.end)


KINDS: dict[str, Kind] = {
    "procedure.modifier": Kind.MODIFIER, "procedure.units": Kind.NUMBER, "service.start": Kind.DATE,
    "service.end": Kind.DATE, "service.place": Kind.PLACE_OF_SERVICE, "medication.drug": Kind.DRUG,
    "medication.strength": Kind.STRENGTH, "medication.form": Kind.FORM, "medication.route": Kind.ROUTE,
    "medication.dose": Kind.DOSE, "medication.frequency": Kind.FREQUENCY, "medication.quantity": Kind.NUMBER,
    "medication.days_supply": Kind.NUMBER, "medication.refills": Kind.NUMBER, "observation.name": Kind.TEXT,
    "observation.unit": Kind.UNIT, "observation.flag": Kind.TEXT,
}  # fmt: skip


def parse_drug(text: str, *, from_ocr: bool = False) -> list[Piece]:
    """A drug with what follows it on the same line: `metformin 1000 mg tablet by mouth twice daily`."""
    amounts = [] if from_ocr and not any(c.isdigit() for c in text) else _amounts(text, from_ocr=from_ocr)
    first = amounts[0].start if amounts else len(text)
    if amounts and "(" in text[:first] and ")" not in text[:first]:
        first = len(text)  # a bracket with the generic name and its strength belongs to the name
    name = parse_value(Kind.DRUG, text[:first], from_ocr=from_ocr)
    if name is None:
        return []
    pieces = [Piece("medication.drug", name.value, name.start, name.end)]
    if amounts and first < len(text):
        pieces.append(Piece("medication.strength", amounts[0].value, amounts[0].start, amounts[0].end))
        rest = amounts[0].end
        for path, kind in (
            ("medication.form", Kind.FORM),
            ("medication.route", Kind.ROUTE),
            ("medication.frequency", Kind.FREQUENCY),
        ):
            found = parse_value(kind, text[rest:], from_ocr=from_ocr) if text[rest:].strip() else None
            if found is not None:
                pieces.append(Piece(path, found.value, rest + found.start, rest + found.end))
    return pieces


def _amounts(text: str, *, from_ocr: bool) -> list[Piece]:
    match = parse_value(Kind.STRENGTH, text, from_ocr=from_ocr)
    return [] if match is None else [Piece("medication.strength", match.value, match.start, match.end)]


def _measured(text: str, *, from_ocr: bool) -> list[list[Piece]]:
    """A result: its number, and the unit where the cell holds it too."""
    match = re.match(r"\s*(?P<number>[<>≤≥]?\s?\d[\d,]*(?:\.\d+)?)(?P<rest>.*)$", text, re.DOTALL)
    if match is None:
        return []
    value = parse_value(Kind.NUMBER, match.group("number").lstrip("<>≤≥ "), from_ocr=from_ocr)
    if value is None:
        return []
    pieces = [Piece("observation.value", value.value, match.start("number"), match.end("number"))]
    rest = match.group("rest")
    unit = re.match(r"\s*(?P<unit>%?\s?[A-Za-z/%µ°][^\s,;()]*(?:\s(?:predicted|mm|hg))?|/\s?\d+)", rest)
    if unit is not None and rest.strip() not in ("H", "L", "HH", "LL", "A"):
        at = match.start("rest")
        pieces.append(Piece("observation.unit", unit.group("unit"), at + unit.start("unit"), at + unit.end("unit")))
    return [pieces]


def _emit(
    table: Table, row: dict[int, list[Chunk]], pieces: list[tuple[Piece, Column]], *, sheet: Sheet, collected: Collected, group: str
) -> None:  # fmt: skip
    page = sheet.page
    for piece, column in pieces:
        if collected.holds(group, piece.path):
            continue
        score = column.question.label.score if column.question is not None else 0.5
        entity = piece.path.split(".")[0]
        place = Place("table", score, 0.0)
        span = (piece.start, piece.end)
        collected.add(piece.path, piece.value, page, span, place=place, group=group if entity == table.entity else None)
    derive_from(table.entity, group, [p for p, _ in pieces], sheet=sheet, collected=collected)
    drug = next((p for p, _ in pieces if p.path == "medication.drug"), None)
    if drug is not None and not collected.holds(group, "medication.status"):
        status = _status(table, row)
        collected.derive("medication.status", status, page, (drug.start, drug.end), place=Place("table"), group=group)


def derive_from(entity: str, group: str, pieces: list[Piece], *, sheet: Sheet, collected: Collected) -> None:
    """What follows from a value: a diagnosis on a request is active, a code's shape names its system."""
    for piece in pieces:
        span = (piece.start, piece.end)
        if piece.path in ("diagnosis.code", "diagnosis.description") and not collected.holds(group, "diagnosis.status"):
            collected.derive("diagnosis.status", "active", sheet.page, span, place=Place("text"), group=group)
        if piece.path == "procedure.code" and entity == "procedure":
            system = "HCPCS" if piece.value[:1].isalpha() else "CPT"
            collected.derive("procedure.system", system, sheet.page, span, place=Place("text"), group=group)


def _status(table: Table, row: dict[int, list[Chunk]]) -> str:
    """A drug's status: by its section, else by a status cell, else by what the columns ask for."""
    words = {c.question.label.words for c in table.columns if c.question is not None}
    if table.section.kind in ("tried", "discontinued"):
        return table.section.status
    for position, chunks in row.items():
        question = table.columns[position].question
        if question is not None and question.label.words in ("status", "outcome", "response", "comment", "reason"):
            for status, pattern in _STATUS_WORDS:
                if pattern.search(chunks[0].text):
                    return status
    if words & _TRIED_COLUMNS:
        return "tried-failed"
    asked = {c.path for c in table.columns}
    if table.section.status and table.section.kind != "medication":
        return table.section.status
    requested = table.section.kind == "medication" or asked & {
        "medication.quantity",
        "medication.days_supply",
        "medication.refills",
    }
    return "requested" if requested else "current"
