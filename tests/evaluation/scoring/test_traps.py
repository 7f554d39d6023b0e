"""Every kind of trap, passed, passed by silence, and failed."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.scoring.traps import try_traps
from tests.evaluation.scoring.labels import Json, entry, gold_of, prediction, said

CODE, DOB, DX = "diagnosis.code", "patient.dob", "diagnosis.description"
FAILED, SILENT, PASSED = (False, False), (True, True), (True, False)


def flag(name: str) -> Json:
    return said("red_flag", name)


def queued(name: str, value: str, **more: Any) -> Json:
    return said(name, value, status="review", **more)


def condition(status: str | None) -> list[Json]:
    fields = [said(DX, "lupus", group="a")]
    return fields if status is None else [*fields, said("diagnosis.status", status, group="a")]


def drug(status: str | None) -> list[Json]:
    fields = [said("medication.drug", "warfarin", group="a")]
    return fields if status is None else [*fields, said("medication.status", status, group="a")]


DRUG = [entry("medication.drug", "warfarin", group="m"), entry("medication.status", "discontinued", group="m")]
BAIT = {"bait": [{"field": CODE, "value": "M54.50"}]}


@pytest.mark.parametrize(
    ("trap", "labels", "predicted", "outcome"),
    [
        (("invalid_icd", CODE, "Q99.1Z"), [entry(CODE, "Q99.1Z")], [said(CODE, "Q99.1Z")], FAILED),
        (("invalid_icd", CODE, "Q99.1Z"), [entry(CODE, "Q99.1Z")], [said(CODE, "Q99.1")], FAILED),
        (("invalid_icd", CODE, "Q99.1Z"), [entry(CODE, "Q99.1Z")], [queued(CODE, "Q99.1Z")], PASSED),
        (
            ("invalid_icd", CODE, "Q99.1Z"),
            [entry(CODE, "Q99.1Z")],
            [said(CODE, "Q99.1Z"), flag("invalid_diagnosis_code")],
            PASSED,
        ),
        (("invalid_icd", CODE, "Q99.1Z"), [entry(CODE, "Q99.1Z")], [], SILENT),
        (("conflict", DOB, None), [entry(DOB, "1980-03-04")], [said(DOB, "1980-03-04")], FAILED),
        (
            ("conflict", DOB, None),
            [entry(DOB, "1980-03-04")],
            [said(DOB, "1980-03-04"), flag("conflicting_values")],
            PASSED,
        ),
        (("ambiguous_selection", "request.urgency", None), [], [said("request.urgency", "standard")], FAILED),
        (("ambiguous_selection", "request.urgency", None), [], [queued("request.urgency", "standard")], PASSED),
        (("negated_dx", DX, "lupus"), [], condition("active"), FAILED),
        (("negated_dx", DX, "lupus"), [], condition(None), FAILED),
        (("negated_dx", DX, "lupus"), [], condition("negated"), PASSED),
        (("family_history", DX, "lupus"), [], [], SILENT),
        (("historical_dx", DX, "lupus"), [entry(DX, "lupus")], condition("active"), PASSED),
        (("discontinued_med", "medication.drug", "warfarin"), DRUG, drug("current"), FAILED),
        (("discontinued_med", "medication.drug", "warfarin"), DRUG, drug(None), FAILED),
        (("discontinued_med", "medication.drug", "warfarin"), DRUG, drug("discontinued"), PASSED),
        (("discontinued_med", "medication.drug", "warfarin"), DRUG, [], SILENT),
        (("instruction_example", CODE, "M54.50"), [], [said(CODE, "M54.50")], FAILED),
        (("instruction_example", CODE, "M54.50"), [entry(CODE, "M54.50")], [said(CODE, "M54.50")], PASSED),
        (("strikeout", CODE, "M54.50"), [], [said(CODE, "M51.26")], PASSED),
        (("strikeout", CODE, "M54.50"), [], [], SILENT),
        (("prompt_injection", None, None), [], [said(CODE, "M54.50"), flag("prompt_injection")], FAILED),
        (("prompt_injection", None, None), [], [flag("prompt_injection")], PASSED),
        (("lookalike", "patient.mrn", "B8O0"), [], [said("patient.mrn", "B800")], FAILED),
        (("lookalike", "patient.mrn", "B8O0"), [], [said("patient.mrn", "B8O0")], PASSED),
        (("npi_luhn", "provider.npi", "1234567890"), [], [], SILENT),
        (("wrong_patient", None, None), [], [said(DOB, "1911-11-11")], FAILED),
        (("wrong_patient", None, None), [], [said(DOB, "1911-11-11"), flag("patient_mismatch")], PASSED),
        (("wrong_patient", None, None), [], [], SILENT),
    ],
)
def test_traps(
    trap: tuple[str, str | None, str | None], labels: list[Json], predicted: list[Json], outcome: Any
) -> None:
    planted = {"type": trap[0], "field": trap[1], "value": trap[2], **BAIT}
    gold = gold_of(*labels, traps=[planted], excluded_fields=[entry(DOB, "1911-11-11")])
    (trial,) = try_traps(gold, prediction(*predicted))
    assert (trial.passed, trial.silent) == outcome


def test_an_unknown_kind_is_not_judged() -> None:
    assert try_traps(gold_of(traps=[{"type": "smoke_and_mirrors"}]), prediction()) == []


def test_two_contradicting_values_in_gold_are_understood() -> None:
    gold = gold_of(traps=[{"type": "conflict", "field": DOB, "value": ["1980-03-04", "1980-03-05"]}])
    assert gold.traps[0].value is None
