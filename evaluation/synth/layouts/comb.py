"""A government programme's machine-read form: one character per box for names, dates and numbers."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case
from evaluation.synth.flow import scrawl
from evaluation.synth.form import Form
from evaluation.synth.layouts import prose
from evaluation.synth.marks import Line, line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

LEFT = 44.0
REQUIRED = (
    "patient.dob",
    "patient.member_id",
    "provider.npi",
    "request.date",
    "provider.signature",
    "clinical.summary",
)
_LABEL = Type("Helvetica", 7.5)


def draw(case: Case, rng: random.Random) -> list[Sheet]:
    """Draws the form on one page."""
    typist = Typist(case, "us", "upper")
    form = Form(Sheet(), case, label=_LABEL, entry=Type("Courier", 9.5), tick=rng.choice(("square_x", "square_fill")))
    sheet = form.sheet
    sheet.write(LEFT, 60, line("Prior Authorization Treatment Request"), Type("Helvetica-Bold", 14))
    sheet.write(LEFT, 74, line("Plan: ", typist.payer(), "     Product: ", typist.plan()), Type(size=9))
    sheet.write(
        LEFT,
        86,
        line("Use black ink and capital letters, one character in each box. Fields with * are mandatory."),
        _LABEL,
    )
    sheet.box((36, 94, 540, 664), stroke=1.6)
    y = _combs(form, typist, 104)
    y = _timing(form, typist, y)
    y = _codes(form, typist, y)
    _rest(form, typist, y, rng)
    return [sheet]


def _field(
    form: Form, at: tuple[float, float], label: str, printed: Line, boxes: int, required: str | None = None
) -> None:
    """A comb under its label; combs hold capitals without punctuation where the label says so."""
    x, y = at
    form.sheet.write(x, y + 7, line(label + (form.star if required else "")), form.label)
    form.comb((x, y + 10), printed, boxes=boxes, required=(required, label) if required else None)


def _combs(form: Form, typist: Typist, y: float) -> float:
    case = form.case
    birth = typist.put("patient.dob", case.patient.dob.isoformat(), case.patient.dob.strftime("%m%d%Y"))
    asked = typist.put("request.date", case.today.isoformat(), case.today.strftime("%m%d%Y"))
    _field(form, (LEFT, y), "1. MEMBER NAME (LAST, FIRST MI)", typist.name("upper"), 28)
    _field(form, (LEFT + 392, y), "2. DATE OF BIRTH (MMDDYYYY)", birth, 8, "patient.dob")
    y += 32
    _field(form, (LEFT, y), "3. MEMBER / RECIPIENT NUMBER", typist.member_id(), 14, "patient.member_id")
    form.sheet.write(LEFT + 210, y + 7, line("4. SEX"), form.label)
    x = LEFT + 210
    for value, label in (("male", "M"), ("female", "F")):
        on = case.patient.sex == value
        x = form.choice((x, y + 21), typist.put("patient.sex", value, label) if on else line(label), on) + 4
    _field(form, (LEFT + 392, y), "5. REQUEST DATE (MMDDYYYY)", asked, 8, "request.date")
    y += 32
    _field(form, (LEFT, y), "6. REQUESTING PROVIDER NPI", typist.npi(), 10, "provider.npi")
    form.sheet.write(LEFT + 160, y + 7, line("7. REQUESTING PROVIDER NAME"), form.label)
    form.sheet.write(LEFT + 160, y + 21, typist.provider(), form.entry)
    form.sheet.write(LEFT + 330, y + 7, line("8. PROVIDER PHONE"), form.label)
    form.sheet.write(LEFT + 330, y + 21, typist.office_phone(), form.entry)
    form.sheet.write(LEFT + 440, y + 7, line("9. PROVIDER FAX"), form.label)
    form.sheet.write(LEFT + 440, y + 21, typist.office_fax(), form.entry)
    y += 32
    _field(form, (LEFT, y), "10. SERVICING NPI", typist.facility_npi(), 10)
    form.sheet.write(LEFT + 160, y + 7, line("11. SERVICING FACILITY OR SUPPLIER"), form.label)
    form.sheet.write(LEFT + 160, y + 21, typist.facility(), form.entry)
    return y + 34


def _timing(form: Form, typist: Typist, y: float) -> float:
    sheet = form.sheet
    sheet.rule(36, y, 576, y, width=1.2)
    sheet.write(LEFT, y + 12, line("12. TYPE OF REVIEW"), form.label)
    form.urgency((LEFT + 90, y + 12), "Regular", "Expedited - member's health at risk")
    sheet.write(LEFT, y + 30, line("13. SERVICE DATES   FROM"), form.label)
    sheet.write(LEFT + 108, y + 30, typist.day("service.start", form.case.start), form.entry)
    sheet.write(LEFT + 190, y + 30, line("THROUGH"), form.label)
    sheet.write(LEFT + 232, y + 30, typist.day("service.end", form.case.end), form.entry)
    sheet.write(LEFT + 330, y + 30, line("14. PLACE OF SERVICE CODE"), form.label)
    sheet.write(LEFT + 446, y + 30, typist.put("service.place", form.case.scenario.place), form.entry)
    sheet.rule(36, y + 38, 576, y + 38, width=1.2)
    return y + 44


def _codes(form: Form, typist: Typist, y: float) -> float:
    scenario = form.case.scenario
    form.sheet.write(LEFT, y + 7, line("15. DIAGNOSIS CODES (ICD-10-CM) AND DESCRIPTIONS"), form.label)
    rows = [[line(str(i + 1)), typist.dx_code(dx, i), typist.dx_text(dx)] for i, dx in enumerate(scenario.diagnoses)]
    columns = [(24.0, "#"), (90.0, "Code"), (406.0, "Description")]
    y = form.table((LEFT, y + 11), columns, rows, step=16)
    form.sheet.write(LEFT, y + 12, line("16. PROCEDURES, ITEMS OR DRUGS BY CODE"), form.label)
    lines = []
    for item in scenario.procedures:
        lines.append([typist.cpt(item), *(typist.cpt_part(item, p) for p in ("modifier", "units", "description"))])
    columns = [(70.0, "Proc. code"), (50.0, "Mod."), (50.0, "Qty"), (350.0, "Plain description")]
    return form.table((LEFT, y + 16), columns, lines, step=16)


def _rest(form: Form, typist: Typist, y: float, rng: random.Random) -> None:
    sheet, case = form.sheet, form.case
    sheet.write(LEFT, y + 14, line("17. MEDICAL NECESSITY (what, why, what was tried)" + form.star), form.label)
    told = prose.passage(prose.opener(typist, rng), prose.story(typist), prose.tried(typist), case.scenario.why)
    told = prose.passage(told, prose.injection(typist, rng))
    value = form.ask("Medical necessity", told, "clinical.summary")
    sheet.paragraph(LEFT, y + 28, value, width=520, type_=form.entry.at(8.8))
    sheet.rule(36, 722, 576, 722, width=1.2)
    sheet.write(LEFT, 732, line("18. PROVIDER SIGNATURE" + form.star), form.label)
    if form.ask("Provider signature", line("signed"), "provider.signature"):
        scrawl(sheet, LEFT + 110, 746, case.provider.name.plain)
    sheet.write(LEFT + 330, 732, line("19. CONTACT PERSON"), form.label)
    sheet.write(LEFT, 772, line("FORM MA-36 (08/25)  -  not valid without provider signature"), form.label)
