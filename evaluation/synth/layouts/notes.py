"""Clinicians' visit notes as running documents, in the two usual orders, and how an office sets its papers."""

from __future__ import annotations

import random
from collections.abc import Callable

from evaluation.synth.flow import Block, Gap, Heading, Items, Look, Pairs, Para, Table, Title
from evaluation.synth.layouts import prose, routine
from evaluation.synth.marks import Line, line
from evaluation.synth.sheet import Type
from evaluation.synth.typist import Typist

Note = Callable[[Typist, random.Random], list[Block]]


def look(typist: Typist, rng: random.Random) -> Look:
    """How one office's notes are set."""
    face = rng.choice(("Helvetica", "Times-Roman", "Helvetica", "Courier"))
    size = {"Courier": 8.8, "Times-Roman": 10.5}.get(face, 9.5)
    return Look(
        body=Type(face, size),
        heading=rng.choice(("rule", "bar", "caps", "grey")),
        margin=rng.choice((46.0, 54.0, 60.0)),
        running=lambda number: line(typist.name(), "   DOB ", typist.dob(), f"   Page {number}"),
        footer=lambda number: line(f"Printed from the chart - page {number}"),
    )


def _visit_head(typist: Typist, title: str) -> list[Block]:
    case = typist.case
    rows: list[tuple[str, Line]] = [
        ("Patient", typist.name()),
        ("Visit date", typist.day("encounter.date", case.today)),
        ("Birth date", typist.dob()),
        ("Chart no.", typist.mrn()),
        ("Sex", typist.sex()),
        ("Seen by", typist.provider("attending")),
        ("Coverage", typist.payer()),
        ("Subscriber no.", typist.member_id()),
    ]
    return [Title(line(title)), Pairs(rows, boxed=True)]


def _medications(typist: Typist, rng: random.Random) -> list[Block]:
    current = [typist.drug_line(d, "current", capital=rng.random() < 0.4) for d in typist.case.scenario.medications]
    return [Items(current, bullet=rng.choice(("-", "*", "1"))), Para(prose.stopped(typist, lead="No longer taken: "))]


def _assessment(typist: Typist, rng: random.Random) -> list[Line]:
    pattern = rng.choice(("{text} ({code})", "{code}  {text}", "{text} - {code}", "{text} [{code}]"))
    return [prose.diagnosis(typist, i, pattern=pattern) for i in range(len(typist.case.scenario.diagnoses))]


def _plan(typist: Typist, rng: random.Random) -> list[Line]:
    out = [line(rng.choice(("Order ", "Request ", "Proceed with ")), service) for service in prose.services(typist)]
    return [
        *out,
        line(typist.case.scenario.why),
        line(rng.choice(("Follow up in 6 weeks.", "Return in three months."))),
    ]


def _signed(typist: Typist) -> list[Block]:
    when = typist.case.today.strftime("%m/%d/%Y")
    return [Gap(6), Para(line("Signed electronically by ", typist.provider("attending"), f" on {when} 16:42"))]


def _exam(rng: random.Random) -> Line:
    systolic, diastolic, pulse = rng.randrange(108, 150), rng.randrange(62, 92), rng.randrange(56, 96)
    return line(
        f"BP {systolic}/{diastolic}, pulse {pulse}, afebrile. Alert, in no distress. Heart regular, lungs clear."
    )


def soap(typist: Typist, rng: random.Random) -> list[Block]:
    """Subjective, objective, assessment, plan."""
    return [
        *_visit_head(typist, rng.choice(("Clinic Note", "Outpatient Progress Note", "FOLLOW-UP VISIT"))),
        Heading("Subjective"),
        Para(prose.passage(prose.opener(typist, rng), prose.story(typist), prose.denials(typist, rng))),
        *([Para(prose.tried(typist))] if typist.case.scenario.tried else []),
        Para(prose.history(typist), lead="Past history:"),
        Para(prose.family(typist), lead="Family history:"),
        Para(prose.allergies(typist), lead="Allergies:"),
        Heading("Medications"),
        *_medications(typist, rng),
        Heading("Review of Systems"),
        routine.review_of_systems(rng, count=6),
        Heading("Objective"),
        Para(_exam(rng)),
        routine.examination(rng, count=6),
        Para(line(prose.results(typist), "."), lead="Results:"),
        *([Para(prose.injection(typist, rng))] if typist.case.injected else []),
        Heading("Assessment"),
        Items(_assessment(typist, rng), bullet="1"),
        Heading("Plan"),
        Items(_plan(typist, rng), bullet="-"),
        Para(routine.counsel(rng)),
        *_signed(typist),
    ]


def apso(typist: Typist, rng: random.Random) -> list[Block]:
    """Assessment and plan first, as many EHRs print them."""
    return [
        *_visit_head(typist, rng.choice(("Office Note", "AMBULATORY ENCOUNTER", "Specialty Visit Summary"))),
        Heading("Assessment and Plan"),
        Items(_assessment(typist, rng), bullet="1"),
        Items(_plan(typist, rng), bullet="*"),
        Heading("Interval History"),
        Para(prose.passage(prose.opener(typist, rng), prose.story(typist))),
        Para(prose.denials(typist, rng)),
        *([Para(prose.injection(typist, rng))] if typist.case.injected else []),
        Heading("Current Outpatient Medications"),
        *_medications(typist, rng),
        Heading("Allergies"),
        Para(prose.allergies(typist, none="No known drug allergies")),
        Heading("Histories"),
        Para(prose.history(typist), lead="Medical:"),
        Para(prose.family(typist), lead="Family:"),
        *routine.social_history(rng),
        Heading("Exam and Data"),
        Para(_exam(rng)),
        routine.examination(rng),
        _results_table(typist),
        *_signed(typist),
    ]


def _results_table(typist: Typist) -> Table:
    rows = [list(typist.observation(*o)) for o in typist.case.scenario.observations]
    return Table(("Test", "Value", "Unit"), rows, (0.5, 0.25, 0.25))
