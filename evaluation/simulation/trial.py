"""A trial: the bank is stocked once, then several sites live through the same story in other nights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.simulation.bank import Condition, Specimen, orders, senders_of, stocked
from evaluation.simulation.events import story
from evaluation.simulation.judged import ReadDocument, read_document
from evaluation.simulation.second_model import second_readings
from evaluation.simulation.site import Bank, Case, Site

SENDERS = 6
# Errors in so many of the values of a model that is as usual, and of one that has become worse.
_GOOD, _FAILING = 0.02, 0.3


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is simulated.

    Attributes:
        weeks, nightly: of each run; documents a night on average.
        runs: of the same documents in other nights.
        documents, apart: different ones of each sender, and those of them besides that never come.
        seed: decides all.
        model: whether a model reads besides, and gets worse.
        share: of accepted records, how many are drawn for the audit.
    """

    weeks: int = 12
    nightly: float = 20.0
    runs: int = 3
    documents: int = 8
    apart: int = 5
    seed: int = 1
    model: bool = True
    share: float = 0.05


def tried(extent: Extent, folder: Path) -> Iterator[Site]:
    """Yields a site after each run; documents and their pages are kept in the folder, if they are not there yet."""
    senders = senders_of(extent.seed, SENDERS)
    told = story(extent.weeks, senders, with_model=extent.model)
    bank, apart = stock(extent, senders, folder)
    for run in range(extent.runs):
        rng = np.random.default_rng((extent.seed, run))
        site = Site(told, bank, apart, extent.nightly, extent.share, rng)
        site.run()
        yield site


def stock(extent: Extent, senders: Sequence[str], folder: Path) -> tuple[Bank, Bank]:
    """The documents of all senders in every condition that the story needs, under each model; those that never come."""
    ordered = []
    for sender in senders:
        worsens = (Condition.WORSE,) if sender == senders[0] else ()
        conditions = (Condition.USUAL, Condition.RECODED, *worsens)
        ordered += list(orders(sender, extent.documents + extent.apart, conditions, extent.seed))
    specimens = stocked(ordered, folder)
    bank: dict[Case, dict[int, ReadDocument]] = {}
    apart: dict[Case, dict[int, ReadDocument]] = {}
    for worse in (False, True) if extent.model else (False,):
        rate = _FAILING if worse else _GOOD
        for specimen, read in zip(specimens, _read(specimens, extent, rate), strict=True):
            into = bank if specimen.number < extent.documents else apart
            into.setdefault((specimen.sender, specimen.condition, worse), {})[specimen.number] = read
    return bank, apart


def _read(specimens: Sequence[Specimen], extent: Extent, rate: float) -> list[ReadDocument]:
    if not extent.model:
        return [read_document(s, [None] * len(s.parts), model="none") for s in specimens]
    second = second_readings(specimens, error_rate=rate, seed=extent.seed)
    return [read_document(s, read, model=f"{rate}") for s, read in zip(specimens, second, strict=True)]
