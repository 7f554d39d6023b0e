"""The documents whose bundles are checked: drawn ones, mostly with a text layer, or those of a folder."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from documents.limits import ReadingLimits
from documents.pages import Page
from documents.reader_pool import ReaderPool
from documents.sniff import HEAD_BYTES, MediaType, sniff
from evaluation.scoring.corpus import Gold
from evaluation.synth.generate import write_document
from evaluation.synth.plan import plan

# Documents that are read ahead: enough to keep the reading processes busy, few enough to be held in memory.
_AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class Specimen:
    """A document as it was read.

    Attributes:
        name: of its file, without extension.
        data: its bytes.
        media_type: as sniffed.
        pages: as read.
        gold: its labels, where there are any.
    """

    name: str
    data: bytes
    media_type: MediaType
    pages: tuple[Page, ...]
    gold: Gold | None


def draw(count: int, seed: int, out: Path, *, faxes: int) -> Iterator[Path]:
    """Draws synthetic documents into a folder and yields their files.

    Args:
        count: how many.
        seed: decides everything.
        out: folder for `docs` and `gold`.
        faxes: of a hundred scans so many stay scans; the others come with a text layer.
    """
    rng = random.Random(seed)
    for index, order in enumerate(plan(count, seed)):
        keeps = order.rendition in ("digital", "txt") or rng.randrange(100) < faxes
        write_document(order if keeps else replace(order, rendition="digital"), seed * 100_003 + index, out)
        yield next((out / "docs").glob(f"{order.doc_id}.*"))


def read(files: Iterable[Path], gold: Path | None, *, workers: int) -> Iterator[Specimen]:
    """Yields each file of a type that can be read, with its pages and its labels."""
    waiting = iter(files)
    with ReaderPool(ReadingLimits(), workers) as pool:
        while chunk := list(islice(waiting, _AT_ONCE)):
            sniffed = [(path, data, sniff(data[:HEAD_BYTES])) for path in chunk if (data := path.read_bytes())]
            futures = [pool.submit(path, media_type) for path, _, media_type in sniffed]
            for (path, data, media_type), future in zip(sniffed, futures, strict=True):
                pages = future.result().pages
                if media_type is not None and pages:
                    yield Specimen(path.stem, data, media_type, pages, _labels(path.stem, gold))


def _labels(name: str, folder: Path | None) -> Gold | None:
    path = None if folder is None else folder / f"{name}.json"
    return Gold.model_validate_json(path.read_bytes()) if path is not None and path.is_file() else None
