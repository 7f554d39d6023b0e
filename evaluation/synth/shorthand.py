"""How prescribers shorten a drug line (`by mouth twice daily`: `PO BID`), and directions in whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from evaluation.synth.cases import Drug
from evaluation.synth.marks import Fact, Ink, Item, Line, joined, line

_SHORT: Mapping[str, Mapping[str, str]] = {
    "freq": {
        "once daily": "QD",
        "twice daily": "BID",
        "three times daily": "TID",
        "four times daily": "QID",
        "at bedtime": "QHS",
        "every morning": "QAM",
        "every evening": "QPM",
        "once weekly": "q week",
        "every 2 weeks": "Q2W",
        "every 4 weeks": "Q4W",
        "every 8 weeks": "Q8W",
        "every 12 weeks": "Q12W",
        "every 12 hours": "q12h",
        "every 8 hours": "q8h",
        "every 6 hours": "q6h",
        "every 4 hours": "q4h",
        "every other day": "QOD",
        "as needed": "PRN",
        "every 8 hours as needed": "q8h PRN",
        "every 6 hours as needed": "q6h PRN",
        "every 4 hours as needed": "q4h PRN",
    },
    "route": {
        "by mouth": "PO",
        "subcutaneous": "SC",
        "intramuscular": "IM",
        "intravenous": "IV",
        "by inhalation": "inh",
        "sublingual": "SL",
        "topical": "top.",
    },
    "form": {"tablet": "tab", "capsule": "cap", "extended-release tablet": "ER tab", "chewable tablet": "chew tab"},
}
# What a patient does with a form, where the dose is counted in it.
_COUNTED = {"tablet": "Take", "capsule": "Take", "extended-release tablet": "Take"}
_VERBS = {
    "subcutaneous": "Inject",
    "intramuscular": "Inject",
    "by inhalation": "Inhale",
    "topical": "Apply",
    "ophthalmic": "Instill",
    "intranasal": "Spray",
    "transdermal": "Apply",
    "by mouth": "Take",
    "feeding tube": "Give",
}
_ADVERBS = {
    "subcutaneous": "under the skin",
    "intramuscular": "into the muscle",
    "topical": "to the skin",
    "ophthalmic": "in the eye",
    "intranasal": "in the nose",
    "sublingual": "under the tongue",
    "transdermal": "to the skin",
    "by inhalation": "into the lungs",
    "feeding tube": "through the feeding tube",
}


# What else a form or a route is called where no dictionary makes them one.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "intranasal": ("nasal",),
    "by inhalation": ("inhalation", "inhaled"),
    "feeding tube": ("tube", "enteral"),
    "ophthalmic": ("eye",),
    "nasal spray": ("spray",),
    "nasal rinse": ("rinse",),
    "oral solution": ("solution",),
    "eye drops": ("drops", "solution"),
    "inhalation powder": ("powder", "inhaler"),
    "prefilled syringe": ("syringe", "injection"),
    "pen injector": ("pen", "injection"),
    "autoinjector": ("pen", "injection"),
    "vial": ("injection",),
    "extended-release tablet": ("tablet", "ER tablet"),
}


def amount(drug: Drug, strength: Line) -> Line:
    """A strength that is all the line says of how much is taken, as of a powder: it may be noted as the dose too."""
    if not strength or drug.dose or drug.form in _COUNTED or "/" in drug.strength or "%" in drug.strength:
        return strength
    ink = strength[0]
    return (replace(ink, facts=(*ink.facts, replace(ink.facts[0], field="medication.dose", optional=True))),)


def otherwise_called(printed: Line) -> Line:
    """A form or route with its other names as right readings."""
    return tuple(replace(ink, facts=tuple(_known_as(f, *_ALSO.get(f.value, ())) for f in ink.facts)) for ink in printed)


def abbreviated(slot: str, printed: Line) -> Line:
    """A form, route or frequency as prescribers shorten it; unchanged if there is no usual short form."""
    if not printed:
        return ()
    ink = printed[0]
    short = _SHORT[slot].get(ink.text, ink.text)
    return (Ink(short, tuple(_known_as(fact, short) for fact in ink.facts)),)


def directions(drug: Drug, parts: Item, kind: str, *, short: bool = False) -> Line:
    """Directions for use: `Take 1 tablet by mouth twice daily`, or `1 tab PO BID`.

    Args:
        drug: what is taken.
        parts: its printed parts, by slot (`med.route`).
        kind: prefix of the slots.
        short: in abbreviations.
    """
    form, route, often, dose = (parts[f"{kind}.{slot}"] for slot in ("form", "route", "freq", "dose"))
    if drug.form in _COUNTED:
        dose = _one(drug, form, short=short)
    if short:
        return joined([part for part in (dose, abbreviated("route", route), abbreviated("freq", often)) if part], " ")
    verb = _COUNTED.get(drug.form) or _VERBS.get(drug.route, "Use")
    way = tuple(
        Ink(_ADVERBS.get(ink.text, ink.text), tuple(_known_as(f, _ADVERBS.get(ink.text, "")) for f in ink.facts))
        for ink in route
    )
    return joined([part for part in (line(verb), dose, way, often) if part], " ")


def _one(drug: Drug, form: Line, *, short: bool) -> Line:
    """`1 tablet`: a count that may be noted as the dose, with the form in it."""
    word = abbreviated("form", form)[0].text if short else form[0].text
    group = form[0].facts[0].group
    count = Fact("medication.dose", f"1 {word}", group, optional=True, alternatives=("1", drug.strength))
    return (Ink(f"1 {word}", (count, *form[0].facts)),)


def _known_as(fact: Fact, *printed: str) -> Fact:
    """The same fact, right in the printed words too."""
    return replace(fact, alternatives=(*fact.alternatives, *(text for text in printed if text)))
