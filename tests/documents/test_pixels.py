"""Lines, marks, struck words and lost bands planted in drawn pages, found where they were planted."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from documents.pages import Box, Orientation, Tick, WordSource
from documents.pixels import PixelFeatures, read_pixels
from documents.raster import Gray
from documents.text_assembly import RawWord

DPI = 125
WIDTH, HEIGHT = int(8.5 * DPI), 11 * DPI


def page() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    return image, ImageDraw.Draw(image)


def read(image: Image.Image, words: list[RawWord] | None = None) -> PixelFeatures:
    return read_pixels(np.asarray(image, dtype=np.uint8), words or [], dpi=DPI)


def put(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, points: float = 11) -> RawWord:
    """Draws a word at inches and returns it as recognised."""
    font = ImageFont.load_default(size=points * DPI / 72)
    left, top, right, bottom = draw.textbbox((x * DPI, y * DPI), text, font=font)
    draw.text((x * DPI, y * DPI), text, font=font, fill=0)
    return RawWord(text, Box(left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT), 0.9, WordSource.OCR)


def in_pixels(word: RawWord) -> tuple[float, float, float, float]:
    return word.box.left * WIDTH, word.box.top * HEIGHT, word.box.right * WIDTH, word.box.bottom * HEIGHT


def test_a_table_has_its_lines_and_text_has_none() -> None:
    image, draw = page()
    for i in range(4):
        put(draw, 1.1, 1.08 + 0.3 * i, "Hemoglobin", 10)
        put(draw, 3.1, 1.08 + 0.3 * i, "EFTHILEFT BOLD TITLE", 10)
    put(draw, 1, 5, "TITLE OF THE FORM IN LARGE PRINT", 22)
    for y in (1.0, 1.3, 1.6, 1.9, 2.2):
        draw.line((DPI, y * DPI, 6 * DPI, y * DPI), fill=0, width=2)
    for x in (1.0, 3.0, 6.0):
        draw.line((x * DPI, DPI, x * DPI, 2.2 * DPI), fill=0, width=2)
    rules = read(image).rules
    assert sum(rule.orientation is Orientation.HORIZONTAL for rule in rules) == 5
    assert sum(rule.orientation is Orientation.VERTICAL for rule in rules) == 3
    assert rules[0].box.left == pytest.approx(1 / 8.5, abs=0.005)
    assert rules[0].box.right == pytest.approx(6 / 8.5, abs=0.005)


def test_a_line_with_gaps_is_one_line() -> None:
    image, draw = page()
    for x in range(1, 7):
        draw.line((x * DPI, 3 * DPI, (x + 0.9) * DPI, 3 * DPI), fill=0, width=2)
    assert len(read(image).rules) == 1


def ticked(draw: ImageDraw.ImageDraw, x: float, y: float, how: str, size: float = 0.16) -> None:
    left, top, side = x * DPI, y * DPI, size * DPI
    draw.rectangle((left, top, left + side, top + side), outline=0, width=2)
    if how == "cross":
        draw.line((left + 3, top + 3, left + side - 3, top + side - 3), fill=0, width=2)
        draw.line((left + side - 3, top + 3, left + 3, top + side - 3), fill=0, width=2)
    if how == "tick beyond the border":
        draw.line((left + 3, top + side / 2, left + side / 2, top + side - 3), fill=0, width=3)
        draw.line((left + side / 2, top + side - 3, left + side + 8, top - 8), fill=0, width=3)
    if how == "filled":
        draw.rectangle((left + 4, top + 4, left + side - 4, top + side - 4), fill=0)
    if how == "speck":
        draw.rectangle((left + side / 2, top + side / 2, left + side / 2 + 1, top + side / 2 + 2), fill=0)


@pytest.mark.parametrize(
    ("how", "tick"),
    [
        ("nothing", Tick.EMPTY),
        ("cross", Tick.TICKED),
        ("tick beyond the border", Tick.TICKED),
        ("filled", Tick.TICKED),
        ("speck", Tick.UNCLEAR),
    ],
)
@pytest.mark.parametrize("size", [0.13, 0.2])
def test_a_box_is_judged_by_its_ink(how: str, tick: Tick, size: float) -> None:
    if how == "speck" and size > 0.15:
        tick = Tick.EMPTY  # the same speck weighs less in a larger box
    image, draw = page()
    ticked(draw, 2, 2, how, size)
    put(draw, 2.35, 2, "Expedited")
    marks = read(image).marks
    assert [mark.tick for mark in marks] == [tick]
    assert marks[0].box.left == pytest.approx(2 / 8.5, abs=0.004)


@pytest.mark.parametrize(
    ("dot", "tick"), [(None, Tick.EMPTY), ((0.055, 0.12), Tick.TICKED), ((0.03, 0.14), Tick.TICKED)]
)
def test_a_radio_mark_is_judged_by_its_ink(dot: tuple[float, float] | None, tick: Tick) -> None:
    image, draw = page()
    draw.ellipse((2 * DPI, 2 * DPI, 2.17 * DPI, 2.17 * DPI), outline=0, width=2)
    if dot is not None:
        near, far = ((2 + edge) * DPI for edge in dot)
        draw.ellipse((near, near, far, far), fill=0)
    put(draw, 2.3, 2, "Urgent")
    assert [mark.tick for mark in read(image).marks] == [tick]


def test_letters_are_no_marks() -> None:
    image, draw = page()
    words = [
        put(draw, 1, 1 + 0.4 * i, text, 8 + 2 * i)
        for i, text in enumerate(["BOOKED 0800", "DOB 08/08/2008", "OD QD BOD"])
    ]
    assert read(image, words).marks == ()


def test_struck_words_are_found_and_underlined_ones_are_not() -> None:
    image, draw = page()
    struck, slanted, underlined, boxed = (
        put(draw, 1, 1 + i, text, 12) for i, text in enumerate(["NGH233972170", "ibuprofen", "Required", "metformin"])
    )
    left, top, right, bottom = in_pixels(struck)
    draw.line((left - 4, (top + bottom) / 2, right + 4, (top + bottom) / 2), fill=0, width=2)
    left, top, right, bottom = in_pixels(slanted)
    draw.line((left - 4, (top + bottom) / 2 + 3, right + 4, (top + bottom) / 2 + 1), fill=0, width=3)
    left, top, right, bottom = in_pixels(underlined)
    draw.line((left, bottom + 2, right, bottom + 2), fill=0, width=2)
    left, top, right, bottom = in_pixels(boxed)
    draw.rectangle((left - 5, top - 5, right + 5, bottom + 5), outline=0, width=2)
    found = read(image, [struck, slanted, underlined, boxed]).struck
    assert [round(box.top * 11) for box in found] == [1, 2]


def table_row(draw: ImageDraw.ImageDraw, y: float) -> list[RawWord]:
    for x in (0.9, 2.0, 4.5, 5.5, 6.5):
        draw.line((x * DPI, (y - 0.1) * DPI, x * DPI, (y + 0.25) * DPI), fill=0, width=2)
    for edge in (y - 0.1, y + 0.25):
        draw.line((0.9 * DPI, edge * DPI, 6.5 * DPI, edge * DPI), fill=0, width=2)
    return [put(draw, x, y, text) for x, text in ((1, "92526"), (2.1, "Swallowing"), (4.6, "GN"), (5.6, "8"))]


@pytest.mark.parametrize("climb", [0, 3])
def test_a_row_under_one_stroke_is_struck_with_its_short_words(climb: int) -> None:
    image, draw = page()
    kept, struck = table_row(draw, 2), table_row(draw, 2.35)
    middle = sum(in_pixels(struck[0])[1::2]) / 2
    draw.line((0.8 * DPI, middle, 6.4 * DPI, middle - climb), fill=0, width=2)
    found = {round(box.left * WIDTH) for box in read(image, [*kept, *struck]).struck if box.top * 11 > 2.3}
    assert found == {int(in_pixels(word)[0]) for word in struck}
    assert all(box.top * 11 > 2.3 for box in read(image, [*kept, *struck]).struck)


def form_with_band(*, lost: bool) -> Gray:
    image, draw = page()
    for x in (1, 4, 7):
        draw.line((x * DPI, DPI, x * DPI, 5 * DPI), fill=0, width=2)
    for y in (1, 5):
        draw.line((DPI, y * DPI, 7 * DPI, y * DPI), fill=0, width=2)
    if lost:
        draw.rectangle((0, 3 * DPI, WIDTH, 3.08 * DPI), fill=255)
    return np.asarray(image, dtype=np.uint8)


def test_a_band_that_cuts_every_rule_is_lost_paper() -> None:
    assert read_pixels(form_with_band(lost=False), [], dpi=DPI).dropout == ()
    (band,) = read_pixels(form_with_band(lost=True), [], dpi=DPI).dropout
    assert (band.left, band.right) == (0, 1)
    assert band.top == pytest.approx(3 / 11, abs=0.003)
    assert band.bottom == pytest.approx(3.08 / 11, abs=0.003)
