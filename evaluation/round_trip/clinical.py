"""Clinical documents as their senders would print them: visit notes, patient summaries, discharge summaries."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

from evaluation.round_trip.elements import wording
from evaluation.round_trip.observations import measured, vital_signs
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.people import Rows, coverage_rows, letterhead, patient_rows, provider_rows, show
from evaluation.round_trip.printout import Printout, Row, every, first
from evaluation.round_trip.requests import called_drug, drug_name, listed
from evaluation.synth.flow import Heading, Para
from evaluation.synth.marks import line


def visit_note(out: Printout, resources: Sequence[Resource]) -> None:
    """The note of a visit: who, when, vital signs, what the patient has, takes and does not tolerate."""
    letterhead(out, first(resources, "Organization"), "note")
    encounter = first(resources, "Encounter")
    rows = [*patient_rows(out, first(resources, "Patient"), full=False)]
    if encounter is not None:
        rows.append((out.label("visit"), out.says(encounter, "period", out.day(encounter["period"]["start"]))))
    show(out, [*rows, *provider_rows(out, first(resources, "Practitioner"), "clinician")])
    _allergies(out, resources)
    _medications(out, resources, "medications")
    _social(out, resources)
    vital_signs(out, _of_category(resources, "vital-signs"))
    active, resolved = _by_status(resources)
    listed(out, "assessment", [_condition(out, each) for each in active])
    listed(out, "resolved", [_condition(out, each) for each in resolved])
    listed(out, "goals", [each["description"]["text"] for each in every(resources, "Goal")])
    _signed(out, resources)


def summary(out: Printout, resources: Sequence[Resource]) -> None:
    """A patient summary: demographics, insurance, problems, drugs, allergies, immunizations."""
    letterhead(out, first(resources, "Organization"), "summary")
    show(out, patient_rows(out, first(resources, "Patient")), "patient")
    payers = [each for each in every(resources, "Organization") if "Payer" in str(each.get("type"))]
    show(out, coverage_rows(out, first(resources, "Coverage"), payers[0] if payers else None), "insurance")
    active, resolved = _by_status(resources)
    listed(out, "problems", [_condition(out, each) for each in active])
    listed(out, "resolved", [_condition(out, each) for each in resolved])
    _medications(out, resources, "medications")
    _allergies(out, resources)
    vaccines = [
        f"{wording(i['vaccineCode'])} {out.day(i['occurrenceDateTime'])}" for i in every(resources, "Immunization")
    ]
    listed(out, "immunizations", vaccines)
    listed(out, "goals", [each["description"]["text"] for each in every(resources, "Goal")])


def discharge(out: Printout, resources: Sequence[Resource]) -> None:
    """A discharge summary: the stay, its diagnoses, the drugs to go home with, what to do."""
    place = first(resources, "Location")
    letterhead(out, place, "discharge")
    rows: list[Row] = [*patient_rows(out, first(resources, "Patient"), full=False)]
    for encounter in every(resources, "Encounter"):
        period = encounter.get("period", {})
        rows += [
            (out.label(key), out.day(period[end]))
            for key, end in (("admitted", "start"), ("discharged", "end"))
            if end in period
        ]
    show(out, [*rows, *provider_rows(out, first(resources, "Practitioner"), "clinician")])
    listed(out, "diagnoses", [_condition(out, each) for each in every(resources, "Condition")])
    _medications(out, resources, "discharge_medications")
    _allergies(out, resources)
    for note in every(resources, "DocumentReference"):
        data = note["content"][0]["attachment"].get("data")
        if data:
            out.blocks += [Heading(out.called("headings", "plan")), Para(line(base64.b64decode(data).decode().strip()))]
    _signed(out, resources)


def _condition(out: Printout, condition: Resource) -> str:
    """A diagnosis in words; the heading above it says whether it is active."""
    if wording(condition.get("clinicalStatus", {})).casefold() in ("", "active"):
        out.says(condition, "clinicalStatus.coding", "active")
    return out.says(condition, "code", wording(condition["code"]))


def _by_status(resources: Sequence[Resource]) -> tuple[list[Resource], list[Resource]]:
    held = every(resources, "Condition")
    active = [each for each in held if each["clinicalStatus"]["coding"][0]["code"] == "active"]
    return active, [each for each in held if each not in active]


def _medications(out: Printout, resources: Sequence[Resource], heading: str) -> None:
    """The drugs; two orders of the same drug in the same words are one line of a list."""
    orders = {
        (named, _sig_of(order)): order
        for order in every(resources, "MedicationRequest")
        for named in [called_drug(out, order)]
    }
    rows = [(drug_name(out, order), _directions(out, order)) for order in orders.values()]
    if out.habit("drugs", ("list", "list", "table")) == "table" and rows:
        out.blocks.append(Heading(out.called("headings", heading)))
        out.blocks.append(Rows([out.label("drug"), out.label("sig")], rows))
        return
    joint = out.habit("joint", (" - ", ", ", ": "))
    listed(out, heading, [f"{name}{joint}{sig}" if sig else name for name, sig in rows])


def _sig_of(order: Resource) -> str:
    return " ".join(d.get("text", "") for d in order.get("dosageInstruction", ()))


def _directions(out: Printout, order: Resource) -> str:
    texts = [d["text"] for d in order.get("dosageInstruction", ()) if "text" in d]
    return " ".join(out.says(order, "dosageInstruction.text", text) for text in texts)


def _allergies(out: Printout, resources: Sequence[Resource]) -> None:
    rows = []
    for each in every(resources, "AllergyIntolerance"):
        out.says(each, "clinicalStatus.coding", "active")
        name = out.says(each, "code", wording(each["code"]))
        signs = [wording(m) for r in each.get("reaction", ()) for m in r.get("manifestation", ())]
        rows.append((name, ", ".join(out.says(each, "reaction.manifestation", sign) for sign in signs)))
    match out.habit("allergies", ("dash", "brackets", "table")) if rows else "none":
        case "table":
            out.blocks.append(Heading(out.called("headings", "allergies")))
            out.blocks.append(Rows([out.habit("allergen", ("Allergen", "Substance", "Agent")), "Reaction"], rows))
        case "dash":
            listed(out, "allergies", [f"{name} - {sign}" if sign else name for name, sign in rows])
        case "brackets":
            listed(out, "allergies", [f"{name} ({sign})" if sign else name for name, sign in rows])


def _social(out: Printout, resources: Sequence[Resource]) -> None:
    rows = [
        (wording(each["code"]), value[0])
        for each in _of_category(resources, "social-history")
        if (value := measured(each)) and value[0]
    ]
    if rows:
        out.blocks.append(Heading(out.called("headings", "social")))
        out.blocks.extend(Para(line(f"{name}: {value}")) for name, value in rows)


def _of_category(resources: Sequence[Resource], category: str) -> list[Resource]:
    return [each for each in every(resources, "Observation") if category in _categories(each)]


def _categories(observation: Resource) -> Iterator[str]:
    return (c["code"] for concept in observation.get("category", ()) for c in concept.get("coding", ()))


def _signed(out: Printout, resources: Sequence[Resource]) -> None:
    signer = first(resources, "Practitioner")
    if signer is not None:
        by = out.habit("signed", ("Electronically signed by", "Signed by", "Signed:"))
        out.blocks.append(Para(line(f"{by} {out.person(signer, credentials=True)}")))
