"""Pictures of pages as a reviewer sees them, upright and deskewed, for a judge's report."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from documents.errors import Fax2FhirError
from documents.pages import Affine, Page
from documents.plain_text import decode, split_pages, text_page
from documents.raster import OverPixelLimitError, Raster, UnreadableImageError, frame_raster, pdf_page_raster
from documents.sniff import HEAD_BYTES, MediaType, sniff
from evaluation.report.pictures import PagePicture
from evaluation.scoring.corpus import Corners, PredictedPage

# Wide enough for eight-point print to be legible on a screen, small enough for a report of some megabytes.
WIDTH_PX = 1100
_GREYS = 16
_MAX_PIXELS = 40_000_000
# Darker than this is print; so much paper is left below the last of it.
_INK, _MARGIN_PX = 128, 60
# Of a typed page: the least size that can be read, and how high a letter may be by the width of its column.
_SMALLEST, _LETTER_SHAPE = 7.0, 1.35


def page_pictures(path: Path, numbers: Sequence[int], read: Mapping[int, PredictedPage]) -> dict[int, PagePicture]:
    """Pictures of some pages of a document by their numbers (1-based); a page that cannot be drawn is left out.

    Args:
        path: the document.
        numbers: pages wanted.
        read: how pages were read, where known: only that tells how a scan was turned and straightened.
    """
    with path.open("rb") as file:
        media_type = sniff(file.read(HEAD_BYTES))
    if media_type is MediaType.TEXT:
        pages = split_pages(decode(path.read_bytes()) or "")
        drawn = {number: text_page(pages[number - 1], number) for number in numbers if number <= len(pages)}
        return {number: _of_text(page) for number, page in drawn.items()}
    found = {}
    for number in numbers:
        try:
            raster = _raster(path, number - 1, media_type)
        except (OverPixelLimitError, UnreadableImageError, Fax2FhirError, OSError):
            continue
        found[number] = _of_raster(raster, read.get(number), number)
    return found


def _raster(path: Path, index: int, media_type: MediaType | None) -> Raster:
    if media_type is MediaType.PDF:
        return pdf_page_raster(path, index, _MAX_PIXELS)
    return frame_raster(path, index, _MAX_PIXELS)


def _of_raster(raster: Raster, read: PredictedPage | None, number: int) -> PagePicture:
    source = Image.fromarray(np.ascontiguousarray(raster.pixels))
    width_pt, height_pt = raster.width_pt, raster.height_pt
    if read is not None and read.width and read.height:
        width_pt, height_pt = read.width, read.height
    size = WIDTH_PX, max(1, round(WIDTH_PX * height_pt / width_pt))
    if read is None or read.to_source is None:
        return _picture(number, source.resize(size, Image.Resampling.BOX))
    # Shrunk first: the turning step looks at single points of the source and would lose thin strokes.
    factor = max(1, round(min(source.width / size[0], source.height / size[1])))
    small = source.reduce(factor) if factor > 1 else source
    turned = small.transform(
        size,
        Image.Transform.AFFINE,
        data=_in_pixels(Affine(*read.to_source), size, small.size),
        resample=Image.Resampling.BILINEAR,
        fillcolor=255,
    )
    return _picture(number, turned)


def _in_pixels(to_source: Affine, shown: tuple[int, int], source: tuple[int, int]) -> tuple[float, ...]:
    """The same mapping between pixels of the two pictures, as Pillow wants it: from the shown one to the source."""
    a, b, c, d, e, f = to_source
    across, down = source[0], source[1]
    return (
        *(a * across / shown[0], b * across / shown[1], c * across),
        *(d * down / shown[0], e * down / shown[1], f * down),
    )


def _of_text(page: Page) -> PagePicture:
    """A typed page: each character drawn into its column, as a typewriter does."""
    size = WIDTH_PX, round(WIDTH_PX * page.height_pt / page.width_pt)
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    cells = [(word, (word.box.right - word.box.left) / len(word.text) * size[0]) for word in page.words]
    height = min(((word.box.bottom - word.box.top) * size[1] for word, _ in cells), default=0.0)
    widest = min((cell for _, cell in cells), default=0.0)
    font = ImageFont.load_default(size=max(_SMALLEST, min(height, _LETTER_SHAPE * widest)))
    for word, cell in cells:
        for place, letter in enumerate(word.text):
            middle = word.box.left * size[0] + (place + 0.5) * cell
            pen.text((middle, word.box.bottom * size[1]), letter, font=font, fill=20, anchor="ms")
    words = tuple((word.text, (word.box.left, word.box.top, word.box.right, word.box.bottom)) for word in page.words)
    return _picture(page.number, picture, words)


def _picture(number: int, page: Image.Image, words: tuple[tuple[str, Corners], ...] = ()) -> PagePicture:
    """The page in few greys: print stays sharp, the file small."""
    out = io.BytesIO()
    page.quantize(_GREYS).save(out, "PNG", optimize=True)
    inked = np.flatnonzero((np.asarray(page) < _INK).any(axis=1))
    shown = min(page.height, int(inked[-1]) + _MARGIN_PX) if len(inked) else page.height
    return PagePicture(number, page.width, page.height, out.getvalue(), shown, words)
