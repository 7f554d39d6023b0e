"""Clinical scenarios and the cases made of them: one patient, one plan, one clinician, one request."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.synth import people
from evaluation.synth.people import Facility, Patient, Payer, Provider

# The days on which synthetic documents are written: fixed, so that the same seed draws the same bytes, and past, so
# that no fax header lies in the future of whoever reads them.
FIRST_DAY = date(2026, 1, 5)
_DAYS = 45


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A billable ICD-10-CM code in a clinician's words, with a broader and a non-existing neighbour for the traps.

    Attributes:
        official: the code set's own title, where it differs from the clinician's words; empty if it is not known.
    """

    code: str
    text: str
    category: str
    invalid: str
    official: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A CPT or HCPCS code in our own words."""

    code: str
    text: str
    modifier: str
    units: int

    @property
    def system(self) -> str:
        """CPT codes start with a digit, HCPCS Level II with a letter."""
        return "CPT" if self.code[0].isdigit() else "HCPCS"


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug as a chart or a request names it; empty where nothing is said."""

    name: str
    strength: str
    form: str = ""
    route: str = ""
    frequency: str = ""
    brand: str = ""
    dose: str = ""
    quantity: str = ""
    days: str = ""
    refills: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A clinical situation that leads to a request.

    Attributes:
        tried: (drug, why it failed) pairs.
        stopped: (drug, why it was stopped) pairs.
        observations: (name, value, unit) triples.
    """

    id: str
    specialty: str
    kind: str
    place: str
    age: tuple[int, int]
    sex: str
    diagnoses: tuple[Diagnosis, ...]
    procedures: tuple[Procedure, ...]
    drug: Drug | None
    story: tuple[str, ...]
    why: str
    negated: tuple[str, ...]
    past: tuple[str, ...]
    family: tuple[tuple[str, str], ...]
    tried: tuple[tuple[Drug, str], ...]
    medications: tuple[Drug, ...]
    stopped: tuple[tuple[Drug, str], ...]
    allergies: tuple[tuple[str, str], ...]
    observations: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One request with everybody in it, and what is wrong with it.

    Attributes:
        marks: field -> trap that its printed value is.
        struck: field -> wrong entry that is struck out before the right one.
        blank: required fields left out -> how ("blank" or "see attached").
        age: in years on the day of writing; text keeps it when the date of birth is made wrong.
        both_boxes: both urgency boxes are ticked.
        injected: an instruction to software is planted in the text.
    """

    scenario: Scenario
    patient: Patient
    payer: Payer
    plan: str
    group_number: str
    provider: Provider
    facility: Facility
    today: date
    start: date
    end: date
    urgency: str
    reference: str
    age: int
    marks: Mapping[str, str] = field(default_factory=dict)
    struck: Mapping[str, str] = field(default_factory=dict)
    blank: Mapping[str, str] = field(default_factory=dict)
    both_boxes: bool = False
    injected: bool = False


@lru_cache(maxsize=1)
def scenarios() -> tuple[Scenario, ...]:
    """All scenarios of scenarios.json."""
    return read_scenarios(Path(__file__).with_name("scenarios.json"))


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file."""
    return tuple(_scenario(raw) for raw in json.loads(path.read_text("utf-8")))


def _scenario(raw: Mapping[str, Any]) -> Scenario:
    asked = raw.get("drug")
    return Scenario(
        id=raw["id"],
        specialty=raw["specialty"],
        kind=raw["kind"],
        place=raw["place"],
        age=(raw["age"][0], raw["age"][1]),
        sex=raw.get("sex", ""),
        diagnoses=tuple(Diagnosis(*d) for d in raw["dx"]),
        procedures=tuple(Procedure(*p) for p in raw["procedures"]),
        drug=Drug(**asked) if asked else None,
        story=tuple(raw["story"]),
        why=raw["why"],
        negated=tuple(raw["neg"]),
        past=tuple(raw["past"]),
        family=tuple((d, who) for d, who in raw["family"]),
        tried=tuple((Drug(name, strength), reason) for name, strength, reason in raw["tried"]),
        medications=tuple(Drug(*m) for m in raw["meds"]),
        stopped=tuple((Drug(name, strength), reason) for name, strength, reason in raw["stopped"]),
        allergies=tuple((substance, reaction) for substance, reaction in raw["allergy"]),
        observations=tuple((name, value, unit) for name, value, unit in raw["obs"]),
    )


def make_case(
    rng: random.Random,
    *,
    kinds: frozenset[str] | None = None,
    pharmacy: bool = False,
    scenario: str = "",
    pool: tuple[Scenario, ...] = (),
    plans: tuple[Payer, ...] = (),
) -> Case:
    """Invents a case.

    Args:
        rng: source of every choice.
        kinds: kinds of scenario that the layout can show; all if None.
        pharmacy: the payer may be a pharmacy benefit manager.
        scenario: id of the scenario, if it is not left to chance.
        pool: scenarios to choose from; those of scenarios.json if empty.
        plans: payers to choose from; those of people.py if empty.
    """
    fitting = [
        s for s in pool or scenarios() if s.id == scenario or (not scenario and (kinds is None or s.kind in kinds))
    ]
    chosen = rng.choice(fitting)
    sex = chosen.sex or rng.choice(("female", "male"))
    today = FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    age = rng.randint(*chosen.age)
    payer = rng.choice([p for p in plans or people.PAYERS if (p.kind == "pbm") == (pharmacy and rng.random() < 0.5)])
    start = today + timedelta(days=rng.randrange(4, 30))
    patient = people.patient(rng, sex=sex, age=age, today=today, payer=payer)
    return Case(
        scenario=chosen,
        patient=patient,
        payer=payer,
        plan=rng.choice(payer.plans),
        group_number=f"{rng.choice('ABCDEGHKLMN')}{rng.randrange(10_000, 99_999)}",
        provider=people.provider(rng, chosen.specialty),
        facility=people.facility(rng, chosen.kind),
        today=today,
        start=start,
        end=start + timedelta(days=rng.choice((30, 60, 90, 180))),
        urgency=rng.choice(("standard", "standard", "standard", "expedited")),
        reference=f"{payer.short}-{rng.randrange(100_000, 999_999)}",
        age=completed_years(patient.dob, today),
    )


def completed_years(birth: date, today: date) -> int:
    """Age on a day."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
