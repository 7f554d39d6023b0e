"""Tesseract as a library inside a reading process: its start is paid once, not at each small image.

Starting the program costs 90 ms of CPU whatever it reads, a tenth of what a page's recognition takes; ten words take
35 ms. The page itself stays with the program, which can be killed by itself when it hangs or crashes on a hostile page.

`engine` and what it returns may be used from one thread of a process.
"""

from __future__ import annotations

import atexit
import ctypes
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from shutil import which

import numpy as np

from documents.raster import Gray

# ABI versions of Tesseract 5 and 4, on Linux and on macOS.
_NAMES = ("libtesseract.so.5", "libtesseract.so.4", "libtesseract.5.dylib", "libtesseract.4.dylib")
_DEFAULT_ENGINE = 3  # OEM_DEFAULT, what the program takes
_SPEED = 1  # bytes a pixel
_POINTERS = ("TessBaseAPICreate", "TessBaseAPIGetTsvText", "TessMonitorCreate")


class LibraryFailedError(Exception):
    """The library read nothing: out of time, or an error of its own."""


class Engine:
    """A started library: English, told to keep quiet."""

    def __init__(self, library: ctypes.CDLL, handle: ctypes.c_void_p) -> None:
        self._library = library
        self._handle = handle
        atexit.register(self._end)

    def table(
        self, pixels: Gray, *, dpi: int, segmentation: int, variables: Mapping[str, str], timeout_s: float
    ) -> str:
        """Reads an image; returns the TSV that the program would print, without its heading.

        Args:
            pixels: grey, 0 black.
            dpi: their resolution.
            segmentation: Tesseract's page segmentation mode.
            variables: Tesseract's variables by name; they stay set.
            timeout_s: it stops by itself after so many seconds.

        Raises:
            LibraryFailedError: it took longer, or could not read.
        """
        image = np.ascontiguousarray(pixels)
        height, width = image.shape
        library, handle = self._library, self._handle
        for name, value in variables.items():
            library.TessBaseAPISetVariable(handle, name.encode(), value.encode())
        library.TessBaseAPISetPageSegMode(handle, segmentation)
        library.TessBaseAPISetImage(handle, image.ctypes.data_as(ctypes.c_void_p), width, height, _SPEED, width)
        library.TessBaseAPISetSourceResolution(handle, dpi)
        monitor = ctypes.c_void_p(library.TessMonitorCreate())
        try:
            library.TessMonitorSetDeadlineMSecs(monitor, max(1, int(timeout_s * 1000)))
            if library.TessBaseAPIRecognize(handle, monitor) != 0:
                raise LibraryFailedError
            return self._text(library.TessBaseAPIGetTsvText(handle, 0))
        finally:
            library.TessMonitorDelete(monitor)
            library.TessBaseAPIClear(handle)  # lets go of the image

    def _text(self, address: int | None) -> str:
        if not address:
            raise LibraryFailedError
        try:
            return ctypes.string_at(address).decode("utf-8", "replace")
        finally:
            self._library.TessDeleteText(ctypes.c_void_p(address))

    def _end(self) -> None:
        self._library.TessBaseAPIEnd(self._handle)
        self._library.TessBaseAPIDelete(self._handle)


@lru_cache(maxsize=1)
def engine(version: str, language: str) -> Engine | None:
    """The library of the same version as the program, started; None where there is none."""
    for name in _names():
        try:
            library = ctypes.CDLL(name)
            library.TessVersion.restype = ctypes.c_char_p
            for function in _POINTERS:
                getattr(library, function).restype = ctypes.c_void_p
            found = library.TessVersion().decode("ascii", "replace")
        except (OSError, AttributeError):
            continue
        if found != version:
            continue
        handle = ctypes.c_void_p(library.TessBaseAPICreate())
        if library.TessBaseAPIInit2(handle, None, language.encode(), _DEFAULT_ENGINE) == 0:
            library.TessBaseAPISetVariable(handle, b"debug_file", os.devnull.encode())
            return Engine(library, handle)
    return None


def _names() -> Iterator[str]:
    """The library as the loader finds it, then beside the program (Homebrew's is on no loader's path)."""
    yield from _NAMES
    program = which("tesseract")
    if program is not None:
        yield from (str(Path(program).resolve().parent.parent / "lib" / name) for name in _NAMES)
