"""The text layer of a PDF page as pdfplumber parses it: words in page fractions, as displayed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pdfminer.layout import LTChar, LTComponent, LTContainer, LTImage, LTLine, LTRect
from pdfplumber.page import Page as PlumberPage
from pdfplumber.utils.text import extract_words

from documents.pages import Box, WordSource
from documents.text_assembly import RawWord

# A space is at least a fifth of the type size even in justified text; letters of one word are rarely that far apart.
_SPACE_IN_SIZES = 0.18
# Simulated bold prints a letter twice within a few tenths of a point; real neighbours are most of a letter apart.
_OVERPRINT = 0.3
# Text below 2 points cannot be read on paper; footnotes of forms go down to 4.
_TINY_PT = 2.0
# Fill colours above this lightness need a dark ground to be seen. Light grey print (#c0c0c0) is at 0.75.
_LIGHT = 0.85
# Three different letters on top of others: what is printed there cannot be told from the text. One or two occur as
# accents and corrected typing.
_CONFLICTS = 3
_BLANK_LINE = re.compile(r"_{3,}")

Char = dict[str, Any]

# Directions in which print runs on the displayed page, and how pdfplumber is to order its lines and letters.
_RIGHTWARDS, _INVERTED, _UPWARDS, _DOWNWARDS = range(4)
_ORDERS: tuple[dict[str, Any], ...] = (
    {},
    {"line_dir": "btt", "char_dir": "rtl"},
    {"line_dir_rotated": "ltr", "char_dir_rotated": "btt"},
    {"line_dir_rotated": "rtl", "char_dir_rotated": "ttb"},
)


class Frame(NamedTuple):
    """Where the displayed page (crop box, turned) lies in the turned media box, in points from its top left."""

    left: float
    top: float
    width: float
    height: float

    def box(self, item: Char) -> Box:
        """An item's box in page fractions; outside [0, 1] where it lies off the displayed page."""
        return Box(
            (item["x0"] - self.left) / self.width,
            (item["top"] - self.top) / self.height,
            (item["x1"] - self.left) / self.width,
            (item["bottom"] - self.top) / self.height,
        )


@dataclass(frozen=True)
class TextLayer:
    """What a parser finds on a page.

    Attributes:
        words: on the displayed page, at least 2 points high, in dark or coloured print.
        light: the same in near-white print, which only a dark ground makes visible.
        hidden: whether characters were left out: tiny or off the page.
        contradictory: whether different letters are printed on top of each other.
        turned: whether most of the print runs upwards, downwards or upside down.
        image_share: share of the page that images cover, 0..1.
        vectors: boxes of lines and rectangles.
    """

    words: tuple[RawWord, ...]
    light: tuple[RawWord, ...]
    hidden: bool
    contradictory: bool
    turned: bool
    image_share: float
    vectors: tuple[Box, ...]


def displayed_frame(page: pdfium.PdfPage, plumber_page: PlumberPage) -> Frame:
    """The displayed part of a page in pdfplumber's coordinates.

    pdfplumber turns coordinates with /Rotate but crops in unturned ones, so the crop is done here (ISO 32000-1,
    14.11.2: the crop box clips the page, /Rotate turns it clockwise).
    """
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(crop[0] - media[0], 0.0), max(crop[1] - media[1], 0.0)
    right, top = max(media[2] - crop[2], 0.0), max(media[3] - crop[3], 0.0)
    margins = [left, top, right, bottom]
    turns = page.get_rotation() // 90
    margins = margins[-turns:] + margins[:-turns] if turns else margins  # clockwise: the bottom edge becomes the left
    width, height = page.get_size()
    x, y = plumber_page.mediabox[0], plumber_page.mediabox[1]
    return Frame(float(x) + margins[0], float(y) + margins[1], width, height)


def read_text_layer(page: PlumberPage, frame: Frame) -> TextLayer:
    """Parses a page once and sorts its characters; the page's caches are left to the caller to close."""
    items = list(_items(page, page.layout))
    chars, contradictory = _without_overprints([item for item in items if item["object_type"] == "char"])
    shown, light, left_out = _sort_out(chars, frame)
    return TextLayer(
        words=tuple(_words(_without_leaders(shown), frame)),
        light=tuple(_words(light, frame)),
        hidden=left_out,
        contradictory=contradictory,
        turned=2 * sum(_direction(char) != _RIGHTWARDS for char in shown) > len(shown),
        image_share=_image_share([item for item in items if item["object_type"] == "image"], frame),
        vectors=tuple(frame.box(item) for kind in ("line", "rect") for item in items if item["object_type"] == kind),
    )


def _items(page: PlumberPage, parent: LTContainer[LTComponent]) -> Iterator[Char]:
    """What pdfplumber found on a page: characters, lines, rectangles and images, in its order and coordinates.

    `page.chars` resolves every attribute of every character, at a quarter of the cost of reading a page; only these
    are needed.
    """
    left, above = page.mediabox[:2]
    for item in parent:
        if isinstance(item, LTContainer):
            yield from _items(page, item)
        elif isinstance(item, LTChar):
            top = (page.height - item.y1) + above
            colour = item.graphicstate.ncolor
            yield {
                "object_type": "char",
                "text": item.get_text(),
                "x0": item.x0 + left,
                "x1": item.x1 + left,
                "top": top,
                "bottom": (page.height - item.y0) + above,
                "doctop": page.initial_doctop + top,
                "width": item.width,
                "height": item.height,
                "size": item.size,
                "upright": item.upright,
                "matrix": item.matrix,
                "non_stroking_color": colour if isinstance(colour, tuple) else (colour,),
            }
        elif isinstance(item, LTLine | LTRect | LTImage):
            yield page.process_object(item)


