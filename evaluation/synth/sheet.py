"""One page being drawn: each call records what it printed and where, so that gold labels cannot drift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from evaluation.synth import faces
from evaluation.synth.marks import Fact, Ink, Line, text_of

PAGE_WIDTH, PAGE_HEIGHT = 612.0, 792.0  # US letter, in points
_BOLD = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold", "Vera": "Vera-Bold"}
# Share of the type size above and below the baseline that glyphs of the standard fonts take.
ASCENT, DESCENT = 0.78, 0.22
# Line spacing of running text, as word processors set it.
LEADING = 1.28
# Runs whose baselines are closer than this (points) are read as one line.
_SAME_LINE = 2.5

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Type:
    """A typeface at a size, in points."""

    face: str = "Helvetica"
    size: float = 9.0
    white: bool = False

    def bolder(self) -> Type:
        """The bold cut of the face."""
        return replace(self, face=_BOLD.get(self.face, self.face))

    def at(self, size: float) -> Type:
        """The same face at another size."""
        return replace(self, size=size)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Text on a baseline; `y` runs down from the top of the page."""

    x: float
    y: float
    text: str
    type: Type


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, stroked unless filled."""

    rect: Rect
    fill: float | None = None
    stroke: float = 0.7


@dataclass(frozen=True, slots=True)
class Stroke:
    """A polyline; `dots` draws it dotted, `round` closes it to a circle of the given radius at its only point."""

    points: tuple[tuple[float, float], ...]
    width: float = 0.7
    dots: bool = False
    radius: float = 0.0
    solid: bool = False


Mark = Glyphs | Box | Stroke


@dataclass(slots=True)
class Mention:
    """A fact or a bait as printed once.

    Attributes:
        ink: what was printed.
        bbox: x0, top, x1, bottom in points on the clean page; None in a text file.
        start: character offset in a text file.
        comb: one character per box.
    """

    ink: Ink
    text: str
    bbox: Rect | None = None
    start: int | None = None
    comb: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A required entry of a form that was left out: its field, the label and how ("blank" or "see attached")."""

    field: str
    label: str
    how: str


