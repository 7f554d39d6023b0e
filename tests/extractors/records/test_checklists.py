"""The checklist of a request: met, not met, not found, each with its quote, over the packet's own pages only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from documents.pages import Box, Mark, Page, Tick
from documents.records import ChecklistItem, Field, Record, RequirementState, Segment
from extractors.records.checklists import with_checklists
from tests.extractors.printed import page_of
from tests.validation.packs.made import shelf
from tests.validation.records import field

TODAY = date(2026, 11, 20)
MET, NOT_MET, NOT_FOUND = RequirementState
LINE = field("procedure.code", "29881", "s1")
PAYER = field("payer.name", "Summit Care")
FORM = "SERVICE REQUEST\nPayer: Summit Care"


def part(kind: str, page: int, *fields: Field, other: bool = False) -> Record:
    segment = Segment(document_type=kind, page_start=page, page_end=page, confidence=0.95, other_patient=other)
    return Record(id=f"r{page}", document_id="d", segment=segment, fields=fields)


def items(
    pages: list[Page], records: list[Record], *evidence: dict[str, Any], **changes: Any
) -> tuple[ChecklistItem, ...]:
    wanted = [{"id": "x", "text": "Something", "evidence": list(evidence), **changes}]
    segments = [r.segment for r in records]
    packs = shelf(requirements=wanted)
    checked = with_checklists(records, pages, segments=segments, shelf=packs, today=TODAY)
    return checked[0].checklist


def in_note(text: str, *evidence: dict[str, Any], date_of: str = "2026-10-01", ocr: bool = False) -> ChecklistItem:
    """The item of a packet of a form and a note that says the text."""
    pages = [page_of(FORM), page_of(text, number=2, ocr=ocr)]
    records = [part("prior_auth_request", 1, PAYER, LINE), part("clinical_note", 2, field("encounter.date", date_of))]
    (item,) = items(pages, records, *evidence)
    for span in item.evidence:
        assert pages[span.page - 1].text[span.start : span.end] == span.quote
    return item


BRACE = {"phrases": ["knee brace", "bracing"], "for_at_least": "6 weeks"}


@pytest.mark.parametrize(
    ("text", "state", "reason"),
    [
        ("He wore a knee brace for 8 weeks without relief.", MET, ""),
        ("Bracing for two months gave no benefit.", MET, ""),
        ("He wore knee braces for 3 weeks.", NOT_MET, "too_short"),
        ("He wore a knee brace.", NOT_FOUND, "length_unknown"),
        ("He wore a knee brace for less than 6 weeks.", NOT_FOUND, "length_unknown"),
        ("No knee brace was used in 8 weeks.", NOT_MET, "denied"),
        ("Plan: knee brace for 8 weeks.", NOT_FOUND, "planned"),
        ("Meniscal tear on the left.", NOT_FOUND, ""),
    ],
)
def test_a_phrase_with_a_length(text: str, state: RequirementState, reason: str) -> None:
    item = in_note(text, BRACE)
    assert (item.state, item.reason) == (state, reason)
    assert [e.page for e in item.evidence] == ([2] if state is not NOT_FOUND or reason else [])


@pytest.mark.parametrize(
    ("text", "state", "reason"),
    [
        ("BMI 37.4 kg/m2", MET, ""),
        ("BMI 31 kg/m2", NOT_MET, "out_of_bounds"),
        ("BMI > 30", NOT_FOUND, "value_unknown"),
        ("BMI > 40", MET, ""),
        ("BMI not recorded", NOT_FOUND, "value_unknown"),
    ],
)
def test_a_number_with_a_bound(text: str, state: RequirementState, reason: str) -> None:
    item = in_note(text, {"phrases": ["BMI"], "at_least": 35})
    assert (item.state, item.reason) == (state, reason)


def test_an_unsure_digit_proves_nothing() -> None:
    page = page_of("BMI 37.4", number=2, ocr=True, confidence=0.6)
    records = [part("prior_auth_request", 1, PAYER, LINE), part("clinical_note", 2)]
    (item,) = items([page_of(FORM), page], records, {"phrases": ["BMI"], "at_least": 35})
    assert (item.state, item.reason) == (NOT_FOUND, "value_unknown")


@pytest.mark.parametrize(
    ("day", "text", "state", "reason"),
    [
        ("2026-10-01", "Radiographs show joint space loss.", MET, ""),
        ("2025-10-01", "Radiographs show joint space loss.", NOT_MET, "too_old"),
        ("2025-10-01", "Radiographs of 09/14/2026 show joint space loss.", MET, ""),
        ("2026-10-01", "Radiographs of 09/14/2024 show joint space loss.", NOT_MET, "too_old"),
        ("2027-10-01", "Radiographs show joint space loss.", NOT_FOUND, "date_unknown"),
    ],
)
def test_age(day: str, text: str, state: RequirementState, reason: str) -> None:
    item = in_note(text, {"phrases": ["radiograph"], "max_age": "6 months"}, date_of=day)
    assert (item.state, item.reason) == (state, reason)


def test_a_denial_may_be_what_is_asked_for() -> None:
    wanted = {"phrases": ["prior surgery"], "denied": True}
    assert in_note("No prior surgery on this knee.", wanted).state is MET
    stated = in_note("Prior surgery on this knee in 2011.", wanted)
    assert (stated.state, stated.reason) == (NOT_MET, "denied")


def test_what_is_said_and_denied_needs_a_person() -> None:
    item = in_note("He had a cortisone injection.\n\nDenies cortisone injection.", {"phrases": ["cortisone injection"]})
    assert (item.state, item.reason) == (NOT_FOUND, "contradicted")
    assert len(item.evidence) == 2


def test_parts_of_a_phrase_stand_anywhere_in_a_sentence() -> None:
    wanted = {"phrases": ["McMurray ... positive"]}
    assert in_note("Positive McMurray sign on the right.", wanted).state is MET
    assert in_note("McMurray negative. Lachman positive.", wanted).state is NOT_FOUND


def test_what_the_request_asks_for_proves_nothing() -> None:
    text = FORM + "\n29881 Arthroscopy, knee, with meniscectomy\nSynovectomy of the knee"
    asked = field("procedure.description", "Synovectomy of the knee", "s2")
    start = text.index("Synovectomy")
    span = asked.evidence[0].model_copy(update={"start": start, "end": len(text), "quote": text[start:]})
    own = part("prior_auth_request", 1, PAYER, LINE, asked.model_copy(update={"evidence": (span,)}))
    assert items([page_of(text)], [own], {"phrases": ["meniscectomy"]})[0].state is NOT_FOUND
    assert items([page_of(text)], [own], {"phrases": ["synovectomy"]})[0].state is NOT_FOUND


def test_a_box_without_a_tick_states_nothing() -> None:
    text = FORM + "\n[ ] Knee brace   [X] Naproxen"
    own = part("prior_auth_request", 1, PAYER, LINE)
    assert items([page_of(text)], [own], {"phrases": ["knee brace"]})[0].state is NOT_FOUND
    assert items([page_of(text)], [own], {"phrases": ["naproxen"]})[0].state is MET


def test_a_mark_in_the_pixels_counts_too() -> None:
    page = page_of(FORM + "\n    Knee brace was worn")
    empty = Mark(box=Box(0.0, 2 / 60, 0.02, 2.7 / 60), tick=Tick.EMPTY, ink=0.1)
    own = part("prior_auth_request", 1, PAYER, LINE)
    for tick, state in ((Tick.EMPTY, NOT_FOUND), (Tick.UNCLEAR, NOT_FOUND), (Tick.TICKED, MET)):
        marked = page.model_copy(update={"marks": (empty.model_copy(update={"tick": tick}),)})
        assert items([marked], [own], {"phrases": ["knee brace"]})[0].state is state


def test_struck_words_state_nothing() -> None:
    page = page_of("He wore a knee brace.", number=2)
    struck = page.model_copy(update={"struck": (Box(0.0, 0.0, 1.0, 0.7 / 60),)})
    records = [part("prior_auth_request", 1, PAYER, LINE), part("clinical_note", 2)]
    assert items([page_of(FORM), page], records, {"phrases": ["knee brace"]})[0].state is MET
    assert items([page_of(FORM), struck], records, {"phrases": ["knee brace"]})[0].state is NOT_FOUND


@pytest.mark.parametrize("kind", ["payer_policy", "denial_letter", "cover_sheet", "patient_message"])
def test_what_a_payer_a_cover_or_a_message_says_is_no_proof(kind: str) -> None:
    pages = [page_of(FORM), page_of("He wore a knee brace.", number=2)]
    records = [part("prior_auth_request", 1, PAYER, LINE), part(kind, 2)]
    assert items(pages, records, {"phrases": ["knee brace"]})[0].state is NOT_FOUND


def test_pages_of_another_patient_are_not_searched() -> None:
    pages = [page_of(FORM), page_of("He wore a knee brace.", number=2)]
    own = part("prior_auth_request", 1, PAYER, LINE, field("patient.name", "Noor Haddad"))
    wanted = {"phrases": ["knee brace"]}
    flagged = part("clinical_note", 2, other=True)
    assert items(pages, [own, flagged], wanted)[0].state is NOT_FOUND
    named = part("clinical_note", 2, field("patient.name", "Ivo Brandt"))
    assert items(pages, [own, named], wanted)[0].state is NOT_FOUND
    same = part("clinical_note", 2, field("patient.name", "Noor Haddad"))
    assert items(pages, [own, same], wanted)[0].state is MET


def test_codes_are_found_exactly_and_only_where_they_hold_now() -> None:
    wanted = {"codes": ["S83.2-", "M23.20"]}
    own = part("prior_auth_request", 1, PAYER, LINE, field("diagnosis.code", "S83.241A", "d1"))
    assert items([page_of(FORM)], [own], wanted)[0].state is MET
    other = part("prior_auth_request", 1, PAYER, LINE, field("diagnosis.code", "M23.205", "d1"))
    assert items([page_of(FORM)], [other], wanted)[0].state is NOT_FOUND
    past = (field("diagnosis.code", "S83.241A", "d1"), field("diagnosis.status", "historical", "d1"))
    assert items([page_of(FORM)], [part("prior_auth_request", 1, PAYER, LINE, *past)], wanted)[0].state is NOT_FOUND


def test_drugs_that_were_tried() -> None:
    wanted = {"tried": ["celecoxib", "Celebrex"]}

    def of(status: str) -> RequirementState:
        drug = (field("medication.drug", "celecoxib", "m1"), field("medication.status", status, "m1"))
        return items([page_of(FORM)], [part("prior_auth_request", 1, PAYER, LINE, *drug)], wanted)[0].state

    assert [of(s) for s in ("tried-failed", "discontinued", "current", "requested")] == [MET, MET, NOT_FOUND, NOT_FOUND]


def test_a_document_of_a_type_and_of_an_age() -> None:
    wanted = {"documents": ["lab_report"], "max_age": "3 months"}
    pages = [page_of(FORM), page_of("QUILL LABORATORIES\nFinal report", number=2)]
    own = part("prior_auth_request", 1, PAYER, LINE)
    (item,) = items(pages, [own, part("lab_report", 2, field("report.date", "2026-10-02"))], wanted)
    assert (item.state, item.evidence[0].quote) == (MET, "QUILL LABORATORIES")
    (item,) = items(pages, [own, part("lab_report", 2, field("report.date", "2026-03-02"))], wanted)
    assert (item.state, item.reason) == (NOT_MET, "too_old")
    assert items(pages, [own, part("clinical_note", 2)], wanted)[0].state is NOT_FOUND


def test_one_of_several_ways_is_enough_and_all_parts_of_a_way_are_needed() -> None:
    text = "He wore a knee brace."
    assert in_note(text, {"phrases": ["acupuncture"]}, {"phrases": ["knee brace"]}).state is MET
    assert in_note(text, {"phrases": ["knee brace"], "codes": ["M17.11"]}).state is NOT_FOUND


def test_only_requirements_for_what_is_asked() -> None:
    own = part("prior_auth_request", 1, PAYER, LINE)
    wanted = {"phrases": ["knee brace"]}
    assert len(items([page_of(FORM)], [own], wanted, codes=["29880-29889"])) == 1
    assert items([page_of(FORM)], [own], wanted, codes=["27447"]) == ()
    assert items([page_of(FORM)], [own], wanted, codes=["29881"], diagnoses=["M17.-"]) == ()
    note = part("clinical_note", 1, PAYER, LINE)
    assert items([page_of(FORM)], [note], wanted) == ()


def test_what_is_missing_is_a_finding_whose_severity_the_payer_sets() -> None:
    own = part("prior_auth_request", 1, PAYER, LINE).model_copy(update={"accepted": True})
    wanted = [{"id": "brace", "text": "A brace", "evidence": [{"phrases": ["knee brace"]}]}]

    def checked(**rules: str) -> Record:
        packs = shelf(requirements=wanted, required=["patient.phone"], rules=rules)
        return with_checklists([own], [page_of(FORM)], segments=[own.segment], shelf=packs, today=TODAY)[0]

    plain = checked()
    assert [(f.rule, f.severity.value) for f in plain.findings] == [("EVID-001", "info")]
    assert "brace" in plain.findings[0].message
    assert [(i.requirement, i.state) for i in plain.checklist] == [
        ("field:patient.phone", NOT_FOUND),
        ("brace", NOT_FOUND),
    ]
    strict = checked(**{"EVID-001": "error"})
    assert not strict.accepted
    assert "finding:EVID-001" in strict.review_reasons
    assert checked(**{"EVID-001": "off"}).findings == ()
