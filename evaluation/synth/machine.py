"""The fax machine: renders clean pages, skews, speckles, thresholds and loses lines, and prints its header on top."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from evaluation.synth.marks import line
from evaluation.synth.pdf import digital_pdf
from evaluation.synth.sheet import PAGE_HEIGHT, PAGE_WIDTH, Sheet, Type

Pixels = Any  # numpy array of uint8, 0 black; numpy's own generic types say no more than this

# ITU-T T.4: 1728 pixels across a scan line (204 dpi), 196 (fine) or 98 (standard) lines an inch.
FAX_WIDTH = 1728
LINES = {"fine": 196, "std": 98}
_RENDER_DPI = 204.0


@dataclass(frozen=True, slots=True)
class Wear:
    """How badly a page suffers. Angles in degrees, noise in grey levels, the rest as counts or probabilities."""

    skew: float
    blur: float
    noise: float
    specks: int
    streaks: float
    dropout: float
    threshold: tuple[int, int]
    shadow: float


WEAR = {
    "clean": Wear(0.3, 0.35, 4.0, 6, 0.0, 0.0, (150, 185), 0.0),
    "typical": Wear(1.2, 0.6, 16.0, 70, 0.25, 0.1, (140, 198), 0.15),
    "poor": Wear(2.4, 0.8, 24.0, 260, 0.5, 0.35, (120, 208), 0.4),
    "awful": Wear(3.4, 1.25, 38.0, 900, 0.9, 0.8, (96, 214), 0.8),
}


def render(sheets: Sequence[Sheet]) -> Iterator[Pixels]:
    """Grey pixels of clean pages at 204 dpi, through pdfium (its own substitutes stand in for the standard fonts)."""
    import pypdfium2

    document = pypdfium2.PdfDocument(digital_pdf(sheets))
    for page in document:
        bitmap = page.render(scale=_RENDER_DPI / 72, grayscale=True)
        yield np.array(bitmap.to_numpy()).squeeze()
        bitmap.close()
        page.close()
    document.close()


def scale(gray: Pixels, height_dpi: float, width_dpi: float = _RENDER_DPI) -> Pixels:
    """A letter page at the given resolutions; a fax is 1728 pixels wide."""
    import cv2

    width = FAX_WIDTH if width_dpi == _RENDER_DPI else round(PAGE_WIDTH / 72 * width_dpi)
    return cv2.resize(gray, (width, round(PAGE_HEIGHT / 72 * height_dpi)), interpolation=cv2.INTER_AREA)


def drop_lines(gray: Pixels, wear: Wear, rng: random.Random) -> tuple[tuple[float, float], ...]:
    """Loses a band of scan lines on the clean page; returns (top, bottom) in points."""
    if rng.random() >= wear.dropout:
        return ()
    bands = []
    for _ in range(rng.choice((1, 1, 2))):
        top = rng.uniform(120, 700)
        bottom = top + rng.uniform(3, 8)
        rows = gray.shape[0] / PAGE_HEIGHT
        gray[int(top * rows) : int(bottom * rows)] = 255
        bands.append((top, bottom))
    return tuple(bands)


def skew(gray: Pixels, wear: Wear, rng: random.Random) -> Pixels:
    """Turns, shifts and slightly shrinks the page, in inches, so that oblong pixels stay a rigid turn."""
    import cv2

    height, width = gray.shape
    angle = np.deg2rad(rng.uniform(-wear.skew, wear.skew))
    size = rng.uniform(0.985, 1.0)
    x_dpi, y_dpi = width / (PAGE_WIDTH / 72), height / (PAGE_HEIGHT / 72)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * size
    units = np.diag([x_dpi, y_dpi])
    matrix = units @ turn @ np.linalg.inv(units)
    center = np.array([width / 2, height / 2])
    shift = np.array([rng.uniform(-0.06, 0.06) * x_dpi, rng.uniform(0.0, 0.08) * y_dpi])
    offset = center - matrix @ center + shift
    full = np.hstack([matrix, offset[:, None]]).astype(np.float32)
    return cv2.warpAffine(gray, full, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)


def threshold(gray: Pixels, wear: Wear, rng: random.Random) -> Pixels:
    """Blur, sensor noise, fixed threshold, specks, streaks and edge shadow: what a cheap scanner makes of paper."""
    import cv2

    noise = np.random.default_rng(rng.randrange(2**32))
    # Optics blur in inches, not in scan lines: half the lines, half the blur along them.
    along = wear.blur * gray.shape[0] / (PAGE_HEIGHT / 72 * LINES["fine"])
    image = cv2.GaussianBlur(gray, (0, 0), sigmaX=wear.blur, sigmaY=along).astype(np.float32)
    image += noise.standard_normal(image.shape, dtype=np.float32) * wear.noise
    # A line of half the height dilutes thin strokes; machines raise their threshold for it, or text would vanish.
    lift = 26 if along < wear.blur * 0.75 else 0
    # 3.2 standard deviations below white: nearer, the paper itself turns black and no office would send the page.
    black = image < min(rng.randint(*wear.threshold) + lift, 255 - 3.2 * wear.noise)
    height, width = black.shape
    for _ in range(rng.randrange(wear.specks // 2, wear.specks + 1)):
        y, x, side = rng.randrange(height - 4), rng.randrange(width - 4), rng.choice((1, 1, 2, 3))
        black[y : y + side, x : x + side] = rng.random() < 0.85
    if rng.random() < wear.streaks:
        for _ in range(rng.choice((1, 1, 2, 3))):
            x, thick = rng.randrange(20, width - 20), rng.choice((1, 1, 2))
            black[:, x : x + thick] |= noise.random((height, thick)) < 0.93
    if rng.random() < wear.shadow:
        edge = rng.randrange(8, 36)
        black[:, :edge] |= noise.random((height, edge)) < 0.9
    return np.where(black, 0, 255).astype(np.uint8)


def turned(image: Pixels, degrees: int) -> Pixels:
    """The page as it lies in the machine, counter-clockwise."""
    return np.ascontiguousarray(np.rot90(image, degrees // 90))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends: the machine's own clock, name and number, and the number it calls."""

    when: datetime
    name: str
    number: str
    to: str
    style: int

    def header(self, page: int, pages: int) -> str:
        """The line that the machine prints at the top of a page."""
        when, name = self.when, self.name.upper()
        number = "".join(c for c in self.number if c.isdigit())
        to = "".join(c for c in self.to if c.isdigit())
        spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
        day = f"{when.month}/{when.day}/{when.year}"
        return (
            f"{when:%b %d %Y}  {when:%I:%M%p}  {name[:24].strip()}   {spaced}   p. {page}/{pages}",
            f"{when:%Y-%m-%d %H:%M}  +1{number} >> 1{to}   {name[:20].strip()}   P{page:02d}/{pages:02d}",
            f"From: {self.name[:22].strip()}  {self.number}   Page: {page}/{pages}   Date: {day} {when:%I:%M:%S %p}",
            f"{when:%d-%b-%Y %H:%M}   {name[:22].strip()}   FAX {number}   {page} OF {pages}",
        )[self.style % 4]


