"""Codes without a label of their own: items of a list under a heading, and codes that a letter's sentences name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Kind
from extractors.forms.collected import Collected, Place
from extractors.forms.derived import derive_from
from extractors.forms.parsing import Piece, parse_diagnosis, parse_procedure
from extractors.forms.sections import Section
from extractors.forms.sheet import Sheet
from extractors.grammar.find import find_values
from extractors.layout.chunks import Chunk

# What announces a service code in running text; five digits alone are anything.
_ANNOUNCED = re.compile(r"\b(?:cpt|hcpcs|codes?|procedure|billing)\b[^.;\n]{0,18}$|[\[(]\s*$", re.IGNORECASE)
# Where the description before a code begins: after a sentence, a bullet, the code before, or the words of asking.
_BEGINS = re.compile(
    r"[.;:!?]\s+|[•▪◦*]\s*|\)\s*,?\s*(?:and\s+|or\s+)?|\s{3,}"
    r"|\b(?:authoriz\w+|approv\w+|coverage|request\w*|ask\w*|order\w*|need\w*|perform\w*|undergo\w*|receiv\w+|prescrib\w+)"
    r"(?:\s+(?:prior\s+)?(?:authorization|approval|coverage))?\s+(?:of|for|to)?\s*(?:an?\s+|the\s+)?",
    re.IGNORECASE,
)
_LONGEST_DESCRIPTION = 110
# A bracket that a code opens may hold its modifier and units as well; this is as far as it is looked into.
_BRACKET_REACH = 70


def read_lists(sheet: Sheet, collected: Collected) -> None:
    """Reads lines with codes under headings that list diagnoses or services; their chunks are taken."""
    for line in sheet.layout.lines:
        section = sheet.section_of(line[0])
        if section.entity not in ("diagnosis", "procedure"):
            continue
        free = [c for c in line if c.index not in sheet.claimed and c.index not in sheet.sections.headings]
        if not free or _asks_for_code(free, sheet):
            continue
        start, end = free[0].start, free[-1].end
        text = sheet.page.text[start:end]
        for entity, groups in _parse(section, text, ocr=free[0].from_ocr):
            for pieces in groups:
                moved = [Piece(p.path, p.value, start + p.start, start + p.end) for p in pieces]
                _add(entity, moved, sheet=sheet, collected=collected)
            if groups:
                sheet.claimed.update(c.index for c in free)
                break


def _asks_for_code(chunks: list[Chunk], sheet: Sheet) -> bool:
    """Whether a line starts with a label that pairs read better (`Primary diagnosis: ...`)."""
    questions = sheet.questions_of(chunks[0])
    return bool(questions) and questions[0].fills and bool(questions[0].label.paths or questions[0].label.parts)


def _parse(section: Section, text: str, *, ocr: bool) -> Iterator[tuple[str, list[list[Piece]]]]:
    """The coded things of a line, those of the section's own entity first."""
    order = (("diagnosis", parse_diagnosis), ("procedure", parse_procedure))
    for entity, parse in order if section.entity == "diagnosis" else order[::-1]:
        groups = [g for g in parse(text, from_ocr=ocr) if any(p.path == f"{entity}.code" for p in g)]
        # A number on a diagnosis line is no service code, nor the reverse, unless its shape leaves no doubt.
        if entity != section.entity:
            groups = [g for g in groups if entity == "diagnosis" and "." in g[0].value]
        yield entity, groups


def read_sentences(sheet: Sheet, collected: Collected) -> None:
    """Reads service codes that sentences announce: `CT chest with contrast (code 71260, 1 unit)`."""
    flow = sheet.flowing_text()
    taken = [
        (c.start, c.start + len(c.quote))
        for c in collected.cited
        if c.page == sheet.page.number and c.start is not None
    ]
    labelled = [(q.start, q.chunk.end) for q in sheet.questions if q.label.words != "?"]
    for match in find_values(Kind.PROCEDURE_CODE, flow, from_ocr=False):
        if any(start < match.end and match.start < end for start, end in (*taken, *labelled)):
            continue
        if _ANNOUNCED.search(flow[max(0, match.start - 40) : match.start]) is None:
            continue
        left, right = _extent(flow, match.start, match.end)
        groups = parse_procedure(flow[left:right])
        for pieces in groups:
            moved = [Piece(p.path, p.value, left + p.start, left + p.end) for p in pieces]
            if any(p.start <= match.start < p.end for p in moved):
                _add("procedure", moved, sheet=sheet, collected=collected)


def _extent(flow: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of text that speaks of the code at [start, end): its description and its bracket."""
    from_left = max(0, start - _LONGEST_DESCRIPTION)
    opening = max(flow.rfind("(", from_left, start), flow.rfind("[", from_left, start))
    closing = min((i for i in (flow.find(")", end), flow.find("]", end)) if i >= 0), default=-1)
    bracketed = opening >= 0 and 0 <= closing - end < _BRACKET_REACH and not re.search(r"[)\]]", flow[opening:start])
    if not bracketed:
        stop = re.compile(r"[.;]\s|\n\n|\s{3,}").search(flow, end)
        right = min(stop.start() if stop else len(flow), end + _LONGEST_DESCRIPTION)
        return start, right
    begins = [m.end() for m in _BEGINS.finditer(flow, from_left, opening)]
    return (begins[-1] if begins else from_left), closing + 1


def _add(entity: str, pieces: list[Piece], *, sheet: Sheet, collected: Collected) -> None:
    group = collected.new_group(entity)
    for piece in pieces:
        if not collected.holds(group, piece.path):
            span = (piece.start, piece.end)
            collected.add(piece.path, piece.value, sheet.page, span, place=Place("text", 0.8), group=group)
    derive_from(entity, group, pieces, sheet=sheet, collected=collected)