def _without_overprints(chars: list[Char]) -> tuple[list[Char], bool]:
    """Characters without the repeats that simulate bold print, and whether different ones share a place."""
    ordered = sorted(chars, key=_left)
    lefts, tops, bottoms = ([float(char[side]) for char in ordered] for side in ("x0", "top", "bottom"))
    repeated: set[int] = set()
    conflicts = 0
    for index, char in enumerate(ordered):
        reach = char["x0"] - _OVERPRINT * (char["x1"] - char["x0"])
        top, bottom = tops[index], bottoms[index]
        before = index - 1
        while before >= 0 and lefts[before] >= reach:
            # Most of the characters above and below are on other lines.
            same_height = tops[before] <= bottom and bottoms[before] >= top
            other = ordered[before]
            if same_height and before not in repeated and _share_place(other, char):
                if other["text"] == char["text"]:
                    repeated.add(index)
                    break
                conflicts += other["text"].isalnum() and char["text"].isalnum()
            before -= 1
    kept = [char for index, char in enumerate(ordered) if index not in repeated]
    return kept, conflicts >= _CONFLICTS


def _share_place(left: Char, right: Char) -> bool:
    """Whether two characters, the first starting no later, cover each other by half."""
    width = min(left["x1"] - left["x0"], right["x1"] - right["x0"])
    height = min(left["bottom"] - left["top"], right["bottom"] - right["top"])
    shared_height = min(left["bottom"], right["bottom"]) - max(left["top"], right["top"])
    return bool(left["x1"] - right["x0"] >= 0.5 * width and shared_height >= 0.5 * height)


def _left(char: Char) -> float:
    return float(char["x0"])


def _sort_out(chars: list[Char], frame: Frame) -> tuple[list[Char], list[Char], bool]:
    """Characters in dark print, in light print, and whether tiny or off-page ones were left out."""
    shown: list[Char] = []
    light: list[Char] = []
    left_out = False
    right, bottom = frame.left + frame.width, frame.top + frame.height
    for char in chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        inside = frame.left <= x <= right and frame.top <= y <= bottom
        # The larger side is the size, also for text that runs upwards.
        if inside and max(char["bottom"] - char["top"], char["x1"] - char["x0"]) >= _TINY_PT:
            (light if _is_light(char.get("non_stroking_color")) else shown).append(char)
        elif not char["text"].isspace():
            left_out = True
    return shown, light, left_out


def _is_light(colour: Any) -> bool:
    """Whether a fill colour (grey, RGB or CMYK components in 0..1) is near white."""
    if not isinstance(colour, tuple | list) or not all(isinstance(c, int | float) for c in colour):
        return False  # a pattern or an unknown colour space: the pixels decide
    if len(colour) == 4:
        return bool(max(colour[:3]) + colour[3] < 1 - _LIGHT)
    return len(colour) in (1, 3) and bool(min(colour) > _LIGHT)


def _without_leaders(chars: list[Char]) -> list[Char]:
    """Drops underscores that a value is printed on, or they would be read between its letters."""
    if not any(char["text"] == "_" for char in chars):
        return chars
    printed = [char for char in chars if char["text"].isalnum()]
    lefts = [char["x0"] for char in printed]
    widest = max((char["x1"] - char["x0"] for char in printed), default=0.0)

    def is_written_on(leader: Char) -> bool:
        for index in range(bisect_left(lefts, leader["x0"] - widest), len(printed)):
            char = printed[index]
            if char["x0"] >= leader["x1"]:
                return False
            close = abs(char["bottom"] - leader["bottom"]) < 0.6 * (leader["bottom"] - leader["top"])
            if close and char["x1"] > leader["x0"]:
                return True
        return False

    return [char for char in chars if char["text"] != "_" or not is_written_on(char)]


def _direction(char: Char) -> int:
    """Where the text goes on from a character, by its text matrix (ISO 32000-1, 9.4.4)."""
    across, up = char["matrix"][0], char["matrix"][1]
    if abs(across) >= abs(up):
        return _RIGHTWARDS if across >= 0 else _INVERTED
    return _UPWARDS if up > 0 else _DOWNWARDS


def _words(chars: list[Char], frame: Frame) -> Iterator[RawWord]:
    runs: dict[int, list[Char]] = {}
    for char in chars:
        runs.setdefault(_direction(char), []).append(char)
    for direction, run in runs.items():
        for word in extract_words(run, x_tolerance_ratio=_SPACE_IN_SIZES, **_ORDERS[direction]):
            clipped = Box(*(min(max(value, 0.0), 1.0) for value in frame.box(word)))
            yield from _without_blank_line(RawWord(word["text"], clipped, 1.0, WordSource.TEXT_LAYER))


def _without_blank_line(word: RawWord) -> Iterator[RawWord]:
    """Parts a word from the line to write on that touches it: `Name:____` is two words."""
    if "___" not in word.text or _BLANK_LINE.fullmatch(word.text):
        yield word
        return
    width = (word.box.right - word.box.left) / len(word.text)
    cuts = sorted({0, len(word.text), *(edge for match in _BLANK_LINE.finditer(word.text) for edge in match.span())})
    for start, end in pairwise(cuts):
        left = word.box.left
        box = word.box._replace(left=left + start * width, right=left + end * width)
        yield word._replace(text=word.text[start:end], box=box)


def _image_share(images: list[Char], frame: Frame) -> float:
    """Share of the displayed page under images; strips of one scan add up, overlaps count twice (capped at 1)."""
    share = 0.0
    for image in images:
        left, top, right, bottom = (min(max(value, 0.0), 1.0) for value in frame.box(image))
        share += (right - left) * (bottom - top)
    return min(share, 1.0)
