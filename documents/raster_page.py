"""A page of pixels becomes a Page: repair, recognition, its critical words again, and what only the pixels tell."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from documents.ocr import OcrFailedError, OcrTimeoutError, Recognition, recognise, tesseract_version
from documents.pages import Mark, Page, PageFlag, Word
from documents.pixels import PixelFeatures, features, is_misread_mark
from documents.raster import Gray, Raster
from documents.repair import TARGET_DPI, RepairedPage, repair
from documents.second_reading import read_again
from documents.text_assembly import RawWord, assemble
from documents.text_marks import text_marks

# Upside-down pages are read at 0.22 to 0.40, sideways ones too or with hardly a word; handwriting at 0.42 and more.
_DOUBTFUL_QUALITY = 0.45
# Below it a third of the words are wrong (measured on the development pages: quality 0.70 is 30 % word error).
_LOW_QUALITY = 0.7
_BLANK_SHARE = 0.0002  # of the pixels: a page of specks holds less, a single line of print more
_BLACK_SHARE = 0.85  # a page that was fed upside down through a copier, or a covered lens
_SURE_WORDS = 3  # fewer words say nothing about quality
# Recognition makes short words of specks, halftone and scribbles. What is short, doubtful, without a digit and no
# word of this trade is dropped: of such strings 95 % were not on the page (measured, 210 of 221).
_DOUBTFUL_WORD = 0.35
_SHORT_WORDS = (  # between spaces, so that a word is looked up with its spaces
    " a an as at am be by do dr he hr hs hx id if im in is it iv kg lb md me mg ml mm cm mr ms my no np of on or ok oz "
    "pa pm po pr pt rn rx so sx to tx ug up us we yo f m h l n y x r w "
)


class _Reading(NamedTuple):
    repaired: RepairedPage
    recognition: Recognition
    flags: tuple[PageFlag, ...]

    @property
    def evidence(self) -> float:
        """Letters read, each counted with its confidence: what an upright reading has most of."""
        return self.recognition.quality * sum(len(word.text) for word in self.recognition.words)


def read_raster_page(raster: Raster, *, number: int, timeout_s: float) -> Page:
    """Reads one page. A page that cannot be recognised comes back flagged, with what there is.

    Args:
        raster: the page as it arrived.
        number: 1-based within the document.
        timeout_s: for recognition in all; every further call gets what those before left.

    Raises:
        MissingProgramError: Tesseract or its English data is not installed.
    """
    engine = f"tesseract {tesseract_version()}"
    empty = _empty_flag(raster.pixels)
    if empty is not None:
        return Page(
            number=number,
            width_pt=raster.width_pt,
            height_pt=raster.height_pt,
            text="",
            flags=(empty,),
            quality=0.0 if empty is PageFlag.ALL_BLACK else 1.0,
            engine=engine,
        )
    started = time.monotonic()
    reading = _read(raster, timeout_s)
    page = _page(reading, number, engine)
    left = timeout_s - (time.monotonic() - started)
    second = read_again(reading.repaired.pixels, page.text, page.words, dpi=TARGET_DPI, timeout_s=left)
    return page.model_copy(update={"second": second})


def _empty_flag(pixels: Gray) -> PageFlag | None:
    small = pixels[::3, ::3]  # every ninth pixel tells the share of ink
    # Grey paper is not ink: dark means darker than the middle between the page's paper and black.
    dark = float(np.mean(small < max(64.0, float(np.percentile(small, 90)) / 2)))
    if dark >= _BLACK_SHARE:
        return PageFlag.ALL_BLACK
    return PageFlag.BLANK if dark < _BLANK_SHARE else None


def _read(raster: Raster, timeout_s: float) -> _Reading:
    """One recognition call; a second, the other way up, only where the first makes no sense of the page."""
    started = time.monotonic()
    first = _recognised(repair(raster), timeout_s)
    left = timeout_s - (time.monotonic() - started)
    poor = first.recognition.quality < _DOUBTFUL_QUALITY or len(first.recognition.words) < _SURE_WORDS
    if not poor or PageFlag.OCR_TIMEOUT in first.flags or PageFlag.OCR_FAILED in first.flags or left <= 0:
        return first
    second = _recognised(repair(raster, turn=(first.repaired.rotation + 180) % 360), left)
    best = second if second.evidence > first.evidence else first
    if best.recognition.quality < _DOUBTFUL_QUALITY:
        best = best._replace(flags=(*best.flags, PageFlag.ORIENTATION_UNSURE))
    return best


def _recognised(repaired: RepairedPage, timeout_s: float) -> _Reading:
    try:
        return _Reading(repaired, recognise(repaired.pixels, dpi=TARGET_DPI, timeout_s=timeout_s), ())
    except OcrTimeoutError:
        return _Reading(repaired, Recognition(()), (PageFlag.OCR_TIMEOUT,))
    except OcrFailedError:
        return _Reading(repaired, Recognition(()), (PageFlag.OCR_FAILED,))


def _page(reading: _Reading, number: int, engine: str) -> Page:
    repaired, recognition, flags = reading
    words = [word for word in recognition.words if not _is_noise(word)]
    found = features(
        repaired.pixels, repaired.ink, repaired.search_dpi, words, bars=repaired.bars, marks=repaired.marks
    )
    words = [word for word in words if not any(is_misread_mark(word, mark) for mark in found.marks)]
    text, placed = assemble(words)
    height, width = repaired.pixels.shape
    return Page(
        number=number,
        width_pt=width / TARGET_DPI * 72.0,
        height_pt=height / TARGET_DPI * 72.0,
        text=text,
        words=placed,
        rules=found.rules,
        marks=_all_marks(found.marks, text, placed),
        struck=found.struck,
        dropout=found.dropout,
        rotation=repaired.rotation,
        repairs=repaired.repairs,
        to_source=repaired.to_source,
        flags=(*flags, *_flags(recognition, found)),
        quality=round(recognition.quality, 4),
        engine=engine,
    )


def _flags(recognition: Recognition, found: PixelFeatures) -> tuple[PageFlag, ...]:
    low = (PageFlag.LOW_QUALITY,) if recognition.quality < _LOW_QUALITY else ()
    return (*low, PageFlag.DROPOUT) if found.dropout else low


def _is_noise(word: RawWord) -> bool:
    letters = "".join(character for character in word.text if character.isalnum())
    if not letters:
        # A rule read as `_` or `|`; longer runs are blanks to fill in, brackets may be a printed mark.
        return len(word.text) <= 2 and all(character in "_|—-~=«»‘’“”" for character in word.text)
    if len(letters) > 2 or word.confidence >= _DOUBTFUL_WORD or any(character.isdigit() for character in letters):
        return False
    return f" {letters.lower()} " not in _SHORT_WORDS


def _all_marks(seen: tuple[Mark, ...], text: str, words: tuple[Word, ...]) -> tuple[Mark, ...]:
    """Marks seen in the pixels and marks printed as text; one that is both keeps the pixels' verdict and the span."""
    printed = list(text_marks(text, words))
    marks: list[Mark] = []
    for mark in seen:
        same = next((other for other in printed if _overlaps(mark, other)), None)
        if same is None:
            marks.append(mark)
        else:
            printed.remove(same)
            marks.append(mark.model_copy(update={"start": same.start, "end": same.end}))
    return tuple(sorted([*marks, *printed], key=lambda mark: (mark.box.top, mark.box.left)))


def _overlaps(one: Mark, other: Mark) -> bool:
    a, b = one.box, other.box
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
