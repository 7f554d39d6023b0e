"""Puts an attacker's words on a document: among its print, where only a parser sees them, or beside its pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from evaluation.attacks.attack import Attack, Place
from evaluation.synth.document import Part
from evaluation.synth.flow import PlainText
from evaluation.synth.sheet import PAGE_HEIGHT, PAGE_WIDTH, Box, Glyphs, Sheet, Stroke, Type, text_width

_TYPE = Type("Helvetica", 8.0)
_LEADING = 10.0
# Between the attacker's lines and the sender's: as between two paragraphs.
_SPACE = 12.0
_CLOSE = 4.0  # closer, they would be read as one line
_LEFT, _RIGHT = 54.0, PAGE_WIDTH - 54.0
_COVER = ("FAX COVER SHEET", "To: Utilization Management", "From: Front desk", "Comments:")


def on_pages(attack: Attack, parts: Sequence[Part]) -> list[Part] | None:
    """The parts with the attacker's words drawn on them, or typed into them; None where they hold no more words.

    What is added to the file and not to a sheet (`in_file`) leaves them as they are.
    """
    if parts[0].text is not None:
        return [replace(parts[0], text=_typed(attack, parts[0].text)), *parts[1:]]
    own = list(parts)
    if attack.place is Place.COVER:
        return [Part("other", "attack", (_page([*_COVER, *attack.lines]),)), *own]
    if attack.place is Place.ADDED_PAGE:
        return [*own, Part("other", "attack", (_page(attack.lines),))]
    if attack.place in _DRAWN and not any(_DRAWN[attack.place](attack, s) for part in own for s in part.sheets):
        return None
    return own


def in_file(attack: Attack, data: bytes) -> bytes:
    """A PDF file with the attacker's words where no sheet can hold them: annotations, metadata, invisible print."""
    import pikepdf

    if attack.place not in _ADDED:
        return data
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _ADDED[attack.place](attack, pdf)
        pdf.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _typed(attack: Attack, text: PlainText) -> PlainText:
    """Text with the lines at its head, at its foot, or after the blank line nearest to its middle."""
    rows = text.text.split("\n")
    blanks = [i for i, row in enumerate(rows) if not row.strip()] or [len(rows)]
    middle = min(blanks, key=lambda i: abs(i - len(rows) // 2))
    at = {Place.HEADER: 0, Place.FOOTER: len(rows)}.get(attack.place, middle)
    return replace(text, text="\n".join([*rows[:at], "", *attack.lines, "", *rows[at:]]))


def _page(lines: Sequence[str]) -> Sheet:
    sheet = Sheet()
    _print(sheet, _folded(lines, _RIGHT - _LEFT), _LEFT, 90.0, Type("Helvetica", 10.0))
    return sheet


def _print(sheet: Sheet, lines: Sequence[str], x: float, y: float, type_: Type) -> None:
    for number, line in enumerate(lines):
        sheet.marks.append(Glyphs(x, y + number * max(_LEADING, 1.3 * type_.size), line, type_))


def _folded(lines: Sequence[str], width: float) -> list[str]:
    """Lines that fit a width, broken at spaces, or within a word that is longer."""
    out: list[str] = []
    for line in lines:
        current = ""
        for word in line.split(" "):
            longer = f"{current} {word}" if current else word
            if current and text_width(longer, _TYPE.face, _TYPE.size) > width:
                out.append(current)
                current = word
            else:
                current = longer
        out.append(current)
    return out


def _gaps(sheet: Sheet) -> list[tuple[float, float]]:
    """Bands of the sheet without print, from top to bottom."""
    taken = [(0.0, 0.0), (PAGE_HEIGHT, PAGE_HEIGHT)]
    for mark in sheet.marks:
        if isinstance(mark, Glyphs):
            taken.append((mark.y - mark.type.size, mark.y + 3))
        elif isinstance(mark, Box):
            taken.append((mark.rect[1], mark.rect[1] + mark.rect[3]))
        elif isinstance(mark, Stroke):
            ys = [y for _, y in mark.points]
            taken.append((min(ys), max(ys)))
    gaps: list[tuple[float, float]] = []
    bottom = 0.0
    for top, end in sorted(taken):
        if top > bottom:
            gaps.append((bottom, top))
        bottom = max(bottom, end)
    return gaps


def _room(sheet: Sheet, height: float, *, within: tuple[float, float] = (40.0, PAGE_HEIGHT - 30)) -> float | None:
    """Top of a place for so much print in the widest free band; None where the sheet has none."""
    gaps = [(max(top, within[0]), min(bottom, within[1])) for top, bottom in _gaps(sheet)]
    top, bottom = max(gaps, key=lambda gap: gap[1] - gap[0])
    spare = bottom - top - height
    return None if spare < _CLOSE else top + min(_SPACE, spare / 2)


def _in_body(attack: Attack, sheet: Sheet, type_: Type = _TYPE) -> bool:
    lines = _folded(attack.lines, _RIGHT - _LEFT)
    top = _room(sheet, len(lines) * _LEADING)
    if top is not None:
        _print(sheet, lines, _LEFT, top + type_.size, type_)
    return top is not None


def _in_table(attack: Attack, sheet: Sheet) -> bool:
    lines = _folded(attack.lines, 330.0)
    height = len(lines) * _LEADING + 6
    top = _room(sheet, height)
    if top is None:
        return False
    for x, width, cell in ((_LEFT, 120.0, ["Remarks"]), (_LEFT + 120, 350.0, lines)):
        sheet.box((x, top, width, height))
        _print(sheet, cell, x + 4, top + _LEADING, _TYPE)
    return True


def _at_edge(top: float, bottom: float) -> Callable[[Attack, Sheet], bool]:
    def put(attack: Attack, sheet: Sheet) -> bool:
        lines = _folded(attack.lines, _RIGHT - _LEFT)
        at = _room(sheet, len(lines) * _LEADING, within=(top, bottom))
        if at is not None:
            _print(sheet, lines, _LEFT, at + _TYPE.size, _TYPE)
        return at is not None

    return put


def _off_page(attack: Attack, sheet: Sheet) -> bool:
    _print(sheet, attack.lines, PAGE_WIDTH + 40, 300.0, _TYPE)
    return True


_DRAWN: dict[Place, Callable[[Attack, Sheet], bool]] = {
    Place.BODY: _in_body,
    Place.TABLE: _in_table,
    Place.HEADER: _at_edge(4.0, 90.0),
    Place.FOOTER: _at_edge(PAGE_HEIGHT - 90, PAGE_HEIGHT - 4),
    Place.WHITE: lambda attack, sheet: _in_body(attack, sheet, replace(_TYPE, white=True)),
    Place.OFF_PAGE: _off_page,
    Place.TINY: lambda attack, sheet: _in_body(attack, sheet, _TYPE.at(0.6)),
}


def _content(pdf: Any, operators: Sequence[str], *, under: bool = False) -> None:
    """Adds operators to the first page, with a font of their own."""
    from pikepdf import Dictionary, Name, Stream

    page = pdf.pages[0]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    if Name.Font not in page.Resources:
        page.Resources.Font = Dictionary()
    page.Resources.Font[Name("/Attack")] = font
    wrapped = "\n".join(["q", *operators, "Q"]).encode("latin-1", "replace")
    if not under:  # what the page's own content leaves behind must not move the words
        page.contents_add(Stream(pdf, b"q"), prepend=True)
        page.contents_add(Stream(pdf, b"Q"))
    page.contents_add(Stream(pdf, wrapped), prepend=under)


def _shown(lines: Sequence[str], x: float, y: float, *, before: str = "", matrix: str = "1 0 0 1") -> list[str]:
    """Operators that show lines from a point, in points from the page's lower left corner."""
    rows = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    return [f"BT {before} /Attack 8 Tf {matrix} {x} {y} Tm 10 TL", *(f"({row}) Tj T*" for row in rows), "ET"]


def _invisible(attack: Attack, pdf: Any) -> None:
    _content(pdf, _shown(_folded(attack.lines, _RIGHT - _LEFT), _LEFT, 420, before="3 Tr"))


def _in_margin(attack: Attack, pdf: Any) -> None:
    _content(pdf, _shown(_folded(attack.lines, 600), 18, 100, matrix="0 1 -1 0"))


def _behind_image(attack: Attack, pdf: Any) -> None:
    """Words in the upper margin under a grey picture (a logo) that covers them."""
    from pikepdf import Dictionary, Name, Stream

    lines = _folded(attack.lines, _RIGHT - _LEFT)
    height = 10 * len(lines) + 8
    picture = Stream(pdf, bytes([200]) * 64)
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 8, 8
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
    page = pdf.pages[0]
    if Name.XObject not in page.Resources:
        page.Resources.XObject = Dictionary()
    page.Resources.XObject[Name("/AttackPicture")] = picture
    top = PAGE_HEIGHT - 6
    over = [f"q 560 0 0 {height} 26 {top - height} cm /AttackPicture Do Q"]
    _content(pdf, [*_shown(lines, 30, top - 12), *over], under=True)


def _annotated(attack: Attack, pdf: Any) -> None:
    from pikepdf import Array, Dictionary, Name, String

    said = String("\n".join(attack.lines))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([20, 700, 40, 720]), Contents=said, F=2)
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


def _told_of(attack: Attack, pdf: Any) -> None:
    said = " ".join(attack.lines)
    with pdf.open_metadata() as meta:
        meta["dc:title"], meta["dc:description"] = said, said
    pdf.docinfo["/Subject"] = said


def _in_form_field(attack: Attack, pdf: Any) -> None:
    """A text field of the form with a value and no appearance: a viewer that computes none shows nothing."""
    from pikepdf import Array, Dictionary, Name, String

    said = String(" ".join(attack.lines))
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("notes"), V=said, Rect=Array([54, 30, 300, 44]), F=2
    )
    held = pdf.make_indirect(field)
    pdf.pages[0].Annots = Array([held])
    pdf.Root.AcroForm = Dictionary(Fields=Array([held]))


_ADDED: dict[Place, Callable[[Attack, Any], None]] = {
    Place.INVISIBLE: _invisible,
    Place.MARGIN: _in_margin,
    Place.BEHIND_IMAGE: _behind_image,
    Place.ANNOTATION: _annotated,
    Place.METADATA: _told_of,
    Place.FORM_FIELD: _in_form_field,
}
