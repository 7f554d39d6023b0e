"""Small PDFs drawn for one test each."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas], None]


def draw_pdf(path: Path, *pages: Draw, size: tuple[float, float] = (612, 792)) -> Path:
    """A PDF with one page per drawing; the origin is bottom left, in points."""
    canvas = Canvas(str(path), pagesize=size)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines(*texts: str, x: float = 72, y: float = 700, size: float = 11) -> Draw:
    """Lines of text, 16 points apart."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for index, text in enumerate(texts):
            canvas.drawString(x, y - 16 * index, text)

    return draw


def together(*drawings: Draw) -> Draw:
    """Several drawings on one page, in order."""

    def draw(canvas: Canvas) -> None:
        for one in drawings:
            one(canvas)

    return draw


def picture_of_text(*texts: str, width: int = 850, height: int = 1100) -> Image.Image:
    """A grey image with large text lines."""
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    for index, text in enumerate(texts):
        pen.text((80, 90 + 45 * index), text, fill=0, font_size=28)
    return image


def full_page_image(image: Image.Image) -> Draw:
    """An image over the whole letter page."""

    def draw(canvas: Canvas) -> None:
        content = BytesIO()
        image.save(content, "PNG")
        canvas.drawImage(ImageReader(content), 0, 0, 612, 792)

    return draw
