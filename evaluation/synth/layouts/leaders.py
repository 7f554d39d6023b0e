"""A Medicaid plan's fax form: two columns of labels with dotted leaders, no boxes, questions at the foot."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case
from evaluation.synth.flow import scrawl
from evaluation.synth.form import TICKS, Form
from evaluation.synth.layouts import prose
from evaluation.synth.marks import Line, line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

LEFT, RIGHT, COLUMN = 46.0, 316.0, 250.0
REQUIRED = (
    "patient.dob",
    "patient.member_id",
    "provider.npi",
    "service.start",
    "request.urgency",
    "provider.signature",
)
Entry = tuple[str, Line, str | None]


def draw(case: Case, rng: random.Random) -> list[Sheet]:
    """Draws the form on one page."""
    typist = Typist.hired(case, rng)
    face = rng.choice(("Times-Roman", "Helvetica"))
    form = Form(
        Sheet(), case, label=Type(face, 9), entry=Type(rng.choice((face, "Courier")), 9.5), tick=rng.choice(TICKS)
    )
    sheet = form.sheet
    sheet.write(LEFT, 62, typist.payer(), Type("Times-Bold", 15))
    sheet.write(LEFT, 78, line("PRE-SERVICE AUTHORIZATION - FAX FORM"), Type("Helvetica-Bold", 11))
    sheet.rule(LEFT, 84, 566, 84, width=2)
    sheet.write(
        LEFT, 96, line("Please type or print. Items with * decide whether we can start the review."), Type(face, 8)
    )
    form.urgency((LEFT, 114), "Routine (7 days)", "Expedited (72 hours)", asked_as="Routine / Expedited")
    y = _columns(form, 136, "Beneficiary", _beneficiary(typist), _provider(typist))
    y = _services(form, typist, y + 10)
    y = _questions(form, typist, y + 8, rng)
    _sign(form, typist, y)
    return [sheet]


def _beneficiary(typist: Typist) -> list[Entry]:
    return [
        ("Beneficiary", typist.name(), "patient.name"),
        ("Date of birth", typist.dob(), "patient.dob"),
        ("Gender", typist.sex(), None),
        ("Medicaid / plan ID", typist.member_id(), "patient.member_id"),
        ("Product", typist.plan(), None),
        ("Contact phone", typist.phone(), None),
    ]


def _provider(typist: Typist) -> list[Entry]:
    return [
        ("Ordering provider", typist.provider("ordering"), "provider.name"),
        ("Ordering NPI", typist.npi(), "provider.npi"),
        ("Type of practice", typist.specialty(), None),
        ("Office phone", typist.office_phone(), None),
        ("Office fax", typist.office_fax(), None),
        ("Submitted on", typist.day("request.date", typist.case.today), None),
    ]


def _columns(form: Form, y: float, title: str, left: list[Entry], right: list[Entry]) -> float:
    heading = Type("Helvetica-Bold", 10)
    form.sheet.write(LEFT, y, line(title.upper()), heading)
    form.sheet.write(RIGHT, y, line("PROVIDER"), heading)
    for (label_a, value_a, need_a), (label_b, value_b, need_b) in zip(left, right, strict=True):
        y += 17
        form.leader((LEFT, y), label_a, value_a, width=COLUMN, required=need_a)
        form.leader((RIGHT, y), label_b, value_b, width=COLUMN, required=need_b)
    return y + 14


def _services(form: Form, typist: Typist, y: float) -> float:
    heading = Type("Helvetica-Bold", 10)
    sheet, scenario = form.sheet, form.case.scenario
    sheet.write(LEFT, y, line("SERVICE"), heading)
    y += 17
    form.leader((LEFT, y), "Rendered at", typist.facility(), width=COLUMN)
    form.leader((RIGHT, y), "Site NPI", typist.facility_npi(), width=COLUMN)
    y += 17
    start = typist.day("service.start", form.case.start)
    form.leader((LEFT, y), "Begin date", start, width=COLUMN, required="service.start")
    form.leader((RIGHT, y), "End date", typist.day("service.end", form.case.end), width=COLUMN)
    for number, item in enumerate(scenario.procedures, 1):
        y += 17
        modifier = typist.cpt_part(item, "modifier")
        code = line(typist.cpt(item), "-" if modifier else "", modifier, "  ", typist.cpt_part(item, "description"))
        form.leader((LEFT, y), f"Code {number}", code, width=400)
        form.leader((LEFT + 420, y), "Units", typist.cpt_part(item, "units"), width=100)
    for index, dx in enumerate(scenario.diagnoses):
        y += 17
        label = "Primary diagnosis" if index == 0 else "Other diagnosis"
        form.leader((LEFT, y), label, line(typist.dx_code(dx, index), "  ", typist.dx_text(dx)), width=520)
    return y + 16


def _questions(form: Form, typist: Typist, y: float, rng: random.Random) -> float:
    sheet = form.sheet
    yes = rng.random() < 0.7
    for question in ("Has conservative treatment been tried?", "Is the service a continuation of earlier treatment?"):
        sheet.write(LEFT, y, line(question), form.label)
        x = form.choice((LEFT + 260, y), line("Yes"), yes)
        form.choice((x + 8, y), line("No"), not yes)
        y += 15
        yes = not yes
    sheet.write(LEFT, y + 4, line("Medical justification:"), form.label.bolder())
    case = form.case
    told = prose.passage(prose.opener(typist, rng), prose.story(typist), prose.denials(typist, rng), case.scenario.why)
    if case.scenario.tried:
        told = prose.passage(told, prose.tried(typist, lead="Earlier drug treatment without success: "))
    told = line(told, " ", "Test results: ", prose.results(typist), ".")
    told = prose.passage(told, prose.injection(typist, rng))
    return sheet.paragraph(LEFT, y + 18, told, width=520, type_=form.entry.at(9)) + 6


def _sign(form: Form, typist: Typist, y: float) -> None:
    y = max(y + 20, 640)
    form.sheet.rule(LEFT, y, LEFT + 240, y, width=0.8)
    form.sheet.write(LEFT, y + 10, line("Provider signature", form.star), form.label)
    if form.ask("Provider signature", line("signed"), "provider.signature"):
        scrawl(form.sheet, LEFT + 30, y - 4, typist.case.provider.name.plain)
    note = "Send with office notes to 1-888-555-0119. An incomplete form delays the decision."
    form.sheet.write(LEFT, 750, line(note), form.label.at(7.5))
