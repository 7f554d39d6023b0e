"""What papers are made of beside running blocks: tables, letterheads, rules, lines, labelled values in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.synth.flow import Setter
from evaluation.synth.marks import Line, bold, joined, line, text_of
from evaluation.synth.panels import PADDING
from evaluation.synth.sheet import LEADING, PAGE_HEIGHT, Type, text_width, wrap


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose cells wrap; `style` is `boxed`, `ruled`, `plain`, `zebra` or `none` (no lines, no head)."""

    head: Sequence[str]
    rows: Sequence[Sequence[Line]]
    shares: Sequence[float]
    type: Type
    head_type: Type
    style: str = "boxed"

    def set_on(self, setter: Setter) -> None:
        """Draws the table; its head is repeated on a new page."""
        body = self.type
        total = sum(self.shares)
        widths = [setter.look.width * s / total for s in self.shares]
        step = body.size * LEADING
        head = [line(h) for h in self.head] if any(self.head) else None
        setter.room(step * min(4, len(self.rows) + 1) + 8)
        if head:
            self._row(setter, head, widths, index=-1)
        for index, row in enumerate(self.rows):
            page = setter.sheet
            setter.room(self._height(row, widths, self.type))
            if setter.sheet is not page and head:
                self._row(setter, head, widths, index=-1)
            self._row(setter, row, widths, index=index)
        setter.y += step * 0.7

    def _height(self, row: Sequence[Line], widths: Sequence[float], type_: Type) -> float:
        lines = [
            len(list(wrap(cell, w - 2 * PADDING, type_.bolder()))) for cell, w in zip(row, widths, strict=True) if cell
        ]
        return max(lines, default=1) * max(type_.size, self.type.size) * LEADING + 5

    def _row(self, setter: Setter, row: Sequence[Line], widths: Sequence[float], *, index: int) -> None:
        type_ = self.type if index >= 0 else self.head_type
        height = self._height(row, widths, type_)
        top = setter.y - self.type.size - 1
        shade = {True: 0.88, False: 0.95 if self.style == "zebra" and index % 2 else None}[index < 0]
        if shade and self.style in ("boxed", "zebra"):
            setter.sheet.box((setter.look.left, top, sum(widths), height), fill=shade, stroke=0)
        x = setter.look.left
        for cell, width in zip(row, widths, strict=True):
            if self.style == "boxed":
                setter.sheet.box((x, top, width, height), stroke=0.6)
            if cell:
                setter.sheet.paragraph(x + PADDING, setter.y + 1, cell, width=width - 2 * PADDING, type_=type_)
            x += width
        if self.style == "ruled" or (self.style == "plain" and index < 0):
            setter.sheet.rule(setter.look.left, top + height, x, top + height, width=0.5)
        setter.y += height

    def text_lines(self) -> Iterator[Line]:
        """Columns two spaces apart."""
        yield line("   ".join(h for h in self.head if h))
        yield from (joined([cell for cell in row if cell], "   ") for row in self.rows)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """A line of a letterhead or of small print, set left, centered or right."""

    printed: Line
    type: Type
    align: str = "left"

    def set_on(self, setter: Setter) -> None:
        """Draws the line, or wraps it where it is long."""
        width = text_width(text_of(self.printed), self.type.face, self.type.size)
        if width > setter.look.width:
            lines = len(list(wrap(self.printed, setter.look.width, self.type)))
            setter.room(lines * self.type.size * LEADING)
            setter.y = setter.sheet.paragraph(
                setter.look.left, setter.y, self.printed, width=setter.look.width, type_=self.type
            )
            return
        setter.room(self.type.size)
        setter.y += max(0.0, self.type.size - setter.look.body.size) * 0.7
        free = setter.look.width - width
        x = setter.look.left + {"left": 0.0, "center": free / 2, "right": free}[self.align]
        setter.sheet.write(x, setter.y, self.printed, self.type)
        setter.y += self.type.size * 1.3

    def text_lines(self) -> Iterator[Line]:
        """The line."""
        yield self.printed


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""

    width: float = 0.8

    def set_on(self, setter: Setter) -> None:
        """Draws it."""
        y = setter.y - setter.look.body.size * 0.55
        setter.sheet.rule(setter.look.left, y, setter.look.left + setter.look.width, y, width=self.width)
        setter.y += setter.look.body.size * 0.6

    def text_lines(self) -> Iterator[Line]:
        """Hyphens."""
        yield line("-" * 60)


