"""Invents the case of an order and draws its parts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from evaluation.synth import catalogue, people
from evaluation.synth.cases import Case, completed_years, make_case
from evaluation.synth.cast import Cast, earlier, make_cast, stranger
from evaluation.synth.catalogue import FORMS, KINDS, FormLayout
from evaluation.synth.compose import required_fields
from evaluation.synth.document import Part
from evaluation.synth.faults import contradicted, plant
from evaluation.synth.paper import Sending, draw_template
from evaluation.synth.plan import Order
from evaluation.synth.template import Template, templates


def draw(order: Order, rng: random.Random) -> tuple[Case, list[Part]]:
    """Invents a case and draws the parts of a document."""
    layouts = order.what.removeprefix("packet:").split("+")
    if layouts[0].partition("@")[0] in templates():
        return _draw_templates(order, layouts, rng)
    form = next((f for f in FORMS if f.name in layouts), None)
    case = _sound_case(order, form, rng)
    for fault in order.faults:
        case = plant(case, fault, rng, required=form.required if form else ())
    later = case
    if "conflict" in order.faults:
        case, later = contradicted(case, rng)
    parts: list[Part] = []
    for index, name in enumerate(layouts):
        if name == "s_cover":
            continue
        wrong = "wrong_patient" in order.faults and index == len(layouts) - 1
        parts.append(
            _part(name, _stranger(later, rng) if wrong else (later if parts else case), rng, order=order, wrong=wrong)
        )
    if "s_cover" in layouts:
        parts.insert(0, catalogue.cover_part(case, rng, pages=1 + sum(part.pages for part in parts)))
    return case, parts


def _sound_case(order: Order, form: FormLayout | None, rng: random.Random) -> Case:
    pharmacy = form is not None and form.pharmacy
    kinds = form.kinds if form else KINDS.get(order.what)
    return make_case(rng, kinds=kinds, pharmacy=pharmacy, scenario=order.scenario)


def _part(name: str, case: Case, rng: random.Random, *, order: Order, wrong: bool) -> Part:
    form = next((f for f in FORMS if f.name == name), None)
    if form is not None:
        return catalogue.form_part(form, case, rng)
    return catalogue.running_part(name, case, rng, as_text=order.rendition == "txt", other_patient=wrong)


def _stranger(case: Case, rng: random.Random) -> Case:
    """The same office's case of another person, whose page slipped into the packet."""
    other = make_case(rng)
    age = max(18, other.age)
    patient = people.patient(rng, sex=other.patient.sex, age=age, today=case.today, payer=case.payer)
    mine = replace(other, patient=patient, age=completed_years(patient.dob, case.today), today=case.today)
    return replace(mine, payer=case.payer, plan=case.plan, provider=case.provider)


def _draw_templates(order: Order, layouts: Sequence[str], rng: random.Random) -> tuple[Case, list[Part]]:
    """Parts of a document of templates; cover sheets are drawn last, for they tell the number of pages."""
    used = [templates()[name.partition("@")[0]] for name in layouts]
    cast = _cast(order, used, rng)
    required = tuple(dict.fromkeys(field for t in used for field in required_fields(t)))
    for fault in order.faults:
        cast = replace(cast, case=plant(cast.case, fault, rng, required=required))
    later = cast
    if "conflict" in order.faults:
        first, second = contradicted(cast.case, rng)
        cast, later = replace(cast, case=first), replace(cast, case=second)
    drawn: list[Part | None] = []
    for index, (name, template) in enumerate(zip(layouts, used, strict=True)):
        wrong = "@stranger" in name or ("wrong_patient" in order.faults and index == _last_paper(used))
        who = later if any(part is not None for part in drawn) else cast
        if wrong:
            who = stranger(who, rng, kinds=template.kinds or None)
        elif "@earlier" in name:
            who = earlier(who, rng)
        sending = Sending(as_text=order.rendition == "txt", other_patient=wrong, untitled="@untitled" in name)
        drawn.append(None if _counts(template) else draw_template(template, who, rng, sending=sending))
    pages = sum(part.pages for part in drawn if part) + drawn.count(None)
    whole = [
        part or draw_template(template, cast, rng, sending=Sending(sheets=pages))
        for part, template in zip(drawn, used, strict=True)
    ]
    return cast.case, whole


def _counts(template: Template) -> bool:
    """The template tells how many pages the fax has."""
    return any("{sheets}" in row for row in template.body)


def _last_paper(used: Sequence[Template]) -> int:
    """Index of the last template that is about a patient."""
    about = [i for i, t in enumerate(used) if t.type not in ("other", "payer_policy")]
    return about[-1] if about else -1


def _cast(order: Order, used: Sequence[Template], rng: random.Random) -> Cast:
    kinds: frozenset[str] | None = None
    for template in used:
        if template.kinds:
            kinds = template.kinds if kinds is None else kinds & template.kinds
    pharmacy = any("pharmacy" in t.settings for t in used)
    return make_cast(rng, kinds=kinds, pharmacy=pharmacy, scenario=order.scenario)
