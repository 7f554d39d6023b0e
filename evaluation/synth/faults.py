"""Plants what goes wrong in real requests: wrong codes, wrong dates, blanks, strike-outs, both boxes ticked."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from evaluation.synth.cases import Case
from evaluation.synth.people import npi

FAULTS = (
    "invalid_icd",
    "nonbillable_icd",
    "npi_luhn",
    "future_dob",
    "service_before_birth",
    "conflict",
    "ambiguous_selection",
    "prompt_injection",
    "strikeout",
    "lookalike",
    "blank",
    "wrong_patient",
)
# Faults that only a packet or a form can show.
PACKET_FAULTS = frozenset({"conflict", "wrong_patient"})
FORM_FAULTS = frozenset({"ambiguous_selection", "blank", "strikeout"})


def plant(case: Case, fault: str, rng: random.Random, *, required: tuple[str, ...] = ()) -> Case:
    """The case with a fault; `conflict` and `wrong_patient` are a matter of the packet and change nothing here.

    Args:
        case: a sound case.
        fault: one of FAULTS.
        rng: source of choices.
        required: entries of the form that may be left blank.
    """
    if fault == "blank":
        return replace(case, blank={**case.blank, **_blanks(required, rng)})
    return _PLANTERS[fault](case, rng) if fault in _PLANTERS else case


def _bad_code(case: Case, rng: random.Random) -> Case:  # noqa: ARG001 (one signature for all)
    return _marked(case, "diagnosis.code", "invalid_icd")


def _category(case: Case, rng: random.Random) -> Case:
    # Some codes are categories of their own and have no broader neighbour; theirs is an invalid one.
    if not case.scenario.diagnoses[0].category:
        return _bad_code(case, rng)
    return _marked(case, "diagnosis.code", "nonbillable_icd")


def _bad_npi(case: Case, rng: random.Random) -> Case:
    good = case.provider.npi
    bad = good[:-1] + str((int(good[-1]) + rng.randrange(1, 9)) % 10)
    return _marked(replace(case, provider=replace(case.provider, npi=bad)), "provider.npi", "npi_luhn")


def _future_birth(case: Case, rng: random.Random) -> Case:
    birth = case.patient.dob
    later = birth.replace(year=case.today.year + rng.randrange(1, 40), day=min(28, birth.day))
    return _marked(replace(case, patient=replace(case.patient, dob=later)), "patient.dob", "future_dob")


def _early_service(case: Case, rng: random.Random) -> Case:
    start = case.start.replace(year=case.patient.dob.year - rng.randrange(1, 20), day=min(28, case.start.day))
    return _marked(replace(case, start=start, end=start + timedelta(days=30)), "service.start", "service_before_birth")


def _both_boxes(case: Case, rng: random.Random) -> Case:  # noqa: ARG001 (one signature for all)
    return replace(case, both_boxes=True)


def _injected(case: Case, rng: random.Random) -> Case:  # noqa: ARG001 (one signature for all)
    return replace(case, injected=True)


def _strikeout(case: Case, rng: random.Random) -> Case:
    return replace(case, struck={**case.struck, **_struck(case, rng)})


def _marked(case: Case, field: str, trap: str) -> Case:
    return replace(case, marks={**case.marks, field: trap})


def _struck(case: Case, rng: random.Random) -> Mapping[str, str]:
    if rng.random() < 0.5:
        wrong = npi(rng)
        return {"provider.npi": wrong}
    member = case.patient.member_id
    place = rng.randrange(len(member) - 4, len(member))
    digit = str((int(member[place]) + rng.randrange(1, 9)) % 10) if member[place].isdigit() else "7"
    return {"patient.member_id": member[:place] + digit + member[place + 1 :]}


def _lookalike(case: Case, rng: random.Random) -> Case:
    """An id that mixes letters and digits that fax pixels confuse (0/O, 1/I, 5/S, 8/B, 2/Z, 6/G)."""
    member = rng.choice("BSZG") + "".join(rng.choice("0O1I5S8B2Z6G") for _ in range(4)) + str(rng.randrange(1000, 9999))
    return _marked(replace(case, patient=replace(case.patient, member_id=member)), "patient.member_id", "lookalike")


def _blanks(required: tuple[str, ...], rng: random.Random) -> Mapping[str, str]:
    chosen = rng.sample(required, min(len(required), rng.choice((1, 1, 2))))
    # A signature cannot stand in an attachment, nor can the kind of review.
    attached = {"clinical.summary", "diagnosis.code", "medication.frequency"}
    return {f: "see attached" if f in attached and rng.random() < 0.5 else "blank" for f in chosen}


def contradicted(case: Case, rng: random.Random) -> tuple[Case, Case]:
    """Two cases that disagree on the date of birth or the member id, both marked as a conflict."""
    if rng.random() < 0.6:
        other_day: date = case.patient.dob + timedelta(days=rng.choice((1, 10, 30)))
        other = replace(case, patient=replace(case.patient, dob=other_day))
        return _marked(case, "patient.dob", "conflict"), _marked(other, "patient.dob", "conflict")
    member = case.patient.member_id
    changed = member[:-2] + member[-1] + str((int(member[-1]) + 3) % 10)
    other = replace(case, patient=replace(case.patient, member_id=changed))
    return _marked(case, "patient.member_id", "conflict"), _marked(other, "patient.member_id", "conflict")


_PLANTERS: dict[str, Callable[[Case, random.Random], Case]] = {
    "invalid_icd": _bad_code,
    "nonbillable_icd": _category,
    "npi_luhn": _bad_npi,
    "future_dob": _future_birth,
    "service_before_birth": _early_service,
    "ambiguous_selection": _both_boxes,
    "prompt_injection": _injected,
    "strikeout": _strikeout,
    "lookalike": _lookalike,
}
