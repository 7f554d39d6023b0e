"""A radiology benefit manager's intake sheet: questions in a shaded column, answers beside, tick boxes below."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case
from evaluation.synth.form import TICKS, Form
from evaluation.synth.layouts import prose
from evaluation.synth.marks import Line, line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

LEFT, LABELS, WIDTH = 50.0, 170.0, 512.0
REQUIRED = ("patient.dob", "patient.member_id", "provider.npi", "service.start", "diagnosis.code", "request.urgency")
Entry = tuple[str, Line, str | None]


def draw(case: Case, rng: random.Random) -> list[Sheet]:
    """Draws the sheet on one page."""
    typist = Typist.hired(case, rng)
    form = Form(
        Sheet(),
        case,
        label=Type("Helvetica", 8.3),
        entry=Type(rng.choice(("Helvetica", "Courier")), 9.3),
        tick=rng.choice(TICKS),
        star=" (must be answered)",
    )
    sheet = form.sheet
    sheet.box((0, 30, 612, 44), fill=0.15, stroke=0)
    sheet.write(LEFT, 50, line("Outpatient Review Intake Sheet"), Type("Helvetica-Bold", 15, white=True))
    sheet.write(LEFT, 66, line("for ", typist.payer()), Type("Helvetica", 10, white=True))
    y = 92.0
    form.urgency((LEFT, y), "Routine", "Urgent - needed within 72 hours", asked_as="Routine or urgent")
    y = _block(form, y + 10, _member(typist))
    y = _block(form, y + 8, _orderer(typist))
    y = _block(form, y + 8, _exam(form, typist))
    _clinical(form, typist, y + 16, rng)
    return [sheet]


def _block(form: Form, y: float, entries: list[Entry]) -> float:
    for label, printed, required in entries:
        value = form.ask(label, printed, required)
        form.sheet.box((LEFT, y, LABELS, 16), fill=0.9, stroke=0.5)
        form.sheet.box((LEFT + LABELS, y, WIDTH - LABELS, 16), stroke=0.5)
        form.sheet.write(LEFT + 4, y + 11, line(label), form.label)
        if required:
            form.sheet.write(LEFT + LABELS - 9, y + 12, line("*"), form.label.bolder())
        if value:
            form.sheet.write(LEFT + LABELS + 6, y + 11, value, form.entry)
        y += 16
    return y


def _member(typist: Typist) -> list[Entry]:
    return [
        ("Who is the member?", typist.name(), "patient.name"),
        ("Member's birth date", typist.dob(), "patient.dob"),
        ("Male or female", typist.sex(), None),
        ("ID on the member card", typist.member_id(), "patient.member_id"),
        ("Product", typist.plan(), None),
        ("Best phone", typist.phone(), None),
    ]


def _orderer(typist: Typist) -> list[Entry]:
    return [
        ("Who orders?", typist.provider("ordering"), "provider.name"),
        ("Orderer's NPI", typist.npi(), "provider.npi"),
        ("Office telephone", typist.office_phone(), None),
        ("Office fax", typist.office_fax(), None),
        ("Where will it be done?", typist.facility(), None),
        ("NPI of that site", typist.facility_npi(), None),
        ("Sheet filled in on", typist.day("request.date", typist.case.today), None),
        ("Planned for", typist.day("service.start", typist.case.start), "service.start"),
    ]


def _exam(form: Form, typist: Typist) -> list[Entry]:
    scenario = form.case.scenario
    entries: list[Entry] = []
    for number, item in enumerate(scenario.procedures, 1):
        modifier = typist.cpt_part(item, "modifier")
        printed = line(typist.cpt(item), " " if modifier else "", modifier, "   ", typist.cpt_part(item, "description"))
        entries.append((f"Exam or service {number}", line(printed, "   x ", typist.cpt_part(item, "units")), None))
    for index, dx in enumerate(scenario.diagnoses):
        # The code is what the sheet demands: without it only the words stand there.
        blank = index == 0 and "diagnosis.code" in form.case.blank
        label = "Working diagnosis" if index == 0 else "Further diagnosis"
        if blank:
            form.ask(label, (), "diagnosis.code")
            entries.append((label, typist.dx_text(dx), None))
        else:
            entries.append((label, line(typist.dx_text(dx), "   ", typist.dx_code(dx, index)), None))
    return entries


def _clinical(form: Form, typist: Typist, y: float, rng: random.Random) -> None:
    case = form.case
    for question in ("Plain films done first", "Contrast allergy", "Same study within the last year"):
        yes = question.startswith("Plain")
        form.sheet.write(LEFT, y, line(question), form.label)
        x = form.choice((LEFT + LABELS, y), line("yes"), yes)
        form.choice((x + 4, y), line("no"), not yes)
        y += 14
    form.sheet.write(LEFT, y + 6, line("Tell the reviewer what matters:"), form.label.bolder())
    told = prose.passage(prose.story(typist), prose.tried(typist, lead="Did not help: "), prose.denials(typist, rng))
    told = line(told, f" {case.scenario.why} Findings: ", prose.results(typist), ".")
    told = prose.passage(told, prose.injection(typist, rng))
    form.sheet.paragraph(LEFT, y + 20, told, width=WIDTH, type_=form.entry)
    form.sheet.write(
        LEFT,
        756,
        line("Sheets without answers to starred questions are sent back. Fax 1-844-555-0126"),
        form.label.at(7),
    )
