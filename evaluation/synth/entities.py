"""The lists of a case as a template repeats them: diagnoses, services, drugs, allergies, results, laboratory values."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from evaluation.synth.cases import Diagnosis, Drug
from evaluation.synth.cast import brand_of
from evaluation.synth.laboratory import results
from evaluation.synth.marks import Fact, Ink, Item, Line, line
from evaluation.synth.shorthand import abbreviated, amount, directions, otherwise_called
from evaluation.synth.template import Template, fitting
from evaluation.synth.typist import Typist, slug

_PARTS = {
    "strength": "strength",
    "form": "form",
    "route": "route",
    "freq": "frequency",
    "dose": "dose",
    "qty": "quantity",
    "days": "days_supply",
    "refills": "refills",
}


def items(kind: str, typist: Typist, template: Template, rng: random.Random) -> list[Item]:
    """The entries of one list, each slot by its name (`dx.code`).

    Args:
        kind: dx, proc, rx, med, tried, stopped, alg, obs, neg, past, fam, lab, pdx, or a list of the template whose
            entries are requirements.
        typist: prints values.
        template: its phrases and analytes.
        rng: source of choices.
    """
    if kind in template.lists and kind != "analytes":
        return _requirements(kind, typist, template, rng)
    scenario = typist.case.scenario
    services: Mapping[str, Callable[[], list[Item]]] = {
        "dx": lambda: [_diagnosis(typist, index) for index in range(len(scenario.diagnoses))],
        "pdx": lambda: [_policy_diagnosis(dx) for dx in scenario.diagnoses],
        "proc": lambda: [_procedure(typist, index) for index in range(len(scenario.procedures))],
        "rx": lambda: [_drug(typist, scenario.drug, kind)] if scenario.drug else [],
        "med": lambda: [_drug(typist, d, kind) for d in scenario.medications],
        "tried": lambda: [_drug(typist, d, kind, reason) for d, reason in scenario.tried],
        "stopped": lambda: [_drug(typist, d, kind, reason) for d, reason in scenario.stopped],
        "lab": lambda: results(typist, template, rng),
    }
    return services[kind]() if kind in services else _told(kind, typist)


def _told(kind: str, typist: Typist) -> list[Item]:
    scenario = typist.case.scenario
    if kind == "alg":
        return [_allergy(*pair) for pair in scenario.allergies]
    if kind == "obs":
        return [_observation(typist, *row) for row in scenario.observations]
    if kind in ("neg", "past"):
        status = {"neg": "negated", "past": "historical"}[kind]
        conditions = scenario.negated if kind == "neg" else scenario.past
        return [_condition(typist, kind, text, status) for text in conditions]
    if kind == "fam":
        return [
            {
                **_condition(typist, kind, text, "family_history"),
                "fam.who": line(who),
                "fam.Who": line(who.capitalize()),
            }
            for text, who in scenario.family
        ]
    raise KeyError(kind)


def _diagnosis(typist: Typist, index: int) -> Item:
    dx = typist.case.scenario.diagnoses[index]
    code = typist.dx_code(dx, index)
    bare = tuple(Ink(ink.text.replace(".", ""), ink.facts) for ink in code)
    return {
        "dx.code": code,
        "dx.bare": bare,
        "dx.text": typist.dx_text(dx),
        "dx.official": _titled(typist.dx_text(dx), dx.official),
        "dx.lower": typist.dx_text(dx, lower=True),
        "dx.upper": tuple(Ink(ink.text.upper(), ink.facts) for ink in typist.dx_text(dx)),
        "dx.n": line(str(index + 1)),
    }


def _titled(words: Line, title: str) -> Line:
    """A diagnosis by the title of the code set, which says the same as the clinician's words."""
    if not title:
        return words
    fact, *others = words[0].facts
    return (Ink(title, (replace(fact, alternatives=(title,)), *others)),)


def _policy_diagnosis(dx: Diagnosis) -> Item:
    group = f"pdx:{dx.code}"
    title = dx.official or dx.text
    words = Fact("policy.diagnosis_description", dx.text, group, optional=True, alternatives=(title,))
    return {
        "pdx.code": (Ink(dx.code, (Fact("policy.diagnosis_code", dx.code, group),)),),
        "pdx.text": (Ink(dx.text, (words,)),),
        "pdx.official": (Ink(title, (words,)),),
    }


