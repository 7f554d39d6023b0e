"""Pages as pixels: the bitmap inside a scanned PDF page, a rendering of any other, and the frames of image files.

A fax page in a PDF is one large 1-bit image. Rendering it again resamples it once more than needed (measured: word
error 10 % against 4 % on the embedded bitmap), so the bitmap itself is taken wherever it is all that the page shows.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from numpy.typing import NDArray
from PIL import Image, ImageOps

Gray = NDArray[np.uint8]

RENDER_DPI = 200.0  # what the recogniser gets; 300 was not more accurate and cost 40 % more (measured)
_FULL_PAGE = 0.98  # an image that covers this share of the page on both axes is the page
_LETTER_WIDTH_IN = 8.5
_FAX_WIDTHS = (1728, 2048, 2432)  # ITU-T T.4 line lengths for A4/letter, B4 and A3, all at 204 dpi
_POINTS_PER_INCH = 72.0


class OverPixelLimitError(ValueError):
    """A page holds more pixels than the limit; nothing was decoded."""


class UnreadableImageError(ValueError):
    """The file is not an image that can be decoded; the message never repeats its content."""


@dataclass(frozen=True)
class Raster:
    """A page as grey pixels (0 black, 255 white), rows top to bottom, with its resolution on each axis."""

    pixels: Gray
    x_dpi: float
    y_dpi: float

    @property
    def width_pt(self) -> float:
        """Width in points (1/72 inch)."""
        return float(self.pixels.shape[1] / self.x_dpi * _POINTS_PER_INCH)

    @property
    def height_pt(self) -> float:
        """Height in points (1/72 inch)."""
        return float(self.pixels.shape[0] / self.y_dpi * _POINTS_PER_INCH)


def pdf_page_raster(path: Path, index: int, max_pixels: int) -> Raster:
    """The pixels of one PDF page (0-based), as a viewer shows it.

    Raises:
        OverPixelLimitError: the page or its image holds more than `max_pixels`.
        UnreadableImageError: the file or the page cannot be opened.
    """
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        raise UnreadableImageError("the PDF cannot be opened") from None
    try:
        page = document[index]
        try:
            return page_raster(page, max_pixels)
        finally:
            page.close()
    except (pdfium.PdfiumError, IndexError):
        raise UnreadableImageError("the page cannot be opened") from None
    finally:
        document.close()


def page_raster(page: pdfium.PdfPage, max_pixels: int) -> Raster:
    """The same for a page that is open already: its only image if that is the whole page, else a rendering."""
    embedded = _only_image(page)
    if embedded is not None:
        raster = _embedded_raster(page, embedded, max_pixels)
        if raster is not None:
            return raster
    return rendered(page, RENDER_DPI, max_pixels)


def rendered(page: pdfium.PdfPage, dpi: float, max_pixels: int) -> Raster:
    """A grey rendering of the page at a resolution.

    Raises:
        OverPixelLimitError: it would hold more than `max_pixels`.
    """
    width, height = page.get_size()
    scale = dpi / _POINTS_PER_INCH
    if math.ceil(width * scale) * math.ceil(height * scale) > max_pixels:
        raise OverPixelLimitError("the rendered page is over the pixel limit")
    pixels = _gray_of(page.render(scale=scale, grayscale=True))
    return Raster(pixels, pixels.shape[1] / width * _POINTS_PER_INCH, pixels.shape[0] / height * _POINTS_PER_INCH)


def _gray_of(bitmap: pdfium.PdfBitmap) -> Gray:
    pixels: NDArray[Any] = bitmap.to_numpy()
    if pixels.ndim == 3 and pixels.shape[2] > 1:
        return np.array(bitmap.to_pil().convert("L"), dtype=np.uint8)
    # A copy: the bitmap's own memory goes with the bitmap.
    return np.array(pixels[:, :, 0] if pixels.ndim == 3 else pixels)


def _only_image(page: pdfium.PdfPage) -> pdfium.PdfImage | None:
    """The page's image, if it is the only thing a reader sees (invisible text, as OCR programs add, is not seen)."""
    image: pdfium.PdfImage | None = None
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium_raw.FPDF_PAGEOBJ_IMAGE and image is None:
            image = item
        elif item.type != pdfium_raw.FPDF_PAGEOBJ_TEXT or not _is_invisible(item):
            return None
    if image is None or pdfium_raw.FPDFPage_GetAnnotCount(page) > 0:
        return None
    return image


