"""A page of pixels becomes a Page: repair, recognition, and what only the pixels tell."""

from __future__ import annotations

from documents.ocr import OcrFailedError, OcrTimeoutError, Recognition, recognise, tesseract_version
from documents.pages import Page, PageFlag
from documents.pixels import read_pixels
from documents.raster import Raster
from documents.repair import TARGET_DPI, repair
from documents.text_assembly import assemble


def read_raster_page(raster: Raster, *, number: int, timeout_s: float) -> Page:
    """Reads one page; a page that cannot be recognised comes back flagged, with what there is."""
    flags: list[PageFlag] = []
    repaired = repair(raster)
    try:
        recognition = recognise(repaired.pixels, dpi=TARGET_DPI, timeout_s=timeout_s)
    except OcrTimeoutError:
        recognition = Recognition(())
        flags.append(PageFlag.OCR_TIMEOUT)
    except OcrFailedError:
        recognition = Recognition(())
        flags.append(PageFlag.OCR_FAILED)
    features = read_pixels(repaired.pixels, recognition.words)
    text, words = assemble(recognition.words)
    return Page(
        number=number,
        width_pt=raster.width_pt,
        height_pt=raster.height_pt,
        text=text,
        words=words,
        rules=features.rules,
        marks=features.marks,
        struck=features.struck,
        dropout=features.dropout,
        rotation=repaired.rotation,
        repairs=repaired.repairs,
        to_source=repaired.to_source,
        flags=tuple(flags),
        quality=recognition.quality,
        engine=f"tesseract {tesseract_version()}",
    )
