"""A supplier's certificate of medical necessity for equipment: lettered sections, questions and answers."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case
from evaluation.synth.flow import scrawl
from evaluation.synth.form import TICKS, Form
from evaluation.synth.layouts import prose
from evaluation.synth.marks import line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

LEFT, WIDTH = 42.0, 528.0
REQUIRED = ("patient.dob", "patient.member_id", "provider.npi", "service.start", "provider.signature")


def draw(case: Case, rng: random.Random) -> list[Sheet]:
    """Draws the certificate on one page."""
    typist = Typist.hired(case, rng)
    face = rng.choice(("Times-Roman", "Helvetica"))
    form = Form(
        Sheet(),
        case,
        label=Type(face, 8),
        entry=Type("Courier" if rng.random() < 0.4 else face, 9.5),
        tick=rng.choice(TICKS),
    )
    sheet = form.sheet
    sheet.write(LEFT, 60, line("CERTIFICATE OF MEDICAL NECESSITY"), Type("Helvetica-Bold", 14))
    sheet.write(LEFT, 74, line("Request for authorization of durable medical equipment and supplies"), Type(face, 10))
    sheet.write(LEFT + 380, 60, line("Plan"), form.label)
    sheet.write(LEFT + 380, 72, typist.payer(), Type("Helvetica-Bold", 9))
    y = _section_a(form, typist, 84)
    y = _section_b(form, typist, y + 6)
    y = _section_c(form, typist, y + 6, rng)
    _section_d(form, typist, y + 8, rng)
    return [sheet]


def _section_a(form: Form, typist: Typist, y: float) -> float:
    form.bar((LEFT, y, WIDTH, 14), "SECTION A   Patient, supplier, physician", shade=0.8)
    form.sheet.box((LEFT, y + 14, WIDTH, 120))
    x, right = LEFT + 6, LEFT + 276
    y += 28
    pairs = (
        (("Patient", typist.name(), "patient.name"), ("Supplier", typist.facility(), None)),
        (("Born", typist.dob(), "patient.dob"), ("Supplier NPI", typist.facility_npi(), None)),
        (
            ("Insurance ID", typist.member_id(), "patient.member_id"),
            ("Physician", typist.provider("ordering"), "provider.name"),
        ),
        (("Sex", typist.sex(), None), ("Physician NPI", typist.npi(), "provider.npi")),
        (("Telephone", typist.phone(), None), ("Physician tel.", typist.office_phone(), None)),
        (("Coverage", typist.plan(), None), ("Physician fax", typist.office_fax(), None)),
    )
    for left, other in pairs:
        for at, (label, printed, required) in ((x, left), (right, other)):
            value = form.ask(label, printed, required)
            form.sheet.write(at, y, line(label + (form.star if required else "")), form.label)
            form.sheet.write(at + 82, y, value, form.entry)
        y += 15
    form.sheet.write(x, y, line("Lives at"), form.label)
    form.sheet.write(x + 82, y, typist.address(), form.entry)
    return y + 16


def _section_b(form: Form, typist: Typist, y: float) -> float:
    scenario = form.case.scenario
    form.bar((LEFT, y, WIDTH, 14), "SECTION B   Equipment ordered", shade=0.8)
    rows = []
    for item in scenario.procedures:
        rows.append([typist.cpt(item), *(typist.cpt_part(item, p) for p in ("modifier", "description", "units"))])
    columns = [(80.0, "HCPCS"), (60.0, "Mod"), (318.0, "Item"), (70.0, "Quantity")]
    y = form.table((LEFT, y + 14), columns, rows, step=16)
    start = form.ask("Start of need", typist.day("service.start", form.case.start), "service.start")
    form.sheet.write(LEFT + 4, y + 14, line("Start of need", form.star, ": ", start), form.entry)
    form.sheet.write(LEFT + 210, y + 14, line("Needed until: ", typist.day("service.end", form.case.end)), form.entry)
    form.sheet.write(LEFT + 390, y + 14, line("Ordered on: ", typist.day("request.date", form.case.today)), form.entry)
    return y + 20


def _section_c(form: Form, typist: Typist, y: float, rng: random.Random) -> float:
    scenario = form.case.scenario
    form.bar((LEFT, y, WIDTH, 14), "SECTION C   Medical facts (completed by the physician's office)", shade=0.8)
    y += 28
    for index, dx in enumerate(scenario.diagnoses):
        printed = line(
            "Diagnosis " if index == 0 else "Secondary ", typist.dx_code(dx, index), "   ", typist.dx_text(dx)
        )
        form.sheet.write(LEFT + 4, y, printed, form.entry)
        y += 14
    for name, value, unit in scenario.observations:
        what, much, of = typist.observation(name, value, unit)
        form.sheet.write(LEFT + 4, y, what, form.label)
        form.sheet.write(LEFT + 260, y, line(much, "" if unit.startswith("/") else " ", of), form.entry)
        y += 14
    for question in (
        "Was the patient seen face to face in the last 6 months?",
        "Will the item be used in the home?",
        "Is this a replacement?",
    ):
        form.sheet.write(LEFT + 4, y, line(question), form.label)
        yes = "replacement" not in question
        x = form.choice((LEFT + 260, y), line("Y"), yes)
        x = form.choice((x, y), line("N"), not yes)
        form.choice((x, y), line("Does not apply"), False)
        y += 14
    form.sheet.write(LEFT + 4, y, line("Length of need: "), form.label)
    form.sheet.write(LEFT + 260, y, line(rng.choice(("99 months (lifetime)", "12 months", "13 months"))), form.entry)
    form.urgency((LEFT + 4, y + 18), "Non-urgent", "Urgent discharge pending")
    return y + 24


def _section_d(form: Form, typist: Typist, y: float, rng: random.Random) -> None:
    case = form.case
    form.bar((LEFT, y, WIDTH, 14), "SECTION D   Narrative and attestation", shade=0.8)
    told = prose.passage(prose.opener(typist, rng), prose.story(typist), prose.denials(typist, rng), case.scenario.why)
    told = prose.passage(told, prose.injection(typist, rng))
    y = form.sheet.paragraph(LEFT + 4, y + 27, told, width=WIDTH - 8, type_=form.entry)
    note = "I certify that the information above is true and that the records support it."
    form.sheet.write(LEFT + 4, max(y + 30, 690), line(note), form.label)
    y = max(y + 60, 722)
    form.sheet.rule(LEFT, y, LEFT + 250, y)
    form.sheet.write(LEFT, y + 10, line("Physician's signature", form.star), form.label)
    if form.ask("Physician's signature", line("signed"), "provider.signature"):
        scrawl(form.sheet, LEFT + 40, y - 4, case.provider.name.plain)
