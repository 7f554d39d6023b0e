"""Turns a template's body into blocks, and blocks into pages or text.

One mark at the start of a line says what it is:

    # title    ## heading    plain paragraph (`Lead:: text` sets the lead bold)    - item    1. numbered item
    ^c18 letterhead: centered, 18 points (c, l or r)    --- rule    === new page or column    >> 20 gap in points
    = Label: entry | Label: entry        labelled values in columns
    + 30 Label* :: entry | 20 Label :: entry    boxes of a form; * says that the entry is required
    _ Label :: entry | Label :: entry    entries on ruled lines
    & 9 Label :: entry                   comb of nine boxes
    ? Label* :: [urgency standard] text [on] text [off] text    tick boxes
    || 30 Head | 70 Head                 head of a table; rows follow as `| cell | cell`
    ~~~* Label :: who                    line to sign on

`@dx `, `@med ` ... before a line repeats it for every entry of that list; `@if drug `, `@if none alg ` print it only if
the case has (or lacks) such entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from evaluation.synth.flow import Block, Gap, Heading, Items, Title
from evaluation.synth.marks import Item, Line, bold, line, text_of
from evaluation.synth.panels import BoxRow, Choice, ChoiceRow, CombRow, Entry, LeaderRow, Signature, Stationery
from evaluation.synth.passages import Grid, Letterhead, Lines, NewPage, PairRows, Rule
from evaluation.synth.sheet import Type
from evaluation.synth.slots import FIELD_OF, Slots
from evaluation.synth.template import Template, chosen

_LOOP = re.compile(r"@(?!if )(\w+) ")
_IF = re.compile(r"@if (none )?(\w+) ")
_LETTERHEAD = re.compile(r"\^([lcr])([\d.]+)? ")
_CHOICE = re.compile(r"\[(on|off|sex \w+|urgency \w+|place \d+|has \w+|kind \w+)\] ?")
_NUMBERED = re.compile(r"\d+\. ")
_GUTTER = 20.0  # between two columns, in points


@dataclass(slots=True)
class Composer:
    """Reads a body line by line; neighbouring lines of one kind become one block."""

    slots: Slots
    style: Stationery
    body: Type
    blocks: list[Block] = field(default_factory=list)
    open: tuple[str, list[tuple[str, Item | None]]] = ("", [])

    def compose(self, body: Sequence[str]) -> list[Block]:
        """All blocks of a body."""
        for row in body:
            for text, item in self._repeated(row, None):
                self._take(text, item)
        self._close()
        return self.blocks

    def _repeated(self, row: str, item: Item | None) -> Iterator[tuple[str, Item | None]]:
        """The line as often as its marks say."""
        wanted = _IF.match(row)
        if wanted:
            if self._has(wanted[2]) != bool(wanted[1]):
                yield from self._repeated(row[wanted.end() :], item)
            return
        loop = _LOOP.match(row)
        if loop is None:
            yield row, item
            return
        for entry in self.slots.entries(loop[1]):
            yield from self._repeated(row[loop.end() :], entry)

    def _has(self, what: str) -> bool:
        case = self.slots.typist.case
        if what == "injected":
            return case.injected
        if what in ("female", "male"):
            return case.patient.sex == what
        if what in ("drug", "service"):
            return (case.scenario.drug is not None) == (what == "drug")
        return bool(self.slots.entries(what)) if what != case.scenario.kind else True

    # ---------------------------------------------------------------- gathering
    def _take(self, row: str, item: Item | None) -> None:
        kind = self._kind(row)
        if row.startswith("|| ") or kind != self.open[0] or kind not in ("=", "-", "1", "||", "para"):
            self._close()
            self.open = (kind, [])
        self.open[1].append((row, item))
        if kind == "":
            self._close()

    def _kind(self, row: str) -> str:
        for mark in ("=== ", "||", "##", "= ", "- ", "? ", "+ ", "_ ", "& ", "# ", "^", "~~~", ">> ", "---"):
            if row.startswith(mark):
                return mark.strip()
        if row == "===":
            return row
        if row.startswith("| "):
            return "||"
        if _NUMBERED.match(row):
            return "1"
        return "para" if row.strip() else ""

    def _close(self) -> None:
        kind, rows = self.open
        self.open = ("", [])
        if kind and rows:
            block = self._block(kind, rows)
            if block is not None:
                self.blocks.append(block)

    # ---------------------------------------------------------------- blocks
    def _block(self, kind: str, rows: list[tuple[str, Item | None]]) -> Block | None:
        many: dict[str, Callable[[list[tuple[str, Item | None]]], Block | None]] = {
            "=": self._pairs,
            "-": self._items,
            "1": self._items,
            "||": self._table,
            "para": self._paragraph,
        }
        if kind in many:
            return many[kind](rows)
        row, item = rows[0]
        one: dict[str, Callable[[str, Item | None], Block]] = {
            "#": lambda text, entry: Title(
                self.slots.fill(text, entry), centered=self._set("title", "center") == "center"
            ),
            "##": lambda text, entry: Heading(text_of(self.slots.fill(text.lstrip("# "), entry))),
            "+": lambda text, entry: BoxRow(self._entries(text, entry), self.style),
            "_": lambda text, entry: LeaderRow(self._entries(text, entry), self.style, self._set("leader", "rule")),
            "&": lambda text, entry: CombRow(self._entries(text, entry), self.style),
            "?": self._choices,
            "~~~": self._signature,
            "---": lambda _text, _entry: Rule(),
            "===": lambda _text, _entry: NewPage(),
            ">>": lambda text, _entry: Gap(float(text)),
            "^": lambda _text, entry: self._letterhead(row, entry),
        }
        return one[kind](row[len(kind) :].strip(), item)

    def _set(self, key: str, default: str) -> str:
        return self.slots.template.settings.get(key, default)

    def _paragraph(self, rows: list[tuple[str, Item | None]]) -> Block | None:
        told: list[Line] = []
        for text, item in rows:
            lead, mark, rest = text.partition(":: ")
            printed = self.slots.fill(rest if mark else text, item)
            if mark:
                printed = line(bold(chosen(lead, self.slots.rng) + self._set("lead", ":") + " "), printed)
            if printed:
                told.append(printed)
        return Lines(told) if told else None

    def _items(self, rows: list[tuple[str, Item | None]]) -> Block:
        lines = [self.slots.fill(row.split(" ", 1)[1], item) for row, item in rows]
        first = rows[0][0].split(" ", 1)[0]
        if not first[0].isdigit():
            return Items(lines, bullet=self._set("bullet", "-"))
        return Items(lines, bullet="1" if first == "1." else first)

    def _pairs(self, rows: list[tuple[str, Item | None]]) -> Block:
        out: list[list[tuple[Line, Line]]] = []
        columns = max(row.count(" | ") + 1 for row, _ in rows)
        for row, item in rows:
            cells = [cell.strip().partition(": ") for cell in row[2:].split(" | ")]
            pairs = [
                (line(f"{label}{self._set('colon', ':')}"), self.slots.fill(value, item)) for label, _, value in cells
            ]
            out.append(pairs + [((), ())] * (columns - len(pairs)))
        how = self._set("pairs", "open")
        return PairRows(out, boxed=how == "boxed", aligned=how == "aligned", stacked=how == "stacked")

    def _table(self, rows: list[tuple[str, Item | None]]) -> Block | None:
        head = [cell.strip().partition(" ") for cell in rows[0][0][2:].split("|")]
        shares = [float(share) for share, _, _ in head]
        cells = [
            [self.slots.fill(cell.strip(), item) for cell in row[2:].removesuffix("|").split("|")]
            for row, item in rows[1:]
        ]
        if not cells:
            return None
        full = [row + [()] * (len(shares) - len(row)) for row in cells]
        names = [text_of(self.slots.fill(name)) for _, _, name in head]
        type_ = self.style.entry if self._set("table_type", "entry") == "entry" else self.style.label
        head_type = self.body.at(type_.size).bolder()
        return Grid(names, full, shares, type_, head_type, self._set("table", "boxed"))

    def _letterhead(self, row: str, item: Item | None) -> Block:
        mark = _LETTERHEAD.match(row)
        if mark is None:
            raise ValueError(f"{self.slots.template.name}: {row}")
        text = row[mark.end() :]
        size = float(mark[2] or 9)
        face = self.slots.template.settings.get("letterhead", self.body.face)
        type_ = Type(face, size)
        heavy = size >= 12
        align = {"l": "left", "c": "center", "r": "right"}[mark[1]]
        return Letterhead(self.slots.fill(text, item), type_.bolder() if heavy else type_, align)

    # ---------------------------------------------------------------- forms
    def _entries(self, text: str, item: Item | None) -> list[Entry]:
        out = []
        for cell in text.split(" | "):
            head, _, printed = cell.strip().partition("::")
            share, _, label = head.strip().partition(" ")
            if not share.isdigit():
                share, label = "1", head.strip()
            required = required_field(label, printed)
            out.append(
                Entry(label.partition("*")[0].strip(), self.slots.fill(printed.strip(), item), required, float(share))
            )
        return out

    def _choices(self, text: str, item: Item | None) -> Block:
        label, _, rest = text.partition("::")
        parts = _CHOICE.split(chosen(rest, self.slots.rng))[1:]
        choices = [self._choice(parts[i], self.slots.fill(parts[i + 1].strip(), item)) for i in range(0, len(parts), 2)]
        required = required_field(label, rest)
        return ChoiceRow(label.partition("*")[0].strip(), choices, self.style, required)

    def _choice(self, mark: str, printed: Line) -> Choice:
        case, label = self.slots.typist.case, text_of(printed)
        kind, _, value = mark.partition(" ")
        if kind == "sex":
            return Choice(label, case.patient.sex == value, "patient.sex", value)
        if kind == "urgency":
            return Choice(label, case.urgency == value, "request.urgency", value)
        if kind == "place":
            return Choice(label, case.scenario.place == value, "service.place", value)
        if kind == "kind":
            return Choice(label, case.scenario.kind == value)
        return Choice(label, self._has(value) if kind == "has" else kind == "on", printed=printed)

    def _signature(self, text: str, _item: Item | None) -> Block:
        label, _, who = text.removeprefix("*").partition("::")
        people = {"": self.style.case.provider, "director": self.slots.cast.director, "pcp": self.slots.cast.pcp}
        return Signature(label.strip(), people[who.strip()].name.plain, self.style, text.startswith("*"))


def required_field(label: str, printed: str) -> str | None:
    """The field that a required entry must hold: after the star, or that of its first slot."""
    _, star, field_name = label.partition("*")
    if not star:
        return None
    if field_name.strip():
        return field_name.strip()
    if "[urgency" in printed:
        return "request.urgency"
    if "[sex" in printed:
        return "patient.sex"
    slot = re.search(r"\{([^{}]+)", printed)
    head, _, rest = slot[1].partition(":") if slot else ("", "", "")
    return {"who": "provider.name", "of": f"provider.{rest.rpartition(':')[2]}"}.get(head) or FIELD_OF.get(head)


def required_fields(template: Template) -> tuple[str, ...]:
    """The fields of all required entries of a template, in their order."""
    found: list[str] = []
    for row in template.body:
        if row.startswith("~~~*"):
            found.append("provider.signature")
        if _IF.match(row) or not re.match(r"(@\w+ )?[+_&?] ", row):
            continue
        for cell in row.split(" | "):
            label, _, printed = cell.partition("::")
            name = required_field(label, printed)
            if name and name not in found:
                found.append(name)
    return tuple(found)
