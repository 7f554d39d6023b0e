"""A run of a document's pages as a file of its own: what these pages show, and nothing of the others.

The same bytes and pages give the same file. What was cut is held against the original, page by page and pixel by pixel:
a file that cannot be taken apart cleanly is not cut at all.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, TiffImagePlugin

from documents import plain_text
from documents.outcomes import OutcomeCode
from documents.pdf_cuts import cut_pdf
from documents.pdf_hidden import hides_words
from documents.raster import OverPixelLimitError, Raster, UnreadableImageError, frame_count, frame_raster, rendered
from documents.sniff import MediaType
from documents.value import Value

# Enough to see a missing letter or a line that is drawn elsewhere, at 5 ms a page.
_PROOF_DPI = 60.0
# Of TIFF, EXIF 2.32, tag 274: the values that stand for a quarter turn, which Pillow makes when it loads a frame.
_ORIENTATION, _TURNED = 274, (5, 6, 7, 8)
_SAME_DPI = 0.5


class PageSpan(Value):
    """Pages of a document. `first` and `last` are 1-based and inclusive, `of` is how many the document has."""

    first: int
    last: int
    of: int

    @property
    def whole(self) -> bool:
        """Whether they are all the pages there are."""
        return (self.first, self.last) == (1, self.of)

    @property
    def name(self) -> str:
        """As auditors and file names say it."""
        return f"{self.first}-{self.last}"


class UncutError(Exception):
    """The pages cannot be cut out cleanly; `code` says why."""

    def __init__(self, code: OutcomeCode) -> None:
        super().__init__(code.value)
        self.code = code


def cut_pages(path: Path, media_type: MediaType, span: PageSpan, *, max_pixels: int) -> bytes:
    """The pages as a file of the same type.

    Args:
        path: the document; never changed.
        media_type: as sniffed.
        span: which of its pages.
        max_pixels: of one page, checked before anything is decoded or rendered.

    Raises:
        UncutError: the file has another number of pages, cannot be opened, or does not come apart.
    """
    if not 1 <= span.first <= span.last <= span.of:
        raise UncutError(OutcomeCode.PAGE_COUNT_DISAGREES)
    match media_type:
        case MediaType.PDF:
            return _cut_pdf(path, span, max_pixels)
        case MediaType.TIFF:
            return _cut_tiff(path, span, max_pixels)
        case MediaType.TEXT:
            return _cut_text(path, span)
    raise UncutError(OutcomeCode.UNSUPPORTED_TYPE)  # of one page; there is nothing to cut


def _cut_text(path: Path, span: PageSpan) -> bytes:
    """The pages as they were read, in UTF-8, whatever the file's own encoding."""
    text = plain_text.decode(path.read_bytes())
    if text is None:
        raise UncutError(OutcomeCode.UNREADABLE_TEXT)
    pages = plain_text.split_pages(text)
    if len(pages) != span.of:
        raise UncutError(OutcomeCode.PAGE_COUNT_DISAGREES)
    return "\f".join(pages[span.first - 1 : span.last]).encode()


def _cut_pdf(path: Path, span: PageSpan, max_pixels: int) -> bytes:
    found = cut_pdf(path, first=span.first, last=span.last)
    if isinstance(found, OutcomeCode):
        raise UncutError(found)
    if found.page_count != span.of:
        raise UncutError(OutcomeCode.PAGE_COUNT_DISAGREES)
    with _opened(found.drawn) as before, _opened(found.cut) as after:
        if (len(before), len(after)) != (span.of, span.last - span.first + 1):
            raise UncutError(OutcomeCode.PAGE_COUNT_DISAGREES)
        for at in range(len(after)):
            shown, now = (_shown(*each, max_pixels) for each in ((before, span.first - 1 + at), (after, at)))
            if not _is_alike(shown, now) or _hides(after, at):
                raise UncutError(OutcomeCode.DAMAGED)
    return found.cut


@contextmanager
def _opened(content: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        raise UncutError(OutcomeCode.DAMAGED) from None
    try:
        yield document
    except OverPixelLimitError:
        raise UncutError(OutcomeCode.TOO_LARGE) from None
    except pdfium.PdfiumError:
        raise UncutError(OutcomeCode.DAMAGED) from None
    finally:
        document.close()


def _hides(document: pdfium.PdfDocument, index: int) -> bool:
    page = document[index]
    try:
        return hides_words(page)
    finally:
        page.close()


def _shown(document: pdfium.PdfDocument, index: int, max_pixels: int) -> Raster:
    page = document[index]
    try:
        return rendered(page, _PROOF_DPI, max_pixels)
    finally:
        page.close()


def _cut_tiff(path: Path, span: PageSpan, max_pixels: int) -> bytes:
    """The frames with their pixels and resolutions; no other tag (names, comments, previews) comes along."""
    try:
        if frame_count(path) != span.of:
            raise UncutError(OutcomeCode.PAGE_COUNT_DISAGREES)
        out = io.BytesIO()
        with Image.open(path) as image, TiffImagePlugin.AppendingTiffWriter(out, new=True) as writer:
            for index in range(span.first - 1, span.last):
                image.seek(index)
                _add_frame(writer, image, max_pixels)
        _prove_frames(path, span, out.getvalue(), max_pixels)
    except OverPixelLimitError:
        raise UncutError(OutcomeCode.TOO_LARGE) from None
    except (UnreadableImageError, OSError, ValueError, SyntaxError, EOFError):
        raise UncutError(OutcomeCode.DAMAGED) from None
    return out.getvalue()


def _add_frame(writer: TiffImagePlugin.AppendingTiffWriter, image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise OverPixelLimitError("the frame is over the pixel limit")
    turned = image.getexif().get(_ORIENTATION) in _TURNED
    image.load()
    frame = image.copy()
    frame.info = {}
    resolution = image.info.get("dpi", (0, 0))
    given = {"dpi": resolution[::-1] if turned else resolution} if min(resolution) > 0 else {}
    # Both without loss; a fax's own coding for its black and white.
    frame.save(writer, "TIFF", compression="group4" if frame.mode == "1" else "tiff_lzw", **given)
    writer.newFrame()


def _prove_frames(path: Path, span: PageSpan, made: bytes, max_pixels: int) -> None:
    with tempfile.NamedTemporaryFile(prefix="fax2fhir-cut-") as file:
        file.write(made)
        file.flush()
        for at in range(span.last - span.first + 1):
            before = frame_raster(path, span.first - 1 + at, max_pixels)
            if not _is_alike(before, frame_raster(Path(file.name), at, max_pixels)):
                raise UncutError(OutcomeCode.DAMAGED)


def _is_alike(before: Raster, after: Raster) -> bool:
    # A turned frame's resolutions change places, which not every reader of the tag minds.
    one, other = (sorted((shown.x_dpi, shown.y_dpi)) for shown in (before, after))
    return np.allclose(one, other, atol=_SAME_DPI) and np.array_equal(before.pixels, after.pixels)
