"""Requests as running text: an order printed by an EHR, and a letter of medical necessity."""

from __future__ import annotations

import random
from datetime import timedelta

from evaluation.synth.flow import Block, Gap, Heading, Items, Pairs, Para, Table, Title
from evaluation.synth.layouts import prose, routine
from evaluation.synth.marks import Line, fill, joined, line
from evaluation.synth.typist import Typist


def order(typist: Typist, rng: random.Random) -> list[Block]:
    """An order that needs authorization, as an EHR prints it."""
    case = typist.case
    codes = [prose.diagnosis(typist, i, pattern="{text} [{code}]") for i in range(len(case.scenario.diagnoses))]
    results = [list(typist.observation(*o)) for o in case.scenario.observations]
    return [
        *_order_head(typist, rng),
        Heading("Ordered"),
        Items(prose.services(typist, pattern="{text} [{code}]   Quantity: {units}"), bullet="*"),
        Heading("Diagnoses for This Order"),
        Items(codes, bullet="1"),
        Heading("Comments"),
        Para(prose.passage(prose.story(typist), prose.denials(typist, rng), case.scenario.why)),
        *([Para(prose.injection(typist, rng))] if case.injected else []),
        Heading("Medication List"),
        Items([typist.drug_line(d, "current") for d in case.scenario.medications], bullet="*"),
        Heading("Allergies"),
        Para(prose.allergies(typist, none="No Known Allergies")),
        Heading("Last Results"),
        Table(("Component", "Latest", "Unit"), results, (0.5, 0.25, 0.25)),
        Para(line("Electronically authorized by ", typist.provider("ordering"))),
    ]


def _order_head(typist: Typist, rng: random.Random) -> list[Block]:
    case = typist.case
    urgency = {"standard": ("Routine", "Elective"), "expedited": ("STAT", "Urgent")}[case.urgency]
    member: list[tuple[str, Line]] = [
        ("Patient", typist.name()),
        ("DOB", typist.dob()),
        ("MRN", typist.mrn()),
        ("Legal sex", typist.sex()),
        ("Coverage", typist.payer()),
        ("Plan", typist.plan()),
        ("Member #", typist.member_id()),
        ("Phone", typist.phone()),
    ]
    rows: list[tuple[str, Line]] = [
        ("Order date", typist.day("request.date", case.today)),
        ("Priority", typist.put("request.urgency", case.urgency, rng.choice(urgency))),
        ("Authorizing provider", typist.provider("ordering")),
        ("Provider NPI", typist.npi()),
        ("Department phone", typist.office_phone()),
        ("Department fax", typist.office_fax()),
        ("Expected on", typist.day("service.start", case.start)),
        ("Performing location", typist.facility()),
    ]
    return [
        Title(line("External Order - Prior Authorization Needed"), centered=False),
        Pairs(member, boxed=True),
        Para(typist.address(), lead="Address:"),
        Heading("Order"),
        Pairs(rows),
    ]


def necessity(typist: Typist, rng: random.Random) -> list[Block]:
    """A letter of medical necessity to the plan."""
    case = typist.case
    stopped = prose.stopped(typist, lead="No longer taken are ")
    measured = line("Measured: ", prose.results(typist, between=", "), ".")
    tried = prose.tried(typist, lead="The following did not help: ")
    return [
        *_letterhead(typist, rng),
        *_asked(typist),
        Para(prose.passage(prose.opener(typist, rng), prose.story(typist))),
        Para(prose.passage(tried, prose.denials(typist, rng))),
        Para(prose.passage(prose.history(typist, lead="History: "), prose.family(typist, lead="Relatives: "))),
        Para(prose.passage(stopped, measured)),
        *([Para(prose.injection(typist, rng))] if case.injected else []),
        *_deadline(typist),
        Para(routine.counsel(rng)),
        Para(line("Sincerely,")),
        Gap(36, signature=case.provider.name.plain),
        Para(line(typist.provider("requesting"), ", ", typist.specialty(), "   NPI ", typist.npi())),
    ]


def _letterhead(typist: Typist, rng: random.Random) -> list[Block]:
    case = typist.case
    reference: list[tuple[str, Line]] = [
        ("Our patient", typist.name()),
        ("Birth date", typist.dob()),
        ("Your member", typist.member_id()),
        ("Benefit", typist.plan()),
    ]
    return [
        Title(typist.practice(), centered=rng.random() < 0.5),
        Para(line(case.provider.address, "   Tel. ", typist.office_phone(), "   Fax ", typist.office_fax())),
        Gap(6),
        Para(typist.day("request.date", case.today, "long")),
        Para(line(typist.payer(), ", Medical Review")),
        Pairs(reference, columns=1),
        Para(line("Letter of medical necessity"), lead="Subject:"),
        Para(line("To the reviewing physician:")),
    ]


def _asked(typist: Typist) -> list[Block]:
    count = len(typist.case.scenario.diagnoses)
    services = prose.services(typist, pattern="{text} (code {code}, {units} units)")
    codes = [prose.diagnosis(typist, i, pattern="{text} ({code})", lower=True) for i in range(count)]
    asked = {"name": typist.formal(), "what": joined(services, ", ", " and ")}
    return [
        Para(fill("I care for {name} and ask you to approve {what}.", asked)),
        Para(line("The diagnosis is ", joined(codes, ", with ", ", and "), ".")),
    ]


def _deadline(typist: Typist) -> list[Block]:
    case = typist.case
    fast = case.urgency == "expedited"
    # The days that federal rules give a plan: 72 hours for an expedited request, 7 days for a standard one.
    day = typist.day("decision.deadline", case.today + timedelta(days=3 if fast else 7))
    asked = "a faster decision" if fast else "your decision"
    start = {"day": typist.day("service.start", case.start), "place": typist.facility()}
    return [
        Para(line(case.scenario.why, f" I ask for {asked} by ", day, ".")),
        Para(fill("Treatment is to start on {day} at {place}.", start)),
    ]