@dataclass(frozen=True, slots=True)
class NewPage:
    """Goes on at the top of a new page, or of the next column."""

    def set_on(self, setter: Setter) -> None:
        """Turns the page."""
        setter.room(PAGE_HEIGHT)

    def text_lines(self) -> Iterator[Line]:
        """Nothing."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of running text, each wrapped, without space between them: a paragraph, or the lines of an address."""

    printed: Sequence[Line]

    def set_on(self, setter: Setter) -> None:
        """Draws them; a paragraph that does not fit begins on the next page."""
        body = setter.look.body
        for text in self.printed:
            height = len(list(wrap(text, setter.look.width, body))) * body.size * LEADING
            setter.room(min(height, 12 * body.size * LEADING))
            setter.y = setter.sheet.paragraph(setter.look.left, setter.y, text, width=setter.look.width, type_=body)
        setter.y += body.size * 0.45

    def text_lines(self) -> Iterator[Line]:
        """The lines, and an empty one."""
        yield from self.printed
        yield ()


@dataclass(frozen=True, slots=True)
class PairRows:
    """Labelled values side by side, wrapped within their column.

    `aligned` sets all values of a column at one tab, `stacked` sets each value under its label.
    """

    rows: Sequence[Sequence[tuple[Line, Line]]]
    boxed: bool = False
    aligned: bool = False
    stacked: bool = False

    def set_on(self, setter: Setter) -> None:
        """Draws the rows, in a box where it is wanted."""
        body = setter.look.body
        setter.room(body.size * LEADING * min(8, len(self.rows)) + 12)
        setter.y += 8 if self.boxed else 2
        top, page = setter.y - body.size - 3, setter.sheet
        inset = 5.0 if self.boxed else 0.0
        columns = len(self.rows[0])
        width = (setter.look.width - 2 * inset) / columns
        tabs = [self._tab(column, body) if self.aligned else 0.0 for column in range(columns)]
        for row in self.rows:
            setter.room(body.size * LEADING)
            left = setter.look.left + inset
            if self.stacked:
                setter.room(body.size * LEADING * 2)
            draw = _stacked if self.stacked else _pair
            bottoms = [draw(setter, pair, (left + i * width, width - 8), tabs[i]) for i, pair in enumerate(row)]
            setter.y = max(bottoms) + body.size * 0.12
        if self.boxed and setter.sheet is page:
            setter.sheet.box((setter.look.left, top, setter.look.width, setter.y - body.size - top + 3))
        setter.y += 8 if self.boxed else 5

    def _tab(self, column: int, body: Type) -> float:
        """Width of the column's longest label."""
        labels = [text_of(row[column][0]) for row in self.rows]
        return max(text_width(label, body.bolder().face, body.size) for label in labels) + 8

    def text_lines(self) -> Iterator[Line]:
        """One line a pair."""
        yield from (line(label, " ", value) for row in self.rows for label, value in row if label)
        yield ()


def _pair(setter: Setter, pair: tuple[Line, Line], place: tuple[float, float], tab: float) -> float:
    """Draws label and value within (left edge, width), the value at the tab if there is one; returns the next line."""
    body = setter.look.body
    label, value = pair
    x, width = place
    if not tab:
        whole = line(*bold(label, " "), value) if label else value
        return setter.sheet.paragraph(x, setter.y, whole, width=width, type_=body) if whole else setter.y
    setter.sheet.write(x, setter.y, bold(label), body)
    if not value:
        return setter.y + body.size * LEADING
    return setter.sheet.paragraph(x + tab, setter.y, value, width=width - tab, type_=body)


def _stacked(setter: Setter, pair: tuple[Line, Line], place: tuple[float, float], _tab: float) -> float:
    """Draws a small label and the value under it; returns the next line."""
    body = setter.look.body
    label, value = pair
    x, width = place
    small = body.at(body.size - 1.6)
    setter.sheet.write(x, setter.y, label, small)
    below = setter.y + small.size * LEADING
    after = setter.sheet.paragraph(x, below, value, width=width, type_=body) if value else below + body.size * LEADING
    return after + 3
