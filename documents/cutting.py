"""Cuts in a process of its own: what a hostile file does to a parser stays there, and ends with its time and memory."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from documents.limits import ReadingLimits
from documents.outcomes import OutcomeCode
from documents.page_cuts import PageSpan, UncutError, cut_pages
from documents.sniff import MediaType
from documents.value import Value

_PROJECT = Path(__file__).resolve().parent.parent
# What programs need to run at all. Nothing else of the environment goes to a process that parses hostile files.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_REFUSED = ".code"


class _Order(Value):
    path: Path
    media_type: MediaType
    spans: tuple[PageSpan, ...]
    folder: Path
    limits: ReadingLimits


def cut_out(
    path: Path, media_type: MediaType, spans: Sequence[PageSpan], *, limits: ReadingLimits
) -> list[bytes | OutcomeCode]:
    """Each span's pages as a file of the same type, or why it cannot be cut out: never more than its pages.

    Args:
        path: the document; never changed.
        media_type: as sniffed.
        spans: of its pages.
        limits: of a document's reading; they hold for all the cuts together.
    """
    if not spans:
        return []
    with tempfile.TemporaryDirectory(prefix="fax2fhir-cut-") as name:
        folder = Path(name)
        order = _Order(path=path, media_type=media_type, spans=tuple(spans), folder=folder, limits=limits)
        code = _carried_out(order, timeout_s=limits.document_s(spans[0].of))
        return [_found(folder / span.name, code) for span in spans]


def _carried_out(order: _Order, *, timeout_s: float) -> OutcomeCode:
    """Runs the process; returns what to say of the cuts that it did not come to."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        subprocess.run(
            # -P: no module is imported from the folder the program happens to be started in.
            [sys.executable, "-P", "-m", "documents.cutting"],
            input=order.model_dump_json().encode(),
            env={**environment, "LANG": "C.UTF-8", "PYTHONPATH": str(_PROJECT)},
            stdout=subprocess.DEVNULL,  # PDFium prints parts of documents
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return OutcomeCode.TIMEOUT
    return OutcomeCode.TOO_LARGE  # C++ code that runs out of memory aborts


def _found(place: Path, otherwise: OutcomeCode) -> bytes | OutcomeCode:
    refused = place.with_suffix(_REFUSED)
    if refused.is_file():
        return OutcomeCode(refused.read_text())
    return place.read_bytes() if place.is_file() else otherwise


def _carry_out(order: _Order) -> None:
    """Writes each cut, or the code for which there is none, under its span's name."""
    for span in order.spans:
        place = order.folder / span.name
        try:
            made = cut_pages(order.path, order.media_type, span, max_pixels=order.limits.max_pixels)
            place.with_suffix(".part").write_bytes(made)
            place.with_suffix(".part").replace(place)  # there whole, or not at all
        except UncutError as error:
            place.with_suffix(_REFUSED).write_text(error.code.value)
        except MemoryError:
            place.with_suffix(_REFUSED).write_text(OutcomeCode.TOO_LARGE.value)
        except Exception:
            # Parsers of damaged files raise nearly every type, and its text may hold document text.
            place.with_suffix(_REFUSED).write_text(OutcomeCode.DAMAGED.value)


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the document
    with contextlib.suppress(ValueError, OSError):  # macOS has no address-space limit
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    os.umask(0o077)
    _given = _Order.model_validate_json(sys.stdin.buffer.read())
    _limit(_given.limits.memory_bytes)
    _carry_out(_given)
