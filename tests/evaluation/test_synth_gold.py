"""Gold labels agree with the pages: every evidence is printed where they say, every trap is set and flagged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from evaluation.flags import FLAG_OF_TRAP
from evaluation.synth.cases import scenarios
from evaluation.synth.faults import FAULTS
from evaluation.synth.generate import write_document
from evaluation.synth.people import PAYERS
from evaluation.synth.plan import Order
from tests.evaluation.conftest import DrawnSet
from validation.icd10cm import lookup
from validation.npi import is_valid_npi

Json = dict[str, Any]
FORM_PACKET = "packet:s_grid+s_soap+s_consult"
# What a reader has to raise, in the names of the predictions format.
FLAG_OF_FAULT = {
    "invalid_icd": "invalid_diagnosis_code",
    "nonbillable_icd": "nonbillable_diagnosis_code",
    "npi_luhn": "invalid_npi",
    "future_dob": "future_dob",
    "service_before_birth": "service_date_before_birth",
    "conflict": "conflicting_values",
    "ambiguous_selection": "ambiguous_selection",
    "prompt_injection": "prompt_injection",
    "wrong_patient": "patient_mismatch",
}


def _mentions(gold: Json) -> list[tuple[Json, Json]]:
    return [(f, m) for f in (*gold["fields"], *gold["excluded_fields"]) for m in f["mentions"]]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_evidence_is_in_its_page(drawn: DrawnSet) -> None:
    checked = 0
    for gold in drawn.golds:
        for field, mention in _mentions(gold):
            page = gold["pages"][mention["page"] - 1]
            printed = [page["text"], *page["blocks"]]
            assert any(_squeezed(mention["text"]) in _squeezed(text) for text in printed), (gold["doc_id"], field)
            checked += 1
    assert checked > 1500


def test_boxes_lie_on_the_page(drawn: DrawnSet) -> None:
    for gold in drawn.golds:
        for field, mention in _mentions(gold):
            if "bbox" in mention:
                left, top, right, bottom = mention["bbox"]
                # 30 points at the top belong to the fax machine's header.
                assert 0 <= left < right <= 604, (gold["doc_id"], field)
                assert 30 <= top < bottom <= 785, (gold["doc_id"], field)


def test_offsets_of_text_files_point_at_the_evidence(drawn: DrawnSet) -> None:
    golds = list(drawn.of("txt"))
    assert golds
    for gold in golds:
        text = drawn.file(gold).read_text("utf-8")
        for _, mention in _mentions(gold):
            first = mention["text"].split()[0]
            assert text[mention["start"] :].startswith(first)
            assert _squeezed(text[mention["start"] :]).startswith(_squeezed(mention["text"]))


def test_text_layer_holds_every_evidence_in_its_box(drawn: DrawnSet) -> None:
    golds = list(drawn.of("digital"))
    assert golds
    for gold in golds:
        with pdfplumber.open(drawn.file(gold)) as pdf:
            for field, mention in _mentions(gold):
                left, top, right, bottom = mention["bbox"]
                chars = pdf.pages[mention["page"] - 1].chars
                inside = [
                    c["text"]
                    for c in chars
                    if left - 1 <= (c["x0"] + c["x1"]) / 2 <= right + 1
                    and top <= (c["top"] + c["bottom"]) / 2 <= bottom
                ]
                # In a paragraph the box of a wrapped value also holds its neighbours.
                assert _is_within(_squeezed(mention["text"]), _squeezed("".join(inside))), (gold["doc_id"], field)


def _is_within(wanted: str, found: str) -> bool:
    rest = iter(found)
    return all(char in rest for char in wanted)


def test_evidence_follows_from_the_value(drawn: DrawnSet) -> None:
    for gold in drawn.golds:
        for field in gold["fields"]:
            if field["derived"]:
                assert field["evidence"] is None
            else:
                assert field["evidence"] == field["mentions"][0]["text"]
                assert field["page"] == field["mentions"][0]["page"]


def test_fields_are_listed_once_and_groups_hold_one_entity(drawn: DrawnSet) -> None:
    for gold in drawn.golds:
        keys = [(f["field"], f["group"], f["value"]) for f in gold["fields"]]
        assert len(keys) == len(set(keys))
        entities: dict[str, set[str]] = {}
        for name, group, _ in keys:
            if group:
                entities.setdefault(group, set()).add(name.split(".")[0])
        assert all(len(names) == 1 for names in entities.values())


def test_segments_cover_all_pages(drawn: DrawnSet) -> None:
    for gold in drawn.golds:
        covered = [p for s in gold["segments"] for p in range(s["page_start"], s["page_end"] + 1)]
        assert covered == list(range(1, gold["n_pages"] + 1)) == [p["page"] for p in gold["pages"]]
        assert gold["is_packet"] == (len(gold["segments"]) > 1)


def test_flags_follow_from_traps(drawn: DrawnSet) -> None:
    for gold in drawn.golds:
        from_traps = {FLAG_OF_TRAP[t["type"]] for t in gold["traps"] if t["type"] in FLAG_OF_TRAP}
        assert {flag["type"] for flag in gold["red_flags"]} == from_traps
        assert gold["needs_review"] == bool(gold["red_flags"] or gold["missing_fields"])


def test_baits_are_printed_and_are_no_values(drawn: DrawnSet) -> None:
    seen = 0
    for gold in drawn.golds:
        values = {(f["field"], f["value"]) for f in gold["fields"]}
        for trap in gold["traps"]:
            for bait in trap["bait"]:
                seen += 1
                assert bait["value"] in " ".join(gold["pages"][trap["page"] - 1]["blocks"])
                assert (bait["field"], bait["value"]) not in values
    assert seen


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_shows_in_the_gold(fault: str, tmp_path: Path) -> None:
    from json import loads

    write_document(Order("one", FORM_PACKET, "digital", faults=(fault,), scenario="cardiac_cath"), 9, tmp_path)
    gold = loads((tmp_path / "gold" / "one.json").read_text("utf-8"))

    if fault == "blank":
        assert gold["missing_fields"]
    else:
        assert fault in {trap["type"] for trap in gold["traps"]}
    expected = {FLAG_OF_FAULT[fault]} if fault in FLAG_OF_FAULT else set()
    assert {flag["type"] for flag in gold["red_flags"]} == expected
    npis = {f["value"] for f in gold["fields"] if f["field"] == "provider.npi"}
    assert all(is_valid_npi(npi) for npi in npis) == (fault != "npi_luhn")


def test_a_strangers_values_are_excluded(tmp_path: Path) -> None:
    from json import loads

    write_document(Order("one", FORM_PACKET, "digital", faults=("wrong_patient",)), 9, tmp_path)
    gold = loads((tmp_path / "gold" / "one.json").read_text("utf-8"))
    names = {f["value"] for f in gold["fields"] if f["field"] == "patient.name"}
    strange = {f["value"] for f in gold["excluded_fields"] if f["field"] == "patient.name"}

    assert len(names) == len(strange) == 1
    assert not names & strange
    assert gold["segments"][-1]["other_patient"]


def test_a_document_without_faults_needs_no_person(tmp_path: Path) -> None:
    from json import loads

    write_document(Order("one", "s_grid", "digital", scenario="knee_replacement"), 9, tmp_path)
    gold = loads((tmp_path / "gold" / "one.json").read_text("utf-8"))

    assert not gold["needs_review"]
    present = {f["field"] for f in gold["fields"]}
    assert {
        "patient.name",
        "patient.dob",
        "patient.member_id",
        "provider.npi",
        "diagnosis.code",
        "procedure.code",
    } <= present


def test_codes_of_the_scenarios_are_what_they_claim() -> None:
    for scenario in scenarios():
        for dx in scenario.diagnoses:
            entry = lookup(dx.code)
            assert entry is not None, dx.code
            assert entry.billable, dx.code
            assert lookup(dx.invalid) is None, dx.invalid
            if dx.category:
                broader = lookup(dx.category)
                assert broader is not None, dx.category
                assert not broader.billable, dx.category
        assert len(scenario.negated) == 2


def test_payers_are_distinct() -> None:
    assert len({p.short for p in PAYERS}) == len(PAYERS)
