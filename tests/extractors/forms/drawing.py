"""Draws a page from characters: words by their columns, rules from `|`, `-` and `+`; a test shows its layout."""

from __future__ import annotations

import re

from documents.pages import Box, Mark, Orientation, Page, RulingLine, Tick, WordSource
from documents.text_assembly import RawWord, assemble

COLUMNS, LINES = 110, 66


def draw(text: str, *, number: int = 1, source: WordSource = WordSource.TEXT_LAYER, confidence: float = 1.0) -> Page:
    """A page of 110 columns and 66 lines; `<x>` and `< >` are boxes seen in the pixels, ticked and empty."""
    rows = [line.ljust(COLUMNS) for line in text.strip("\n").splitlines()]
    words: list[RawWord] = []
    marks: list[Mark] = []
    for row, line in enumerate(rows):
        plain = line
        for found in re.finditer(r"<([x ])>", line):
            tick = Tick.TICKED if found.group(1) == "x" else Tick.EMPTY
            marks.append(Mark(box=_box(found.start(), found.end(), row), tick=tick))
            plain = plain[: found.start()] + "   " + plain[found.end() :]
        if re.fullmatch(r"[\s+|-]*", plain):
            continue
        plain = plain.replace("|", " ")
        for word in re.finditer(r"\S+", plain):
            words.append(RawWord(word.group(), _box(word.start(), word.end(), row), confidence, source))
    content, placed = assemble(words)
    return Page(
        number=number, width_pt=612, height_pt=792, text=content, words=placed, rules=_rules(rows), marks=tuple(marks)
    )


def _box(left: int, right: int, row: int) -> Box:
    return Box(left / COLUMNS, (row + 0.15) / LINES, right / COLUMNS, (row + 0.85) / LINES)


def _rules(rows: list[str]) -> tuple[RulingLine, ...]:
    rules: list[RulingLine] = []
    for row, line in enumerate(rows):
        for found in re.finditer(r"[+-][+-]{3,}", line):
            y = (row + 0.5) / LINES
            box = Box(found.start() / COLUMNS, y, (found.end() - 1) / COLUMNS, y)
            rules.append(RulingLine(box=box, orientation=Orientation.HORIZONTAL))
    for column in range(COLUMNS):
        strip = "".join(line[column] for line in rows)
        for found in re.finditer(r"[|+]*\|[|+]*", strip):
            x = (column + 0.5) / COLUMNS
            box = Box(x, (found.start() + 0.4) / LINES, x, (found.end() - 0.4) / LINES)
            rules.append(RulingLine(box=box, orientation=Orientation.VERTICAL))
    return tuple(rules)
