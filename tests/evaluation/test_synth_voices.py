"""Senders' templates: each draws for every case it is made for, says what its gold says, and has words of its own."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from evaluation.synth.cases import Drug
from evaluation.synth.cast import make_cast, wide_scenarios
from evaluation.synth.compose import required_field
from evaluation.synth.entities import items
from evaluation.synth.form import RARE_TICKS, Form
from evaluation.synth.generate import write_document
from evaluation.synth.marks import Item, line, text_of
from evaluation.synth.paper import draw_template
from evaluation.synth.plan import Order
from evaluation.synth.sheet import Sheet
from evaluation.synth.template import Template, templates
from evaluation.synth.typist import PHONE_STYLES, Typist, print_date, print_phone
from evaluation.synth.wording import phrases
from validation.icd10cm import lookup

# Runs of five words that no sender can avoid: how a form asks for the sex, and stock phrases of the trade.
_STOCK = 6
Json = dict[str, Any]


def _drawn(what: str, folder: Path, **order: Any) -> Json:
    write_document(Order("one", what, "digital", **order), 5, folder)
    gold: Json = json.loads((folder / "gold" / "one.json").read_text("utf-8"))
    return gold


@pytest.mark.parametrize("name", templates())
def test_a_template_states_what_its_gold_says_within_the_page(name: str, tmp_path: Path) -> None:
    gold = _drawn(name, tmp_path)

    for field in gold["fields"]:
        for mention in field["mentions"]:
            page = gold["pages"][mention["page"] - 1]
            printed = ["".join(text.split()) for text in (page["text"], *page["blocks"])]
            assert any("".join(mention["text"].split()) in text for text in printed), field
            left, top, right, bottom = mention["bbox"]
            assert 0 <= left < right <= 612, field
            assert 30 <= top < bottom <= 785, field


@pytest.mark.parametrize("template", [t for t in templates().values() if t.type == "prior_auth_request"], ids=str)
def test_a_request_form_can_show_every_case_of_its_kinds(template: Template) -> None:
    for scenario in wide_scenarios():
        if not template.kinds or scenario.kind in template.kinds:
            cast = make_cast(random.Random(3), scenario=scenario.id)
            assert draw_template(template, cast, random.Random(4)).sheets


def test_senders_share_no_running_text() -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for template in templates().values():
        for phrase in phrases(template):
            said[phrase].add(template.voice)
    shared = defaultdict(list)
    for phrase, voices in said.items():
        for pair in ((a, b) for a in voices for b in voices if a < b):
            shared[pair].append(phrase)

    assert {pair: found for pair, found in shared.items() if len(found) > _STOCK} == {}


def test_every_type_is_drawn_by_several_senders() -> None:
    voices: dict[str, set[str]] = defaultdict(set)
    for template in templates().values():
        voices[template.type].add(template.voice)

    assert all(len(found) >= 6 for found in voices.values()), voices


def test_codes_of_all_scenarios_are_what_they_claim() -> None:
    for scenario in wide_scenarios():
        for dx in scenario.diagnoses:
            entry = lookup(dx.code)
            assert entry is not None, dx.code
            assert entry.billable, dx.code
            assert dx.official in ("", entry.description)
            assert lookup(dx.invalid) is None, dx.invalid


def test_the_cases_name_many_drugs_codes_and_services() -> None:
    every = wide_scenarios()
    drugs = {d.name for s in every for d in (*s.medications, *(t for t, _ in (*s.tried, *s.stopped)))}

    assert len(drugs) > 250
    assert len({dx.code for s in every for dx in s.diagnoses}) > 150
    assert len({p.code for s in every for p in s.procedures}) > 100


# ---------------------------------------------------------------- how values are printed
def _line(drug: Drug) -> Item:
    case = make_cast(random.Random(1), scenario="as_ixe").case
    case = replace(case, scenario=replace(case.scenario, medications=(drug,)))
    return items("med", Typist(case, "us", "first"), templates()["glacier.note_soap"], random.Random(1))[0]


def test_directions_are_told_in_words_and_in_abbreviations() -> None:
    tablet = _line(Drug("nebivolol", "5 mg", "tablet", "by mouth", "twice daily"))
    pen = _line(Drug("liraglutide", "18 mg/3 mL", "pen injector", "subcutaneous", "once daily", dose="1.8 mg"))

    assert text_of(tablet["med.sig"]) == "Take 1 tablet by mouth twice daily"
    assert text_of(tablet["med.sig_abbr"]) == "1 tab PO BID"
    assert text_of(pen["med.sig"]) == "Inject 1.8 mg under the skin once daily"
    assert text_of(pen["med.sig_abbr"]) == "1.8 mg SC QD"


def test_an_abbreviation_states_the_plain_words() -> None:
    often = _line(Drug("nebivolol", "5 mg", "tablet", "by mouth", "twice daily"))["med.freq_abbr"][0]

    assert (often.text, often.facts[0].value) == ("BID", "twice daily")
    assert "BID" in often.facts[0].alternatives


def test_telephone_numbers_keep_their_digits_in_every_style() -> None:
    printed = {print_phone("(208) 555-0123", style) for style in PHONE_STYLES}

    assert len(printed) == len(PHONE_STYLES)
    assert {"".join(c for c in number if c.isdigit()) for number in printed} == {"2085550123"}


@pytest.mark.parametrize(
    ("style", "printed"),
    [("month", "Mar 05, 2026"), ("military", "05 Mar 2026"), ("capital", "05MAR2026")],
)
def test_dates_are_printed_in_the_styles_of_hospitals(style: str, printed: str) -> None:
    assert print_date(date(2026, 3, 5), style) == printed


def test_a_listed_condition_that_is_not_ticked_is_told_as_absent(tmp_path: Path) -> None:
    gold = _drawn("jetty.pa_medical", tmp_path, scenario="carpal")
    absent = {f["value"] for f in gold["fields"] if f["trap"] == "negated_dx"}

    assert absent == {"cervical radiculopathy", "thumb arthritis"}


def test_an_entry_of_another_clinician_can_be_required() -> None:
    assert required_field("PCP NPI*", " {of:pcp:npi}") == "provider.npi"
    assert required_field("Referred by*", " {who:pcp:referring}") == "provider.name"
    assert required_field("PCP NPI", " {of:pcp:npi}") is None


def test_measurements_of_the_visit_may_be_noted_but_need_not(tmp_path: Path) -> None:
    gold = _drawn("fjord.note_encounter", tmp_path, scenario="iop")
    pulse = [f for f in gold["fields"] if (f["group"] or "").startswith("obs:pulse")]

    assert {f["field"] for f in pulse} == {"observation.name", "observation.value", "observation.unit"}
    assert all(f["optional"] for f in pulse)


@pytest.mark.parametrize("template", [t for t in templates().values() if t.type == "clinical_note"], ids=str)
def test_a_printed_vital_sign_has_a_label(template: Template, tmp_path: Path) -> None:
    gold = _drawn(template.name, tmp_path)
    printed = [found for page in gold["pages"] for found in re.findall(r"\b(?:BP|HR|RR|pulse) ([0-9/]+)", page["text"])]
    labelled = {field["value"] for field in gold["fields"] if field["field"] == "observation.value"}
    assert set(printed) <= labelled


def test_other_names_of_a_form_and_a_period_with_its_beginning_are_right_too(tmp_path: Path) -> None:
    spray = _line(Drug("azelastine", "137 mcg", "nasal spray", "intranasal", "twice daily"))
    gold = _drawn("jetty.denial", tmp_path, scenario="carpal")
    window = next(f for f in gold["fields"] if f["field"] == "appeal.window")

    assert spray["med.form"][0].facts[0].alternatives == ("spray",)
    assert spray["med.route"][0].facts[0].alternatives == ("nasal",)
    assert f"{window['value']} of receiving this letter" in window["alternatives"]


def test_days_that_begin_with_the_letters_date_give_a_deadline_that_may_be_told(tmp_path: Path) -> None:
    deadlines = {}
    for name in ("arroyo.denial", "jetty.denial"):
        gold = _drawn(name, tmp_path, scenario="carpal")
        values = {f["field"]: f for f in reversed(gold["fields"])}
        deadlines[name] = (values["letter.date"]["value"], values["appeal.window"], values.get("appeal.deadline"))
    written, window, deadline = deadlines["arroyo.denial"]
    days = next(int(n) for n in ("60", "90") if n in " ".join((window["value"], *window["alternatives"])))

    assert deadline is not None
    assert date.fromisoformat(deadline["value"]) - date.fromisoformat(written) == timedelta(days=days)
    assert deadline["optional"]
    assert deadlines["jetty.denial"][2] is None, "nobody knows when a letter was received"


def test_a_strength_without_a_count_may_be_the_dose() -> None:
    powder = _line(Drug("cholestyramine", "4 g", "powder", "by mouth", "twice daily"))["med.strength"][0]
    tablet = _line(Drug("nebivolol", "5 mg", "tablet", "by mouth", "twice daily"))["med.strength"][0]

    assert [(f.field, f.optional) for f in powder.facts] == [("medication.strength", False), ("medication.dose", True)]
    assert [f.field for f in tablet.facts] == ["medication.strength"]


@pytest.mark.parametrize("tick", RARE_TICKS)
def test_a_choice_is_marked_behind_or_around_its_label(tick: str) -> None:
    case = make_cast(random.Random(1), scenario="as_ixe").case
    drawn = {}
    for on in (True, False):
        sheet = Sheet()
        end = Form(sheet, case, tick=tick).choice((100, 200), line("Routine"), on)
        drawn[on] = (end, len(sheet.marks), sheet.text_lines())

    assert drawn[True][0] == drawn[False][0], "boxes stand at the same place, ticked or not"
    assert drawn[True][1] > drawn[False][1]
    assert drawn[True][2] == drawn[False][2] == ["Routine"]
