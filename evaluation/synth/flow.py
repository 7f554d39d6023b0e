"""Running documents - notes, letters, reports - as blocks that are typeset on pages or written as plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from evaluation.synth.marks import Ink, Line, bold, joined, line, text_of
from evaluation.synth.sheet import LEADING, PAGE_HEIGHT, PAGE_WIDTH, Mention, Sheet, Stroke, Type, text_width, wrap

_TEXT_WIDTH = 86  # columns of a plain text note, as EHR exports wrap them


@dataclass(frozen=True, slots=True)
class Title:
    """The document's name."""

    printed: Line
    centered: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's name."""

    text: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labelled values, side by side in `columns` columns."""

    rows: Sequence[tuple[str, Line]]
    columns: int = 2
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph, with a bold lead-in if it has one."""

    printed: Line
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `bullet` is put before each, or numbers if it is `1`."""

    lines: Sequence[Line]
    bullet: str = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `widths` are shares of the text width."""

    head: Sequence[str]
    rows: Sequence[Sequence[Line]]
    widths: Sequence[float]
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty space, in points; with a name, a scrawled signature fills it."""

    height: float = 8.0
    signature: str = ""


@runtime_checkable
class Piece(Protocol):
    """A block that sets itself (panels.py): what forms are made of."""

    def set_on(self, setter: Setter) -> None:
        """Draws itself at the setter's place and moves it on."""

    def text_lines(self) -> Iterator[Line]:
        """Its lines in a text file."""


Block = Title | Heading | Pairs | Para | Items | Table | Gap | Piece


@dataclass(frozen=True, slots=True)
class Look:
    """How a running document is set.

    Attributes:
        body: text face.
        heading: `bar` white on black, `rule` underlined, `caps` plain capitals, `grey` on a grey band.
        margin: left and right, in points.
        running: the line at the top of the second and later pages.
        footer: the line at the foot, from the page number.
        column: left edge and width of the column that is being set, where the page has several.
    """

    body: Type = field(default_factory=Type)
    heading: str = "rule"
    margin: float = 54.0
    running: Callable[[int], Line] | None = None
    footer: Callable[[int], Line] | None = None
    column: tuple[float, float] | None = None

    @property
    def left(self) -> float:
        """Where the text begins."""
        return self.column[0] if self.column else self.margin

    @property
    def width(self) -> float:
        """Width of the text."""
        return self.column[1] if self.column else PAGE_WIDTH - 2 * self.margin


