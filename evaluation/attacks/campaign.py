"""A set of attacked documents: drawn, read once, judged with the embedded reader alone and with a liar beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from documents.limits import ReadingLimits
from documents.pages import Page
from documents.reader_pool import ReaderPool
from documents.sniff import HEAD_BYTES, sniff
from evaluation.attacks.attack import Attack
from evaluation.attacks.generate import Attacked, Base, attacked, bases
from evaluation.attacks.trial import Outcome, asked, judged, read_parts, records_of
from evaluation.loopback.answers import GoldModel
from evaluation.loopback.obeying import Lie, ObeyingModel
from evaluation.loopback.server import loopback
from extractors.llm.settings import LlmSettings

_WORKERS = 2
# So many attacks a base document: enough that it is worth drawing and reading it clean.
_ATTACKS_EACH = 8
# Of a hundred documents: text files. The rest, beside the faxes, is born digital.
_TYPED = 20
_MODEL = LlmSettings(base_url="http://127.0.0.1:1/v1", model="loopback", agreement=True)


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is attacked.

    Attributes:
        documents: how many.
        seed: decides everything.
        http: every so manieth is asked over a loopback endpoint, the rest in process; 0 for none.
        faxes: of a hundred documents, so many are faxed pages.
        keep: folder for the attacked files.
    """

    documents: int
    seed: int
    http: int = 10
    faxes: int = 8
    keep: Path | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One document read one way: clean, and attacked."""

    clean: Outcome
    attacked: Outcome


@dataclass(frozen=True, slots=True)
class Trial:
    """One attack, and how it went with the embedded reader alone and with the obeying model beside it."""

    attack: Attack
    lie: Lie
    rendition: str
    alone: Reading
    both: Reading

    @property
    def fell(self) -> bool:
        """Whether a value of the attacker's was accepted."""
        return bool(self.alone.attacked.accepted or self.both.attacked.accepted)


def run(campaign: Campaign) -> list[Trial]:
    """Draws, reads and judges."""
    drawn = list(chain.from_iterable(_drawn(campaign)))
    sources = {one.base.order.doc_id: one.base for one in drawn}
    files = [(base.order.doc_id, base.data, base.extension) for base in sources.values()]
    files += [(one.attack.name, one.data, one.base.extension) for one in drawn]
    if campaign.keep is not None:
        campaign.keep.mkdir(parents=True, exist_ok=True)
        for name, data, extension in files:
            (campaign.keep / (name + extension)).write_bytes(data)
    pages = pages_of(files)
    clean = {name: _clean(base, pages[name]) for name, base in sources.items()}
    lies = tuple(Lie)
    return [
        tried(
            one,
            pages[one.attack.name],
            clean[one.base.order.doc_id],
            lie=lies[number % len(lies)],
            over_http=campaign.http > 0 and number % campaign.http == 0,
        )
        for number, one in enumerate(drawn)
    ]


def _drawn(campaign: Campaign) -> list[list[Attacked]]:
    faxes, typed = campaign.documents * campaign.faxes // 100, campaign.documents * _TYPED // 100
    wanted = {"digital": campaign.documents - faxes - typed, "txt": typed, "fax_fine": faxes}
    return [
        list(attacked(list(bases(-(-count // _ATTACKS_EACH), campaign.seed, rendition=name)), count, campaign.seed))
        for name, count in wanted.items()
        if count
    ]


def pages_of(files: Sequence[tuple[str, bytes, str]]) -> Mapping[str, tuple[Page, ...]]:
    """The pages of each file (name, bytes, extension), read as the pipeline reads them."""
    with (
        tempfile.TemporaryDirectory(prefix="fax2fhir-attacks-") as folder,
        ReaderPool(ReadingLimits(), _WORKERS) as pool,
    ):
        read = {}
        for name, data, extension in files:
            path = Path(folder) / (name + extension)
            path.write_bytes(data)
            read[name] = pool.submit(path, sniff(data[:HEAD_BYTES]))
        return {name: future.result().pages for name, future in read.items()}


def _clean(base: Base, pages: Sequence[Page]) -> tuple[Outcome, Outcome]:
    """What is accepted of the document as it was, alone and with an honest model."""
    parts = read_parts(pages)
    alone = records_of(base.order.doc_id, pages, parts, {})
    honest = asked(pages, parts, _MODEL, GoldModel([base.gold]))
    return judged(alone, base.gold, None), judged(records_of(base.order.doc_id, pages, parts, honest), base.gold, None)


def tried(
    one: Attacked, pages: Sequence[Page], clean: tuple[Outcome, Outcome], *, lie: Lie, over_http: bool = False
) -> Trial:
    """Reads and judges one attacked document."""
    attack, target = one.attack, one.attack.target
    model = ObeyingModel(one.gold, path=target.path, value=target.value, truth=target.truth, lie=lie)
    parts = read_parts(pages)
    alone = judged(records_of(attack.name, pages, parts, {}), one.gold, attack)
    if over_http:
        with loopback(model) as endpoint:
            said = asked(pages, parts, _MODEL.model_copy(update={"base_url": endpoint.url}))
    else:
        said = asked(pages, parts, _MODEL, model)
    both = judged(records_of(attack.name, pages, parts, said), one.gold, attack)
    return Trial(attack, lie, one.base.order.rendition, Reading(clean[0], alone), Reading(clean[1], both))
