"""Hospital documents: history and physical, discharge summary, operative report, consultation letter."""

from __future__ import annotations

import random
from datetime import timedelta

from evaluation.synth.flow import Block, Gap, Heading, Items, Pairs, Para, Table, Title
from evaluation.synth.layouts import prose, routine
from evaluation.synth.marks import Line, fill, joined, line
from evaluation.synth.people import Facility
from evaluation.synth.typist import Typist

_HOSPITALS = ("Port Alder Regional Hospital", "Saint Brendan Medical Center", "Three Rivers University Hospital")


def _hospital(typist: Typist) -> Line:
    # Decided by the record number, so that every page of a chart names the same hospital.
    name = _HOSPITALS[int(typist.case.patient.mrn) % len(_HOSPITALS)]
    return typist.facility(Facility(name, ""))


def _codes(typist: Typist, rng: random.Random) -> list[Line]:
    pattern = rng.choice(("{text}, ICD-10 {code}", "{text} ({code})", "{code} - {text}"))
    return [prose.diagnosis(typist, i, pattern=pattern) for i in range(len(typist.case.scenario.diagnoses))]


def _injected(typist: Typist, rng: random.Random) -> list[Block]:
    return [Para(prose.injection(typist, rng))] if typist.case.injected else []


def _signature(typist: Typist, words: str, role: str) -> list[Block]:
    name = typist.case.provider.name.plain
    return [Gap(36, signature=name), Para(line(words, typist.provider(role)))]


def _vitals(rng: random.Random) -> str:
    temperature, systolic, diastolic = rng.uniform(97.2, 99.1), rng.randrange(104, 152), rng.randrange(58, 92)
    return f"T {temperature:.1f} F, BP {systolic}/{diastolic}. No acute distress. Chest clear, abdomen soft."


def history_and_physical(typist: Typist, rng: random.Random) -> list[Block]:
    """History and physical on the day of admission."""
    case = typist.case
    head: list[tuple[str, Line]] = [
        ("Name", typist.name()),
        ("Med. rec. #", typist.mrn()),
        ("Date of birth", typist.dob()),
        ("Gender", typist.sex()),
        ("Admitted", typist.day("admission.date", case.today)),
        ("Facility", _hospital(typist)),
    ]
    return [
        Title(line("HISTORY AND PHYSICAL EXAMINATION")),
        Pairs(head, boxed=rng.random() < 0.5),
        Para(typist.provider("attending"), lead="Attending physician:"),
        *_told(typist, rng),
        *_background(typist, rng),
        Heading("Physical Examination"),
        Para(line(_vitals(rng))),
        routine.examination(rng),
        Heading("Data Reviewed"),
        Para(line(prose.results(typist), ".")),
        *_injected(typist, rng),
        Heading("Impression"),
        Items(_codes(typist, rng), bullet="1"),
        Heading("Plan"),
        Para(line(case.scenario.why)),
        Para(routine.counsel(rng)),
        *_signature(typist, "Dictated and signed: ", "attending"),
    ]


def _told(typist: Typist, rng: random.Random) -> list[Block]:
    return [
        Heading("Reason for Admission"),
        Para(prose.opener(typist, rng)),
        Heading("History of Present Illness"),
        Para(prose.passage(prose.story(typist), prose.tried(typist, lead="Earlier treatment: "))),
        Heading("Review of Systems"),
        Para(prose.denials(typist, rng)),
        routine.review_of_systems(rng),
    ]


def _background(typist: Typist, rng: random.Random) -> list[Block]:
    scenario = typist.case.scenario
    separator = ": " if rng.random() < 0.3 else " ("
    return [
        Heading("Past Medical History"),
        Items([typist.not_active(p, "historical") for p in scenario.past], bullet="-"),
        Heading("Family History"),
        Para(prose.family(typist)),
        *routine.social_history(rng),
        Heading("Home Medications"),
        Items([typist.drug_line(d, "current", capital=True) for d in scenario.medications], bullet="1"),
        Para(prose.stopped(typist, lead="Discontinued before admission: ")),
        Heading("Allergies and Intolerances"),
        Para(prose.allergies(typist, none="No known allergies", separator=separator)),
    ]


def discharge(typist: Typist, rng: random.Random) -> list[Block]:
    """Discharge summary."""
    case = typist.case
    left = case.today - timedelta(days=rng.randrange(1, 6))
    came = left - timedelta(days=rng.randrange(2, 9))
    head: list[tuple[str, Line]] = [
        ("PATIENT", typist.name()),
        ("MRN", typist.mrn()),
        ("BIRTHDATE", typist.dob()),
        ("SEX", typist.sex()),
        ("ADMIT DATE", typist.day("admission.date", came)),
        ("DISCHARGE DATE", typist.day("discharge.date", left)),
        ("HOSPITAL", _hospital(typist)),
        ("PAYER", typist.payer()),
    ]
    return [
        Title(line("Summary of Hospital Stay"), centered=False),
        Pairs(head),
        Para(typist.provider("attending"), lead="DISCHARGING PHYSICIAN:"),
        Heading("Final Diagnoses"),
        Items(_codes(typist, rng), bullet="1"),
        Heading("Hospital Course"),
        Para(prose.passage(prose.opener(typist, rng), prose.story(typist))),
        Para(prose.denials(typist, rng)),
        Para(prose.history(typist, lead="Resolved in the past: ")),
        Para(prose.family(typist, lead="Relatives: ")),
        *_injected(typist, rng),
        *_at_discharge(typist),
        Heading("Condition at Discharge"),
        routine.examination(rng, count=5),
        Heading("Instructions"),
        routine.instructions(rng),
        Heading("Disposition"),
        Para(line("Home with family. ", case.scenario.why)),
        *_signature(typist, "Authenticated by ", "attending"),
    ]


