"""Orders printed by an EHR, letters of medical necessity, denials, laboratory reports and fax covers."""

from __future__ import annotations

import random
import re
from datetime import timedelta

from evaluation.synth.cases import Case
from evaluation.synth.flow import Block, Gap, Heading, Items, Pairs, Para, Table, Title
from evaluation.synth.form import Form
from evaluation.synth.layouts import prose, routine
from evaluation.synth.marks import Fact, Ink, Line, fill, joined, line
from evaluation.synth.people import Facility
from evaluation.synth.sheet import Sheet, Type
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
    needs = [_fact_line("requirement.text", need, "req:0"), _fact_line("requirement.text", more, "req:1")]
    return [
        Title(typist.payer(), centered=False),
        Para(typist.day("letter.date", case.today, "long")),
        Title(line("Notice of Adverse Decision")),
        Pairs(rows, columns=1),
        Para(line("Service: ", *_semicolons(prose.services(typist)))),
        Para(line("Diagnosis: ", prose.diagnosis(typist, 0))),
        Para(fill("Dear {name}:", {"name": typist.formal()})),
        Para(
            fill(
                "The request named above is {outcome} because {reason}.",
                {
                    "outcome": _fact_line("decision.outcome", "denied", None),
                    "reason": _fact_line("denial.reason", reason, None),
                },
            )
        ),
        Para(line("What we would need to decide differently:")),
        Items(needs, bullet="-"),
        Para(
            fill(
                "You may appeal until {day}. Write to the address on your card or call the number there.",
                {"day": typist.day("appeal.deadline", appeal)},
            )
        ),
        Para(line("You may have a copy of the guideline that we used, free of charge.")),
        Gap(36, signature="Medical director"),
        Para(line("Office of the Medical Director")),
    ]


def _fact_line(field: str, value: str, group: str | None) -> Line:
    return (Ink(value, (Fact(field, value, group),)),)


def _semicolons(lines: list[Line]) -> list[Line | str]:
    out: list[Line | str] = []
    for index, printed in enumerate(lines):
        out += ["; ", printed] if index else [printed]
    return out


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


def cover(case: Case, rng: random.Random, *, pages: int) -> Sheet:
    """A fax cover sheet.

    Args:
        case: whose papers follow.
        rng: source of the wording.
        pages: of the whole fax.
    """
    typist = Typist.hired(case, rng)
    form = Form(Sheet(), case, tick="square_x")
    sheet = form.sheet
    face = rng.choice(("Helvetica", "Times-Roman"))
    big, body = Type(face, 11), Type(face, 10)
    sheet.write(60, 84, typist.practice(), big.bolder())
    sheet.write(60, 100, line(case.provider.address), body)
    sheet.write(
        60,
        150,
        line(rng.choice(("FACSIMILE TRANSMITTAL", "Fax Transmission", "FAX COVER PAGE"))),
        Type("Helvetica-Bold", 22),
    )
    rows: list[tuple[str, Line]] = [
        ("TO", line(typist.payer(), rng.choice((" - Utilization Review", " - Prior Approval Unit", " - Intake")))),
        ("FAX", line(f"(877) 555-01{rng.randrange(100):02d}")),
        ("FROM", line(rng.choice(("Front office", "Referral desk", "Authorizations")))),
        ("SENDER TEL", line(case.provider.phone)),
        ("DATE", line(case.today.strftime("%m/%d/%Y"))),
        ("PAGES INCLUDING THIS ONE", line(str(pages))),
        ("SUBJECT", line(rng.choice(("Authorization request with records", "PA packet", "Requested documents")))),
    ]
    y = 190.0
    for label, printed in rows:
        sheet.write(60, y, line(f"{label}:"), body.bolder())
        sheet.write(230, y, printed, body)
        y += 22
    x = 60.0
    for label in ("Urgent", "Please reply", "For your records"):
        x = form.choice((x, y + 8), line(label), label == "For your records", type_=body) + 12
    notice = (
        "This fax is meant for the addressee only and contains confidential health information. "
        "If it reached you by mistake, call the sender and shred all pages. Passing it on is prohibited."
    )
    sheet.paragraph(60, 640, line(notice), width=490, type_=Type(face, 8.5))
    return sheet
