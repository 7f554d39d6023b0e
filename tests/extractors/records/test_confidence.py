"""Probabilities, thresholds by cost, hard caps, and what COLD mode asks of OCR text."""

from __future__ import annotations

import pytest

from documents.records import Field, FieldStatus, Finding, Severity
from documents.values import Alignment, Kind
from extractors.records.acceptance import decide_acceptance
from extractors.records.confidence import (
    FAMILIES,
    judge,
    probability,
    token_log_odds,
    unnoticed,
)
from extractors.records.weighting import load_weights, threshold
from extractors.schema import ErrorCost

WEIGHTS = load_weights()
PRINTED = {"grounded": 1.0, "printed": 1.0, "label": 0.2}


def ocr(confidence: float, **more: float) -> dict[str, float]:
    row = {"grounded": 1.0, "from_ocr": 1.0, "ocr_min_conf": confidence, "ocr_token": token_log_odds(confidence)}
    return {**row, "label": 0.2, **more}


def accepted(features: dict[str, float], kind: Kind, *notes: str, cost: ErrorCost = ErrorCost.CRITICAL) -> bool:
    return judge(features, kind=kind, cost=cost, notes=notes, weights=WEIGHTS).accepted


def test_thresholds_follow_the_cost_of_an_error() -> None:
    assert [threshold(c) for c in (ErrorCost.CRITICAL, ErrorCost.SERIOUS, ErrorCost.ORDINARY)] == [0.99, 0.98, 0.95]


def test_cold_weights_say_what_they_are() -> None:
    assert (WEIGHTS.mode, WEIGHTS.labels) == ("COLD", 0)
    assert set(FAMILIES) == set(Kind)


def test_a_labelled_printed_code_is_accepted_and_a_note_against_it_is_not() -> None:
    code = {**PRINTED, "kind_code": 1.0, "validator_pass": 1.0}
    assert accepted(code, Kind.DIAGNOSIS_CODE)
    refused = judge(code, kind=Kind.DIAGNOSIS_CODE, cost=ErrorCost.ORDINARY, notes=("dropout",), weights=WEIGHTS)
    assert (refused.accepted, refused.reasons) == (False, ("dropout",))
    assert refused.confidence <= WEIGHTS.caps["unproven"]


@pytest.mark.parametrize(("flag", "cap"), [("validator_fail", 0.5), ("conflict", 0.5)])
def test_hard_caps_hold_against_any_evidence(flag: str, cap: float) -> None:
    row = {**PRINTED, "mentions": 2.0, "validator_pass": 5.0, "label": 5.0, flag: 1.0}
    assert judge(row, kind=Kind.DATE, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS).confidence <= cap
    lost = {**row, "grounded": 0.0}
    assert (
        judge(lost, kind=Kind.DATE, cost=ErrorCost.ORDINARY, notes=("quote_not_found",), weights=WEIGHTS).confidence
        <= 0.2
    )


@pytest.mark.parametrize("kind", [Kind.PROCEDURE_CODE, Kind.IDENTIFIER, Kind.DOSE])
def test_ocr_of_kinds_without_a_check_needs_a_sure_word_or_a_second_mention(kind: Kind) -> None:
    assert judge(ocr(0.93), kind=kind, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS).reasons == (
        "no_second_proof",
    )
    assert accepted(ocr(0.97), kind, cost=ErrorCost.ORDINARY)
    assert accepted(ocr(0.93, mentions=1.0), kind, cost=ErrorCost.ORDINARY)
    assert not accepted(ocr(0.7, mentions=2.0), kind, cost=ErrorCost.ORDINARY)


def test_ocr_of_a_date_needs_a_fairly_sure_word() -> None:
    assert accepted(ocr(0.9), Kind.DATE, cost=ErrorCost.ORDINARY)
    assert not accepted(ocr(0.9), Kind.DATE, cost=ErrorCost.CRITICAL)
    assert not accepted(ocr(0.86), Kind.DATE, cost=ErrorCost.ORDINARY)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (Kind.SEX, {}),
        (Kind.ROUTE, {}),
        (Kind.FREQUENCY, {}),
        (Kind.DRUG, {"known_word": 1.0}),
        (Kind.TEXT, {"known_word": 1.0}),
        (Kind.NPI, {"validator_pass": 1.0}),
        (Kind.DIAGNOSIS_CODE, {"validator_pass": 1.0, "described": 1.0, "agreement": 0.9, "description": 0.4}),
    ],
)
def test_what_a_misreading_would_not_leave_intact_needs_no_sure_word(kind: Kind, more: dict[str, float]) -> None:
    assert accepted(ocr(0.75, **more), kind)
    assert not accepted(ocr(0.6, **more), kind)
    assert judge(ocr(0.75), kind=Kind.IDENTIFIER, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS).reasons == (
        "low_ocr_confidence",
    )


def test_digits_make_any_frequency_another_one() -> None:
    assert unnoticed({"digits": 1.0}, Kind.FREQUENCY) == 1.0
    assert unnoticed({}, Kind.FREQUENCY) < 1.0
    assert unnoticed({"described": 1.0, "agreement": 0.9}, Kind.DIAGNOSIS_CODE) == 1.0, "the code was not looked up"


def test_a_warning_leaves_a_value_to_a_person() -> None:
    judged = judge({**PRINTED, "warning": 1.0}, kind=Kind.DATE, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS)
    assert (judged.accepted, judged.reasons) == (False, ("rule_warning",))