def _at_discharge(typist: Typist) -> list[Block]:
    scenario = typist.case.scenario
    results = [list(typist.observation(*o)) for o in scenario.observations]
    return [
        Heading("Pertinent Results"),
        Table(("Study", "Result", "Unit"), results, (0.5, 0.25, 0.25)),
        Heading("Medications to Continue"),
        Items([typist.drug_line(d, "current", capital=True) for d in scenario.medications], bullet="-"),
        Heading("Medications Stopped"),
        Items([_stop(typist, i) for i in range(len(scenario.stopped))], bullet="-"),
        Heading("Allergies"),
        Para(prose.allergies(typist, none="None known (NKDA)")),
    ]


def _stop(typist: Typist, index: int) -> Line:
    drug, reason = typist.case.scenario.stopped[index]
    strength = typist.drug_part(drug, "discontinued", "strength")
    return line("STOP ", typist.drug(drug, "discontinued", capital=True), " ", strength, f": {reason}")


def operation(typist: Typist, rng: random.Random) -> list[Block]:
    """Operative or procedure report."""
    case = typist.case
    head: list[tuple[str, Line]] = [
        ("Patient", typist.name()),
        ("Record number", typist.mrn()),
        ("DOB", typist.dob()),
        ("Date of procedure", typist.day("encounter.date", case.today)),
        ("Location", _hospital(typist)),
        ("Operator", typist.provider("attending")),
    ]
    finding = rng.choice(
        ("as expected from imaging", "unremarkable access, no complication", "consistent with the diagnosis")
    )
    return [
        Title(line("REPORT OF PROCEDURE")),
        Pairs(head, boxed=True),
        Para(prose.diagnosis(typist, 0), lead="Diagnosis before:"),
        Para(line("Same."), lead="Diagnosis after:"),
        Heading("Procedures"),
        Items(prose.services(typist, pattern="{text}, code {code}"), bullet="1"),
        Heading("Indication"),
        Para(prose.passage(prose.opener(typist, rng), prose.story(typist))),
        Para(prose.allergies(typist), lead="Allergies:"),
        Heading("Findings and Course"),
        Para(line(f"Findings were {finding}. Blood loss {rng.randrange(5, 200)} mL. ", prose.denials(typist, rng))),
        *_injected(typist, rng),
        Heading("Afterwards"),
        routine.instructions(rng, count=4),
        Para(line("Continue ", prose.current(typist, between="; "), ".")),
        Para(prose.stopped(typist, lead="Do not restart ")),
        Para(prose.history(typist, lead="Known from before: ")),
        *_signature(typist, "", "attending"),
    ]


def consult(typist: Typist, rng: random.Random) -> list[Block]:
    """A specialist's letter back to the referring clinician."""
    case = typist.case
    codes = _codes(typist, rng)
    past, relatives = prose.history(typist, lead="Past problems: "), prose.family(typist, lead="In the family: ")
    stopped = prose.stopped(typist, lead="I note that these were given up: ")
    services = joined(prose.services(typist, pattern="{text} ({code})"), "; ")
    return [
        *_consult_head(typist),
        Para(line("Dear colleague,")),
        Para(fill("Thank you for sending {name} for an opinion.", {"name": typist.formal()})),
        Para(prose.passage(prose.opener(typist, rng), prose.story(typist))),
        Para(prose.passage(prose.denials(typist, rng), prose.tried(typist, lead="Without success were "))),
        Para(prose.passage(past, relatives)),
        Para(line("Present treatment is ", prose.current(typist, between="; "), ".")),
        Para(prose.passage(stopped, line("Allergies: ", prose.allergies(typist), "."))),
        Para(line("We measured ", prose.results(typist, between=", "), ".")),
        *_injected(typist, rng),
        Para(line("On examination:")),
        routine.examination(rng, count=6),
        Para(line("My impression:")),
        Items(codes, bullet="-"),
        Para(line(case.scenario.why, " I suggest ", services, ".")),
        Para(routine.counsel(rng)),
        Para(line("With kind regards,")),
        *_signature(typist, "", "attending"),
        Para(line(case.provider.specialty)),
    ]


def _consult_head(typist: Typist) -> list[Block]:
    case = typist.case
    reference: list[tuple[str, Line]] = [
        ("Re", typist.name()),
        ("Born", typist.dob()),
        ("Chart", typist.mrn()),
        ("Seen on", typist.day("encounter.date", case.today)),
    ]
    return [
        Title(typist.practice(), centered=False),
        Para(line(case.provider.address)),
        Gap(8),
        Pairs(reference),
    ]
