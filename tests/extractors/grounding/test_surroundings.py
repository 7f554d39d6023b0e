"""Values that are printed where they seem to answer, and yet must not be accepted: whole pages through the pipeline."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from documents.records import Record
from documents.values import Cited, Evidence, Kind
from extractors.backends.rules import BACKEND
from extractors.grounding.surroundings import doubt
from extractors.records.features import cut_off
from flows.stages import Facility, Received, check, extract
from tests.extractors.forms.drawing import draw
from tests.extractors.printed import page_of

REQUEST = """
PRIOR AUTHORIZATION REQUEST FORM
Patient name: Anna Ruiz            Date of birth: 05/06/1971
Member ID: XQZ998877665            Health plan: Bluestone Health
Requesting provider: Laura Kim, MD   NPI: 1234567893
Diagnosis code: M54.16   Place of service: 22
{}
"""
NOTE = """
PROGRESS NOTE
Patient: Jane Porter
Date of birth: 03/04/1980
Date of visit: 02/03/2026
History of present illness: seen for a cough.
Assessment: Asthma J45.909
{}
"""
LETTER = """
Letter of Medical Necessity
April 1, 2026
Bluestone Health Plan
RE: Anna Ruiz, DOB 05/06/1971, Member ID XQZ998877665
I am writing to request prior authorization for CPT 22633.
{}
Sincerely,
Laura Kim, MD
NPI 1234567893
cc: Peter Hall, MD
"""


def records(page: str) -> tuple[Record, ...]:
    pages = (draw(page),)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    received = Received(at=now, header_at=None, sender=None)
    return check(
        "a" * 64, pages, extract(pages, BACKEND), received=received, facility=Facility(ZoneInfo("America/Chicago"))
    )


def accepted(page: str) -> set[tuple[str, str]]:
    return {(f.path, f.value) for record in records(page) for f in record.fields if f.usable}


@pytest.mark.parametrize(
    ("template", "line", "wrong"),
    [
        (NOTE, "Plan: return in 2 weeks", {("payer.plan", "return in 2 weeks")}),
        (NOTE, "Plan: Will discuss the plan with patient.", {("payer.plan", "Will discuss the plan with")}),
        (NOTE, "Labs: Glucose 110 (70-99) mg/dL; TSH pending", {("facility.name", "*")}),
        (NOTE, "Medications: metformin 500 mg daily (was on atorvastatin 20 mg)", {("medication.status", "current#2")}),
        (REQUEST, "CPT code: 72148 or 72149", {("procedure.code", "72148"), ("procedure.code", "72149")}),
        (REQUEST, "CPT code: 72148, not 72149", {("procedure.code", "72149")}),
        (REQUEST, "ICD-10: M54.17 - M54.18", {("diagnosis.code", "M54.17"), ("diagnosis.code", "M54.18")}),
        (REQUEST, "Plan: Granite State Care Alliance", {("payer.plan", "Granite State Care Alliance")}),
        (REQUEST, "Insurance: Yes", {("payer.name", "Yes")}),
        (REQUEST, "Provider: and degree", {("provider.name", "and degree")}),
        (REQUEST, "Planned date: 03/10/2027 03/10/2026", {("service.start", "2027-03-10")}),
        (REQUEST, "Service date: not before 07/01/2026", {("service.start", "2026-07-01")}),
        (REQUEST, "Service date: 09/23/1989", {("service.start", "1989-09-23")}),
        (REQUEST, "Policy effective date: 01/01/2026", {("service.start", "2026-01-01")}),
        (REQUEST, "Dx: M54.16   rule out M51.26", {("diagnosis.description", "rule out")}),
        (REQUEST, "Member address: 12 Elm St, Boise, ID 83702", {("patient.address", "12 Elm St, Boise")}),
        (LETTER, "Her previous MRI (72158) was denied.", {("procedure.code", "72158")}),
        (REQUEST, "Diagnosis 2: Services wanted", {("diagnosis.description", "Services wanted")}),
        (REQUEST, "Servicing facility: Same as above", {("facility.name", "*")}),
        (REQUEST, "Is the patient taking Enbrel? [ ] Yes [x] No", {("medication.status", "current")}),
        (NOTE, "Plan: change metoprolol 25 mg to 50 mg twice daily", {("medication.strength", "25 mg")}),
        (LETTER, "Her previous MRI (72158) was denied.", {("provider.name", "Peter Hall")}),
        (REQUEST, "Marla Hanson, RN", {("provider.name", "Marla Hanson")}),
        (NOTE, "Electronically signed by: Toby Ashe, LPN", {("provider.name", "Toby Ashe")}),
        (REQUEST, "Insurance carrier  Insurer Harbor Health Plan", {("payer.name", "Insurer Harbor Health Plan")}),
        (REQUEST, "Attending provider: Chart Number", {("provider.name", "Chart Number")}),
        (
            LETTER,
            "Please cover ocrelizumab infusion, 1 mg, code J2350.",
            {("medication.strength", "1 mg"), ("medication.drug", "ocrelizumab"), ("medication.form", "infusion")},
        ),
        (NOTE, "Medications: metformin 500 mg daily\nnaproxen: hives", {("medication.drug", "naproxen")}),
        (NOTE, "Medications: Copaxone stopped for injection site reactions", {("medication.form", "injection")}),
        (
            NOTE,
            "Medications: omeprazole 20 mg oral suspension per feeding tube once daily",
            {("medication.route", "oral")},
        ),
        (NOTE, "Allergies: codeine/nausea", {("allergy.substance", "codeine/nausea")}),
        (NOTE, "Labs: Grip strength right 30 kg", {("facility.name", "*")}),
        (NOTE, "Clinic line T (303) 555-0142 - F (303) 555-0143", {("patient.sex", "female")}),
        (REQUEST, "Subscriber ID: KL4471 9038", {("patient.member_id", "KL4471")}),
        (NOTE, "Medications: pramlintide 60 mcg, shaky at night", {("medication.frequency", "at night")}),
        (NOTE, "Member ID: L40.52", {("patient.member_id", "L40.52")}),
        (NOTE, "Insurance company: Second Notice of Coverage", {("payer.name", "Second Notice of Coverage")}),
        (NOTE, "Medications: lispro 8 units three times daily with", {("medication.frequency", "three times daily")}),
    ],
)
def test_what_must_not_be_accepted(template: str, line: str, wrong: set[tuple[str, str]]) -> None:
    found = accepted(template.format(line))
    assert found, "the rest of the page is read"
    if any(value == "*" for _, value in wrong):
        assert not {path for path, _ in found} & {path for path, _ in wrong}
    elif ("medication.status", "current#2") in wrong:
        groups = [
            (f.path, f.value, f.group)
            for r in records(template.format(line))
            for f in r.fields
            if f.path.startswith("medication.")
        ]
        stopped = next(g for path, value, g in groups if value == "atorvastatin")
        assert ("medication.status", "discontinued", stopped) in groups
    else:
        assert not found & wrong


@pytest.mark.parametrize(
    ("template", "line", "right"),
    [
        (REQUEST, "Plan: Northgate Silver PPO", {("payer.plan", "Northgate Silver PPO")}),
        (REQUEST, "CPT code: 72148", {("procedure.code", "72148")}),
        (REQUEST, "Service date: 07/01/2026 - 07/31/2026", {("service.start", "2026-07-01")}),
        (REQUEST, "Member address: 12 Elm St, Boise, ID 83702", {("patient.address", "12 Elm St, Boise, ID 83702")}),
        (LETTER, "She has failed therapy.", {("provider.name", "Laura Kim"), ("procedure.code", "22633")}),
        (NOTE, "Electronically signed by: Toby Ashe, MSN, FNP", {("provider.name", "Toby Ashe")}),
        (NOTE, "Medications: enoxaparin injection, 40 mg daily", {("medication.drug", "enoxaparin")}),
        (NOTE, "Medications: metformin 500 mg twice daily", {("medication.frequency", "twice daily")}),
    ],
)
def test_what_is_still_accepted(template: str, line: str, right: set[tuple[str, str]]) -> None:
    assert right - accepted(template.format(line)) == set()


def test_a_segment_of_doubtful_type_is_never_published_without_a_person() -> None:
    page = """
    Record of what was done
    Patient: Anna Ruiz     DOB: 05/06/1971
    Diagnosis: M54.16    Prescriber: Laura Kim, MD
    Expedited
    """
    (record,) = records(page)
    assert record.segment.confidence < 0.85
    assert not record.accepted
    assert "document_type_unsure" in record.review_reasons


@pytest.mark.parametrize(
    ("path", "kind", "line", "quote", "name"),
    [
        ("medication.drug", Kind.DRUG, "Labs: low calcium", "calcium", "not_taken"),
        ("medication.drug", Kind.DRUG, "norgestimate-ethinyl estradiol daily", "estradiol", "not_taken"),
        ("medication.drug", Kind.DRUG, "calcium 600 mg daily", "calcium", None),
        ("diagnosis.description", Kind.TEXT, "Ruled out: gout; sepsis", "sepsis", "denied"),
        ("diagnosis.description", Kind.TEXT, "Aunt   gout", "gout", "kin"),
        ("diagnosis.description", Kind.TEXT, "Problem: gout. Aunt had sepsis", "gout", None),
        ("request.urgency", Kind.URGENCY, "Is this an urgent request?  No", "urgent", "not_asked"),
        ("payer.name", Kind.ORGANIZATION, "Canyon Oxygen Supply", "Canyon Oxygen Supply", "label_words"),
        ("payer.name", Kind.ORGANIZATION, "Canyon Mutual", "Canyon Mutual", None),
        ("facility.name", Kind.ORGANIZATION, "main site, CLIA 11D0000000", "main site, CLIA 11D0000000", "label_words"),
        ("facility.npi", Kind.NPI, "Prescriber's NPI: 1234567893", "1234567893", "other_owner"),
        ("facility.npi", Kind.NPI, "Billing NPI: 1234567893", "1234567893", None),
        ("denial.reason", Kind.TEXT, "Questions? Call us", "Questions?", "label_words"),
        ("procedure.code", Kind.PROCEDURE_CODE, "29881 (changed from 29880)", "29880", "corrected"),
        ("procedure.code", Kind.PROCEDURE_CODE, "29881 (changed from 29880)", "29881", "corrected"),
        ("diagnosis.code", Kind.DIAGNOSIS_CODE, "S83.206A, was S83.207A", "S83.207A", "not_asked"),
        ("medication.frequency", Kind.FREQUENCY, "tizanidine 4 mg twice\ndaily", "daily", "not_taken"),
        ("medication.frequency", Kind.FREQUENCY, "tizanidine 4 mg three times\ndaily", "daily", "not_taken"),
        ("medication.frequency", Kind.FREQUENCY, "tizanidine 4 mg\ndaily", "daily", None),
        (
            "medication.frequency",
            Kind.FREQUENCY,
            "4 mg every 8 hours for spasm as needed",
            "every 8 hours",
            "not_taken",
        ),
        ("medication.frequency", Kind.FREQUENCY, "4 mg every 8 hours\nPRN", "every 8 hours", "not_taken"),
        ("medication.frequency", Kind.FREQUENCY, "4 mg daily, senna 8.6 mg as needed", "daily", None),
        ("provider.fax", Kind.PHONE, "cc: Ida Roe, fax (303) 555-0142", "(303) 555-0142", "copied"),
    ],
)
def test_what_words_around_a_value_make_of_it(path: str, kind: Kind, line: str, quote: str, name: str | None) -> None:
    page = page_of(f"First line\n{line}\nLast line", number=1)
    start = page.text.index(quote, page.text.index(line))
    span = Evidence(page=1, start=start, end=start + len(quote), quote=quote, boxes=())
    cited = Cited(path=path, value=quote, quote=quote, page=1)
    assert doubt(cited, kind, quote, (span,), {1: page}) == name


@pytest.mark.parametrize(
    ("path", "kind", "text", "quote", "cut"),
    [
        ("medication.drug", Kind.DRUG, "insulin glulisine 12 units", "insulin", True),
        ("medication.drug", Kind.DRUG, "insulin 12 units", "insulin", False),
        ("medication.drug", Kind.DRUG, "metformin tablet 500 mg", "metformin", False),
        ("payer.plan", Kind.TEXT, "Harbor Secure\nOpen Choice\nID 5", "Harbor Secure", True),
        ("payer.plan", Kind.TEXT, "Harbor Secure\nPatient Name\nID 5", "Harbor Secure", False),
        ("observation.name", Kind.TEXT, "Oswestry index 38", "Oswestry", True),
    ],
)
def test_what_goes_on_beside_its_span_is_cut(path: str, kind: Kind, text: str, quote: str, cut: bool) -> None:
    page = page_of(text, number=1)
    span = Evidence(page=1, start=0, end=len(quote), quote=quote, boxes=())
    assert cut_off(Cited(path=path, value=quote, quote=quote, page=1), kind, (span,), {1: page}) is cut
