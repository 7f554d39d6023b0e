"""What forms are made of, as blocks that set themselves: boxes, lines, combs, choices, signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evaluation.synth.cases import Case
from evaluation.synth.flow import Setter, scrawl
from evaluation.synth.form import Form
from evaluation.synth.marks import Fact, Ink, Line, joined, line, text_of
from evaluation.synth.sheet import LEADING, Blank, Sheet, Type, text_width, wrap

PADDING = 4.0  # between a rule and what is printed beside it, in points


@dataclass(frozen=True, slots=True)
class Stationery:
    """How one sender's forms look: types of labels and entries, tick marks, the mark of required entries."""

    case: Case
    label: Type
    entry: Type
    tick: str = "square_x"
    star: str = "*"

    def form(self, sheet: Sheet) -> Form:
        """The means of drawing entries on a page."""
        return Form(sheet, self.case, label=self.label, entry=self.entry, tick=self.tick, star=self.star)


@dataclass(frozen=True, slots=True)
class Entry:
    """A labelled place of a form; `required` is the field it must hold, `share` its part of the row's width."""

    label: str
    printed: Line
    required: str | None = None
    share: float = 1.0

    def text(self) -> Line:
        """As in a text file."""
        return line(f"{self.label}: " if self.label else "", self.printed)


@dataclass(frozen=True, slots=True)
class BoxRow:
    """Ruled boxes side by side, label in the top left corner; a box grows with its entry."""

    entries: Sequence[Entry]
    style: Stationery

    def set_on(self, setter: Setter) -> None:
        """Draws the row."""
        label, body = self.style.label, self.style.entry
        total = sum(e.share for e in self.entries)
        widths = [setter.look.width * e.share / total for e in self.entries]
        heights = [len(list(wrap(e.printed, w - 2 * PADDING, body))) for e, w in zip(self.entries, widths, strict=True)]
        lines = max(heights, default=1)
        lead = label.size + 3.5 if any(e.label for e in self.entries) else 3.0
        height = lead + max(1, lines) * body.size * LEADING + 3.5
        setter.room(height)
        form, x, y = self.style.form(setter.sheet), setter.look.left, setter.y - body.size
        for entry, width in zip(self.entries, widths, strict=True):
            setter.sheet.box((x, y, width, height))
            value = form.ask(entry.label, entry.printed, entry.required)
            star = self.style.star if entry.required else ""
            setter.sheet.write(x + 3, y + label.size + 1.5, line(entry.label + star), label)
            if value:
                setter.sheet.paragraph(x + PADDING, y + lead + body.size, value, width=width - 2 * PADDING, type_=body)
            x += width
        setter.y += height

    def text_lines(self) -> Iterator[Line]:
        """One line an entry."""
        yield from (e.text() for e in self.entries)


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """Labels with entries on a line; `leader` is `dots`, `rule`, `below` (the label under the line) or empty."""

    entries: Sequence[Entry]
    style: Stationery
    leader: str = "rule"

    def set_on(self, setter: Setter) -> None:
        """Draws the row; an entry that is too long goes on in the next line."""
        total = sum(e.share for e in self.entries)
        size = max(self.style.entry.size, self.style.label.size)
        setter.room(size * 2)
        x, bottom = setter.look.left, setter.y
        for entry in self.entries:
            width = setter.look.width * entry.share / total - 6
            bottom = max(bottom, self._entry(setter, entry, x, width))
            x += width + 6
        setter.y = bottom + size * 1.75

    def _entry(self, setter: Setter, entry: Entry, x: float, width: float) -> float:
        sheet, body = setter.sheet, self.style.entry
        value = self.style.form(sheet).ask(entry.label, entry.printed, entry.required)
        star = self.style.star if entry.required else ""
        if self.leader == "below":
            return self._over(setter, line(entry.label + star), value, (x, width))
        after = sheet.write(x, setter.y, line(entry.label + star + " " if entry.label else ""), self.style.label) + 2
        if not value:
            bottom = setter.y
        else:
            bottom = sheet.paragraph(after + 2, setter.y, value, width=x + width - after - 2, type_=body)
            bottom -= body.size * LEADING
        if self.leader:
            y = setter.y + 2.5
            while y <= bottom + 3:
                sheet.rule(after, y, x + width, y, width=0.6, dots=self.leader == "dots")
                y += body.size * LEADING
        return bottom

    def _over(self, setter: Setter, label: Line, value: Line, place: tuple[float, float]) -> float:
        """Draws an entry within (left edge, width) on a rule under which its label stands; returns the label's line."""
        sheet, body = setter.sheet, self.style.entry
        x, width = place
        bottom = setter.y
        if value:
            bottom = sheet.paragraph(x + 2, setter.y, value, width=width - 4, type_=body) - body.size * LEADING
        sheet.rule(x, bottom + 3, x + width, bottom + 3, width=0.6)
        bottom += 4 + self.style.label.size
        sheet.write(x, bottom, label, self.style.label)
        return bottom

    def text_lines(self) -> Iterator[Line]:
        """One line an entry."""
        yield from (e.text() for e in self.entries)