def _procedure(typist: Typist, index: int) -> Item:
    item = typist.case.scenario.procedures[index]
    parts = {f"proc.{p}": typist.cpt_part(item, p) for p in ("description", "modifier", "units")}
    upper = tuple(Ink(ink.text.upper(), ink.facts) for ink in parts["proc.description"])
    return {
        "proc.code": typist.cpt(item),
        "proc.system": line(item.system),
        "proc.text": parts["proc.description"],
        "proc.upper": upper,
        "proc.mod": parts["proc.modifier"],
        "proc.units": parts["proc.units"],
        "proc.n": line(str(index + 1)),
    }


def _drug(typist: Typist, drug: Drug, kind: str, reason: str = "") -> Item:
    status = {"rx": "requested", "med": "current", "tried": "tried-failed", "stopped": "discontinued"}[kind]
    name, capital = typist.drug(drug, status), typist.drug(drug, status, capital=True)
    brand = drug.brand or brand_of(drug.name)
    facts = tuple(
        replace(f, alternatives=(brand,)) if brand and f.field == "medication.drug" else f for f in name[0].facts
    )
    parts = {f"{kind}.{slot}": otherwise_called(typist.drug_part(drug, status, p)) for slot, p in _PARTS.items()}
    parts[f"{kind}.strength"] = amount(drug, parts[f"{kind}.strength"])
    return {
        **parts,
        f"{kind}.drug": (Ink(name[0].text, facts),),
        f"{kind}.cap": (Ink(capital[0].text, facts),),
        f"{kind}.upper": (Ink(drug.name.upper(), facts),),
        f"{kind}.generic": (Ink(drug.name, facts),),
        f"{kind}.brand": (Ink(brand or name[0].text, facts),),
        f"{kind}.reason": line(reason),
        f"{kind}.line": _spaced((Ink(name[0].text, facts),), *(parts[f"{kind}.{s}"] for s in _SIG)),
        f"{kind}.both": (Ink(f"{brand} ({drug.name})" if brand else drug.name, facts),),
        f"{kind}.aka": (Ink(f"{drug.name} ({brand.upper()})" if brand else drug.name, facts),),
        **{f"{kind}.{s}_abbr": abbreviated(s, parts[f"{kind}.{s}"]) for s in ("form", "route", "freq")},
        f"{kind}.sig": directions(drug, parts, kind),
        f"{kind}.sig_abbr": directions(drug, parts, kind, short=True),
    }


_SIG = ("strength", "form", "route", "freq")


def _spaced(*parts: Line) -> Line:
    out: list[Ink] = []
    for part in parts:
        if part:
            out += [*([Ink(" ")] if out else []), *part]
    return tuple(out)


def _allergy(substance: str, reaction: str) -> Item:
    group = f"alg:{slug(substance)}"
    return {
        "alg.what": (Ink(substance, (Fact("allergy.substance", substance, group),)),),
        "alg.What": (Ink(substance[0].upper() + substance[1:], (Fact("allergy.substance", substance, group),)),),
        "alg.how": (Ink(reaction, (Fact("allergy.reaction", reaction, group),)),),
    }


def _observation(typist: Typist, name: str, value: str, unit: str) -> Item:
    what, much, of = typist.observation(name, value, unit)
    attached = line(of) if unit.startswith("/") else line(" ", of) if of else ()
    return {"obs.name": what, "obs.value": much, "obs.unit": of, "obs.measure": line(much, attached)}


def _condition(typist: Typist, kind: str, text: str, status: str) -> Item:
    return {
        f"{kind}.text": typist.not_active(text, status),
        f"{kind}.cap": typist.not_active(text, status, capital=True),
    }


def _requirements(kind: str, typist: Typist, template: Template, rng: random.Random) -> list[Item]:
    """Some entries of a template's list: `min..max` of them, in the list's order."""
    possible = fitting(template.lists[kind], typist.case.scenario.kind)
    low, _, high = template.settings.get(f"how_many.{kind}", "2..4").partition("..")
    count = min(len(possible), rng.randint(int(low), int(high or low)))
    taken = sorted(rng.sample(range(len(possible)), count))
    stated = template.settings.get(f"field.{kind}", "requirement.text")
    out: list[Item] = []
    for index in taken:
        text = possible[index]
        fact = Fact(stated, text, f"{kind}:{index}") if stated != "none" else None
        out.append({"text": (Ink(text, (fact,) if fact else ()),), "n": line(str(len(out) + 1))})
    return out
