"""A commercial plan's medical form: a ruled grid with small labels inside the boxes, section bars white on black."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case
from evaluation.synth.flow import scrawl
from evaluation.synth.form import TICKS, Form
from evaluation.synth.layouts import prose
from evaluation.synth.marks import Bait, Ink, Line, line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

LEFT, WIDTH = 40.0, 532.0
REQUIRED = (
    "patient.dob",
    "patient.member_id",
    "provider.npi",
    "service.start",
    "request.date",
    "provider.signature",
    "clinical.summary",
    "request.urgency",
    "diagnosis.code",
)
_EXAMPLES = ("S93.401A", "N20.0", "H25.11", "K21.9")
_PLACES = (("11", "Office"), ("12", "Home"), ("21", "Inpatient hospital"), ("22", "Outpatient hospital"))


def draw(case: Case, rng: random.Random) -> list[Sheet]:
    """Draws the form; long cases go on on a second page."""
    typist = Typist.hired(case, rng)
    entry = Type(rng.choice(("Helvetica", "Courier", "Helvetica")), 9.0)
    form = Form(Sheet(), case, entry=entry, tick=rng.choice(TICKS[:4]), star=rng.choice(("*", " (req.)")))
    y = _head(form, typist, rng)
    y = _member(form, typist, y)
    y = _requester(form, typist, y)
    y = _place(form, typist, y)
    y = _codes(form, typist, y)
    _foot(form, typist, y, rng)
    sheets = [form.sheet]
    if case.scenario.medications and rng.random() < 0.6:
        sheets.append(_second(typist, rng))
    return sheets


def _head(form: Form, typist: Typist, rng: random.Random) -> float:
    sheet, case = form.sheet, form.case
    sheet.box((LEFT, 46, 30, 30), fill=0.0, stroke=0)
    sheet.write(LEFT + 7, 68, line(case.payer.short[0]), Type("Times-Bold", 22, white=True))
    sheet.write(LEFT + 38, 60, typist.payer(), Type("Helvetica-Bold", 13))
    sheet.write(LEFT + 38, 74, line("Request for Prior Approval of Medical Services"), Type("Helvetica-Bold", 10.5))
    sheet.write(LEFT + 400, 58, line("Return by fax: 1-877-555-0134"), Type(size=8))
    sheet.write(LEFT + 400, 70, line(f"{case.payer.short}-PA-{rng.randrange(100, 999)} rev 11/25"), Type(size=7))
    example = rng.choice(_EXAMPLES)
    bait = Ink(example, bait=Bait("instruction_example", (("diagnosis.code", example),)))
    hint = line(
        "Entries marked",
        form.star,
        " must be filled in. Write codes with the dot, e.g. ",
        bait,
        ". Attach office notes.",
    )
    sheet.write(LEFT, 88, hint, Type("Times-Roman", 8))
    form.bar((LEFT, 94, WIDTH, 13), "A. REVIEW TYPE AND DATES")
    end = form.urgency((LEFT + 4, 120), "Standard review", "Urgent review", asked_as="Review type")
    sheet.write(end + 14, 120, line("Urgent: a delay would endanger life or health."), Type(size=6.5))
    cells = [
        (180.0, "Date of request", typist.day("request.date", case.today), "request.date"),
        (176.0, "First date of service", typist.day("service.start", case.start), "service.start"),
        (176.0, "Last date of service", typist.day("service.end", case.end), None),
    ]
    return form.row(LEFT, 126, 26, cells)


def _member(form: Form, typist: Typist, y: float) -> float:
    form.bar((LEFT, y + 4, WIDTH, 13), "B. MEMBER")
    first: list[tuple[float, str, Line, str | None]] = [
        (232.0, "Member name", typist.name(), "patient.name"),
        (120.0, "Birth date", typist.dob(), "patient.dob"),
        (50.0, "Sex", typist.sex("letter"), None),
        (130.0, "Daytime phone", typist.phone(), None),
    ]
    second: list[tuple[float, str, Line, str | None]] = [
        (170.0, "Identification number", typist.member_id(), "patient.member_id"),
        (202.0, "Benefit plan", typist.plan(), None),
        (160.0, "Group #", typist.group_number(), None),
    ]
    y = form.row(LEFT, y + 17, 26, first)
    y = form.row(LEFT, y, 26, second)
    return form.row(LEFT, y, 26, [(WIDTH, "Residence (street, city, state, ZIP)", typist.address(), None)])


def _requester(form: Form, typist: Typist, y: float) -> float:
    form.bar((LEFT, y + 4, WIDTH, 13), "C. REQUESTING CLINICIAN")
    first: list[tuple[float, str, Line, str | None]] = [
        (232.0, "Clinician name and degree", typist.provider(), "provider.name"),
        (150.0, "NPI (10 digits)", typist.npi(), "provider.npi"),
        (150.0, "Specialty", typist.specialty(), None),
    ]
    second: list[tuple[float, str, Line, str | None]] = [
        (232.0, "Practice", typist.practice(), None),
        (150.0, "Telephone", typist.office_phone(), None),
        (150.0, "Fax", typist.office_fax(), None),
    ]
    y = form.row(LEFT, y + 17, 26, first)
    return form.row(LEFT, y, 26, second)


def _place(form: Form, typist: Typist, y: float) -> float:
    form.bar((LEFT, y + 4, WIDTH, 13), "D. WHERE THE SERVICE IS GIVEN")
    cells: list[tuple[float, str, Line, str | None]] = [
        (332.0, "Facility or supplier", typist.facility(), None),
        (200.0, "Facility NPI", typist.facility_npi(), None),
    ]
    y = form.row(LEFT, y + 17, 26, cells)
    x = LEFT + 4
    form.sheet.write(x, y + 12, line("Setting:"), form.label.at(8))
    x += 40
    for code, label in _PLACES:
        on = form.case.scenario.place == code
        printed = f"{code} {label}"
        x = form.choice((x, y + 12), typist.put("service.place", code, printed) if on else line(printed), on) + 6
    return y + 18


def _codes(form: Form, typist: Typist, y: float) -> float:
    scenario = form.case.scenario
    form.bar((LEFT, y, WIDTH, 13), "E. DIAGNOSES")
    rows = []
    for index, dx in enumerate(scenario.diagnoses):
        code = typist.dx_code(dx, index)
        if index == 0:
            code = form.ask("ICD-10-CM", code, "diagnosis.code")
        rows.append([code, typist.dx_text(dx)])
    y = form.table((LEFT, y + 13), [(110, "ICD-10-CM" + form.star), (422, "Description")], rows)
    form.bar((LEFT, y + 4, WIDTH, 13), "F. SERVICES")
    lines = []
    for item in scenario.procedures:
        parts = [typist.cpt_part(item, p) for p in ("modifier", "description", "units")]
        lines.append([typist.cpt(item), *parts])
    columns = [(100.0, "CPT / HCPCS" + form.star), (50.0, "Modifier"), (322.0, "Service"), (60.0, "Units")]
    return form.table((LEFT, y + 17), columns, [*lines, [(), (), (), ()]])


def _foot(form: Form, typist: Typist, y: float, rng: random.Random) -> None:
    sheet = form.sheet
    bottom = 722.0
    form.bar((LEFT, y + 4, WIDTH, 13), "G. CLINICAL REASONS")
    sheet.box((LEFT, y + 17, WIDTH, bottom - y - 17))
    case = typist.case
    told = prose.passage(prose.story(typist), prose.tried(typist), prose.denials(typist, rng), case.scenario.why)
    told = prose.passage(told, prose.injection(typist, rng))
    value = form.ask("Clinical reasons", told, "clinical.summary")
    sheet.paragraph(LEFT + 5, y + 29, value, width=WIDTH - 12, type_=form.entry.at(8.5))
    form.cell((LEFT, bottom, 332, 28), "Signature of clinician", required=None)
    if form.ask("Signature of clinician", line("signed"), "provider.signature"):
        scrawl(sheet, LEFT + 120, bottom + 18, case.provider.name.plain)
    form.cell(
        (LEFT + 332, bottom, 200, 28), "Signed on", typist.day("request.date", case.today) if not case.blank else ()
    )
    form.barcode(LEFT, 756, case.reference)


def _second(typist: Typist, rng: random.Random) -> Sheet:
    form = Form(Sheet(), typist.case, entry=Type(size=9))
    sheet = form.sheet
    sheet.write(LEFT, 60, line("Attachment to request, page 2"), Type("Helvetica-Bold", 11))
    sheet.write(
        LEFT, 76, line("Member: ", typist.name(), "    Identification number: ", typist.member_id()), Type(size=9)
    )
    form.bar((LEFT, 88, WIDTH, 13), "H. PRESENT MEDICATION")
    rows = []
    for drug in typist.case.scenario.medications:
        parts = [typist.drug_part(drug, "current", p) for p in ("strength", "route", "frequency")]
        rows.append([typist.drug(drug, "current", capital=rng.random() < 0.5), *parts])
    columns = [(180.0, "Medication"), (100.0, "Strength"), (100.0, "Route"), (152.0, "How taken")]
    y = form.table((LEFT, 101), columns, rows)
    form.bar((LEFT, y + 8, WIDTH, 13), "I. FINDINGS")
    findings = [list(typist.observation(*o)) for o in typist.case.scenario.observations]
    y = form.table((LEFT, y + 21), [(240.0, "Finding"), (120.0, "Result"), (172.0, "Unit")], findings)
    sheet.write(
        LEFT, y + 18, line("Known allergies: ", prose.allergies(typist, none="no known drug allergies")), form.entry
    )
    return sheet