def test_a_sure_word_is_no_proof_of_a_code_that_its_words_contradict() -> None:
    good = ocr(0.97, validator_pass=1.0, described=1.0, agreement=0.9, description=0.4)
    bad = ocr(0.97, validator_pass=1.0, described=1.0, agreement=0.1, description=-0.4)
    assert accepted(good, Kind.DIAGNOSIS_CODE, cost=ErrorCost.ORDINARY)
    assert not accepted(bad, Kind.DIAGNOSIS_CODE, cost=ErrorCost.ORDINARY)


def test_folded_ocr_is_for_a_person_but_an_npi_checks_itself() -> None:
    assert not accepted(ocr(0.97, folded=1.0, validator_pass=1.0), Kind.DIAGNOSIS_CODE, cost=ErrorCost.ORDINARY)
    assert judge(
        ocr(0.97, folded=1.0, validator_pass=1.0), kind=Kind.NPI, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS
    ).reasons != ("near_match",)


def test_more_certain_words_are_more_probable() -> None:
    odds = [token_log_odds(c / 100) for c in range(101)]
    assert odds == sorted(odds)
    sure, fair, poor = (probability(ocr(confidence), Kind.IDENTIFIER, WEIGHTS) for confidence in (0.96, 0.9, 0.6))
    assert sure > fair > poor


def test_every_refusal_has_a_reason() -> None:
    weak = judge({**PRINTED, "label": -0.9}, kind=Kind.TEXT, cost=ErrorCost.CRITICAL, notes=(), weights=WEIGHTS)
    assert weak.reasons == ("weak_label",)
    plain = judge({"grounded": 1.0}, kind=Kind.TEXT, cost=ErrorCost.CRITICAL, notes=(), weights=WEIGHTS)
    assert plain.reasons == ("low_confidence",)


def field(path: str, kind: Kind, status: FieldStatus) -> Field:
    return Field(path=path, value="x", kind=kind, quote="x", alignment=Alignment.EXACT, confidence=0.99, status=status)


A, R = FieldStatus.ACCEPTED, FieldStatus.REVIEW
NAME, CODE = field("patient.name", Kind.PERSON_NAME, A), field("procedure.code", Kind.PROCEDURE_CODE, A)
ERROR = Finding(rule="DX-001", severity=Severity.ERROR, message="m")
WARNING = Finding(rule="DX-004", severity=Severity.WARNING, message="m")


@pytest.mark.parametrize(
    ("fields", "findings", "sure", "reasons"),
    [
        ((NAME, CODE), (WARNING,), 0.9, ()),
        ((NAME, CODE, field("provider.phone", Kind.PHONE, R)), (), 0.9, ()),
        ((NAME, CODE, field("diagnosis.code", Kind.DIAGNOSIS_CODE, R)), (), 0.9, ("not_accepted:diagnosis.code",)),
        ((NAME, CODE, field("medication.dose", Kind.DOSE, FieldStatus.REJECTED)), (), 0.9, ()),
        ((CODE,), (), 0.9, ("required_not_accepted:patient.name",)),
        ((NAME, CODE), (ERROR,), 0.9, ("finding:DX-001",)),
        ((NAME, CODE), (), 0.5, ("document_type_unsure",)),
    ],
)
def test_acceptance_of_a_record(
    fields: tuple[Field, ...], findings: tuple[Finding, ...], sure: float, reasons: tuple[str, ...]
) -> None:
    required = (("patient.name",), ("procedure.code", "medication.drug"))
    assert decide_acceptance(fields, findings, required=required, type_confidence=sure) == (not reasons, reasons)


def test_an_empty_record_is_never_accepted() -> None:
    assert decide_acceptance((), (), required=(), type_confidence=0.99) == (False, ("nothing_read",))


@pytest.mark.parametrize("kind", [Kind.PROCEDURE_CODE, Kind.DOSE, Kind.STRENGTH, Kind.PHONE])
def test_a_second_reading_that_agrees_is_the_second_proof_of_a_fairly_sure_word(kind: Kind) -> None:
    assert accepted(ocr(0.84, second_agrees=1.0), kind)
    assert not accepted(ocr(0.84), kind, cost=ErrorCost.ORDINARY)
    refused = judge(ocr(0.78, second_agrees=1.0), kind=kind, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS)
    assert refused.reasons == ("low_ocr_confidence",)


@pytest.mark.parametrize("kind", [Kind.PROCEDURE_CODE, Kind.IDENTIFIER, Kind.DATE])
def test_a_second_reading_that_differs_keeps_a_value_back_whatever_else_speaks_for_it(kind: Kind) -> None:
    row = ocr(0.94, mentions=2.0, second_differs=1.0)
    refused = judge(row, kind=kind, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS)
    assert (refused.accepted, refused.reasons) == (False, ("second_reading_differs",))


def test_a_second_reading_that_differs_does_not_outweigh_a_check_that_holds() -> None:
    code = ocr(0.94, second_differs=1.0, validator_pass=1.0, described=1.0, agreement=1.0, description=0.5)
    assert (
        "second_reading_differs"
        not in judge(code, kind=Kind.DIAGNOSIS_CODE, cost=ErrorCost.ORDINARY, notes=(), weights=WEIGHTS).reasons
    )
    assert accepted(ocr(0.94, second_differs=1.0), Kind.ORGANIZATION, cost=ErrorCost.ORDINARY)
