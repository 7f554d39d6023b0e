"""Which examples make a document together, and its drawing: pages and text, with what it states."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evaluation.round_trip.clinical import discharge, summary, visit_note
from evaluation.round_trip.decisions import decision_letter
from evaluation.round_trip.elements import names_of
from evaluation.round_trip.observations import laboratory, measured, study
from evaluation.round_trip.packages import Example, Resource
from evaluation.round_trip.printout import Printout, every
from evaluation.round_trip.requests import drug_request, referral, service_request
from evaluation.synth.flow import Look, PlainText, plain, typeset
from evaluation.synth.sheet import Sheet, Type

Draw = Callable[[Printout, Sequence[Resource]], None]
_FACES = ("Helvetica", "Times-Roman", "Courier", "Vera")
_HEADINGS = ("rule", "caps", "bar", "grey")
# Bundles by what their name says: a request or a decision is faxed; inquiries, notifications and errors are not.
_FAXED_BUNDLES = {"Claim": service_request, "ClaimResponse": decision_letter}
_NOT_FAXED_BUNDLES = ("Inquiry", "Subscription", "Error")
_PEOPLE = frozenset({"Patient", "Coverage", "Organization", "Practitioner", "Location"})


@dataclass(frozen=True, slots=True)
class Sheaf:
    """Resources that one document is drawn from.

    Attributes:
        name: of the document; holds the package.
        draw: what draws it.
        resources: in the order in which they are printed; the sender, where there is one, is the first Organization.
    """

    name: str
    draw: Draw
    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn document: the same content as pages and as a text file, and what it states."""

    name: str
    sheets: tuple[Sheet, ...]
    text: PlainText
    printout: Printout


def drawn(sheaf: Sheaf, variant: int) -> Drawn:
    """Draws a document in the habits of one office; the same name and variant give the same document."""
    rng = random.Random(f"{sheaf.name}|{variant}")
    out = Printout(rng, names_of(sheaf.resources))
    sheaf.draw(out, sheaf.resources)
    size = rng.choice((9.0, 9.5, 10.0, 11.0))
    face = rng.choice(_FACES)
    look = Look(body=Type(face, size - 1 if face == "Courier" else size), heading=rng.choice(_HEADINGS))
    return Drawn(f"{sheaf.name}-{variant}", tuple(typeset(out.blocks, look)), plain(out.blocks), out)


def sheaves(examples: Sequence[Example]) -> list[Sheaf]:
    """The documents of all packages."""
    by_package: dict[str, list[Resource]] = defaultdict(list)
    for each in examples:
        by_package[each.package].append(each.resource)
    found: list[Sheaf] = []
    for package, resources in by_package.items():
        found += _of_bundles(package, resources) if package.startswith("pas") else _of_patients(package, resources)
    return found


def _of_bundles(package: str, resources: Sequence[Resource]) -> Iterator[Sheaf]:
    for bundle in every(resources, "Bundle"):
        held = tuple(entry["resource"] for entry in bundle["entry"] if "resource" in entry)
        draw = _FAXED_BUNDLES.get(held[0]["resourceType"]) if held else None
        if draw and not any(word in bundle["id"] for word in _NOT_FAXED_BUNDLES):
            yield Sheaf(f"{package}-{bundle['id']}", draw, held)


def _of_patients(package: str, resources: Sequence[Resource]) -> Iterator[Sheaf]:
    everyone = [each for each in resources if each["resourceType"] in ("Practitioner", "Organization", "Location")]
    for patient in every(resources, "Patient"):
        reference = f"Patient/{patient['id']}"
        own = [each for each in resources if reference in _subjects(each)]
        if own:
            yield from _of_patient(f"{package}-{patient['id']}", patient, own, everyone)


def _subjects(resource: Resource) -> set[str]:
    roles = ("subject", "patient", "beneficiary")
    return {resource[role]["reference"] for role in roles if "reference" in resource.get(role, {})}


