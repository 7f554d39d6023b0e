"""The version of each stage: a fingerprint of the code and data that shape its result, so that none is forgotten."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

from documents.value import Value
from extractors.records.weighting import Weights, load_weights
from flows.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
# What these do never changes how a page is read.
_NOT_READING = {"store.py", "intake.py", "errors.py", "server_url.py", "cutting.py", "page_cuts.py", "pdf_cuts.py"}
# What turns a reading into a scored record: new weights or rules must not cost a new reading.
_CHECKING = {"evidence", "grounding", "records"}
_READING_LIBRARIES = ("pdfplumber", "pdfminer.six", "pypdfium2", "pikepdf", "pillow", "opencv-python-headless")


class Stage(StrEnum):
    """The stages whose results are kept, in order."""

    READ = "read"
    EXTRACT = "extract"
    CHECK = "check"
    MAP = "map"


BEFORE = {Stage.EXTRACT: Stage.READ, Stage.CHECK: Stage.EXTRACT, Stage.MAP: Stage.CHECK}


class Versions(Value):
    """One version a stage; a stage's key holds its own version and the keys of its inputs."""

    read: str
    extract: str
    check: str
    map: str


def under_weights(versions: Versions, weights: Weights) -> Versions:
    """The versions where other weights than the shipped ones are in force: then they shape the check as well."""
    if weights == load_weights():
        return versions
    return versions.model_copy(update={"check": _digest([versions.check, weights.model_dump_json()])})


@cache
def current_versions(settings: Settings) -> Versions:
    """The versions of the code, data, engines and settings in force.

    Raises:
        MissingProgramError: Tesseract is not installed.
        PackError: a payer pack is broken.
    """
    from documents.ocr import tesseract_version
    from flows.packs import loaded_shelf
    from validation.icd10cm_releases import loaded_releases

    releases = "+".join(release.name for release in loaded_releases())
    shelf = loaded_shelf(settings)
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in _READING_LIBRARIES]
    reading = _fingerprint("documents", without=_NOT_READING)
    extracting = _fingerprint("extractors", without=_CHECKING)
    checking = _fingerprint("extractors", only=_CHECKING) + _fingerprint("validation")
    return Versions(
        read=_digest([reading, tesseract_version(), *libraries, f"max_pages={settings.max_pages}"]),
        extract=_digest([extracting, settings.backend, releases]),
        check=_digest([checking, releases, settings.time_zone, shelf.fingerprint]),
        map=_digest([_fingerprint("fhir_mapping"), importlib.metadata.version("fhir.resources")]),
    )


def _fingerprint(room: str, *, without: Iterable[str] = (), only: Iterable[str] = ()) -> str:
    """Digest of a room's tracked source and data; `only` and `without` name its direct children."""
    folder = PROJECT / room
    left_out, kept = set(without), set(only)
    parts = []
    for path in sorted(folder.rglob("*")):
        child = path.relative_to(folder).parts[0]
        if not path.is_file() or "__pycache__" in path.parts or path.suffix in (".sqlite", ".lock", ".tmp"):
            continue
        if child in left_out or (kept and child not in kept):
            continue
        parts.append(f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return _digest(parts)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