@dataclass(frozen=True, slots=True)
class CombRow:
    """One character a box, label in front."""

    entries: Sequence[Entry]
    style: Stationery

    def set_on(self, setter: Setter) -> None:
        """Draws the row; the share is the number of boxes."""
        setter.room(24)
        x = setter.look.left
        form = self.style.form(setter.sheet)
        for entry in self.entries:
            star = self.style.star if entry.required else ""
            after = setter.sheet.write(x, setter.y + 2, line(entry.label + star + " "), self.style.label) + 3
            boxes = max(int(entry.share), len(text_of(entry.printed)))
            required = (entry.required, entry.label) if entry.required else None
            form.comb((after, setter.y - 9), entry.printed, boxes=boxes, required=required)
            x = after + boxes * 13 + 14
        setter.y += 21

    def text_lines(self) -> Iterator[Line]:
        """One line an entry."""
        yield from (e.text() for e in self.entries)


@dataclass(frozen=True, slots=True)
class Choice:
    """One box: its label, ticked or not; `field` and `value` where the choice is a gold value.

    `printed` is the label with what it states by itself, as of a list of conditions that are asked for.
    """

    label: str
    on: bool
    field: str = ""
    value: str = ""
    printed: Line = ()


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A question with tick boxes."""

    label: str
    choices: Sequence[Choice]
    style: Stationery
    required: str | None = None

    def set_on(self, setter: Setter) -> None:
        """Draws the question; boxes that do not fit go on in the next line."""
        body = self.style.entry
        setter.room(body.size * 2)
        form = self.style.form(setter.sheet)
        star = self.style.star if self.required else ""
        start = setter.look.left
        if self.label:
            start = setter.sheet.write(start, setter.y, line(self.label + star), self.style.label) + 8
        x = start
        for choice in self._settled(setter.sheet):
            wide = text_width(choice.label, body.face, body.size) + 26
            if x > start and x + wide > setter.look.left + setter.look.width:
                x, setter.y = start, setter.y + body.size * 1.6
            x = form.choice((x, setter.y), self._printed(choice), choice.on, type_=body)
        setter.y += body.size * 1.75

    def _settled(self, sheet: Sheet) -> Iterator[Choice]:
        """The choices as this case ticks them: none if left blank, both of a question with both boxes ticked."""
        case = self.style.case
        urgent = any(c.field == "request.urgency" for c in self.choices)
        if self.required and self.required in case.blank:
            sheet.blanks.append(Blank(self.required, self.label, "blank"))
            yield from (replace(c, on=False) for c in self.choices)
        elif urgent and case.both_boxes:
            sheet.ambiguous.append("request.urgency")
            yield from (replace(c, on=True, field="") for c in self.choices)
        else:
            yield from self.choices

    def _printed(self, choice: Choice) -> Line:
        if not (choice.on and choice.field):
            return choice.printed or line(choice.label)
        trap = self.style.case.marks.get(choice.field)
        return (Ink(choice.label, (Fact(choice.field, choice.value, trap=trap),)),)

    def text_lines(self) -> Iterator[Line]:
        """The question and its boxes in one line."""
        boxes = [line("[X] " if c.on else "[ ] ", self._printed(c)) for c in self.choices]
        yield line(f"{self.label} " if self.label else "", joined(boxes, "  "))


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on, signed or not."""

    label: str
    who: str
    style: Stationery
    required: bool = False

    def set_on(self, setter: Setter) -> None:
        """Draws the line, with a scrawl on it where it is signed."""
        setter.room(34)
        setter.y += 18
        sheet, label = setter.sheet, self.style.label
        star = self.style.star if self.required else ""
        after = sheet.write(setter.look.left, setter.y, line(self.label + star + " "), label)
        sheet.rule(after, setter.y + 2, after + 190, setter.y + 2, width=0.6)
        asked = "provider.signature" if self.required else None
        if self.style.form(sheet).ask(self.label, line("signed"), asked):
            scrawl(sheet, after + 10, setter.y - 2, self.who)
        setter.y += 16

    def text_lines(self) -> Iterator[Line]:
        """The label."""
        yield line(f"{self.label} /s/ {self.who}")
