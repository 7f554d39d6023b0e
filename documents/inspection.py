"""A document is looked through once: which pages can be read as text, and which must be read from their pixels."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium
from pdfplumber.page import Page as PlumberPage

from documents import plain_text
from documents.hidden_text import invisible_text, judge
from documents.limits import ReadingLimits
from documents.outcomes import OutcomeCode
from documents.pages import Page, PageFlag
from documents.pdf_soundness import SoundPdf, make_sound
from documents.pixels import read_pixels
from documents.raster import OverPixelLimitError, UnreadableImageError, frame_count, rendered
from documents.reading import Counted, Finished, Inspect, NeedsOcr, Ready, unread_page
from documents.sniff import MediaType
from documents.text_assembly import assemble
from documents.text_layer import displayed_frame, read_text_layer
from documents.text_marks import join_marks, text_marks

Message = Counted | Ready | NeedsOcr | Finished

ENGINE = f"pdfplumber {pdfplumber.__version__}"

# Enough to see ink, rules and ticks at a fifth of the cost of the 200 dpi that recognition needs.
_LOOK_DPI = 100.0
# A tabloid page at 100 dpi has 1.9 megapixels; larger paper is looked at more coarsely, down to this resolution.
_LOOK_PIXELS = 4_000_000
_COARSEST_DPI = 36.0


def inspect(request: Inspect) -> Iterator[Message]:
    """Yields the page count, each page as read or as needing OCR, and last a `Finished`."""
    if os.stat(request.path).st_size == 0:
        yield Finished(code=OutcomeCode.EMPTY_FILE)
    elif request.media_type is MediaType.PDF:
        yield from _inspect_pdf(request)
    elif request.media_type is MediaType.TEXT:
        yield from _inspect_text(request.path, request.limits)
    else:
        yield from _inspect_image(request.path, request.limits)


def _inspect_text(path: Path, limits: ReadingLimits) -> Iterator[Message]:
    if path.stat().st_size > plain_text.MAX_BYTES:
        yield Finished(code=OutcomeCode.TOO_LARGE)
        return
    text = plain_text.decode(path.read_bytes())
    if text is None:
        yield Finished(code=OutcomeCode.UNREADABLE_TEXT)
        return
    pages = plain_text.split_pages(text)
    yield Counted(page_count=len(pages))
    if len(pages) > limits.max_pages:
        yield Finished(code=OutcomeCode.TOO_MANY_PAGES, page_count=len(pages))
        return
    for number, page in enumerate(pages, start=1):
        yield Ready(page=plain_text.text_page(page, number))
    yield Finished(page_count=len(pages))


def _inspect_image(path: Path, limits: ReadingLimits) -> Iterator[Message]:
    try:
        frames = frame_count(path)
    except OverPixelLimitError:
        yield Finished(code=OutcomeCode.TOO_LARGE)
        return
    except UnreadableImageError:
        yield Finished(code=OutcomeCode.DAMAGED)
        return
    yield Counted(page_count=frames)
    if frames > limits.max_pages:
        yield Finished(code=OutcomeCode.TOO_MANY_PAGES, page_count=frames)
        return
    for number in range(1, frames + 1):
        yield NeedsOcr(path=path, number=number)
    yield Finished(code=None if frames else OutcomeCode.NO_PAGES, page_count=frames)


def _inspect_pdf(request: Inspect) -> Iterator[Message]:
    sound = make_sound(request.path, request.scratch, max_pages=request.limits.max_pages)
    yield Counted(page_count=sound.pages)
    code = sound.code
    if code in (None, OutcomeCode.PAGE_COUNT_DISAGREES):
        pages = _digital_pages(sound, request.limits) if sound.text_layer else _all_by_ocr(sound)
        for message in pages:
            if isinstance(message, Finished):
                code = code or message.code
            else:
                yield message
    yield Finished(code=code, page_count=sound.pages, detail=sound.detail)


def _all_by_ocr(sound: SoundPdf) -> Iterator[Message]:
    for number in range(1, sound.pages + 1):
        yield NeedsOcr(path=sound.path, number=number, flags=(PageFlag.TEXT_LAYER_REJECTED,))


def _digital_pages(sound: SoundPdf, limits: ReadingLimits) -> Iterator[Message]:
    """Each page by its text layer where that agrees with the pixels."""
    document = pdfium.PdfDocument(sound.path)
    try:
        with pdfplumber.open(sound.path) as plumber:
            for number, plumber_page in enumerate(plumber.pages, start=1):
                yield from _page(sound.path, document, plumber_page, limits=limits, number=number)
                plumber_page.close()  # or its characters stay in memory: 900 MiB for 200 pages
    finally:
        document.close()


def _page(
    path: Path, document: pdfium.PdfDocument, plumber_page: PlumberPage, *, limits: ReadingLimits, number: int
) -> Iterator[Message]:
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:
        # A reader's viewer shows nothing here, so there is nothing to hold a text layer against.
        yield Ready(page=unread_page(number, PageFlag.OCR_FAILED))
        yield Finished(code=OutcomeCode.OCR_FAILED)
        return
    try:
        read = _read_digital(page, plumber_page, limits, number)
    except OverPixelLimitError:
        yield Ready(page=unread_page(number, PageFlag.OCR_FAILED))
        yield Finished(code=OutcomeCode.TOO_LARGE)
        return
    except Exception:
        # Damaged content makes pdfplumber raise nearly anything (AssertionError, struct.error, binascii.Error, ...);
        # the pixels of the page are still there. The exception's text may hold document text and goes nowhere.
        read = (PageFlag.TEXT_LAYER_REJECTED,)
    finally:
        page.close()
    if isinstance(read, Page):
        yield Ready(page=read)
    else:
        yield NeedsOcr(path=path, number=number, flags=read)


def _read_digital(
    page: pdfium.PdfPage, plumber_page: PlumberPage, limits: ReadingLimits, number: int
) -> Page | tuple[PageFlag, ...]:
    """The page by its text layer, or the flags with which it goes to OCR."""
    unseen = invisible_text(page)
    if unseen is None:
        return PageFlag.TEXT_LAYER_REJECTED, PageFlag.HIDDEN_TEXT
    frame = displayed_frame(page, plumber_page)
    dpi = max(min(_LOOK_DPI, 72 * math.sqrt(_LOOK_PIXELS / (frame.width * frame.height))), _COARSEST_DPI)
    gray = rendered(page, dpi, limits.max_pixels).pixels
    layer = read_text_layer(plumber_page, frame)
    judgement = judge(layer, gray, dpi, unseen=unseen)
    hidden = (PageFlag.HIDDEN_TEXT,) if judgement.hidden else ()
    if not judgement.trusted:
        return PageFlag.TEXT_LAYER_REJECTED, *hidden
    features = read_pixels(gray, judgement.words, dpi=dpi)
    text, words = assemble(judgement.words)
    return Page(
        number=number,
        width_pt=frame.width,
        height_pt=frame.height,
        text=text,
        words=words,
        rules=features.rules,
        marks=join_marks(text_marks(text, words), features.marks),
        struck=features.struck,
        dropout=features.dropout,
        flags=hidden,
        engine=ENGINE,
    )
