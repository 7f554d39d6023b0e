"""What comes back to an office: a plan's denial, a laboratory's final report."""

from __future__ import annotations

import random
import re
from datetime import timedelta

from evaluation.synth.flow import Block, Gap, Items, Pairs, Para, Table, Title
from evaluation.synth.layouts import prose
from evaluation.synth.marks import Fact, Ink, Line, fill, joined, line
from evaluation.synth.people import Facility
from evaluation.synth.typist import Typist

# name, unit, low, high, decimals; ranges of adult reference intervals as laboratories print them.
_PANEL = (
    ("Sodium", "mmol/L", 135, 145, 0),
    ("Chloride", "mmol/L", 98, 107, 0),
    ("Carbon dioxide", "mmol/L", 22, 29, 0),
    ("Urea nitrogen", "mg/dL", 7, 20, 0),
    ("Calcium", "mg/dL", 8.6, 10.3, 1),
    ("ALT", "U/L", 7, 56, 0),
    ("White cell count", "K/uL", 4.0, 11.0, 1),
    ("MCV", "fL", 80, 100, 0),
    ("Magnesium", "mg/dL", 1.7, 2.4, 1),
    ("TSH", "mIU/L", 0.4, 4.5, 2),
)

# Units of what a laboratory measures in a tube, and names whose unit does not tell.
_LAB_UNIT = re.compile(r"(g|mol|cells|U|IU|K)/(d?m?u?L|g)$")
_LAB_NAMES = frozenset({"Hemoglobin A1c", "INR", "ESR"})

_REASONS = (
    (
        "the notes do not show that simpler treatment was tried first",
        "Proof of six weeks of supervised conservative treatment",
    ),
    (
        "the information sent does not meet the plan's clinical guideline",
        "Results of the qualifying test within the last 90 days",
    ),
    ("another covered service would be as effective", "A statement why the covered alternative cannot be used"),
)


def denial(typist: Typist, rng: random.Random) -> list[Block]:
    """A plan's letter that refuses a request."""
    case = typist.case
    reason, need = rng.choice(_REASONS)
    more = rng.choice(("Office notes of the last three visits", "Imaging report of the affected region"))
    appeal = case.today + timedelta(days=60)
    rows: list[tuple[str, Line]] = [
        ("Member", typist.name()),
        ("Date of birth", typist.dob()),
        ("Member number", typist.member_id()),
        ("Case", typist.put("case.reference_number", case.reference)),
        ("Clinician", typist.provider("requesting")),
        ("Benefit plan", typist.plan()),
    ]
    said = {"outcome": _stated("decision.outcome", "denied"), "reason": _stated("denial.reason", reason)}
    until = "You may appeal until {day}. Write to the address on your card or call the number there."
    return [
        Title(typist.payer(), centered=False),
        Para(typist.day("letter.date", case.today, "long")),
        Title(line("Notice of Adverse Decision")),
        Pairs(rows, columns=1),
        Para(line("Service: ", joined(prose.services(typist), "; "))),
        Para(line("Diagnosis: ", prose.diagnosis(typist, 0))),
        Para(fill("Dear {name}:", {"name": typist.formal()})),
        Para(fill("The request named above is {outcome} because {reason}.", said)),
        Para(line("What we would need to decide differently:")),
        Items([_stated("requirement.text", need, "req:0"), _stated("requirement.text", more, "req:1")], bullet="-"),
        Para(fill(until, {"day": typist.day("appeal.deadline", appeal)})),
        Para(line("You may have a copy of the guideline that we used, free of charge.")),
        Gap(36, signature="Medical director"),
        Para(line("Office of the Medical Director")),
    ]


def _stated(field: str, value: str, group: str | None = None) -> Line:
    return (Ink(value, (Fact(field, value, group),)),)


def laboratory(typist: Typist, rng: random.Random) -> list[Block]:
    """A laboratory's final report."""
    case = typist.case
    drawn = case.today - timedelta(days=rng.randrange(3, 20))
    head: list[tuple[str, Line]] = [
        ("Patient", typist.name("upper")),
        ("Collected", typist.day("specimen.collected", drawn)),
        ("DOB", typist.dob()),
        ("Reported", typist.day("report.date", drawn + timedelta(days=1))),
        ("Sex", typist.sex("letter")),
        ("Ordered by", typist.provider("ordering")),
        ("Patient number", typist.mrn()),
        ("NPI", typist.npi()),
    ]
    lab = Facility(rng.choice(("Meadowlark Reference Laboratory", "Tri-County Clinical Laboratory")), "")
    tests = [o for o in case.scenario.observations if _LAB_UNIT.search(o[2]) or o[0] in _LAB_NAMES]
    rows = [*([*typist.observation(*o), ()] for o in tests), *_panel(typist, rng)]
    shares = (0.4, 0.2, 0.2, 0.2)
    place = typist.facility(lab)[0]
    optional = Ink(place.text, (Fact("facility.name", lab.name, place.facts[0].group, optional=True),))
    return [
        Title((optional,), centered=False),
        Para(line("Final report - all tests completed")),
        Pairs(head, boxed=True),
        Table(("Analyte", "Result", "Units", "Expected range"), rows, shares, ruled=rng.random() < 0.5),
        Para(line("H above, L below the expected range. End of report.")),
    ]


def _panel(typist: Typist, rng: random.Random) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for name, unit, low, high, decimals in rng.sample(_PANEL, 7):
        value = rng.uniform(low * 0.92, high * 1.08)
        printed = f"{value:.{decimals}f}"
        what, much, of = typist.observation(name, printed, unit)
        group = what[0].facts[0].group
        flag = "H" if float(printed) > high else "L" if float(printed) < low else ""
        if flag:
            much = line(much, "  ", Ink(flag, (Fact("observation.flag", flag, group, optional=True),)))
        rows.append([what, much, of, line(f"{low:.{decimals}f} - {high:.{decimals}f}")])
    return rows
