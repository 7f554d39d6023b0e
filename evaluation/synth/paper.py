"""Draws a template for a cast: as pages, or as a text file."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluation.synth.cast import Cast
from evaluation.synth.compose import Composer
from evaluation.synth.document import Part
from evaluation.synth.flow import Block, Heading, Look, Setter, plain
from evaluation.synth.marks import Line
from evaluation.synth.panels import Stationery
from evaluation.synth.sheet import PAGE_HEIGHT, Sheet, Type
from evaluation.synth.slots import Slots
from evaluation.synth.template import Template
from evaluation.synth.typist import DATE_STYLES, NAME_STYLES, Typist

_GUTTER = 20.0  # between two columns, in points


@dataclass(frozen=True, slots=True)
class Sending:
    """How a template is drawn.

    Attributes:
        as_text: as a text file instead of pages.
        other_patient: the pages are about somebody else than the rest of the document.
        untitled: the sender left the title out, or it was cut off.
        sheets: number of pages of the whole fax, for a cover sheet.
    """

    as_text: bool = False
    other_patient: bool = False
    untitled: bool = False
    sheets: int = 1


def draw_template(template: Template, cast: Cast, rng: random.Random, *, sending: Sending | None = None) -> Part:
    """A template, drawn for a cast.

    Args:
        template: whose words.
        cast: everybody in it.
        rng: source of choices.
        sending: how it is drawn; as pages with a title if None.
    """
    sending = sending or Sending()
    settings = template.settings
    dates = settings.get("dates") or rng.choice(DATE_STYLES)
    names = settings.get("names") or rng.choice(NAME_STYLES)
    phones = settings.get("phones", "brackets").split()
    typist = Typist(
        cast.case,
        rng.choice(dates.split()),
        rng.choice(names.split()),
        phones[0] if len(phones) == 1 else rng.choice(phones),
    )
    slots = Slots(cast, typist, template, rng, sheets=sending.sheets)
    body = _type(settings.get("type_body", "Helvetica 9.5"), rng)
    style = Stationery(
        cast.case,
        label=_type(settings.get("type_label", f"{body.face} 7"), rng),
        entry=_type(settings.get("type_entry", f"{body.face} {body.size}"), rng),
        tick=rng.choice(settings.get("tick", "square_x square_check circle").split()),
        star=settings.get("star", "*"),
    )
    body_rows = [row for row in template.body if not (sending.untitled and row.startswith("# "))]
    blocks = Composer(slots, style, body).compose(body_rows)
    if sending.as_text:
        return Part(template.type, template.name, text=plain(blocks))
    sheets = _settled(blocks, _look(template, slots, body, rng), slots)
    return Part(template.type, template.name, tuple(sheets), other_patient=sending.other_patient)


def _type(text: str, rng: random.Random) -> Type:
    face, _, size = rng.choice(text.split(" / ")).rpartition(" ")
    return Type(face, float(size))


def _look(template: Template, slots: Slots, body: Type, rng: random.Random) -> Look:
    settings = template.settings
    running, footer = settings.get("running"), settings.get("footer")
    return Look(
        body=body,
        heading=rng.choice(settings.get("heading", "rule").split()),
        margin=float(settings.get("margin", "54")),
        running=(lambda n: _numbered(slots, running, n)) if running else None,
        footer=(lambda n: _numbered(slots, footer, n)) if footer else None,
    )


def _numbered(slots: Slots, text: str, page: int) -> Line:
    return slots.fill(text.replace("{page}", str(page)))


class _Columns(Setter):
    """Sets blocks down the columns of a page before it turns to the next; the first blocks go across all of them."""

    def __init__(self, look: Look, count: int) -> None:
        super().__init__(look)
        self.whole = look
        width = (look.width - _GUTTER * (count - 1)) / count
        self.columns = [(look.margin + i * (width + _GUTTER), width) for i in range(count)]
        self.at = -1
        self.top = 0.0

    def begin(self) -> None:
        """From here on in columns."""
        self.at, self.top = 0, self.y
        self.look = replace(self.whole, column=self.columns[0])

    def room(self, height: float) -> None:
        """Goes on in the next column, or on the next page, if less than `height` is left."""
        if self.y + height <= PAGE_HEIGHT - 50:
            return
        if 0 <= self.at < len(self.columns) - 1:
            self.at += 1
            self.y = self.top
        else:
            self.look = self.whole
            self._turn()
            self.at, self.top = min(self.at, 0), self.y
        if self.at >= 0:
            self.look = replace(self.whole, column=self.columns[self.at])


def _set_on_pages(blocks: Sequence[Block], look: Look, columns: int) -> list[Sheet]:
    setter = _Columns(look, columns) if columns > 1 else Setter(look)
    for block in blocks:
        if isinstance(setter, _Columns) and setter.at < 0 and isinstance(block, Heading):
            setter.begin()
        setter.block(block)
    return setter.sheets


def _settled(blocks: Sequence[Block], look: Look, slots: Slots) -> list[Sheet]:
    """Sets the blocks twice where a line names the number of pages, which the first setting tells."""
    settings = slots.template.settings
    columns = int(settings.get("columns", "1"))
    sheets = _set_on_pages(blocks, look, columns)
    if "{pages}" not in "".join(settings.get(k, "") for k in ("running", "footer")):
        return sheets
    slots.pages = len(sheets)
    return _set_on_pages(blocks, look, columns)
