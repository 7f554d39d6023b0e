"""Which documents a set holds, in which renditions, with which faults, and how each is put together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evaluation.synth.cast import wide_scenarios
from evaluation.synth.catalogue import FORMS, KINDS, NOTES, PAPERS
from evaluation.synth.faults import FAULTS, FORM_FAULTS, PACKET_FAULTS
from evaluation.synth.template import of_type, templates

# Shares of document kinds: mostly requests, alone or in packets, as a payer's fax line receives them; `office` stands
# for the layouts of layouts/, the rest for templates of a type.
_WHAT = (
    ("prior_auth_request", 24),
    ("clinical_note", 12),
    ("referral", 6),
    ("lab_report", 7),
    ("denial_letter", 7),
    ("payer_policy", 4),
    ("patient_message", 6),
    ("other", 4),
    ("packet", 18),
    ("office", 12),
)
_OFFICE = (
    ("form", 34),
    ("running_request", 10),
    ("note", 22),
    ("packet", 24),
    ("s_lab", 3),
    ("s_denial", 3),
    ("s_cover", 4),
)
_RENDITION = (
    ("digital", 24),
    ("fax_fine", 30),
    ("fax_std", 14),
    ("tiff", 12),
    ("scan_jpeg", 8),
    ("scan_badtext", 8),
    ("mixed", 4),
)
_SEVERITY = (("clean", 31), ("typical", 45), ("poor", 20), ("awful", 4))
# Share of documents with one planted fault; a few get two.
_FAULTY, _TWICE = 0.45, 0.12
# Share of text files among running papers, of papers whose title is missing, of packets with two papers of one type.
_TEXT, _UNTITLED, _TWICE_OVER = 0.25, 0.08, 0.3
# Severity at each step of the noise ladder; at step 0 the document is born digital.
LADDER = ("clean", "clean", "typical", "poor", "awful")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn.

    Attributes:
        doc_id: name of the files, without extension.
        what: a layout or template, or `packet:A+B+...` of them in their order. A template may be followed by `@earlier`
            (the same patient some weeks before), `@stranger` (somebody else) or `@untitled`.
        rendition: one of files.RENDITIONS.
        severity: of fax renditions.
        faults: faults to plant, by name.
        scenario: id of the scenario, if it is not drawn at random.
        turned: page -> degrees that it lies turned in the machine; random if empty.
        noise: step on the noise ladder.
        ladder: id that the documents of one ladder share.
    """

    doc_id: str
    what: str
    rendition: str
    severity: str = "typical"
    faults: tuple[str, ...] = ()
    scenario: str = ""
    turned: tuple[tuple[int, int], ...] = ()
    noise: int | None = None
    ladder: str = ""


def _weighted(rng: random.Random, shares: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([name for name, _ in shares], [share for _, share in shares])[0]


def plan(count: int, seed: int, *, voices: frozenset[str] | None = None) -> Iterator[Order]:
    """The orders of a set.

    Args:
        count: number of documents.
        seed: decides everything.
        voices: senders whose templates are used; with None all of them, and the layouts of layouts/ too.
    """
    rng = random.Random(seed)
    for index in range(count):
        what = _what(rng, voices)
        as_text = _is_running(what) and rng.random() < _TEXT
        rendition = "txt" if as_text else _weighted(rng, _RENDITION)
        yield Order(f"s{seed}-{index:04d}", what, rendition, _weighted(rng, _SEVERITY), _faults(what, rng))


def climb(order: Order, steps: Sequence[int]) -> Iterator[Order]:
    """The same document at each step of the noise ladder: 0 born digital, then ever worse faxes.

    Raises:
        KeyError: a step that there is not.
    """
    for step in steps:
        rendition = "digital" if step == 0 else "fax_fine"
        more = {"rendition": rendition, "severity": LADDER[step], "noise": step, "ladder": order.doc_id}
        # A page that lies turned would be another difficulty than noise.
        yield replace(order, doc_id=f"{order.doc_id}-n{step}", turned=((1, 0),), **more)  # type: ignore[arg-type]


def _is_running(what: str) -> bool:
    if what in NOTES or what in PAPERS:
        return True
    known = templates().get(what)
    return known is not None and not known.is_form and known.type != "other" and "columns" not in known.settings


def _what(rng: random.Random, voices: frozenset[str] | None) -> str:
    kind = _weighted(rng, _WHAT)
    if kind == "office" and voices is None:
        return _office(rng)
    if kind == "packet":
        return _packet(rng, voices)
    chosen = rng.choice(of_type(kind, voices=voices) or of_type("prior_auth_request", voices=voices)).name
    return f"{chosen}@untitled" if rng.random() < _UNTITLED else chosen


def _packet(rng: random.Random, voices: frozenset[str] | None) -> str:
    """A packet of a lead and papers that fit one kind of case."""
    kind = rng.choice(wide_scenarios()).kind

    def one(type_: str) -> list[str]:
        fit = [t for t in of_type(type_, voices=voices) if not t.kinds or kind in t.kinds]
        return [rng.choice(fit).name] if fit else []

    papers = ["clinical_note", "clinical_note", "lab_report", "denial_letter", "patient_message", "payer_policy"]
    weights = (5, 5, 4, 1, 1, 1)
    inside = [name for type_ in rng.choices(papers, weights, k=rng.choice((1, 2, 2, 3, 4))) for name in one(type_)]
    inside = list(dict.fromkeys(inside))
    twice = [f"{name}@earlier" for name in inside[:1] if rng.random() < _TWICE_OVER]
    untitled = [f"{n}@untitled" if rng.random() < _UNTITLED else n for n in inside]
    lead = one(rng.choices(("prior_auth_request", "referral", "clinical_note"), (65, 25, 10))[0])
    cover = [n for n in one("other") if rng.random() < 0.75]
    blank = [n for n in one("other") if rng.random() < 0.1]
    return "packet:" + "+".join([*cover, *lead, *untitled, *twice, *blank])


def _office(rng: random.Random) -> str:
    kind = _weighted(rng, _OFFICE)
    if kind == "form":
        return rng.choice(FORMS).name
    if kind == "running_request":
        return rng.choice(("s_order", "s_necessity"))
    if kind == "note":
        return rng.choice(list(NOTES))
    if kind == "packet":
        lead = rng.choice([*(f.name for f in FORMS), "s_order"])
        papers = rng.sample([*(n for n in NOTES if n not in KINDS), "s_lab", "s_necessity"], rng.choice((1, 2, 2, 3)))
        return "packet:" + "+".join([*(["s_cover"] if rng.random() < 0.7 else []), lead, *papers])
    return kind


def _faults(what: str, rng: random.Random) -> tuple[str, ...]:
    names = [name.partition("@")[0] for name in what.removeprefix("packet:").split("+")]
    known = [templates()[name] for name in names if name in templates()]
    if what == "s_cover" or rng.random() >= _FAULTY or (all(t.type == "other" for t in known) and known):
        return ()
    if known and all(t.type == "payer_policy" for t in known):
        return ("prompt_injection",)
    form = any(f.name in names for f in FORMS) or any(t.is_form for t in known)
    possible = [f for f in FAULTS if (f not in PACKET_FAULTS or len(names) > 2) and (f not in FORM_FAULTS or form)]
    drawn = rng.sample(possible, 2 if rng.random() < _TWICE else 1)
    # Empty entries are what most real forms are returned for.
    return tuple(drawn) if not form or rng.random() < _FAULTY else tuple(dict.fromkeys(["blank", *drawn[1:]]))