class Setter:
    """Sets blocks down the pages."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.sheets: list[Sheet] = []
        self.y = 0.0
        self._turn()

    @property
    def sheet(self) -> Sheet:
        """The page being filled."""
        return self.sheets[-1]

    def _turn(self) -> None:
        self.sheets.append(Sheet())
        number = len(self.sheets)
        small = self.look.body.at(max(7.0, self.look.body.size - 1.5))
        self.y = 58.0
        if number > 1 and self.look.running:
            self.sheet.write(self.look.margin, self.y, self.look.running(number), small)
            self.sheet.rule(self.look.margin, self.y + 4, PAGE_WIDTH - self.look.margin, self.y + 4, width=0.5)
            self.y += 22
        if self.look.footer:
            self.sheet.write(self.look.margin, PAGE_HEIGHT - 32, self.look.footer(number), small)

    def room(self, height: float) -> None:
        """Turns the page if less than `height` is left."""
        if self.y + height > PAGE_HEIGHT - 50:
            self._turn()

    def block(self, block: Block) -> None:
        """Sets one block."""
        if isinstance(block, Piece):
            block.set_on(self)
            return
        match block:
            case Title():
                self._title(block)
            case Heading():
                self._heading(block.text)
            case Pairs():
                self._pairs(block)
            case Para():
                self._flow(line(*bold(f"{block.lead} ") if block.lead else (), *block.printed), 0.0)
                self.y += 3
            case Items():
                self._items(block)
            case Table():
                self._table(block)
            case Gap():
                if block.signature:
                    self.room(block.height)
                    scrawl(self.sheet, self.look.left + 4, self.y + 16, block.signature)
                self.y += block.height

    def _title(self, block: Title) -> None:
        big = self.look.body.bolder().at(self.look.body.size + 4)
        self.room(big.size * 2)
        width = text_width(text_of(block.printed), big.face, big.size)
        x = self.look.left + (self.look.width - width) / 2 if block.centered else self.look.left
        self.y += big.size * 0.5
        self.sheet.write(x, self.y, block.printed, big)
        self.y += big.size * 1.5

    def _heading(self, text: str) -> None:
        type_ = self.look.body.bolder()
        self.room(type_.size * 4)
        left, width = self.look.left, self.look.width
        self.y += 5
        if self.look.heading in ("bar", "grey"):
            dark = self.look.heading == "bar"
            self.sheet.box((left, self.y - type_.size, width, type_.size * 1.45), fill=0.0 if dark else 0.82, stroke=0)
            face = Type(type_.face, type_.size, white=dark)
            self.sheet.write(left + 4, self.y, line(text), face)
            self.y += 3
        else:
            printed = line(text.upper() if self.look.heading == "caps" else text)
            self.sheet.write(left, self.y, printed, type_.at(type_.size + 0.5))
            if self.look.heading == "rule":
                self.sheet.rule(left, self.y + 3, left + width, self.y + 3, width=0.6)
                self.y += 3
        self.y += type_.size * 1.35

    def _flow(self, printed: Line, indent: float) -> None:
        body = self.look.body
        lines = len(list(wrap(printed, self.look.width - indent, body)))
        self.room(min(lines, 12) * body.size * LEADING)
        x = self.look.left + indent
        self.y = self.sheet.paragraph(x, self.y, printed, width=self.look.width - indent, type_=body)

    def _items(self, block: Items) -> None:
        for number, item in enumerate(block.lines, 1):
            self._item(f"{number}." if block.bullet == "1" else block.bullet, item)
        self.y += 3

    def _item(self, mark: str, item: Line) -> None:
        self.room(self.look.body.size * LEADING * 2)
        self.sheet.write(self.look.left + 8, self.y, line(mark), self.look.body)
        self._flow(item, 24.0)

    def _pairs(self, block: Pairs) -> None:
        body = self.look.body
        step = body.size * 1.45
        height = step * (-(-len(block.rows) // block.columns))
        self.room(height + 10)
        column = self.look.width / block.columns
        top = self.y - body.size
        inset = 5.0 if block.boxed else 0.0
        for index, (label, value) in enumerate(block.rows):
            x = self.look.left + inset + (index % block.columns) * column
            y = self.y + (index // block.columns) * step
            after = self.sheet.write(x, y, bold(f"{label}: "), body)
            self.sheet.write(after, y, value, body)
        if block.boxed:
            self.sheet.box((self.look.left, top - 3, self.look.width, height + 5))
        self.y += height + 6

    def _table(self, block: Table) -> None:
        body = self.look.body
        step = body.size * 1.6
        self.room(step * min(4, len(block.rows) + 1))
        lefts = [self.look.left + self.look.width * sum(block.widths[:i]) for i in range(len(block.widths))]
        rows: list[Sequence[Line]] = [[bold(h) for h in block.head], *block.rows]
        for row in rows:
            self.room(step)
            for x, cell in zip(lefts, row, strict=True):
                if cell:
                    self.sheet.write(x + 3, self.y, cell, body)
            if block.ruled:
                y = self.y + body.size * 0.42
                self.sheet.rule(self.look.left, y, self.look.left + self.look.width, y, width=0.5)
            self.y += step
        self.y += 4


def typeset(blocks: Sequence[Block], look: Look) -> list[Sheet]:
    """Sets a running document on as many pages as it needs."""
    setter = Setter(look)
    for block in blocks:
        setter.block(block)
    return setter.sheets


def scrawl(sheet: Sheet, x: float, y: float, name: str) -> None:
    """A signature nobody can read: waves whose shape follows from the name."""
    points: list[tuple[float, float]] = []
    for index, char in enumerate(name):
        code = ord(char)
        points.append((x + index * 4.2 + code % 5, y - (code * 7) % 13))
        points.append((x + index * 4.2 + 2.5 + code % 3, y + (code * 3) % 6))
    sheet.marks.append(Stroke(tuple(points), 0.9))


@dataclass(slots=True)
class PlainText:
    """A text file with its mentions."""

    text: str
    mentions: list[Mention]
    blocks: list[str]


class _Writer:
    """Writes lines of text and keeps the offset of every mention."""

    def __init__(self) -> None:
        self.text = ""
        self.mentions: list[Mention] = []
        self.blocks: list[str] = []

    def put(self, printed: Line, *, indent: str = "", first: str | None = None) -> None:
        """Writes wrapped text; `first` replaces the indent of the first line."""
        whole = text_of(printed).strip()
        if not whole:
            self.text += "\n"
            return
        self.blocks.append(whole)
        monospace = Type("Courier", 10.0)
        width = text_width("0" * (_TEXT_WIDTH - len(indent)), monospace.face, monospace.size)
        last: Ink | None = None
        cut: Mention | None = None
        for number, part in enumerate(wrap(printed, width, monospace)):
            self.text += first if number == 0 and first is not None else indent
            for index, piece in enumerate(part):
                goes_on = index == 0 and last is not None and cut is not None and piece.facts is last.facts
                if goes_on and cut is not None and (piece.facts or piece.bait is cut.ink.bait):
                    cut.text = f"{cut.text} {piece.text.strip()}"
                elif piece.facts or piece.bait:
                    cut = Mention(piece, piece.text.strip(), start=len(self.text))
                    self.mentions.append(cut)
                else:
                    cut = None
                self.text += piece.text
                last = piece
            self.text = self.text.rstrip(" ") + "\n"


def plain(blocks: Sequence[Block]) -> PlainText:
    """Writes a running document as text."""
    writer = _Writer()
    for block in blocks:
        for indent, first, printed in _text_lines(block):
            writer.put(printed, indent=indent, first=first)
    return PlainText(writer.text, writer.mentions, writer.blocks)


def _text_lines(block: Block) -> Iterator[tuple[str, str | None, Line]]:
    """(indent, indent of the first line, text) of each line of a block; an empty line is an empty text."""
    match block:
        case Title():
            yield from (("", None, block.printed), ("", None, ()))
        case Heading():
            yield from (("", None, ()), ("", None, line(block.text.upper() + ":")))
        case Pairs():
            yield from (("", None, line(f"{label}: ", value)) for label, value in block.rows)
        case Para():
            yield "", None, line(f"{block.lead} " if block.lead else "", block.printed)
        case Items():
            for number, item in enumerate(block.lines, 1):
                mark = f"{number}." if block.bullet == "1" else block.bullet
                yield "     ", f"  {mark} ".ljust(5), item
        case Table():
            yield "", None, line("   ".join(block.head))
            yield from (("", None, joined([cell for cell in row if cell], "   ")) for row in block.rows)
        case Gap():
            yield "", None, ()
        case Piece():
            yield from (("", None, printed) for printed in block.text_lines())
