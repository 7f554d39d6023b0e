"""Pixels of PDF pages and image files, exactly as they arrived."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.raster import (
    OverPixelLimitError,
    UnreadableImageError,
    frame_count,
    frame_raster,
    pdf_page_raster,
)

LIMIT = 40_000_000


def fax(width: int = 432, height: int = 539) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    ImageDraw.Draw(image).rectangle((20, 30, 120, 60), fill=0)
    return image


def pdf(path: Path, image: Image.Image, *, over: str = "", invisible: bool = False, turn: int = 0) -> Path:
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.drawImage(ImageReader(image), 0, 0, 612, 792)
    if over:
        text = canvas.beginText(100, 700)
        text.setTextRenderMode(3 if invisible else 0)
        text.setFont("Helvetica", 40)
        text.textOut(over)
        canvas.drawText(text)
    canvas.save()
    if turn:
        with pikepdf.open(path, allow_overwriting_input=True) as document:
            document.pages[0].rotate(turn, relative=False)
            document.save(path)
    return path


def test_the_embedded_bitmap_is_taken_pixel_for_pixel(tmp_path: Path) -> None:
    raster = pdf_page_raster(pdf(tmp_path / "a.pdf", fax()), 0, LIMIT)
    assert np.array_equal(raster.pixels, np.asarray(fax().convert("L")))
    assert raster.x_dpi == pytest.approx(432 / 8.5, rel=0.01)
    assert raster.y_dpi == pytest.approx(539 / 11, rel=0.01)


def test_invisible_text_over_a_scan_changes_nothing_and_visible_text_is_seen(tmp_path: Path) -> None:
    hidden = pdf_page_raster(pdf(tmp_path / "a.pdf", fax(), over="WRONG", invisible=True), 0, LIMIT)
    assert np.array_equal(hidden.pixels, np.asarray(fax().convert("L")))
    stamped = pdf_page_raster(pdf(tmp_path / "b.pdf", fax(), over="RECEIVED"), 0, LIMIT)
    assert stamped.x_dpi == pytest.approx(200, rel=0.01)
    at = stamped.pixels[int((792 - 730) / 72 * 200) : int((792 - 700) / 72 * 200), int(100 / 72 * 200) : 700]
    assert (at < 100).mean() > 0.1


def test_a_page_is_turned_as_a_viewer_shows_it(tmp_path: Path) -> None:
    raster = pdf_page_raster(pdf(tmp_path / "a.pdf", fax(), turn=90), 0, LIMIT)
    assert np.array_equal(raster.pixels, np.rot90(np.asarray(fax().convert("L")), -1))
    assert (round(raster.width_pt), round(raster.height_pt)) == (792, 612)


def test_frames_of_a_tiff_keep_their_resolution(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    second = Image.new("1", (1728, 1078), 1)
    fax().save(path, save_all=True, append_images=[second], compression="group4", dpi=(204, 98))
    assert frame_count(path) == 2
    first = frame_raster(path, 0, LIMIT)
    assert (first.x_dpi, first.y_dpi) == pytest.approx((204, 98), rel=0.01)
    assert frame_raster(path, 1, LIMIT).pixels.shape == (1078, 1728)


@pytest.mark.parametrize(
    ("size", "dpi"),
    [((1728, 1078), (204, 98)), ((1728, 2156), (204, 196)), ((1700, 2200), (200, 200))],
)
def test_a_missing_resolution_is_inferred(tmp_path: Path, size: tuple[int, int], dpi: tuple[int, int]) -> None:
    path = tmp_path / "a.png"
    Image.new("L", size, 255).save(path)
    raster = frame_raster(path, 0, LIMIT)
    assert (raster.x_dpi, raster.y_dpi) == pytest.approx(dpi)


def test_limits_and_damage_are_told_apart(tmp_path: Path) -> None:
    image, document = tmp_path / "a.png", pdf(tmp_path / "a.pdf", fax())
    fax().save(image)
    with pytest.raises(OverPixelLimitError):
        frame_raster(image, 0, 1000)
    with pytest.raises(OverPixelLimitError):
        pdf_page_raster(document, 0, 1000)
    for path, content in ((image, image.read_bytes()[:60]), (document, b"%PDF-1.4 nothing")):
        path.write_bytes(content)
    with pytest.raises(UnreadableImageError):
        frame_raster(image, 0, LIMIT)
    with pytest.raises(UnreadableImageError):
        pdf_page_raster(document, 0, LIMIT)
    with pytest.raises(UnreadableImageError):
        frame_count(document)


def test_see_through_images_lie_on_white_paper(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image = Image.new("RGBA", (400, 500), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((10, 10, 50, 50), fill=(0, 0, 0, 255))
    image.save(path)
    pixels = frame_raster(path, 0, LIMIT).pixels
    assert (pixels[30, 30], pixels[200, 200]) == (0, 255)
