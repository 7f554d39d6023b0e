"""One Tesseract call a page, and one for its doubtful words: grey pixels in, words with boxes and confidences out.

The image goes to Tesseract as a PGM file on a memory file system (1 ms, against 50 ms for the PNG that pytesseract
would write), the words come back from one TSV. Tesseract's own threads only spin (measured: three times the CPU, no
gain), so it is held to one; pages run in parallel in the reader's processes instead.

`recognise` directs this process's temporary files while it runs, so call it from one thread of a process.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from documents.bare_pytesseract import pytesseract
from documents.errors import MissingProgramError
from documents.pages import Box, WordSource
from documents.raster import Gray
from documents.scratch import OCR_PREFIX, page_images
from documents.tesseract_library import LibraryFailedError, engine
from documents.text_assembly import RawWord

_LANGUAGE = "eng"
# psm 4 (one column of text of variable sizes) reads deskewed forms best: ordered word error 1.6 against 6.5 % for
# psm 3; psm 6 loses a third of the codes on ruled forms. It needs the deskew (17.8 % without).
_PAGE_SEGMENTATION = 4
# Signs that no US healthcare form prints; recognition makes them of an E, a C or an opening bracket. Without them 7 of
# 568 codes, ids and strengths of scanned test pages were read that were lost before, and none was lost.
_NEVER_PRINTED = "£¢€¥©®§«»é™"
# Inverted text is inverted by the repair; letting Tesseract try every line twice costs CPU.
_VARIABLES = {"tessedit_do_invert": "0", "tessedit_char_blacklist": _NEVER_PRINTED}
_LINES = 6  # psm 6: one block of lines
_VERSION_TIMEOUT_S = 20.0  # `tesseract --version` takes 20 ms; a loaded machine may need seconds
_WORD_LEVEL = 5


class OcrTimeoutError(Exception):
    """Tesseract was killed because it took longer than allowed."""


class OcrFailedError(Exception):
    """Tesseract crashed, or what it wrote is not a TSV; the message never repeats its output."""


class Recognition(NamedTuple):
    """What one call read; `boxes` are in pixels of the image it was given."""

    words: tuple[RawWord, ...]

    @property
    def quality(self) -> float:
        """Mean confidence, weighted by word length; 0 where nothing was read."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / letters if letters else 0.0


@lru_cache(maxsize=1)
def tesseract_version() -> str:
    """Version of the installed Tesseract, e.g. `5.3.0`.

    Raises:
        MissingProgramError: Tesseract or its English data is not installed, or it does not answer.
    """
    version = re.search(r"tesseract v?(\S+)", _answer("--version"))
    if version is None:
        raise MissingProgramError("Tesseract is not installed or does not start")
    if _LANGUAGE not in _answer("--list-langs").split():
        raise MissingProgramError("Tesseract is installed without its English data (package tesseract-ocr-eng)")
    return version.group(1)


def _answer(option: str) -> str:
    try:
        done = subprocess.run(
            [pytesseract.pytesseract.tesseract_cmd, option],
            capture_output=True,
            timeout=_VERSION_TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise MissingProgramError("Tesseract is not installed or does not start") from None
    # Old versions answer on standard error.
    return (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")


def recognise(pixels: Gray, *, dpi: int, timeout_s: float, segmentation: int = _PAGE_SEGMENTATION) -> Recognition:
    """Reads one upright, deskewed page.

    Args:
        pixels: grey, 0 black.
        dpi: their resolution on both axes; Tesseract's layout analysis relies on it.
        timeout_s: Tesseract is killed after so many seconds.
        segmentation: Tesseract's page segmentation mode.

    Raises:
        OcrTimeoutError: it took longer.
        OcrFailedError: it crashed or answered with something that is no TSV.
        MissingProgramError: it is not installed.
    """
    tesseract_version()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    variables = " ".join(f"-c {name}={value}" for name, value in _VARIABLES.items())
    config = f"--psm {segmentation} --dpi {dpi} {variables}"
    with _private_folder() as folder:
        path = folder / "page.pgm"
        _write_pgm(path, pixels)
        try:
            tsv = pytesseract.image_to_data(str(path), lang=_LANGUAGE, config=config, timeout=timeout_s)
        except pytesseract.TesseractNotFoundError:
            raise MissingProgramError("Tesseract is not installed") from None
        except (pytesseract.TesseractError, OSError, UnicodeDecodeError):
            raise OcrFailedError("Tesseract crashed") from None
        except RuntimeError:  # pytesseract raises no narrower type for a timeout
            raise OcrTimeoutError("Tesseract was stopped") from None
    heading, _, table = tsv.partition("\n")
    if not heading.startswith("level\t"):
        raise OcrFailedError("Tesseract wrote no table")
    return Recognition(tuple(_words(table, *pixels.shape)))


def recognise_lines(pixels: Gray, *, dpi: int, timeout_s: float) -> Recognition:
    """Reads a small image of separate lines, by the library where there is one: see `documents.tesseract_library`.

    Args and errors as of `recognise`; a library that runs out of time counts as failed.
    """
    os.environ["OMP_THREAD_LIMIT"] = "1"
    library = engine(tesseract_version(), _LANGUAGE)
    if library is None:
        return recognise(pixels, dpi=dpi, timeout_s=timeout_s, segmentation=_LINES)
    try:
        table = library.table(pixels, dpi=dpi, segmentation=_LINES, variables=_VARIABLES, timeout_s=timeout_s)
    except LibraryFailedError:
        raise OcrFailedError("Tesseract's library failed") from None
    return Recognition(tuple(_words(table, *pixels.shape)))


def _words(table: str, height: int, width: int) -> Iterator[RawWord]:
    """Parses TSV lines (columns: level, page, block, par, line, word, left, top, width, height, conf, text)."""
    for line in table.split("\n"):
        cells = line.split("\t", 11)
        if len(cells) < 12 or cells[0] != str(_WORD_LEVEL) or not cells[11].strip():
            continue
        try:
            left, top, wide, high = (int(cell) for cell in cells[6:10])
            confidence = float(cells[10]) / 100.0
        except ValueError:
            raise OcrFailedError("Tesseract wrote a damaged table") from None
        box = Box(left / width, top / height, min(1.0, (left + wide) / width), min(1.0, (top + high) / height))
        yield RawWord(cells[11].strip(), box, min(1.0, max(0.0, confidence)), WordSource.OCR)


def _write_pgm(path: Path, pixels: Gray) -> None:
    height, width = pixels.shape
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (width, height))
        file.write(np.ascontiguousarray(pixels).data)


@contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder that only this user can read, for the image and for the text Tesseract writes beside it; then removed.

    What a killed process leaves is removed when the next pool of reading processes opens or closes.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{OCR_PREFIX}-{os.getpid()}-", dir=page_images()))
    previous = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = previous
        shutil.rmtree(folder, ignore_errors=True)
