"""Reads tables: each row becomes one thing with its attributes; a column that no row fills is a blank field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.forms.blanks import note_blank
from extractors.forms.cells import parse_cell, parse_drug, parse_sig
from extractors.forms.collected import Collected, Place
from extractors.forms.derived import derive_from
from extractors.forms.empty_places import is_empty_place
from extractors.forms.grid_rows import Column
from extractors.forms.grids import KEY, Table, table_at
from extractors.forms.ownership import Ownership
from extractors.forms.parsing import Piece, says_elsewhere
from extractors.forms.shapes import GUESSED
from extractors.forms.sheet import Sheet
from extractors.layout.chunks import Chunk
from extractors.lexicon.drugs import substance

# What only lists of earlier drugs ask for.
_TRIED_COLUMNS = ("outcome", "reason", "response", "date used", "date of use", "therapy date", "trial date", "result")
_STATUS_HEADS = frozenset({"status", "action", "outcome", "response", "comment", "comments", "reason", "change"})
# Said in any column of a list, it is said of the drug; recognition may put a stroke before it.
_STOPPED = re.compile(r"\W*[Il|]?(?:stop(?:ped)?(?: taking)?|discontinued?|d/c'?d?|hold)\b", re.IGNORECASE)
# How surely a drug's status is told (0..1; unsaid is .5): by a cell of its row, by the heading over its table.
_SAID, _HEADED = 0.95, 0.85
_STATUS_WORDS = (
    ("discontinued", re.compile(r"\b(?:discontinu\w*|stopped|stop|d/?c'?d?|inactive|no longer|held)\b", re.IGNORECASE)),
    ("tried-failed", re.compile(r"\b(?:fail\w*|tried|ineffective|inadequate|intoleran\w*)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table: its chunks by the position of their column."""

    table: Table
    cells: dict[int, list[Chunk]]


