"""Whole drawn pages through repair, real Tesseract and the search of pixels."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from documents.errors import MissingProgramError
from documents.ocr import tesseract_version
from documents.pages import Box, Page, PageFlag, Tick
from documents.raster import Gray, Raster
from documents.raster_page import read_raster_page

LINES = [
    "Patient: Rosalind Quimby    DOB: 04/15/1961",
    "Member ID: KXW 4471902    Group: 88120",
    "Diagnosis: M54.16 lumbar radiculopathy, right leg",
    "The patient has tried physical therapy for eight weeks",
    "and was given naproxen 500 mg by mouth twice daily.",
    "Imaging of the lumbar spine is requested: CPT 72148.",
    "Pain radiates below the knee and keeps her from working.",
    "Please reply by telephone before the end of the month.",
    "Allergies: penicillin (hives). Height and weight stable.",
    "Signed electronically by the requesting physician today.",
]
DPI = 200


def drawn_page(lines: list[str] | None = None, *, dpi: int = DPI) -> Gray:
    """A letter page of print, 1-bit as a fax is."""
    page = Image.new("L", (int(8.5 * dpi), 11 * dpi), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=11 * dpi / 72)
    for i, line in enumerate(LINES if lines is None else lines):
        draw.text((0.9 * dpi, (1 + 0.35 * i) * dpi), line, font=font, fill=0)
    return as_fax(page)


def as_fax(page: Image.Image) -> Gray:
    return np.where(np.asarray(page) < 128, 0, 255).astype(np.uint8)


def skewed(pixels: Gray, degrees: float) -> Gray:
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(pixels, turn, (width, height), borderValue=255), dtype=np.uint8)


def speckled(pixels: Gray, share: float) -> Gray:
    noise = np.random.default_rng(7).random(pixels.shape)
    return np.where(noise < share, 0, pixels).astype(np.uint8)


def missing(page: Page, lines: list[str]) -> list[str]:
    read = page.text.split()
    return [word for line in lines for word in line.split() if word not in read]


def word_box(page: Page, text: str) -> Box:
    return next(word.box for word in page.words if word.text == text)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_reads_like_an_upright_one(turn: int) -> None:
    arrived = np.ascontiguousarray(np.rot90(drawn_page(), turn // 90))  # counter-clockwise
    page = read_raster_page(Raster(arrived, DPI, DPI), number=1, timeout_s=60)
    assert page.rotation == turn
    assert PageFlag.ORIENTATION_UNSURE not in page.flags
    assert len(missing(page, LINES)) <= 2


def test_a_word_can_be_drawn_on_the_page_as_it_arrived() -> None:
    arrived = np.ascontiguousarray(np.rot90(skewed(drawn_page(), 1.5)))
    page = read_raster_page(Raster(arrived, DPI, DPI), number=1, timeout_s=60)
    left, top, right, bottom = word_box(page, "radiculopathy,")
    way = page.to_source
    assert way is not None
    x, y = (left + right) / 2, (top + bottom) / 2
    column = (way.a * x + way.b * y + way.c) * arrived.shape[1]
    row = (way.d * x + way.e * y + way.f) * arrived.shape[0]
    around = arrived[int(row) - 12 : int(row) + 12, int(column) - 4 : int(column) + 4]
    assert (around == 0).any()
    # The word stands upright on the arrived page: its column is that of its line, 1 in + 2 lines from the page's side.
    assert column / DPI == pytest.approx(1 + 2 * 0.35 + 0.1, abs=0.15)


@pytest.mark.parametrize("degrees", [-2.0, 1.2])
def test_skew_and_specks_are_repaired(degrees: float) -> None:
    arrived = speckled(skewed(drawn_page(), degrees), 0.002)
    page = read_raster_page(Raster(arrived, DPI, DPI), number=1, timeout_s=60)
    amounts = {repair.name: repair.amount for repair in page.repairs}
    assert amounts["deskew"] == pytest.approx(degrees, abs=0.15)
    assert len(missing(page, LINES)) <= 4


def test_a_coarse_fax_is_squared() -> None:
    fine = drawn_page()
    coarse = np.ascontiguousarray(fine[::2])
    page = read_raster_page(Raster(coarse, DPI, DPI / 2), number=1, timeout_s=60)
    assert page.height_pt == pytest.approx(792, abs=1)
    assert len(missing(page, LINES)) <= 8


def test_white_print_on_a_bar_and_grey_paper_are_read() -> None:
    image = Image.fromarray(drawn_page(LINES[:4]))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0.8 * DPI, 3.0 * DPI, 7.5 * DPI, 3.3 * DPI), fill=0)
    draw.text((0.9 * DPI, 3.07 * DPI), "REQUESTED SERVICES", font=ImageFont.load_default(size=28), fill=255)
    shade = np.linspace(0.55, 0.9, image.width)[None, :]
    gray = (np.asarray(image) * shade).astype(np.uint8)
    page = read_raster_page(Raster(gray, DPI, DPI), number=1, timeout_s=60)
    assert {"flatten", "invert_bars"} <= {repair.name for repair in page.repairs}
    assert missing(page, [*LINES[:4], "REQUESTED SERVICES"]) == []


def test_the_senders_line_of_a_turned_page_is_read_too() -> None:
    arrived = np.ascontiguousarray(np.rot90(drawn_page(), 2))
    image = Image.fromarray(arrived)
    header = "JUN 05 2026 11:34   FAX 7655550181   PAGE 1"
    ImageDraw.Draw(image).text((40, 24), header, font=ImageFont.load_default(size=28), fill=0)
    page = read_raster_page(Raster(as_fax(image), DPI, DPI), number=1, timeout_s=60)
    assert page.rotation == 180
    assert missing(page, [header]) == []
    assert page.text.startswith("JUN 05 2026")


def test_marks_are_seen_and_not_read_as_letters() -> None:
    image = Image.fromarray(drawn_page(LINES[:3]))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=28)
    for i, (label, ticked) in enumerate((("Standard", False), ("Expedited", True))):
        x, y = (1 + 3 * i) * DPI, 4 * DPI
        draw.rectangle((x, y, x + 32, y + 32), outline=0, width=3)
        draw.text((x + 50, y), label, font=font, fill=0)
        if ticked:
            draw.line((x + 5, y + 5, x + 27, y + 27), fill=0, width=4)
            draw.line((x + 27, y + 5, x + 5, y + 27), fill=0, width=4)
    page = read_raster_page(Raster(as_fax(image), DPI, DPI), number=1, timeout_s=60)
    assert [mark.tick for mark in page.marks] == [Tick.EMPTY, Tick.TICKED]
    assert page.text.splitlines()[-1].split() == ["Standard", "Expedited"]
    assert page.marks[1].box.left == pytest.approx(4 / 8.5, abs=0.01)


def test_empty_pages_are_flagged_and_not_recognised() -> None:
    white = np.full((2200, 1700), 255, dtype=np.uint8)
    black = np.zeros((2200, 1700), dtype=np.uint8)
    gray = np.full((2200, 1700), 180, dtype=np.uint8)
    flags = [read_raster_page(Raster(page, DPI, DPI), number=1, timeout_s=60).flags for page in (white, black, gray)]
    assert flags == [(PageFlag.BLANK,), (PageFlag.ALL_BLACK,), (PageFlag.BLANK,)]


@pytest.fixture
def shim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A `tesseract` first on PATH that answers for its version and then runs the lines a test adds."""
    path = tmp_path / "tesseract"
    path.write_text(
        '#!/bin/sh\ncase "$1" in --version) echo "tesseract 5.3.0"; exit 0;; --list-langs) echo eng; exit 0;; esac\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    tesseract_version.cache_clear()
    yield path
    tesseract_version.cache_clear()


@pytest.mark.parametrize(
    ("script", "timeout_s", "flag"),
    [
        ("exec sleep 30", 0.5, PageFlag.OCR_TIMEOUT),
        ("exit 3", 20, PageFlag.OCR_FAILED),
        ("kill -9 $$", 20, PageFlag.OCR_FAILED),
        ("printf '\\377\\376\\000' > $2.tsv", 20, PageFlag.OCR_FAILED),
        ("echo nonsense > $2.tsv", 20, PageFlag.OCR_FAILED),
        ("printf 'level\\tx\\n5\\t1\\t1\\t1\\t1\\t1\\ta\\tb\\tc\\td\\te\\tf\\n' > $2.tsv", 20, PageFlag.OCR_FAILED),
        ("exit 0", 20, PageFlag.OCR_FAILED),
    ],
)
def test_a_broken_tesseract_costs_its_page_a_flag(shim: Path, script: str, timeout_s: float, flag: PageFlag) -> None:
    with shim.open("a") as file:
        file.write(script + "\n")
    page = read_raster_page(Raster(drawn_page(LINES[:2]), DPI, DPI), number=3, timeout_s=timeout_s)
    assert flag in page.flags
    assert (page.number, page.text, page.quality) == (3, "", 0.0)


def test_no_image_and_no_text_stay_on_disk(shim: Path) -> None:
    with shim.open("a") as file:
        file.write('ls -l "$1" > "$(dirname "$0")/seen"; ls -ld "$(dirname "$1")" >> "$(dirname "$0")/seen"\n')
        file.write(
            'echo "$OMP_THREAD_LIMIT" >> "$(dirname "$0")/seen"; dirname "$1" >> "$(dirname "$0")/seen"; exit 1\n'
        )
    read_raster_page(Raster(drawn_page(LINES[:2]), DPI, DPI), number=1, timeout_s=20)
    image, folder, threads, path = (shim.parent / "seen").read_text().splitlines()
    assert image.startswith("-rw-------")
    assert folder.startswith("drwx------")
    assert threads == "1"
    assert not Path(path).exists()


def test_a_missing_tesseract_is_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    tesseract_version.cache_clear()
    with pytest.raises(MissingProgramError, match="not installed") as caught:
        read_raster_page(Raster(drawn_page(LINES[:1]), DPI, DPI), number=1, timeout_s=20)
    assert "apt-get install" in caught.value.remedy


def test_missing_english_data_is_an_error(shim: Path) -> None:
    shim.write_text(shim.read_text().replace("echo eng", "echo osd"))
    with pytest.raises(MissingProgramError, match="English"):
        tesseract_version()