def _of_patient(name: str, patient: Resource, own: Sequence[Resource], others: Sequence[Resource]) -> Iterator[Sheaf]:
    """The documents of a patient: a visit, a summary, results, studies, stays, referrals, prescriptions."""
    people = [patient, *every(own, "Coverage"), *_clinicians(others)]
    clinic = _named(others, ("Clinic", "Hospital"))
    facts = [each for each in own if each["resourceType"] not in _PEOPLE]
    results = [each for each in every(own, "Observation") if "laboratory" in _category(each)]
    outside = [each for each in facts if each not in results]
    visits = [e for e in every(own, "Encounter") if e["class"]["code"] == "AMB"]
    yield Sheaf(f"{name}-note", visit_note, (*clinic, *people, *visits, *_not(outside, "Encounter")))
    if every(own, "Coverage"):
        payers = [each for each in others if "Payer" in str(each.get("type"))]
        yield Sheaf(f"{name}-summary", summary, (*clinic, *people, *payers, *outside))
    yield from _laboratories(name, (*_named(others, ("Lab",)), patient, *_clinicians(others)), own, results)
    for report in _studies(own):
        held = _results_of(report, own)
        if any(measured(each) for each in held):
            yield Sheaf(f"{name}-{report['id']}", study, (*clinic, patient, *_clinicians(others), report, *held))
    for stay in (e for e in every(own, "Encounter") if e["class"]["code"] == "IMP"):
        yield Sheaf(
            f"{name}-stay-{stay['id']}", discharge, (*people, *_places(stay, others), stay, *_of_stay(stay, own))
        )
    for order in every(own, "ServiceRequest"):
        yield Sheaf(f"{name}-{order['id']}", referral, (*clinic, *people, *every(others, "Practitioner"), order))
    payers = [each for each in others if "Payer" in str(each.get("type"))]
    for order in (each for each in every(own, "MedicationRequest") if "dispenseRequest" in each):
        yield Sheaf(f"{name}-{order['id']}", drug_request, (*people, *payers, order))


def _clinicians(others: Sequence[Resource]) -> list[Resource]:
    return [each for each in every(others, "Practitioner") if each["name"][0].get("prefix") == ["Dr"]][:1]


def _named(others: Sequence[Resource], words: Sequence[str]) -> list[Resource]:
    """The first organization whose name holds one of the words, the words in order."""
    organizations = every(others, "Organization")
    return [each for word in words for each in organizations if word in each["name"]][:1]


def _not(resources: Sequence[Resource], kind: str) -> list[Resource]:
    return [each for each in resources if each["resourceType"] != kind]


def _category(resource: Resource) -> set[str]:
    return {c["code"] for concept in resource.get("category", ()) for c in concept.get("coding", ()) if "code" in c}


def _laboratories(
    name: str, people: Sequence[Resource], own: Sequence[Resource], results: Sequence[Resource]
) -> Iterator[Sheaf]:
    """Reports over their results; results of no report are sent day by day."""
    loose = list(results)
    for report in (each for each in every(own, "DiagnosticReport") if "LAB" in _category(each)):
        held = _results_of(report, own)
        loose = [each for each in loose if each not in held]
        yield Sheaf(f"{name}-{report['id']}", laboratory, (*people, report, *held))
    for day in sorted({each["effectiveDateTime"][:10] for each in loose}):
        those = [each for each in loose if each["effectiveDateTime"].startswith(day)]
        yield Sheaf(f"{name}-results-{day}", laboratory, (*people, *those))


def _studies(own: Sequence[Resource]) -> list[Resource]:
    return [each for each in every(own, "DiagnosticReport") if "LAB" not in _category(each)]


def _results_of(report: Resource, own: Sequence[Resource]) -> list[Resource]:
    wanted = [each["reference"] for each in report.get("result", ())]
    found = {f"Observation/{each['id']}": each for each in every(own, "Observation")}
    return [found[each] for each in wanted if each in found and "\n" not in str(found[each].get("valueString"))]


def _places(stay: Resource, others: Sequence[Resource]) -> list[Resource]:
    wanted = {each["location"]["reference"] for each in stay.get("location", ())}
    return [each for each in every(others, "Location") if f"Location/{each['id']}" in wanted]


def _of_stay(stay: Resource, own: Sequence[Resource]) -> list[Resource]:
    """What belongs to a stay; the one that names no problem gets the patient's drugs, allergies and instructions."""
    reference = f"Encounter/{stay['id']}"
    problems = [c for c in every(own, "Condition") if c.get("encounter", {}).get("reference") == reference]
    if problems:
        return problems
    kinds = ("MedicationRequest", "AllergyIntolerance", "DocumentReference")
    active = [c for c in every(own, "Condition") if c["clinicalStatus"]["coding"][0]["code"] == "active"]
    return [*active, *(each for kind in kinds for each in every(own, kind))]
