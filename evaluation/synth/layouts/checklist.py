"""A plain typed request with checklists, as behavioural health and therapy offices send them: no rules, few boxes."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case
from evaluation.synth.flow import scrawl
from evaluation.synth.form import Form
from evaluation.synth.layouts import prose
from evaluation.synth.marks import Line, line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

LEFT = 58.0
REQUIRED = (
    "patient.dob",
    "patient.member_id",
    "provider.npi",
    "request.urgency",
    "provider.signature",
    "service.start",
)
_SETTINGS = (
    ("11", "office"),
    ("12", "home"),
    ("21", "inpatient"),
    ("22", "outpatient hospital"),
    ("55", "residential"),
)


def draw(case: Case, rng: random.Random) -> list[Sheet]:
    """Draws the request on one page."""
    typist = Typist.hired(case, rng)
    body = Type(rng.choice(("Courier", "Helvetica")), 9.6)
    form = Form(
        Sheet(),
        case,
        label=body,
        entry=body,
        tick=rng.choice(("brackets", "parens", "underline", "circle")),
        star=" (r)",
    )
    sheet = form.sheet
    sheet.write(LEFT, 60, typist.payer(), body.bolder().at(13))
    sheet.write(LEFT, 76, line("AUTHORIZATION REQUEST - SERVICES BEFORE THEY BEGIN"), body.bolder())
    sheet.write(LEFT, 90, line("(r) = required"), body.at(8))
    y = _typed(form, typist, 112)
    y = _lists(form, typist, y + 8)
    _reasons(form, typist, y + 8, rng)
    return [sheet]


def _typed(form: Form, typist: Typist, y: float) -> float:
    case = form.case
    entries: list[tuple[str, Line, str | None]] = [
        ("MEMBER", typist.name(), "patient.name"),
        ("D.O.B.", typist.dob(), "patient.dob"),
        ("INSURANCE NO.", typist.member_id(), "patient.member_id"),
        ("RECORD NO.", typist.mrn(), None),
        ("REFERRED BY", typist.provider("referring"), "provider.name"),
        ("N.P.I.", typist.npi(), "provider.npi"),
        ("OFFICE TEL", typist.office_phone(), None),
        ("OFFICE FAX", typist.office_fax(), None),
        ("PROGRAM / SITE", typist.facility(), None),
        ("SITE N.P.I.", typist.facility_npi(), None),
        ("TODAY", typist.day("request.date", case.today), None),
        ("FIRST SESSION / DAY", typist.day("service.start", case.start), "service.start"),
    ]
    for label, printed, required in entries:
        value = form.ask(label, printed, required)
        form.sheet.write(LEFT, y, line(label + (form.star if required else "")), form.label)
        form.sheet.write(LEFT + 150, y, line(": ", value), form.entry)
        y += 14
    return y


def _lists(form: Form, typist: Typist, y: float) -> float:
    case = form.case
    form.sheet.write(LEFT, y, line("How soon?"), form.label.bolder())
    form.urgency((LEFT + 120, y), "routine", "urgent", asked_as="How soon?")
    y += 16
    form.sheet.write(LEFT, y, line("Where?"), form.label.bolder())
    x = LEFT + 120
    for code, label in _SETTINGS:
        on = case.scenario.place == code
        x = form.choice((x, y), typist.put("service.place", code, label) if on else line(label), on) - 2
    y += 18
    form.sheet.write(LEFT, y, line("Problems (ICD-10-CM)"), form.label.bolder())
    for index, dx in enumerate(case.scenario.diagnoses):
        y += 14
        form.choice((LEFT + 10, y), line(typist.dx_code(dx, index), "  ", typist.dx_text(dx)), True, type_=form.entry)
    y += 18
    form.sheet.write(LEFT, y, line("Services wanted (code, what, how many)"), form.label.bolder())
    for item in case.scenario.procedures:
        y += 14
        modifier = typist.cpt_part(item, "modifier")
        printed = line(typist.cpt(item), " " if modifier else "", modifier, "  ", typist.cpt_part(item, "description"))
        form.choice((LEFT + 10, y), line(printed, ", units: ", typist.cpt_part(item, "units")), True, type_=form.entry)
    return y + 14


def _reasons(form: Form, typist: Typist, y: float, rng: random.Random) -> None:
    case = form.case
    form.sheet.write(LEFT, y, line("Why now"), form.label.bolder())
    told = prose.passage(prose.opener(typist, rng), prose.story(typist), prose.denials(typist, rng), case.scenario.why)
    y = form.sheet.paragraph(LEFT, y + 14, told, width=500, type_=form.entry) + 4
    for told in (
        prose.tried(typist, lead="Medication without success: "),
        line("Measures: ", prose.results(typist), "."),
        line("Takes now: ", prose.current(typist)),
        prose.stopped(typist, lead="Off since last review: "),
        line("Allergic to: ", prose.allergies(typist, none="nothing known (NKA)")),
        prose.injection(typist, rng),
    ):
        if told:
            y = form.sheet.paragraph(LEFT, y, told, width=500, type_=form.entry) + 3
    y = max(y + 26, 716)
    form.sheet.write(LEFT, y, line("signed", form.star, " ______________________________"), form.label)
    if form.ask("signed", line("signed"), "provider.signature"):
        scrawl(form.sheet, LEFT + 80, y - 2, case.provider.name.plain)