@lru_cache(maxsize=200_000)
def text_width(text: str, face: str, size: float) -> float:
    """Width of text in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    faces.register()
    return float(stringWidth(text, face, size))


@dataclass(slots=True)
class Sheet:
    """A page of one document: its marks, its text runs, its mentions and its blanks."""

    marks: list[Mark] = field(default_factory=list)
    runs: list[tuple[float, float, str]] = field(default_factory=list)  # baseline, x, text
    blocks: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    loose: list[Fact] = field(default_factory=list)  # facts that print nothing (a ticked box's meaning)
    ambiguous: list[str] = field(default_factory=list)  # fields of which both boxes are ticked

    def write(self, x: float, y: float, printed: Line, type_: Type) -> float:
        """Prints one line at a baseline; returns where it ends."""
        self._block(printed)
        return self._lay(x, y, printed, type_)

    def paragraph(self, x: float, y: float, printed: Line, *, width: float, type_: Type) -> float:
        """Prints wrapped text from a first baseline; returns the baseline after the last line."""
        self._block(printed)
        cut: Mention | None = None
        previous: Ink | None = None
        for part in wrap(printed, width, type_):
            # Only the piece at a line's end can go on in the next line.
            continued = previous is not None and part[0].facts is previous.facts and part[0].bait is previous.bait
            before = len(self.mentions)
            self._lay(x, y, part, type_, continued=cut if continued else None)
            if len(self.mentions) > before:
                cut = self.mentions[-1] if part[-1].facts or part[-1].bait else None
            elif not (continued and len(part) == 1):
                cut = None
            previous = part[-1]
            y += type_.size * LEADING
        return y

    def _block(self, printed: Line) -> None:
        text = text_of(printed).strip()
        if text:
            self.blocks.append(text)

    def _lay(self, x: float, y: float, printed: Line, type_: Type, *, continued: Mention | None = None) -> float:
        start = x
        for index, piece in enumerate(printed):
            face = type_.bolder() if piece.bold else type_
            width = text_width(piece.text, face.face, face.size)
            if piece.text.strip():
                self.marks.append(Glyphs(x, y, piece.text, face))
            if piece.struck:
                middle = y - 0.28 * face.size
                self.marks.append(Stroke(((x - 1, middle + 0.6), (x + width + 1, middle - 0.6)), 1.0))
            if piece.facts or piece.bait:
                bbox = (x, y - ASCENT * face.size, x + width, y + DESCENT * face.size)
                self._mention(piece, bbox, continued if index == 0 else None)
            x += width
        text = text_of(printed).strip()
        if text:
            self.runs.append((y, start, text))
        return x

    def _mention(self, piece: Ink, bbox: Rect, continued: Mention | None) -> None:
        if continued is None or continued.bbox is None:
            self.mentions.append(Mention(piece, piece.text.strip(), bbox))
            return
        continued.text = f"{continued.text} {piece.text.strip()}"
        box = continued.bbox
        continued.bbox = (min(box[0], bbox[0]), min(box[1], bbox[1]), max(box[2], bbox[2]), max(box[3], bbox[3]))

    def text_lines(self) -> list[str]:
        """Lines top to bottom; what stands side by side is joined by two spaces."""
        lines: list[str] = []
        row: list[tuple[float, str]] = []
        base = 0.0
        for y, x, text in sorted(self.runs):
            if row and y - base > _SAME_LINE:
                lines.append("  ".join(t for _, t in sorted(row)))
                row = []
            if not row:
                base = y
            row.append((x, text))
        if row:
            lines.append("  ".join(t for _, t in sorted(row)))
        return lines

    def box(self, rect: Rect, *, fill: float | None = None, stroke: float = 0.7) -> None:
        """Draws a rectangle."""
        self.marks.append(Box(rect, fill, stroke))

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.7, dots: bool = False) -> None:
        """Draws a line."""
        self.marks.append(Stroke(((x0, y0), (x1, y1)), width, dots))


def wrap(printed: Line, width: float, type_: Type) -> Iterator[Line]:
    """Breaks a line at spaces so that each part fits the width; inks keep their facts in every part.

    A piece that is cut carries the same `facts` object in both halves, by which the halves are known as one mention.
    """
    words = _words(printed)
    current: list[Ink] = []
    used = 0.0
    for word in words:
        breadth = sum(text_width(p.text, (type_.bolder() if p.bold else type_).face, type_.size) for p in word)
        lead = used and current
        if lead and used + breadth - _trailing(word, type_) > width:
            yield _merged(current)
            current, used = [], 0.0
        current.extend(word)
        used += breadth
    if current:
        yield _merged(current)


def _trailing(word: list[Ink], type_: Type) -> float:
    return text_width(" ", type_.face, type_.size) if word and word[-1].text.endswith(" ") else 0.0


def _words(printed: Line) -> list[list[Ink]]:
    """Splits after each space; a word may consist of several pieces (a bracket and a code)."""
    words: list[list[Ink]] = [[]]
    for piece in printed:
        start = 0
        text = piece.text
        while start < len(text):
            space = text.find(" ", start)
            end = len(text) if space < 0 else space + 1
            words[-1].append(replace(piece, text=text[start:end]))
            if space >= 0:
                words.append([])
            start = end
    return [w for w in words if w]


def _merged(pieces: list[Ink]) -> Line:
    """Joins neighbouring parts of the same piece again and drops the space at the line's end."""
    out: list[Ink] = []
    for piece in pieces:
        same = out and out[-1].facts is piece.facts and out[-1].bait is piece.bait
        if same and out[-1].bold == piece.bold and out[-1].struck == piece.struck:
            out[-1] = replace(out[-1], text=out[-1].text + piece.text)
        else:
            out.append(piece)
    out[-1] = replace(out[-1], text=out[-1].text.rstrip())
    return tuple(out)
