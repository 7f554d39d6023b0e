"""Renditions: the same drawn pages as born-digital PDF, fax scans, TIFF, grey scans, wrong text layers, or text."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from typing import Any

from evaluation.synth import machine
from evaluation.synth.document import Fate, Part, Rendered
from evaluation.synth.group4 import g4, tiff
from evaluation.synth.machine import WEAR, Caller, Pixels
from evaluation.synth.pdf import digital_pdf
from evaluation.synth.sheet import Sheet

RENDITIONS = ("digital", "fax_fine", "fax_std", "tiff", "scan_jpeg", "scan_badtext", "mixed", "txt")
_SCAN_DPI = 150.0  # of grey scans: what multifunction printers mail by default
# Look-alikes that bad OCR layers are full of.
_MISREAD = str.maketrans({"0": "O", "1": "l", "5": "S", "8": "B", "e": "c", "h": "b", "m": "rn", "t": "f"})


def render_document(
    parts: Sequence[Part], rendition: str, severity: str, *, rng: random.Random, caller: Caller
) -> Rendered:
    """Renders a document.

    Args:
        parts: its parts, drawn.
        rendition: one of RENDITIONS.
        severity: of fax renditions: clean, typical or poor.
        rng: source of all noise.
        caller: the sending machine.
    """
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
    return _fax(sheets, rendition, severity, rng=rng, caller=caller)


def _grey_scan(sheets: Sequence[Sheet], rng: random.Random) -> Rendered:
    pdf = _new_pdf()
    for gray in machine.render(sheets):
        page = machine.skew(machine.scale(gray, _SCAN_DPI, _SCAN_DPI), WEAR["typical"], rng)
        height, width = page.shape
        _add_image(pdf, machine.jpeg_scan(page, rng), (width, height), (_SCAN_DPI, _SCAN_DPI), jpeg=True)
    return Rendered(_saved(pdf), ".pdf", tuple(Fate("scan_jpeg") for _ in sheets))


def _fax(sheets: Sequence[Sheet], rendition: str, severity: str, *, rng: random.Random, caller: Caller) -> Rendered:
    standard = rendition == "fax_std" or (rendition == "tiff" and rng.random() < 0.35)
    lines = machine.LINES["std" if standard else "fine"]
    images: list[Pixels] = []
    fates: list[Fate] = []
    for number, gray in enumerate(machine.render(sheets), 1):
        header = caller.header(number, len(sheets))
        image, fate = _faxed(gray, severity, lines, rng=rng, header=header)
        images.append(image)
        fates.append(Fate("fax_std" if standard else "fax_fine", fate.rotation, fate.bands, header))
    if rendition == "tiff":
        fates = [Fate("tiff", f.rotation, f.bands, f.header) for f in fates]
        return Rendered(tiff(images, (204, lines)), ".tif", tuple(fates))
    if rendition == "mixed":
        return _mixed(sheets, images, fates, lines)
    pdf = _new_pdf()
    for sheet, image, fate in zip(sheets, images, fates, strict=True):
        _add_fax_page(pdf, image, fate, lines)
        if rendition == "scan_badtext":
            _hide_text(pdf, sheet.text_lines(), rng)
    if rendition == "scan_badtext":
        fates = [Fate("scan_badtext", f.rotation, f.bands, f.header) for f in fates]
    return Rendered(_saved(pdf), ".pdf", tuple(fates))


def _faxed(gray: Pixels, severity: str, lines: int, *, rng: random.Random, header: str) -> tuple[Pixels, Fate]:
    wear = WEAR[severity]
    page = machine.scale(gray, lines)
    bands = machine.drop_lines(page, wear, rng)
    page = machine.threshold(machine.skew(page, wear, rng), wear, rng)
    rotation = rng.choices((0, 180, 90, 270), (0.93, 0.04, 0.02, 0.01))[0] if severity != "clean" else 0
    page = machine.turned(page, rotation)
    page = machine.with_header(page, header, _dpi(rotation, lines))
    return page, Fate("", rotation, bands)


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