def read_tables(sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    """Reads every table of a page; the labels and values it uses are taken."""
    for line in sheet.layout.lines:
        table = table_at(line, sheet)
        if table is not None:
            _read_table(table, sheet, collected, ownership)


def _read_table(table: Table, sheet: Sheet, collected: Collected, ownership: Ownership) -> None:
    for column in table.columns:
        if column.question is not None:
            sheet.answered.add((column.question.start, column.question.end))
        sheet.claimed.add(column.head.index)
    keyed = any(c.path in KEY[table.entity] for c in table.columns)
    seen: set[str] = set()
    for row in table.rows:
        for chunks in row.values():
            sheet.claimed.update(c.index for c in chunks)
        group = None if keyed else ownership.open_group(table.entity, table.section)
        groups = list(_read_row(table, row, sheet, collected, group=group))
        if groups:
            ownership.remember(table.entity, table.section, groups[-1])
        seen.update(p for g in groups for p in _paths_of(table) if collected.holds(g, p))
    _note_blanks(table, seen, sheet, collected)


def _paths_of(table: Table) -> list[str]:
    return [c.path for c in table.columns if c.path is not None]


def _note_blanks(table: Table, seen: set[str], sheet: Sheet, collected: Collected) -> None:
    """A column that no row fills is a blank field; a row's own gaps are not (a modifier is seldom there)."""
    if not table.rows:
        if table.section.kind == "tried":
            collected.add_blank("medication.tried")
        elif table.entity in ("diagnosis", "procedure") or table.section.kind == "medication":
            heads = [c.question for c in table.columns if c.question is not None]
            if all(is_empty_place(question, None, sheet, collected) for question in heads):
                collected.add_blank(KEY[table.entity][0])
        return
    filled = {p for row in table.rows for i in row if (p := table.columns[i].path) is not None}
    filled |= {c.path for c in collected.cited if c.path.startswith("service.")}
    for column in table.columns:
        # Rows without their key are misread rows: the key column is not blank.
        if column.path is None or column.path in seen | filled or column.path in KEY[table.entity][-1:]:
            continue
        note_blank(column.path, column.question, sheet, collected)


def _read_row(
    table: Table, row: dict[int, list[Chunk]], sheet: Sheet, collected: Collected, *, group: str | None
) -> Iterator[str]:
    """Reads one row into one group (several where a cell lists several codes); yields the groups."""
    pieces: list[tuple[Piece, Column]] = []
    extra: list[list[tuple[Piece, Column]]] = []
    for position in sorted(row):
        column = table.columns[position]
        if column.path is None or column.label is None:
            continue
        cell = _cell(row[position], sheet)
        if cell is None:
            continue
        text, start = cell
        if says_elsewhere(text):
            collected.add_blank(column.path)
        found = parse_cell(column.path, column.label, text, from_ocr=row[position][0].from_ocr)
        several = [[(p.moved(start), column) for p in part] for part in found]
        if several:
            pieces += several[0]
            extra += several[1:]
    prescribed = _prescribed(table, row, pieces) if table.entity == "procedure" else []
    if prescribed:
        drug_group = collected.new_group("medication")
        _emit(_Row(replace(table, entity="medication"), row), prescribed, drug_group, sheet=sheet, collected=collected)
        yield drug_group
        return
    if not pieces or not _is_row(table, pieces, keyed=group is not None):
        return
    for part in (pieces, *extra):
        target = group if group is not None and part is pieces else collected.new_group(table.entity)
        _emit(_Row(table, row), part, target, sheet=sheet, collected=collected)
        yield target


def _prescribed(
    table: Table, row: dict[int, list[Chunk]], pieces: list[tuple[Piece, Column]]
) -> list[tuple[Piece, Column]]:
    """A row of an order's table that holds no service but a drug with its amount: its pieces, the count as quantity."""
    position = next((i for i in row if table.columns[i].path == "procedure.description"), None)
    if position is None or any(p.path == "procedure.code" for p, _ in pieces):
        return []
    first, *more = row[position]
    drug = parse_drug(first.text, from_ocr=first.from_ocr)
    if len(drug) < 2 or substance(drug[0].value) is None:
        return []
    column = table.columns[position]
    found = [p.moved(first.start) for p in drug]
    for chunk in more:  # the sig goes on where the cell does
        found += [p.moved(chunk.start) for p in parse_sig(chunk.text, from_ocr=chunk.from_ocr)]
    count = [Piece("medication.quantity", p.value, p.start, p.end) for p, _ in pieces if p.path == "procedure.units"]
    return [(p, column) for p in (*found, *count)]


def _is_row(table: Table, pieces: list[tuple[Piece, Column]], *, keyed: bool) -> bool:
    return (
        keyed
        or any(p.path in KEY[table.entity] for p, _ in pieces)
        or (not any(c.path in KEY[table.entity] for c in table.columns))
    )


def _cell(chunks: list[Chunk], sheet: Sheet) -> tuple[str, int] | None:
    """The text of a cell with its start; lines that do not follow each other in the page's text are left out."""
    text = sheet.page.text
    start, end = chunks[0].start, chunks[0].end
    for chunk in chunks[1:]:
        if chunk.start - end <= 2 or chunk.line == chunks[0].line:
            end = chunk.end
    body = text[start:end]
    return (body, start) if body.strip() else None


def _emit(row: _Row, pieces: list[tuple[Piece, Column]], group: str, *, sheet: Sheet, collected: Collected) -> None:
    page, entity = sheet.page, row.table.entity
    for piece, column in pieces:
        if collected.holds(group, piece.path):
            continue
        score = column.label.score if column.label is not None else GUESSED
        own = group if piece.path.split(".")[0] == entity else None
        span = (piece.start, piece.end)
        collected.add(piece.path, piece.value, page, span, place=Place("table", score), group=own)
    derive_from(entity, group, [p for p, _ in pieces], sheet=sheet, collected=collected)
    drug = next((p for p, _ in pieces if p.path == "medication.drug"), None)
    if drug is not None and not collected.holds(group, "medication.status"):
        span = (drug.start, drug.end)
        status, fit = _status(row)
        collected.derive("medication.status", status, page, span, place=Place("table", status_fit=fit), group=group)


def _status(row: _Row) -> tuple[str, float | None]:
    """A drug's status and how surely it is told: by its section, by a cell, else by what the columns ask."""
    table = row.table
    if table.section.kind in ("tried", "discontinued"):
        return table.section.status, _HEADED
    said = _said_status(row)
    if said is not None:
        return said, _SAID
    words = [c.question.label.words for c in table.columns if c.question is not None]
    if any(tried in word for word in words for tried in _TRIED_COLUMNS):
        return "tried-failed", None
    if table.section.status and table.section.kind != "medication":
        return table.section.status, _HEADED
    asked = {c.path for c in table.columns} & {
        "medication.quantity",
        "medication.days_supply",
        "medication.refills",
        "procedure.units",
    }
    return ("requested" if asked or table.section.kind == "medication" else "current"), None


def _said_status(row: _Row) -> str | None:
    for position, chunks in row.cells.items():
        column = row.table.columns[position]
        if column.path is None and _STOPPED.match(chunks[0].text):
            return "discontinued"
        if column.head.text.lower().strip(" *:") in _STATUS_HEADS:
            for status, pattern in _STATUS_WORDS:
                if pattern.search(chunks[0].text):
                    return status
    return None
