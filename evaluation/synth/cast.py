"""Everybody in a document that is drawn from a template: the case, and the other clinicians named in it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.synth import people
from evaluation.synth.cases import Case, Scenario, completed_years, make_case, read_scenarios, scenarios
from evaluation.synth.people import Facility, Name, Patient, Payer, Provider

_HERE = Path(__file__).parent
# How often a printed name has a hyphen, or a generation suffix: a few in a hundred, as on a payer's rolls (our guess).
_HYPHEN = 0.05


@dataclass(frozen=True, slots=True)
class Cast:
    """A case and the other clinicians that its papers name.

    Attributes:
        case: the patient, plan, clinician and request.
        to: the specialist to whom the patient is sent.
        pcp: the family doctor.
        director: the plan's or the laboratory's physician who signs.
        nurse: who takes calls and messages: a name without credentials.
        pharmacy: where prescriptions go.
    """

    case: Case
    to: Provider
    pcp: Provider
    director: Provider
    nurse: str
    pharmacy: str


@lru_cache(maxsize=1)
def _wide() -> Mapping[str, Any]:
    wide: Mapping[str, Any] = json.loads((_HERE / "wide.json").read_text("utf-8"))
    return wide


@lru_cache(maxsize=1)
def wide_scenarios() -> tuple[Scenario, ...]:
    """All situations: those of scenarios.json, of wide_scenarios.json and of broad_scenarios.json."""
    more = (read_scenarios(_HERE / name) for name in ("wide_scenarios.json", "broad_scenarios.json"))
    return (*scenarios(), *(scenario for file in more for scenario in file))


def brand_of(generic: str) -> str:
    """A drug's trade name, if one is listed."""
    return str(_wide()["brands"].get(generic.lower(), ""))


def injections() -> list[str]:
    """Orders to software, with their bait in braces: `{field value}`."""
    return list(_wide()["injections"])


def payers() -> list[Payer]:
    """The payers of the wide set."""
    return [Payer(p["name"], p["short"], tuple(p["plans"]), p["kind"]) for p in _wide()["payers"]]


def make_cast(
    rng: random.Random, *, kinds: frozenset[str] | None = None, pharmacy: bool = False, scenario: str = ""
) -> Cast:
    """Invents a cast.

    Args:
        rng: source of every choice.
        kinds: kinds of scenario that the layouts can show; all if None.
        pharmacy: the payer may be a pharmacy benefit manager.
        scenario: id of the scenario, if it is not left to chance.
    """
    case = make_case(
        rng, kinds=kinds, pharmacy=pharmacy, scenario=scenario, pool=wide_scenarios(), plans=tuple(payers())
    )
    patient = replace(
        case.patient, name=_name(rng, case.patient.sex), member_id=_member_id(rng, case.payer), mrn=_mrn(rng)
    )
    case = replace(case, patient=patient, provider=_clinician(rng, case.scenario.specialty))
    case = replace(case, facility=Facility(rng.choice(_wide()["facilities"][case.scenario.kind]), case.facility.npi))
    return with_others(case, rng)


def with_others(case: Case, rng: random.Random) -> Cast:
    """A cast around a case."""
    family = _clinician(rng, rng.choice(("Family Medicine", "Internal Medicine", "Primary Care")))
    nurse = _name(rng, rng.choice(("female", "female", "male"))).plain
    return Cast(
        case=case,
        to=_clinician(rng, case.scenario.specialty),
        pcp=family,
        director=_clinician(rng, "Medical Director"),
        nurse=nurse,
        pharmacy=rng.choice(_wide()["facilities"]["drug"]),
    )


def stranger(cast: Cast, rng: random.Random, *, kinds: frozenset[str] | None = None) -> Cast:
    """The same office's case of another person, whose page slipped into the packet."""
    mine = cast.case
    other = make_cast(rng, kinds=kinds)
    sex = other.case.patient.sex
    age = max(18, other.case.age)
    patient = people.patient(rng, sex=sex, age=age, today=mine.today, payer=mine.payer)
    patient = replace(
        patient, name=_other_name(rng, mine.patient, sex), member_id=_member_id(rng, mine.payer), mrn=_mrn(rng)
    )
    case = replace(other.case, patient=patient, age=completed_years(patient.dob, mine.today), today=mine.today)
    return replace(other, case=replace(case, payer=mine.payer, plan=mine.plan, provider=mine.provider))


def earlier(cast: Cast, rng: random.Random) -> Cast:
    """The same patient some weeks before: a second note or report of the same type in one packet."""
    case = cast.case
    return replace(cast, case=replace(case, today=case.today - timedelta(days=rng.randrange(21, 120))))


def _other_name(rng: random.Random, patient: Patient, sex: str) -> Name:
    while True:
        name = _name(rng, sex)
        if name.last != patient.name.last and name.first != patient.name.first:
            return name


def _name(rng: random.Random, sex: str) -> Name:
    names = _wide()["names"]
    last = rng.choice(names["last"])
    if rng.random() < _HYPHEN:
        last = f"{last}-{rng.choice(names['last'])}"
    return Name(rng.choice(names[sex]), last, rng.choice(("", "", "", *"ABCDEGJLMRT")))


def _clinician(rng: random.Random, specialty: str) -> Provider:
    person = people.provider(rng, specialty)
    style = rng.choice(_wide()["practices"])
    place = rng.choice(_wide()["places"])
    practice = style.format(place=place, specialty=specialty)
    name = _name(rng, rng.choice(("female", "male")))
    return replace(person, name=name, practice=practice, credentials=rng.choice(_wide()["credentials"]))


def _member_id(rng: random.Random, payer: Payer) -> str:
    """An id in the payer's own shape: # is a digit, @ a letter that no digit looks like."""
    shape = next((p["shape"] for p in _wide()["payers"] if p["short"] == payer.short), "#########")
    return shaped(shape, rng)


def _mrn(rng: random.Random) -> str:
    return shaped(rng.choice(("######", "#######", "########", "E#######", "00-##-##-##", "M#########")), rng)


def shaped(shape: str, rng: random.Random) -> str:
    """Digits for # (none for a leading zero), letters for @."""
    out = []
    for index, char in enumerate(shape):
        if char == "#":
            out.append(rng.choice("123456789" if index == 0 else "0123456789"))
        else:
            out.append(rng.choice("ACDEFHJKMNPRTVWXY") if char == "@" else char)
    return "".join(out)
