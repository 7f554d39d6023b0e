"""Parts that printed forms are made of: labelled boxes, tick boxes, combs, bars, leaders, ruled tables, barcodes."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.synth.cases import Case
from evaluation.synth.marks import Fact, Ink, Line, line, text_of
from evaluation.synth.sheet import (
    PAGE_WIDTH,
    Blank,
    Box,
    Glyphs,
    Mention,
    Rect,
    Sheet,
    Stroke,
    Type,
    text_width,
)

TICKS = ("square_x", "square_check", "square_fill", "circle", "brackets", "parens", "underline")
# How voices mark choices beside these: the box after its label, and a ring drawn around the chosen label.
RARE_TICKS = ("after", "circled")


@dataclass(slots=True)
class Form:
    """A page of a form: where required entries that the case leaves out stay blank and are noted.

    Attributes:
        sheet: the page.
        case: what is filled in.
        label, entry: type of the printed labels and of the filled-in entries.
        tick: one of TICKS or RARE_TICKS.
        star: how required entries are marked.
    """

    sheet: Sheet
    case: Case
    label: Type = field(default_factory=lambda: Type(size=6.5))
    entry: Type = field(default_factory=lambda: Type(size=9.5))
    tick: str = "square_x"
    star: str = "*"

    def ask(self, label: str, printed: Line, required: str | None) -> Line:
        """What stands in an entry: the value, nothing, or "see attached"; notes a required entry that is left out."""
        if required is None:
            return printed
        how = self.case.blank.get(required)
        if how is None and text_of(printed).strip():
            return printed
        self.sheet.blanks.append(Blank(required, label, how or "blank"))
        return line("See attached") if how == "see attached" else ()

    def cell(self, rect: Rect, label: str, printed: Line = (), *, required: str | None = None) -> None:
        """A ruled box with a small label in its top left corner and the entry below."""
        x, y, _, height = rect
        self.sheet.box(rect)
        value = self.ask(label, printed, required)
        self.sheet.write(x + 3, y + self.label.size + 1.5, line(label + (self.star if required else "")), self.label)
        if value:
            self.sheet.write(x + 4, y + height - 4, value, self.entry)

    def row(self, x: float, y: float, height: float, cells: Sequence[tuple[float, str, Line, str | None]]) -> float:
        """Boxes side by side: (width, label, entry, required field); returns the bottom."""
        for width, label, printed, required in cells:
            self.cell((x, y, width, height), label, printed, required=required)
            x += width
        return y + height

    def leader(
        self, at: tuple[float, float], label: str, printed: Line, *, width: float, required: str | None = None
    ) -> None:
        """Label, dotted or ruled leader, and the entry upon it."""
        x, y = at
        value = self.ask(label, printed, required)
        after = self.sheet.write(x, y, line(label + (self.star if required else "") + ": "), self.label)
        self.sheet.rule(after, y + 2, x + width, y + 2, width=0.6, dots=True)
        if value:
            self.sheet.write(after + 3, y, value, self.entry)

    def bar(self, rect: Rect, text: str, *, shade: float = 0.0) -> None:
        """A section's name on a filled bar; white type where the bar is dark."""
        x, y, _, height = rect
        self.sheet.box(rect, fill=shade, stroke=0)
        size = min(9.0, height * 0.68)
        self.sheet.write(x + 5, y + height * 0.74, line(text), Type("Helvetica-Bold", size, white=shade < 0.5))

    def comb(
        self, at: tuple[float, float], printed: Line, *, boxes: int, required: tuple[str, str] | None = None
    ) -> None:
        """One character per box. `required` is (field, label) where the entry must be given."""
        x, y = at
        width, height = 13.0, 15.0
        label = required[1] if required else ""
        value = self.ask(label, printed, required[0] if required else None)
        for index in range(boxes):
            self.sheet.box((x + index * width, y, width, height), stroke=0.5)
        text = text_of(value)
        type_ = Type("Courier", 10.5)
        for index, char in enumerate(text[:boxes]):
            if char != " ":
                offset = (width - text_width(char, type_.face, type_.size)) / 2
                self.sheet.marks.append(Glyphs(x + index * width + offset, y + height - 4, char, type_))
        if text:
            self.sheet.runs.append((y + height - 4, x, text))
            self.sheet.blocks.append(text)
        for piece in value:
            if piece.facts:
                self.sheet.mentions.append(Mention(piece, text, (x, y, x + boxes * width, y + height), comb=True))

    def choice(self, at: tuple[float, float], label: Line, on: bool, *, type_: Type | None = None) -> float:
        """A tick box with its label behind (or before: `after`; or a ring around the label); returns where it ends."""
        x, y = at
        face = type_ or self.entry.at(8.5)
        if self.tick in RARE_TICKS:
            end = self.sheet.write(x, y, label, face)
            if self.tick == "circled":
                if on:
                    self.sheet.marks.append(_ring(x - 3, y - face.size, end + 3, y + 3.5))
                return end + 14
            self.sheet.box((end + 3, y - 7.0, 8.0, 8.0), stroke=0.9)
            if on:
                self._mark_in(end + 3, y - 7.0, 8.0)
            return end + 21
        text_x = self._tick(x, y, on, face)
        end = self.sheet.write(text_x, y, label, face)
        if on and self.tick == "underline":
            self.sheet.rule(text_x, y + 2, end, y + 2, width=1.2)
        return end + 10

    def _tick(self, x: float, y: float, on: bool, face: Type) -> float:
        side = 8.0
        top = y - 7.0
        if self.tick in ("brackets", "parens"):
            opening, closing = ("[", "]") if self.tick == "brackets" else ("(", ")")
            return (
                self.sheet.write(x, y, line(f"{opening}{'X' if on else ' '}{closing}"), Type("Courier", face.size)) + 4
            )
        if self.tick == "circle":
            center = (x + side / 2, top + side / 2)
            self.sheet.marks.append(Stroke((center,), 0.8, radius=side / 2))
            if on:
                self.sheet.marks.append(Stroke((center,), 0.8, radius=side / 3.2, solid=True))
            return x + side + 4
        if self.tick == "underline":
            if on:
                self.sheet.write(x + 1, y, line("X"), Type("Helvetica-Bold", face.size))
            self.sheet.rule(x, y + 1.5, x + side + 2, y + 1.5, width=0.8)
            return x + side + 6
        self.sheet.box((x, top, side, side), stroke=0.9)
        if on:
            self._mark_in(x, top, side)
        return x + side + 4

    def _mark_in(self, x: float, top: float, side: float) -> None:
        if self.tick == "square_fill":
            self.sheet.marks.append(Box((x + 1.8, top + 1.8, side - 3.6, side - 3.6), fill=0.0, stroke=0))
        elif self.tick == "square_check":
            points = ((x + 1, top + side * 0.55), (x + side * 0.4, top + side - 1), (x + side + 2, top - 2))
            self.sheet.marks.append(Stroke(points, 1.3))
        else:
            self.sheet.marks.append(Stroke(((x + 1, top + 1), (x + side - 1, top + side - 1)), 1.1))
            self.sheet.marks.append(Stroke(((x + side - 1, top + 1), (x + 1, top + side - 1)), 1.1))

    def urgency(self, at: tuple[float, float], standard: str, expedited: str, *, asked_as: str | None = None) -> float:
        """The two boxes of urgency; a ticked box's label is the evidence.

        Args:
            at: where the first box stands.
            standard: label of the one box.
            expedited: label of the other.
            asked_as: the question's label, where one of the boxes must be ticked.

        Returns:
            Where the second label ends.
        """
        case = self.case
        blank = asked_as is not None and "request.urgency" in case.blank
        x, y = at
        for value, label in (("standard", standard), ("expedited", expedited)):
            on = not blank and (case.both_boxes or case.urgency == value)
            fact = Fact("request.urgency", value, trap=case.marks.get("request.urgency"))
            printed = (Ink(label, (fact,)),) if on and not case.both_boxes else line(label)
            x = self.choice((x, y), printed, on) + 8
        if blank and asked_as is not None:
            self.sheet.blanks.append(Blank("request.urgency", asked_as, "blank"))
        if case.both_boxes:
            self.sheet.ambiguous.append("request.urgency")
        return x

    def table(
        self,
        at: tuple[float, float],
        columns: Sequence[tuple[float, str]],
        rows: Sequence[Sequence[Line]],
        *,
        step: float = 17.0,
    ) -> float:
        """A ruled table: (width, head) columns; returns the bottom."""
        x, y = at
        total = sum(width for width, _ in columns)
        self.sheet.box((x, y, total, step * 0.8), fill=0.88, stroke=0)
        for index, row in enumerate([[line(head) for _, head in columns], *rows]):
            height = step * 0.8 if index == 0 else step
            left = x
            for (width, _), cell in zip(columns, row, strict=True):
                self.sheet.box((left, y, width, height), stroke=0.6)
                type_ = self.label.bolder() if index == 0 else self.entry
                if cell:
                    self.sheet.write(left + 3, y + height - 4, cell, type_)
                left += width
            y += height
        return y

    def barcode(self, x: float, y: float, seed: str) -> None:
        """A barcode that says nothing."""
        rng = random.Random(seed)
        while x < PAGE_WIDTH - 60 and rng.random() > 0.01:
            width = rng.choice((0.7, 0.7, 1.4, 2.1))
            self.sheet.marks.append(Box((x, y, width, 20), fill=0.0, stroke=0))
            x += width + rng.choice((0.7, 1.4))


def _ring(left: float, top: float, right: float, bottom: float) -> Stroke:
    """A ring drawn by hand around a word: not quite closed, and not quite round."""
    middle, half = ((left + right) / 2, (top + bottom) / 2), ((right - left) / 2, (bottom - top) / 2)
    turns = [math.tau * step / 28 for step in range(28)]
    points = tuple((middle[0] + half[0] * math.cos(t), middle[1] + half[1] * math.sin(t) * (1 + t / 40)) for t in turns)
    return Stroke(points, 1.1)
