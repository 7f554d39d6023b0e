"""Each rule, broken and kept."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from documents.records import FieldStatus, Record, RedFlag, Severity
from documents.values import Alignment, Assertion
from tests.validation.records import field, record
from validation import icd10cm
from validation.icd10cm_releases import loaded_releases
from validation.npi import is_valid_npi
from validation.rule import REGISTRY, Case, Place, rule
from validation.rules import all_rules, check, rules_page, versions

TODAY = date(2026, 11, 20)


def found(*fields: tuple[str, str] | tuple[str, str, str], **options: Assertion | FieldStatus) -> set[tuple[str, str]]:
    read = record([field(*f, **options) for f in fields])  # type: ignore[arg-type]
    return {(finding.rule, finding.path or "") for finding in check(read, today=TODAY)}


CODE = ("diagnosis.code", "M54.16", "d1")
SIG = [
    ("medication.drug", "metoprolol", "m1"),
    ("medication.dose", "1 tablet", "m1"),
    ("medication.frequency", "twice daily", "m1"),
    ("medication.days_supply", "30", "m1"),
]

BROKEN: list[tuple[str, str, list[tuple[str, ...]]]] = [
    ("DX-001", "diagnosis.code", [("diagnosis.code", "M54.1", "d1")]),
    ("DX-003", "diagnosis.code", [("diagnosis.code", "R91.16", "d1")]),
    ("DX-004", "diagnosis.code", [CODE, ("diagnosis.description", "Primary osteoarthritis, right knee", "d1")]),
    ("ID-001", "provider.npi", [("provider.npi", "1234567890", "p1")]),
    ("ID-001", "facility.npi", [("facility.npi", "123456789", "f1")]),
    ("DATE-001", "service.start", [("patient.dob", "1969-04-12"), ("service.start", "1968-12-15")]),
    ("DATE-001", "request.date", [("patient.dob", "2026-05"), ("request.date", "2026-04-30")]),
    ("DATE-001", "encounter.date", [("patient.dob", "1969-04-12"), ("encounter.date", "1969-04-11")]),
    ("DATE-002", "patient.dob", [("patient.dob", "2062-04-12")]),
    ("DATE-003", "service.end", [("service.start", "2026-12-15"), ("service.end", "2026-12-14")]),
    ("DATE-004", "discharge.date", [("admission.date", "2026-11-02"), ("discharge.date", "2026-10-30")]),
    ("DATE-005", "patient.dob", [("patient.dob", "1869-04-12")]),
    ("DATE-005", "request.date", [("request.date", "2026-12-18")]),
    ("DATE-006", "request.date", [("request.date", "2025-11-18")]),
    ("DATE-006", "service.start", [("service.start", "2029-01-01")]),
    ("PX-001", "diagnosis.code", [("procedure.code", "72148", "s1")]),
    ("PX-002", "procedure.code", [("procedure.code", "7214B", "s1")]),
    ("PX-002", "procedure.code", [("procedure.code", "00012", "s1")]),
    ("PX-002", "procedure.code", [("procedure.code", "J0135", "s1"), ("procedure.system", "CPT", "s1")]),
    ("PX-003", "procedure.modifier", [("procedure.modifier", "R", "s1")]),
    ("PX-004", "procedure.units", [("procedure.units", "0", "s1")]),
    ("PX-004", "procedure.units", [("procedure.units", "72148", "s1")]),
    ("PX-005", "service.place", [("service.place", "77")]),
    ("MED-001", "medication.dose", [("medication.drug", "metformin", "m1"), ("medication.dose", "500", "m1")]),
    ("MED-001", "medication.strength", [("medication.drug", "x", "m1"), ("medication.strength", "0.8", "m1")]),
    ("MED-002", "medication.drug", [("medication.dose", "500 mg", "m1")]),
    (
        "MED-003",
        "medication.quantity",
        [("medication.drug", "etanercept", "m1"), ("medication.status", "requested", "m1")],
    ),
    ("MED-004", "medication.quantity", [*SIG, ("medication.quantity", "30", "m1")]),
    ("MED-004", "medication.days_supply", [*SIG, ("medication.quantity", "600", "m1")]),
    ("PX-006", "procedure.units", [("procedure.code", "29881", "s1")]),
    ("DX-002", "diagnosis.code", [("diagnosis.code", "E10.9", "d1"), ("diagnosis.code", "E11.9", "d2")]),
    ("DX-002", "diagnosis.code", [("diagnosis.code", "K51.90", "d1"), ("diagnosis.code", "K50.012", "d2")]),
    ("DX-002", "diagnosis.code", [("diagnosis.code", "P29.2", "d1"), ("diagnosis.code", "I11.9", "d2")]),
    ("DX-005", "diagnosis.code", [("diagnosis.code", "R91.16", "d1"), ("service.start", "2026-10-01")]),
    ("DX-007", "diagnosis.code", [("patient.sex", "female"), ("diagnosis.code", "N40.1", "d1")]),
    ("DX-007", "diagnosis.code", [("patient.sex", "male"), ("diagnosis.code", "O24.410", "d1")]),
    ("DX-007", "diagnosis.code", [("patient.sex", "male"), ("diagnosis.code", "C50.411", "d1")]),
    ("DX-008", "diagnosis.code", [("patient.dob", "1969-04-12"), ("diagnosis.code", "Z00.110", "d1")]),
    ("DX-008", "diagnosis.code", [("patient.dob", "1969-04-12"), ("diagnosis.code", "P07.18", "d1")]),
    ("DX-008", "diagnosis.code", [("patient.dob", "2016-04-12"), ("diagnosis.code", "Z68.35", "d1")]),
    ("DX-009", "diagnosis.code", [("diagnosis.code", "O80", "d1"), ("diagnosis.code", "P05.18", "d2")]),
    ("DATE-005", "report.date", [("report.date", "2027-01-02")]),
    ("DATE-007", "report.date", [("specimen.collected", "2026-05-04"), ("report.date", "2026-05-03")]),
    ("DATE-007", "specimen.received", [("specimen.collected", "2026-05-04"), ("specimen.received", "2026-05-02")]),
    ("DATE-008", "request.date", [("request.date", "2026-05-04"), ("service.start", "2026-05-01")]),
    ("DATE-009", "appeal.deadline", [("letter.date", "2026-05-04"), ("appeal.deadline", "2026-04-30")]),
    ("DATE-009", "decision.deadline", [("request.date", "2026-05-04"), ("decision.deadline", "2026-05-01")]),
]

KEPT: list[tuple[str, list[tuple[str, ...]]]] = [
    ("DX-001", [CODE]),
    ("DX-003", [CODE]),
    ("DX-004", [CODE, ("diagnosis.description", "Lumbar radiculopathy", "d1")]),
    ("DX-004", [CODE, ("diagnosis.description", "Primary osteoarthritis, right knee", "d2")]),
    ("DX-004", [("diagnosis.code", "G47.3", "d1"), ("diagnosis.description", "Obstructive sleep apnea", "d1")]),
    ("ID-001", [("provider.npi", "1234567893", "p1"), ("facility.npi", "1003000126", "f1")]),
    ("DATE-001", [("patient.dob", "2026-04"), ("service.start", "2026-04-02")]),
    ("DATE-001", [("patient.dob", "2062-04-12"), ("service.start", "2026-04-02")]),
    ("DATE-002", [("patient.dob", "2026")]),
    ("DATE-003", [("service.start", "2026-12-15"), ("service.end", "2026-12-15")]),
    ("DATE-005", [("request.date", "2026-11-21"), ("patient.dob", "1926-01-01")]),
    ("DATE-005", [("request.date", "2026-13-21")]),
    ("DATE-006", [("request.date", "2026-02-01"), ("service.start", "2027-03-01")]),
    ("PX-001", [("procedure.code", "72148", "s1"), CODE]),
    ("PX-002", [("procedure.code", "0042T", "s1"), ("procedure.code", "D0120", "s2")]),
    ("PX-002", [("procedure.code", "J0135", "s1"), ("procedure.system", "HCPCS", "s1")]),
    ("PX-003", [("procedure.modifier", "RT", "s1"), ("procedure.modifier", "59", "s2")]),
    ("PX-004", [("procedure.units", "12", "s1"), ("procedure.units", "0.5", "s2")]),
    ("PX-005", [("service.place", "11"), ("service.place", "22")]),
    ("MED-001", [("medication.dose", "500 mg", "m1"), ("medication.strength", "1 tablet", "m1")]),
    ("MED-002", [("medication.drug", "metformin", "m1"), ("medication.dose", "500 mg", "m1")]),
    ("MED-003", [("medication.drug", "etanercept", "m1"), ("medication.status", "current", "m1")]),
    ("MED-004", [*SIG, ("medication.quantity", "60", "m1")]),
    ("PX-006", [("procedure.code", "29881", "s1"), ("procedure.units", "1", "s1")]),
    ("DX-002", [("diagnosis.code", "E11.9", "d1"), ("diagnosis.code", "I10", "d2")]),
    ("DX-002", [("diagnosis.code", "M17.11", "d1"), ("diagnosis.code", "M17.11", "d2")]),
    ("DX-005", [("diagnosis.code", "R91.16", "d1"), ("service.start", "2026-09-30")]),
    ("DX-005", [("diagnosis.code", "M54.16", "d1"), ("service.start", "2026-10-01")]),
    ("DX-007", [("patient.sex", "male"), ("diagnosis.code", "N40.1", "d1")]),
    ("DX-007", [("patient.sex", "male"), ("diagnosis.code", "N39.3", "d1")]),
    ("DX-007", [("patient.sex", "male"), ("diagnosis.code", "Z80.41", "d1")]),
    ("DX-007", [("patient.sex", "male"), ("patient.sex", "female"), ("diagnosis.code", "N40.1", "d1")]),
    ("DX-008", [("patient.dob", "2026-11-01"), ("diagnosis.code", "Z38.00", "d1")]),
    ("DX-008", [("patient.dob", "2026-04-01"), ("diagnosis.code", "P07.18", "d1")]),
    ("DX-008", [("patient.dob", "2010-04-12"), ("diagnosis.code", "Z00.00", "d1")]),
    ("DX-008", [("patient.dob", "2026"), ("diagnosis.code", "Z00.110", "d1")]),
    ("DX-009", [("diagnosis.code", "P05.18", "d2"), ("diagnosis.code", "I10", "d1")]),
    ("DATE-007", [("specimen.collected", "2026-05-04"), ("report.date", "2026-05-04")]),
    ("DATE-007", [("specimen.collected", "2026-05-04"), ("report.date", "2026-05")]),
    ("DATE-008", [("request.date", "2026-05-01"), ("service.start", "2026-05-01")]),
    ("DATE-009", [("letter.date", "2026-05-04"), ("appeal.deadline", "2026-11-04")]),
]


@pytest.mark.parametrize(("rule_id", "path", "fields"), BROKEN)
def test_broken(rule_id: str, path: str, fields: list[tuple[str, str]]) -> None:
    assert (rule_id, path) in found(*fields)


@pytest.mark.parametrize(("rule_id", "fields"), KEPT)
def test_kept(rule_id: str, fields: list[tuple[str, str]]) -> None:
    assert rule_id not in {broken for broken, _ in found(*fields)}


def test_every_rule_is_broken_by_a_test() -> None:
    checked = {r.id for r in all_rules() if r.check is not None}
    elsewhere = {"REQ-001", "REQ-002", "ID-002", "PACK-001", "PACK-002", "DX-006"}  # below, with packs and releases
    assert checked == {rule_id for rule_id, _, _ in BROKEN} | elsewhere


def test_required_items_with_alternatives() -> None:
    required = (("patient.name",), ("procedure.code", "medication.drug"), ("patient.dob",))
    read = record([field("medication.drug", "metformin", "m1"), field("patient.dob", "1969-04-12")])
    missing = [f for f in check(read, today=TODAY, required=required) if f.rule == "REQ-001"]
    assert [(f.path, f.severity) for f in missing] == [("patient.name", Severity.ERROR)]


@pytest.mark.parametrize("assertion", [a for a in Assertion if a is not Assertion.PRESENT])
def test_codes_that_are_not_the_patients_now_are_not_checked(assertion: Assertion) -> None:
    assert found(("diagnosis.code", "R91.16", "d1"), assertion=assertion) == set()


def test_status_family_history_is_not_checked() -> None:
    assert found(("diagnosis.code", "M54.1", "d1"), ("diagnosis.status", "family_history", "d1")) == set()


def test_rejected_and_ungrounded_values_are_not_checked() -> None:
    wrong = ("provider.npi", "1234567890", "p1")
    assert found(wrong, status=FieldStatus.REJECTED) == set()
    read = record([field(*wrong).model_copy(update={"alignment": Alignment.NONE})])
    assert list(check(read, today=TODAY)) == []
    verified = read.fields[0].model_copy(update={"status": FieldStatus.VERIFIED})
    assert [f.rule for f in check(record([verified]), today=TODAY)] == ["ID-001"]


def test_findings_carry_flag_group_and_no_value() -> None:
    stated = [("diagnosis.code", "R91.16", "d7"), ("patient.dob", "2062-04-12"), ("service.start", "2026-05-04")]
    read = record([field(*each) for each in stated])
    findings = list(check(read, today=TODAY))
    assert [(f.rule, f.group, f.flag) for f in findings] == [
        ("DATE-002", None, RedFlag.FUTURE_DOB),
        ("DX-003", "d7", RedFlag.INVALID_DIAGNOSIS_CODE),
    ]
    assert not any("R91" in f.message or "2062" in f.message for f in findings)
    assert "release 2026-04" in findings[1].message


def test_an_empty_record_breaks_nothing() -> None:
    empty: Record = record([])
    assert list(check(empty, today=TODAY)) == []


def test_an_id_is_declared_once() -> None:
    assert "DX-001" in REGISTRY

    def nothing(case: Case) -> object:
        return iter([Place()])

    with pytest.raises(ValueError, match="twice"):
        rule("DX-001", Severity.INFO, title="t", remedy="r")(nothing)  # type: ignore[arg-type]


ROOMS = ("documents", "extractors", "review_queue", "flows", "ledger")


def test_every_finding_of_any_room_names_a_declared_rule() -> None:
    root = Path(__file__).parents[2]
    sources = [path for room in ROOMS for path in (root / room).rglob("*.py")]
    named = {found for path in sources for found in re.findall(r'rule="([^"]+)"', path.read_text(encoding="utf-8"))}
    assert named <= {r.id for r in all_rules()}


def test_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == rules_page(), "run: python -m validation.rules docs/rules.md"


def test_a_request_after_a_past_service_is_no_matter_for_a_note() -> None:
    read = record([field("request.date", "2026-05-04"), field("service.start", "2026-05-01")], "clinical_note")
    assert "DATE-008" not in {f.rule for f in check(read, today=TODAY)}


def test_a_code_of_another_loaded_release_is_of_the_wrong_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "icd10cm-2026-10.sqlite"
    shutil.copyfile(icd10cm.TABLE, table)
    with closing(sqlite3.connect(table)) as changed, changed:
        changed.execute("UPDATE release SET name = '2026-10'")
        changed.execute("INSERT INTO code SELECT 'M5499', 'M54.99', 1, parent, description, terms, excludes1, sex "
                        "FROM code WHERE code = 'M5489'")  # fmt: skip
    shutil.copyfile(icd10cm.TABLE, tmp_path / icd10cm.TABLE.name)
    monkeypatch.setattr(icd10cm, "FOLDER", tmp_path)
    for cached in (loaded_releases, icd10cm._table, icd10cm._entry, icd10cm._codes_of):
        cached.cache_clear()
    try:
        assert [r.name for r in loaded_releases()] == ["2026-04", "2026-10"]
        assert "DX-006" in {
            rule_id for rule_id, _ in found(("diagnosis.code", "M54.99", "d1"), ("service.start", "2026-09-30"))
        }
        after = {rule_id for rule_id, _ in found(("diagnosis.code", "M54.99", "d1"), ("service.start", "2026-10-01"))}
        assert after.isdisjoint({"DX-003", "DX-005", "DX-006"})
    finally:
        monkeypatch.undo()
        for cached in (loaded_releases, icd10cm._table, icd10cm._entry, icd10cm._codes_of):
            cached.cache_clear()


def test_versions_name_the_release() -> None:
    assert versions()["icd10cm"] == "2026-04"


@pytest.mark.parametrize("npi", ["1234567893", "1245319599", "1003000126"])
def test_valid_npi(npi: str) -> None:
    assert is_valid_npi(npi)


@pytest.mark.parametrize("npi", ["1234567890", "3234567893", "123456789", "12345678930", "123456789A", ""])
def test_invalid_npi(npi: str) -> None:
    assert not is_valid_npi(npi)


def test_any_changed_digit_of_an_npi_is_noticed() -> None:
    for at in range(10):
        for digit in "0123456789":
            changed = "1234567893"[:at] + digit + "1234567893"[at + 1 :]
            assert is_valid_npi(changed) is (changed == "1234567893")
