"""A pharmacy benefit form: one drug asked for, what was tried before, laboratory values, tick-box questions."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case, Drug
from evaluation.synth.flow import scrawl
from evaluation.synth.form import TICKS, Form
from evaluation.synth.layouts import prose
from evaluation.synth.marks import Line, line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

LEFT, WIDTH = 38.0, 536.0
REQUIRED = (
    "patient.dob",
    "patient.member_id",
    "provider.npi",
    "medication.strength",
    "medication.frequency",
    "medication.quantity",
    "medication.days_supply",
    "diagnosis.code",
    "provider.signature",
    "medication.tried",
)


def draw(case: Case, rng: random.Random) -> list[Sheet]:
    """Draws the form on one page."""
    typist = Typist.hired(case, rng)
    form = Form(
        Sheet(),
        case,
        label=Type("Helvetica", 7),
        entry=Type(rng.choice(("Helvetica", "Times-Roman", "Courier")), 9.3),
        tick=rng.choice(TICKS),
        star=" **",
    )
    sheet = form.sheet
    sheet.box((LEFT, 44, WIDTH, 30), fill=0.9, stroke=0.8)
    sheet.write(LEFT + 8, 57, line("COVERAGE DETERMINATION / DRUG PRIOR AUTHORIZATION"), Type("Helvetica-Bold", 11.5))
    sheet.write(LEFT + 8, 69, typist.payer(), Type(size=9))
    sheet.write(LEFT + 330, 69, line("Clinical review fax 1-866-555-0143"), Type(size=8))
    sheet.write(LEFT, 84, line("Items with ** are needed before a pharmacist can review."), form.label)
    y = _people(form, typist, 90)
    drug = case.scenario.drug
    if drug is None:
        raise ValueError("the pharmacy form asks for a drug")
    y = _drug(form, typist, y + 6, drug)
    y = _diagnosis(form, typist, y + 6)
    y = _tried(form, typist, y + 6)
    _rest(form, typist, y + 6, rng)
    return [sheet]


def _people(form: Form, typist: Typist, y: float) -> float:
    half = WIDTH / 2 - 4
    right = LEFT + half + 8
    form.bar((LEFT, y, half, 13), "Patient", shade=0.25)
    form.bar((right, y, half, 13), "Prescriber", shade=0.25)
    patient: list[tuple[str, Line, str | None]] = [
        ("Patient name", typist.name(), "patient.name"),
        ("Birthdate", typist.dob(), "patient.dob"),
        ("Sex assigned at birth", typist.sex(), None),
        ("Cardholder ID", typist.member_id(), "patient.member_id"),
        ("Home phone", typist.phone(), None),
        ("Home address", typist.address(), None),
    ]
    prescriber: list[tuple[str, Line, str | None]] = [
        ("Prescriber", typist.provider("requesting"), "provider.name"),
        ("Prescriber NPI", typist.npi(), "provider.npi"),
        ("Specialty", typist.specialty(), None),
        ("Phone", typist.office_phone(), None),
        ("Secure fax", typist.office_fax(), None),
        ("Date completed", typist.day("request.date", form.case.today), None),
    ]
    y += 13
    for left, right_side in zip(patient, prescriber, strict=True):
        for x, (label, printed, required) in ((LEFT, left), (right, right_side)):
            form.sheet.box((x, y, half, 16), stroke=0.5)
            value = form.ask(label, printed, required)
            after = form.sheet.write(x + 3, y + 11, line(label + (form.star if required else "") + ":"), form.label)
            if value:
                form.sheet.write(after + 5, y + 11, value, form.entry)
        y += 16
    return y


def _drug(form: Form, typist: Typist, y: float, drug: Drug) -> float:
    form.bar((LEFT, y, WIDTH, 13), "Drug requested", shade=0.25)

    def part(name: str) -> Line:
        return typist.drug_part(drug, "requested", name)

    first: list[tuple[float, str, Line, str | None]] = [
        (220.0, "Name of drug", typist.drug(drug, "requested"), "medication.drug"),
        (116.0, "Strength / concentration", part("strength"), "medication.strength"),
        (100.0, "Dosage form", part("form"), None),
        (100.0, "Route of administration", part("route"), None),
    ]
    second: list[tuple[float, str, Line, str | None]] = [
        (100.0, "Dose", part("dose"), None),
        (160.0, "How often", part("frequency"), "medication.frequency"),
        (92.0, "Qty per fill", part("quantity"), "medication.quantity"),
        (92.0, "Days' supply", part("days_supply"), "medication.days_supply"),
        (92.0, "Refills", part("refills"), None),
    ]
    y = form.row(LEFT, y + 13, 26, first)
    y = form.row(LEFT, y, 26, second)
    x = form.choice((LEFT + 4, y + 13), line("New therapy"), True)
    form.choice((x + 6, y + 13), line("Renewal"), False)
    form.urgency((LEFT + 250, y + 13), "Standard (72 h)", "Expedited (24 h)")
    return y + 18


def _diagnosis(form: Form, typist: Typist, y: float) -> float:
    form.bar((LEFT, y, WIDTH, 13), "Diagnosis", shade=0.25)
    y += 13
    for index, dx in enumerate(form.case.scenario.diagnoses):
        code = typist.dx_code(dx, index)
        label = "Diagnosis being treated" if index == 0 else "Other condition"
        cells: list[tuple[float, str, Line, str | None]] = [
            (396.0, label, typist.dx_text(dx), None),
            (140.0, "ICD-10 code", code, "diagnosis.code" if index == 0 else None),
        ]
        y = form.row(LEFT, y, 25, cells)
    return y


def _tried(form: Form, typist: Typist, y: float) -> float:
    form.bar((LEFT, y, WIDTH, 13), "Drugs already tried for this condition" + form.star, shade=0.25)
    how = form.case.blank.get("medication.tried")
    rows: list[list[Line]] = []
    for drug, reason in () if how else form.case.scenario.tried:
        name = typist.drug(drug, "tried-failed", capital=True)
        rows.append([name, typist.drug_part(drug, "tried-failed", "strength"), line(reason)])
    if not rows:
        form.ask("Drugs already tried", (), "medication.tried")
    empty: list[Line] = [(), (), ()]
    columns = [(180.0, "Drug"), (100.0, "Strength"), (256.0, "Outcome, reason for stopping")]
    return form.table((LEFT, y + 13), columns, [*rows, empty], step=15)


def _rest(form: Form, typist: Typist, y: float, rng: random.Random) -> None:
    sheet, case = form.sheet, form.case
    form.bar((LEFT, y, WIDTH, 13), "Laboratory and clinical values", shade=0.25)
    y += 25
    sheet.write(LEFT + 4, y, prose.results(typist, between="     "), form.entry)
    y += 15
    taken = line("Also taking: ", prose.current(typist))
    y = sheet.paragraph(LEFT + 4, y, taken, width=WIDTH - 8, type_=form.entry) + 2
    sheet.write(LEFT + 4, y, line("Drug allergies: ", prose.allergies(typist, none="NKDA")), form.entry)
    y += 14
    told = prose.passage(prose.story(typist), prose.denials(typist, rng), case.scenario.why)
    told = line("Rationale: ", prose.passage(told, prose.injection(typist, rng)))
    sheet.paragraph(LEFT + 4, y, told, width=WIDTH - 8, type_=form.entry)
    sheet.box((LEFT, 716, WIDTH, 30))
    sheet.write(LEFT + 3, 724, line("Prescriber signature (no stamps)", form.star), form.label)
    if form.ask("Prescriber signature", line("signed"), "provider.signature"):
        scrawl(sheet, LEFT + 130, 738, case.provider.name.plain)
