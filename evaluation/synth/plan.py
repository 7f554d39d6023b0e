"""Which documents a set holds, in which renditions, with which faults, and how each is put together."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from evaluation.synth import catalogue, people
from evaluation.synth.cases import Case, completed_years, make_case
from evaluation.synth.catalogue import FORMS, KINDS, NOTES, PAPERS, FormLayout
from evaluation.synth.document import Part
from evaluation.synth.faults import FAULTS, FORM_FAULTS, PACKET_FAULTS, contradicted, plant

# Shares of document kinds: mostly requests, alone or in packets, as a payer's fax line receives them.
_WHAT = (
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
_SEVERITY = (("clean", 32), ("typical", 46), ("poor", 22))
# Share of documents with one planted fault; a few get two.
_FAULTY, _TWICE = 0.45, 0.12


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn.

    Attributes:
        doc_id: name of the files, without extension.
        what: a form layout, a running layout, `s_cover`, or `packet:FORM+PAPER+...` of layouts in their order.
        rendition: one of files.RENDITIONS.
        severity: of fax renditions.
        faults: faults to plant, by name.
        scenario: id of the scenario, if it is not drawn at random.
        turned: page -> degrees that it lies turned in the machine; random if empty.
    """

    doc_id: str
    what: str
    rendition: str
    severity: str = "typical"
    faults: tuple[str, ...] = ()
    scenario: str = ""
    turned: tuple[tuple[int, int], ...] = ()


def _weighted(rng: random.Random, shares: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([name for name, _ in shares], [share for _, share in shares])[0]


def plan(count: int, seed: int) -> Iterator[Order]:
    """The orders of a set."""
    rng = random.Random(seed)
    for index in range(count):
        what = _what(rng)
        running = what in NOTES or what in PAPERS
        rendition = "txt" if running and rng.random() < 0.3 else _weighted(rng, _RENDITION)
        yield Order(f"s{seed}-{index:04d}", what, rendition, _weighted(rng, _SEVERITY), _faults(what, rng))


def _what(rng: random.Random) -> str:
    kind = _weighted(rng, _WHAT)
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
    if what == "s_cover" or rng.random() >= _FAULTY:
        return ()
    form = what in {f.name for f in FORMS} or any(f.name in what for f in FORMS)
    possible = [
        f for f in FAULTS if (f not in PACKET_FAULTS or what.startswith("packet")) and (f not in FORM_FAULTS or form)
    ]
    return tuple(rng.sample(possible, 2 if rng.random() < _TWICE else 1))


def draw(order: Order, rng: random.Random) -> tuple[Case, list[Part]]:
    """Invents a case and draws the parts of a document."""
    layouts = order.what.removeprefix("packet:").split("+")
    form = next((f for f in FORMS if f.name in layouts), None)
    case = _sound_case(order, form, rng)
    for fault in order.faults:
        case = plant(case, fault, rng, required=form.required if form else ())
    later = case
    if "conflict" in order.faults:
        case, later = contradicted(case, rng)
    parts: list[Part] = []
    for index, name in enumerate(layouts):
        if name == "s_cover":
            continue
        wrong = "wrong_patient" in order.faults and index == len(layouts) - 1
        parts.append(
            _part(name, _stranger(later, rng) if wrong else (later if parts else case), rng, order=order, wrong=wrong)
        )
    if "s_cover" in layouts:
        parts.insert(0, catalogue.cover_part(case, rng, pages=1 + sum(part.pages for part in parts)))
    return case, parts


def _sound_case(order: Order, form: FormLayout | None, rng: random.Random) -> Case:
    pharmacy = form is not None and form.pharmacy
    kinds = form.kinds if form else KINDS.get(order.what)
    return make_case(rng, kinds=kinds, pharmacy=pharmacy, scenario=order.scenario)


def _part(name: str, case: Case, rng: random.Random, *, order: Order, wrong: bool) -> Part:
    form = next((f for f in FORMS if f.name == name), None)
    if form is not None:
        return catalogue.form_part(form, case, rng)
    return catalogue.running_part(name, case, rng, as_text=order.rendition == "txt", other_patient=wrong)


def _stranger(case: Case, rng: random.Random) -> Case:
    """The same office's case of another person, whose page slipped into the packet."""
    other = make_case(rng)
    age = max(18, other.age)
    patient = people.patient(rng, sex=other.patient.sex, age=age, today=case.today, payer=case.payer)
    mine = replace(other, patient=patient, age=completed_years(patient.dob, case.today), today=case.today)
    return replace(mine, payer=case.payer, plan=case.plan, provider=case.provider)
