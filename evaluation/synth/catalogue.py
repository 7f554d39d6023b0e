"""All layouts: what each draws, for which kinds of case, and which entries it may leave blank."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from evaluation.synth.cases import Case
from evaluation.synth.document import Part
from evaluation.synth.flow import plain, typeset
from evaluation.synth.layouts import (
    checklist,
    comb,
    cover,
    dme,
    grid,
    hospital,
    imaging,
    leaders,
    letters,
    notes,
    pharmacy,
    replies,
)
from evaluation.synth.sheet import Sheet
from evaluation.synth.typist import Typist

_SERVICES = frozenset({"imaging", "surgery", "infusion", "dme", "therapy", "behavioral", "lab", "sleep"})


@dataclass(frozen=True, slots=True)
class FormLayout:
    """A request form.

    Attributes:
        draw: draws its pages.
        kinds: kinds of scenario it is made for.
        required: entries that it demands and that a careless office may leave out.
        pharmacy: pharmacy benefit managers use it.
    """

    name: str
    draw: Callable[[Case, random.Random], list[Sheet]]
    kinds: frozenset[str]
    required: tuple[str, ...]
    pharmacy: bool = False


_EQUIPMENT = frozenset({"dme"})
_IMAGING = frozenset({"imaging", "sleep", "lab", "surgery"})
_SESSIONS = frozenset({"behavioral", "therapy", "infusion", "sleep"})
_DRUGS = frozenset({"drug"})

FORMS = (
    FormLayout("s_grid", grid.draw, _SERVICES, grid.REQUIRED),
    FormLayout("s_leaders", leaders.draw, _SERVICES, leaders.REQUIRED),
    FormLayout("s_comb", comb.draw, _SERVICES, comb.REQUIRED),
    FormLayout("s_pharmacy", pharmacy.draw, _DRUGS, pharmacy.REQUIRED, pharmacy=True),
    FormLayout("s_dme", dme.draw, _EQUIPMENT, dme.REQUIRED),
    FormLayout("s_imaging", imaging.draw, _IMAGING, imaging.REQUIRED),
    FormLayout("s_checklist", checklist.draw, _SESSIONS, checklist.REQUIRED),
)
NOTES: dict[str, notes.Note] = {
    "s_soap": notes.soap,
    "s_apso": notes.apso,
    "s_hp": hospital.history_and_physical,
    "s_discharge": hospital.discharge,
    "s_operation": hospital.operation,
    "s_consult": hospital.consult,
}
# Kinds of scenario that a running layout is made for, where not all are.
KINDS = {"s_operation": frozenset({"surgery"})}
# Running documents that are no notes: layout -> (segment type, its blocks).
PAPERS: dict[str, tuple[str, notes.Note]] = {
    "s_order": ("prior_auth_request", letters.order),
    "s_necessity": ("prior_auth_request", letters.necessity),
    "s_denial": ("denial_letter", replies.denial),
    "s_lab": ("lab_report", replies.laboratory),
}


def form_part(layout: FormLayout, case: Case, rng: random.Random) -> Part:
    """A request form, drawn."""
    return Part("prior_auth_request", layout.name, tuple(layout.draw(case, rng)))


def running_part(
    name: str, case: Case, rng: random.Random, *, as_text: bool = False, other_patient: bool = False
) -> Part:
    """A note, letter or report, drawn or as text."""
    kind, write = PAPERS[name] if name in PAPERS else ("clinical_note", NOTES[name])
    typist = Typist.hired(case, rng)
    look = notes.look(typist, rng)
    blocks = write(typist, rng)
    if as_text:
        return Part(kind, name, text=plain(blocks))
    return Part(kind, name, tuple(typeset(blocks, look)), other_patient=other_patient)


def cover_part(case: Case, rng: random.Random, *, pages: int) -> Part:
    """A cover sheet for a fax of so many pages, itself included."""
    return Part("other", "s_cover", (cover.draw(case, rng, pages=pages),))
