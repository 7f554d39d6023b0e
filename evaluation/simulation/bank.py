"""The documents that nights are drawn from: made by the generator, read and extracted for real, once each.

Reading thousands of faxes would take hours, and a night's documents are like other nights'. So each sender has a bank
of documents as it usually sends them, and the same from a worse machine or with a code of a release that is not loaded;
nights are drawn from it with replacement.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from documents.limits import ReadingLimits
from documents.pages import Page
from documents.reader_pool import ReaderPool
from documents.reading import ReadDocument
from documents.records import Segment
from documents.sniff import HEAD_BYTES, sniff
from evaluation.scoring.corpus import Gold
from evaluation.synth.generate import write_document
from evaluation.synth.plan import Order
from evaluation.synth.template import Template, templates
from extractors.backend import Reading
from extractors.backends.rules import BACKEND
from extractors.packets.reading import read_segments

# What clinics send and payers read fields from; a cover sheet or a policy teaches nothing about them.
_TYPES = frozenset({"prior_auth_request", "clinical_note", "referral", "lab_report"})
# A sender with a single kind of paper would be a type, not a sender.
_LEAST_TEMPLATES = 2
# Of a sender's documents every second is born digital.
_DIGITAL_EVERY = 2


class Condition(StrEnum):
    """How a document comes: as its sender usually sends, from a worse machine, or with a code of another release."""

    USUAL = "usual"
    WORSE = "worse"
    RECODED = "recoded"


@dataclass(frozen=True, slots=True)
class Specimen:
    """A document of the bank, read and extracted.

    Attributes:
        name: of its files.
        sender: whose template it is.
        number: of the case; the same in all conditions.
        condition: how it comes.
        pages: as read.
        parts: its segments with what the embedded backend read; None for a type that is not extracted.
        gold: its labels.
        labels: the same as JSON, for the model that answers from gold.
    """

    name: str
    sender: str
    number: int
    condition: Condition
    pages: tuple[Page, ...]
    parts: tuple[tuple[Segment, Reading | None], ...]
    gold: Gold
    labels: Mapping[str, object]


def senders_of(seed: int, count: int) -> list[str]:
    """The names of so many senders, drawn from those whose templates can be used."""
    known = sorted({t.voice for t in templates().values()})
    return random.Random(seed).sample([v for v in known if len(_papers(v)) >= _LEAST_TEMPLATES], count)


def _papers(voice: str) -> list[Template]:
    return [t for t in templates().values() if t.voice == voice and t.type in _TYPES]


def orders(sender: str, count: int, conditions: Iterable[Condition], seed: int) -> Iterator[tuple[Order, int]]:
    """Yields each document of a sender in each condition, with the seed that decides its content.

    A document with another code comes only as the usual one does where that has a text layer: it differs in the code.
    """
    rng = random.Random(f"{seed}/{sender}")
    papers = _papers(sender)
    for number in range(count):
        content = rng.randrange(2**31)
        what = papers[number % len(papers)].name
        digital = number % _DIGITAL_EVERY == 0
        severity = rng.choice(("clean", "typical"))
        for condition in conditions:
            if condition is Condition.RECODED and not digital:
                continue
            worse = condition is Condition.WORSE
            yield (
                Order(
                    f"{sender}-{number:02d}-{condition}",
                    what,
                    "digital" if digital and not worse else "fax_fine",
                    ("poor", "awful")[number // 2 % 2] if worse else severity,
                    ("invalid_icd",) if condition is Condition.RECODED else (),
                    turned=((1, 0),),
                ),
                content,
            )


def stocked(ordered: Sequence[tuple[Order, int]], folder: Path, *, workers: int = 2) -> list[Specimen]:
    """The documents of these orders, drawn and read where the folder does not hold them yet."""
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    waiting: dict[str, Future[ReadDocument]] = {}
    with ReaderPool(ReadingLimits(), workers) as pool:
        for order, content in ordered:
            if not _kept(folder, order).is_file():
                write_document(order, content, folder)
                path = next((folder / "docs").glob(f"{order.doc_id}.*"))
                waiting[order.doc_id] = pool.submit(path, sniff(path.read_bytes()[:HEAD_BYTES]))
        for order, _ in ordered:
            if order.doc_id in waiting:
                read = waiting[order.doc_id].result()
                _kept(folder, order).write_text(read.model_dump_json(), "utf-8")
    return [_specimen(order, folder) for order, _ in ordered]


def _kept(folder: Path, order: Order) -> Path:
    return folder / "pages" / f"{order.doc_id}.json"


def _specimen(order: Order, folder: Path) -> Specimen:
    read = ReadDocument.model_validate_json(_kept(folder, order).read_bytes())
    labels = json.loads((folder / "gold" / f"{order.doc_id}.json").read_text("utf-8"))
    sender, number, condition = order.doc_id.split("-")
    return Specimen(
        name=order.doc_id,
        sender=sender,
        number=int(number),
        condition=Condition(condition),
        pages=read.pages,
        parts=tuple(read_segments(read.pages, BACKEND)),
        gold=Gold.model_validate(labels),
        labels=labels,
    )