def _is_invisible(text: pdfium.PdfObject) -> bool:
    mode: int = pdfium_raw.FPDFTextObj_GetTextRenderMode(text)
    return mode == int(pdfium_raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _embedded_raster(page: pdfium.PdfPage, image: pdfium.PdfImage, max_pixels: int) -> Raster | None:
    """The image's own pixels, turned as the page shows them; None where only a rendering tells what is seen."""
    a, b, c, d, e, f = image.get_matrix().get()
    left, bottom, right, top = page.get_bbox()
    width_pt, height_pt = right - left, top - bottom
    tilted = max(abs(b), abs(c)) > 0.01 * max(abs(a), abs(d))  # drawn sideways or skewed: let the renderer do it
    x0, x1, y0, y1 = sorted((e, e + a)) + sorted((f, f + d))
    overlap_x = (min(x1, right) - max(x0, left)) / width_pt
    overlap_y = (min(y1, top) - max(y0, bottom)) / height_pt
    exceeds = (x1 - x0) > width_pt / _FULL_PAGE or (y1 - y0) > height_pt / _FULL_PAGE
    if tilted or exceeds or min(overlap_x, overlap_y) < _FULL_PAGE:
        return None
    columns, rows = image.get_px_size()
    if columns * rows > max_pixels:
        raise OverPixelLimitError("the page's image is over the pixel limit")
    if columns < 2 or rows < 2 or _has_mask(image):
        return None
    pixels = _gray_of(image.get_bitmap(render=False))
    x_dpi, y_dpi = columns / abs(a) * _POINTS_PER_INCH, rows / abs(d) * _POINTS_PER_INCH
    if a < 0:
        pixels = pixels[:, ::-1]
    if d < 0:
        pixels = pixels[::-1]
    quarter_turns = page.get_rotation() // 90  # clockwise, as displayed
    if quarter_turns % 2:
        x_dpi, y_dpi = y_dpi, x_dpi
    return Raster(np.ascontiguousarray(np.rot90(pixels, -quarter_turns)), x_dpi, y_dpi)


def _has_mask(image: pdfium.PdfImage) -> bool:
    """A stencil or soft mask paints only part of the image; 1-bit stencils also turn black into any colour."""
    metadata = image.get_metadata()
    return bool(pdfium_raw.FPDFPageObj_HasTransparency(image)) or metadata.colorspace == 0


def frame_count(path: Path) -> int:
    """How many pages an image file holds (a TIFF may hold many, any other image is one).

    Raises:
        UnreadableImageError: the file is not an image that can be opened.
    """
    with _opened(path) as image:
        try:
            return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
        except (OSError, ValueError, SyntaxError):
            raise UnreadableImageError("the image's frames cannot be counted") from None


def frame_raster(path: Path, index: int, max_pixels: int) -> Raster:
    """One frame (0-based) of a TIFF, PNG or JPEG.

    Raises:
        OverPixelLimitError: the frame holds more than `max_pixels`.
        UnreadableImageError: the frame cannot be decoded.
    """
    with _opened(path) as image:
        try:
            if index:
                image.seek(index)
            if image.width * image.height > max_pixels:
                raise OverPixelLimitError("the frame is over the pixel limit")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # odd tags of fax servers; the pixels decide
                upright = image if image.mode == "1" else ImageOps.exif_transpose(image)
                pixels = _gray(upright)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            if isinstance(error, OverPixelLimitError):
                raise
            raise UnreadableImageError("the frame cannot be decoded") from None
        x_dpi, y_dpi = _resolution(upright)
    return Raster(pixels, x_dpi, y_dpi)


def _opened(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Pillow warns of large images; the caller's own limit is checked before anything is decoded.
            warnings.simplefilter("ignore")
            return Image.open(path)
    except Image.DecompressionBombError:
        raise OverPixelLimitError("the image is over the pixel limit") from None
    except (OSError, ValueError, SyntaxError):
        raise UnreadableImageError("the image cannot be opened") from None


def _gray(image: Image.Image) -> Gray:
    if image.mode.startswith("I") or image.mode == "F":  # 16 bit and more: keep the upper 8 bits of the used range
        deep = np.asarray(image, dtype=np.float64)
        top = 65535.0 if deep.max(initial=0.0) > 255 else 255.0
        return np.asarray(np.clip(deep / top * 255.0, 0, 255), dtype=np.uint8)
    if "A" in image.getbands() or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        image = Image.alpha_composite(paper, layered)
    return np.array(image.convert("L"), dtype=np.uint8)


def _resolution(image: Image.Image) -> tuple[float, float]:
    """What the file says, unless it is absent or would make the page wider than any paper that is faxed."""
    columns, rows = image.size
    x_dpi, y_dpi = (float(value) for value in image.info.get("dpi", (0.0, 0.0)))
    # 17 in: the longer side of tabloid paper. Screen defaults of 72 and 96 dpi on a scan exceed it.
    if min(x_dpi, y_dpi) > 30 and max(columns / x_dpi, rows / y_dpi) <= 17:
        return x_dpi, y_dpi
    if columns in _FAX_WIDTHS:
        # T.4: 98 lines an inch in standard, 196 in fine resolution; a page is at most about 14 in long.
        return 204.0, 98.0 if rows < columns * 0.9 else 196.0
    square = min(columns, rows) / _LETTER_WIDTH_IN
    return square, square