def with_header(image: Pixels, text: str, dpi: tuple[float, float]) -> Pixels:
    """Prints the header upright at the top edge, over whatever is there."""
    strip = _strip(text, round(dpi[0]), round(dpi[1]), image.shape[1])
    image[: strip.shape[0]] = np.minimum(image[: strip.shape[0]], strip)
    return image


@lru_cache(maxsize=8)
def _strip(text: str, x_dpi: int, y_dpi: int, width: int) -> Pixels:
    import cv2

    sheet = Sheet()
    sheet.write(24, 17, line(text), Type("Courier-Bold", 9))
    top = next(render([sheet]))[: round(24 / 72 * _RENDER_DPI)]
    small = cv2.resize(top, (FAX_WIDTH * x_dpi // 204, round(24 / 72 * y_dpi)), interpolation=cv2.INTER_AREA)
    out = np.full((small.shape[0], width), 255, np.uint8)
    span = min(width, small.shape[1])
    out[:, :span] = np.where(small[:, :span] < 150, 0, 255)
    return out


def jpeg_scan(gray: Pixels, rng: random.Random) -> bytes:
    """A grey scan: uneven light, sensor noise, strong JPEG compression."""
    from PIL import Image

    noise = np.random.default_rng(rng.randrange(2**32))
    height, width = gray.shape
    light = np.linspace(rng.uniform(0.8, 0.98), rng.uniform(0.88, 1.0), width, dtype=np.float32)[None, :]
    light = light * np.linspace(rng.uniform(0.86, 1.0), rng.uniform(0.9, 1.0), height, dtype=np.float32)[:, None]
    image = (gray.astype(np.float32) * 0.92 + 12) * light
    image += noise.standard_normal(image.shape, dtype=np.float32) * 5
    out = io.BytesIO()
    Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=rng.randint(45, 72))
    return out.getvalue()
