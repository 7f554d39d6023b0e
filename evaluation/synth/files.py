"""Renditions: the same drawn pages as born-digital PDF, fax scans, TIFF, grey scans, wrong text layers, or text."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.synth import machine
from evaluation.synth.document import Fate, Part, Rendered
from evaluation.synth.group4 import g4, tiff
from evaluation.synth.machine import WEAR, Caller, Pixels, Wear
from evaluation.synth.pdf import digital_pdf
from evaluation.synth.sheet import Sheet

RENDITIONS = ("digital", "fax_fine", "fax_std", "tiff", "scan_jpeg", "scan_badtext", "mixed", "txt")
_SCAN_DPI = 150.0  # of grey scans: what multifunction printers mail by default
# Look-alikes that bad OCR layers are full of.
_MISREAD = str.maketrans({"0": "O", "1": "l", "5": "S", "8": "B", "e": "c", "h": "b", "m": "rn", "t": "f"})


# How often a page lies upside down or sideways in the feeder of a busy office (our guess; most sets show a few).
_TURNS = ((0, 180, 90, 270), (0.93, 0.04, 0.02, 0.01))


@dataclass(frozen=True, slots=True)
class Transmission:
    """How a document is sent.

    Attributes:
        rendition: one of RENDITIONS.
        severity: of fax renditions: clean, typical or poor.
        caller: the sending machine.
        turned: page -> degrees counter-clockwise; where empty, chance decides (never for clean pages).
    """

    rendition: str
    severity: str
    caller: Caller
    turned: Mapping[int, int] = field(default_factory=dict)

    def rotation(self, page: int, rng: random.Random) -> int:
        """How a page lies in the machine."""
        drawn = rng.choices(*_TURNS)[0]
        if self.turned:
            return self.turned.get(page, 0)
        return drawn if self.severity != "clean" else 0


def render_document(parts: Sequence[Part], sent: Transmission, rng: random.Random) -> Rendered:
    """Renders a document.

    Args:
        parts: its parts, drawn.
        sent: how it is sent.
        rng: source of all noise.

    Raises:
        ValueError: a text rendition of parts that were drawn as pages.
    """
    rendition = sent.rendition
    sheets = [sheet for part in parts for sheet in part.sheets]
    if rendition == "txt":
        text = parts[0].text
        if text is None:
            raise ValueError("a text rendition needs a text part")
        return Rendered(text.text.encode(), ".txt", (Fate("txt"),))
    if rendition == "digital":
        return Rendered(digital_pdf(sheets), ".pdf", tuple(Fate("digital") for _ in sheets))
    if rendition == "scan_jpeg":
        return _grey_scan(sheets, rng)
    return _fax(sheets, sent, rng)


def _grey_scan(sheets: Sequence[Sheet], rng: random.Random) -> Rendered:
    pdf = _new_pdf()
    for gray in machine.render(sheets):
        page = machine.skew(machine.scale(gray, _SCAN_DPI, _SCAN_DPI), WEAR["typical"], rng)
        height, width = page.shape
        _add_image(pdf, machine.jpeg_scan(page, rng), (width, height), (_SCAN_DPI, _SCAN_DPI), jpeg=True)
    return Rendered(_saved(pdf), ".pdf", tuple(Fate("scan_jpeg") for _ in sheets))


def _fax(sheets: Sequence[Sheet], sent: Transmission, rng: random.Random) -> Rendered:
    rendition = sent.rendition
    standard = rendition == "fax_std" or (rendition == "tiff" and rng.random() < 0.35)
    lines = machine.LINES["std" if standard else "fine"]
    stored = rendition if rendition in ("tiff", "scan_badtext") else ("fax_std" if standard else "fax_fine")
    images: list[Pixels] = []
    fates: list[Fate] = []
    for number, gray in enumerate(machine.render(sheets), 1):
        header = sent.caller.header(number, len(sheets))
        rotation = sent.rotation(number, rng)
        image, bands = _faxed(gray, WEAR[sent.severity], lines, rng=rng, lies=(rotation, header))
        images.append(image)
        fates.append(Fate(stored, rotation, bands, header))
    if rendition == "tiff":
        return Rendered(tiff(images, (204, lines)), ".tif", tuple(fates))
    if rendition == "mixed":
        return _mixed(sheets, images, fates, lines)
    pdf = _new_pdf()
    for sheet, image, fate in zip(sheets, images, fates, strict=True):
        _add_fax_page(pdf, image, fate, lines)
        if rendition == "scan_badtext":
            _hide_text(pdf, sheet.text_lines(), rng)
    return Rendered(_saved(pdf), ".pdf", tuple(fates))


def _faxed(
    gray: Pixels, wear: Wear, lines: int, *, rng: random.Random, lies: tuple[int, str]
) -> tuple[Pixels, tuple[tuple[float, float], ...]]:
    """A page through the machine; `lies` is its rotation and the header printed on it. Returns drop-out bands too."""
    rotation, header = lies
    page = machine.scale(gray, lines)
    bands = machine.drop_lines(page, wear, rng)
    page = machine.turned(machine.threshold(machine.skew(page, wear, rng), wear, rng), rotation)
    return machine.with_header(page, header, _dpi(rotation, lines)), bands


def _dpi(rotation: int, lines: int) -> tuple[float, float]:
    """Resolution across and along a page; a page that lies sideways was scanned sideways."""
    return (204.0, float(lines)) if rotation % 180 == 0 else (float(lines), 204.0)


def _mixed(sheets: Sequence[Sheet], images: Sequence[Pixels], fates: Sequence[Fate], lines: int) -> Rendered:
    """Some pages born digital, some faxed, as document systems join them: the first page is digital."""
    import pikepdf

    pdf = _new_pdf()
    out: list[Fate] = []
    with pikepdf.open(io.BytesIO(digital_pdf(sheets))) as clean:
        for index, (image, fate) in enumerate(zip(images, fates, strict=True)):
            if index % 2 == 0:
                pdf.pages.append(clean.pages[index])
                out.append(Fate("digital"))
            else:
                _add_fax_page(pdf, image, fate, lines)
                out.append(fate)
        return Rendered(_saved(pdf), ".pdf", tuple(out))


def _new_pdf() -> Any:
    import pikepdf

    return pikepdf.new()


def _saved(pdf: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _add_fax_page(pdf: Any, image: Pixels, fate: Fate, lines: int) -> None:
    height, width = image.shape
    _add_image(pdf, g4(image), (width, height), _dpi(fate.rotation, lines))


def _add_image(pdf: Any, data: bytes, size: tuple[int, int], dpi: tuple[float, float], *, jpeg: bool = False) -> None:
    """Adds a page that is one image, at its true size."""
    from pikepdf import Dictionary, Name, Stream

    width, height = size
    image = Stream(pdf, data)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height = width, height
    image.ColorSpace = Name.DeviceGray
    image.BitsPerComponent = 8 if jpeg else 1
    image.Filter = Name.DCTDecode if jpeg else Name.CCITTFaxDecode
    if not jpeg:
        image.DecodeParms = Dictionary(K=-1, Columns=width, Rows=height)
    x, y = round(width / dpi[0] * 72, 2), round(height / dpi[1] * 72, 2)
    page = pdf.add_blank_page(page_size=(x, y))
    page.Resources = Dictionary(XObject=Dictionary(Im0=image))
    page.Contents = Stream(pdf, f"q {x} 0 0 {y} 0 0 cm /Im0 Do Q".encode())


def _hide_text(pdf: Any, lines: Sequence[str], rng: random.Random) -> None:
    """Puts an invisible, misread text layer under the last page (render mode 3)."""
    from pikepdf import Dictionary, Name, Stream

    page = pdf.pages[-1]
    page.Resources.Font = Dictionary(
        F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    operators = ["BT 3 Tr /F1 8 Tf 40 750 Td 10 TL"]
    for text in lines:
        wrong = "".join(c.translate(_MISREAD) if rng.random() < 0.3 else c for c in text)
        escaped = wrong.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        operators.append(f"({escaped}) Tj T*")
    layer = Stream(pdf, "\n".join([*operators, "ET"]).encode("latin-1", "replace"))
    page.contents_add(layer, prepend=False)
