"""Critical words read twice by real Tesseract: on drawn pages, by library and by program."""

import random
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from documents.ocr import OcrFailedError, recognise, recognise_lines, tesseract_version
from documents.pages import Box, Page, Word, WordSource
from documents.raster import Gray, Raster
from documents.raster_page import read_raster_page
from documents.second_reading import MOST_RUNS, critical_runs
from documents.tesseract_library import engine

DPI = 200


def codes_page(seed: int, grain: float) -> tuple[list[str], Raster]:
    """Sixteen lines with a five-digit code each, faxed so that the ink is grainy, and the codes."""
    chosen = random.Random(seed)
    codes = [str(chosen.randint(10000, 99999)) for _ in range(16)]
    image = Image.new("L", (int(8.5 * DPI), 11 * DPI), 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=10 * DPI / 72)
    for row, code in enumerate(codes):
        line = f"Procedure requested: {code} for the lumbar spine, right side"
        pen.text((0.9 * DPI, (1 + 0.35 * row) * DPI), line, font=font, fill=0)
    noise = np.random.default_rng(seed).normal(0, grain, (11 * DPI, int(8.5 * DPI)))
    soft = cv2.GaussianBlur(np.asarray(image).astype(float), (0, 0), 1.0)
    return codes, Raster(np.where(soft + noise < 128, 0, 255).astype(np.uint8), DPI, DPI)


def read_twice(page: Page) -> list[tuple[str, str]]:
    return [(page.text[reading.start : reading.end], reading.text) for reading in page.second]


def words_of(text: str, confidences: dict[str, float], otherwise: float = 0.99) -> list[Word]:
    words, at = [], 0
    for piece in text.split():
        at = text.index(piece, at)
        sure = confidences.get(piece, otherwise)
        box = Box(0.1, 0.1, 0.2, 0.2)
        words.append(Word(text=piece, box=box, confidence=sure, source=WordSource.OCR, start=at, end=at + len(piece)))
        at += len(piece)
    return words


def chosen(text: str, confidences: dict[str, float]) -> list[str]:
    words = words_of(text, confidences)
    return [text[words[run.start].start : words[run.stop - 1].end] for run in critical_runs(text, words)]


def test_a_misread_digit_is_read_otherwise_the_second_time() -> None:
    codes, raster = codes_page(seed=0, grain=70.0)
    misread = [(first, second) for first, second in read_twice(read_raster_page(raster, number=1, timeout_s=60))
               if first not in codes]  # fmt: skip
    assert any(len(first) == 5 and first.isdigit() for first, _ in misread)
    assert [first for first, second in misread if first == second] == []


def test_what_was_read_rightly_is_mostly_read_alike() -> None:
    pairs = []
    for seed in range(4):
        codes, raster = codes_page(seed, grain=40.0)
        pairs += [
            (first, second)
            for first, second in read_twice(read_raster_page(raster, number=1, timeout_s=60))
            if first in codes
        ]
    assert len(pairs) >= 5
    assert sum(first == second for first, second in pairs) >= 0.8 * len(pairs)


def test_only_unsure_words_that_look_critical_are_read_again() -> None:
    text = "Given 72148 and 99213 twice\n1. Humira 40 mg on March 14, 2026 for E11.65"
    assert chosen(text, {"72148": 0.9, "99213": 0.97}) == ["72148"]
    assert chosen(text, {"mg": 0.9}) == ["40 mg"]
    assert chosen(text, {"2026": 0.85, "E11.65": 0.82}) == ["March 14, 2026", "E11.65"]
    assert chosen(text, {"Given": 0.9, "Humira": 0.85, "1.": 0.85}) == []
    assert chosen(text, {"72148": 0.6}) == []


def test_an_amount_keeps_to_its_line_and_its_column() -> None:
    assert chosen("write 40\nmg sent 20  mg", {"40": 0.9, "20": 0.9}) == ["40", "20"]


def test_a_bad_page_has_its_least_sure_words_read_again() -> None:
    text = "\n".join(f"code {10000 + n}" for n in range(60))
    sureness = {str(10000 + n): 0.94 - 0.002 * n for n in range(60)}
    assert chosen(text, sureness) == [str(10000 + n) for n in range(60 - MOST_RUNS, 60)]


def test_a_page_stored_before_there_was_a_second_reading_still_loads() -> None:
    page = Page(number=1, width_pt=612, height_pt=792, text="", words=())
    stored = page.model_dump(mode="json")
    del stored["second"]
    assert Page.model_validate(stored) == page


def line_image() -> Gray:
    image = Image.new("L", (900, 200), 255)
    pen = ImageDraw.Draw(image)
    for row, text in enumerate(("J1745", "03/14/2026", "500 mg")):
        pen.text((30, 20 + 55 * row), text, font=ImageFont.load_default(size=34), fill=0)
    return np.asarray(image).copy()


@pytest.fixture
def of_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A `tesseract` first on PATH that works as the real one and names a version no library has."""
    real = shutil.which("tesseract")
    program = tmp_path / "tesseract"
    program.write_text(f'#!/bin/sh\ncase "$1" in --version) echo "tesseract 0.9"; exit 0;; esac\nexec {real} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    tesseract_version.cache_clear()
    yield
    tesseract_version.cache_clear()


def test_the_library_reads_what_the_program_reads() -> None:
    assert engine(tesseract_version(), "eng") is not None
    read = recognise_lines(line_image(), dpi=300, timeout_s=20)
    assert [word.text for word in read.words] == ["J1745", "03/14/2026", "500", "mg"]
    assert read == recognise(line_image(), dpi=300, timeout_s=20, segmentation=6)


@pytest.mark.usefixtures("of_another_version")
def test_without_a_library_of_the_same_version_the_program_reads() -> None:
    assert engine(tesseract_version(), "eng") is None
    read = recognise_lines(line_image(), dpi=300, timeout_s=20)
    assert [word.text for word in read.words] == ["J1745", "03/14/2026", "500", "mg"]


def test_a_reading_that_takes_too_long_ends_and_the_next_one_works() -> None:
    _, raster = codes_page(seed=1, grain=30.0)
    with pytest.raises(OcrFailedError):
        recognise_lines(raster.pixels, dpi=DPI, timeout_s=0.01)
    assert recognise_lines(line_image(), dpi=300, timeout_s=20).words
