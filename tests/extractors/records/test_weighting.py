"""A version of the weights: what modes, certificates and alarms change in a judgement, and what they never may."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from documents.values import Kind
from extractors.records.confidence import NOTED, judge, token_log_odds
from extractors.records.weighting import (
    Certificate,
    FamilyWeights,
    Mode,
    Slice,
    Weights,
    load_weights,
    slice_key,
)
from extractors.schema import ErrorCost

COLD = load_weights()
UNSURE = {"grounded": 1.0, "printed": 1.0, "label": -0.4, "kind_words": 1.0}
CERTIFICATE = Certificate(cost=ErrorCost.ORDINARY, threshold=0.6, audited=200, wrong=1, bound=0.024, confidence=0.95)


def with_family(name: str, **more: Any) -> Weights:
    return COLD.model_copy(update={"families": {name: FamilyWeights.model_validate({"mode": Mode.WARM} | more)}})


def accepted(features: dict[str, float], kind: Kind, weights: Weights, *notes: str) -> bool:
    return judge(features, kind=kind, cost=ErrorCost.ORDINARY, notes=notes, weights=weights).accepted


CERTIFIED = with_family("words", mode=Mode.CERTIFIED, certificates=(CERTIFICATE,))


def test_deltas_move_their_own_family_only() -> None:
    row = {"grounded": 1.0, "printed": 1.0, "label": -0.4}
    timid = with_family("words", deltas={"label": 2.0, "bias": -0.5})
    before, after = (judge(row, kind=Kind.TEXT, cost=ErrorCost.ORDINARY, notes=(), weights=w) for w in (COLD, timid))
    assert after.confidence < before.confidence
    assert judge(row, kind=Kind.DATE, cost=ErrorCost.ORDINARY, notes=(), weights=timid) == judge(
        row, kind=Kind.DATE, cost=ErrorCost.ORDINARY, notes=(), weights=COLD
    )


def test_warm_needs_no_second_proof_but_keeps_every_other_doubt_about_ocr() -> None:
    row = {"grounded": 1.0, "from_ocr": 1.0, "label": 0.2, "kind_id": 1.0, "mentions": 0.0}
    warm = with_family("id")
    sure = {**row, "ocr_min_conf": 0.93, "ocr_token": token_log_odds(0.93)}
    assert (accepted(sure, Kind.IDENTIFIER, COLD), accepted(sure, Kind.IDENTIFIER, warm)) == (False, True)
    assert not accepted({**sure, "folded": 1.0, "mentions": 3.0}, Kind.IDENTIFIER, warm)
    poor = {**row, "ocr_min_conf": 0.7, "ocr_token": token_log_odds(0.7), "mentions": 9.0}
    assert not accepted(poor, Kind.IDENTIFIER, warm)


def test_a_certificate_lowers_the_threshold_of_its_cost_only() -> None:
    assert (accepted(UNSURE, Kind.TEXT, COLD), accepted(UNSURE, Kind.TEXT, CERTIFIED)) == (False, True)
    assert not judge(UNSURE, kind=Kind.TEXT, cost=ErrorCost.SERIOUS, notes=(), weights=CERTIFIED).accepted


@pytest.mark.parametrize(
    "spoilt",
    [{"validator_fail": 1.0}, {"conflict": 1.0}, {"warning": 1.0}, {"grounded": 0.0}],
    ids=lambda s: next(iter(s)),
)
def test_no_certificate_lifts_a_hard_cap(spoilt: dict[str, float]) -> None:
    best = {**UNSURE, "label": 0.2, "mentions": 9.0, **spoilt}
    assert not accepted(best, Kind.TEXT, CERTIFIED)


def test_no_certificate_outweighs_a_reason() -> None:
    assert not accepted({**UNSURE, NOTED: 1.0}, Kind.TEXT, CERTIFIED, "cut_off")
    assert judge(UNSURE, kind=Kind.TEXT, cost=ErrorCost.SERIOUS, notes=("cut_off",), weights=CERTIFIED).held
    assert not judge(UNSURE, kind=Kind.TEXT, cost=ErrorCost.SERIOUS, notes=(), weights=CERTIFIED).held


@pytest.mark.parametrize("wrong", [{"bound": 0.06}, {"threshold": 0.4}, {"threshold": 0.96}], ids=str)
def test_a_certificate_that_proves_too_little_cannot_be_written(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Certificate.model_validate({**CERTIFICATE.model_dump(), **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": Mode.COLD, "deltas": {"bias": 1.0}},
        {"mode": Mode.CERTIFIED},
        {"mode": Mode.WARM, "certificates": (CERTIFICATE,)},
        {"mode": Mode.CERTIFIED, "certificates": (CERTIFICATE, CERTIFICATE)},
    ],
    ids=["cold with deltas", "nothing certified", "warm with certificate", "two for one cost"],
)
def test_a_mode_says_what_is_there(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FamilyWeights.model_validate(wrong)


def test_weights_survive_json() -> None:
    alarm = Slice(sender=slice_key("Front Desk 2"), reason="review rate")
    weights = CERTIFIED.model_copy(update={"cold_slices": (alarm,)})
    assert Weights.model_validate_json(weights.model_dump_json()) == weights


@pytest.mark.parametrize(
    ("alarm", "cold"),
    [
        (Slice(sender="a"), {"words", "date"}),
        (Slice(sender="b"), set()),
        (Slice(payer="p", family="date"), {"date"}),
        (Slice(sender="a", document_type="referral"), set()),
        (Slice(family="words"), {"words"}),
        (Slice(), {"words", "date"}),
    ],
    ids=str,
)
def test_under_an_alarm_the_prior_judges(alarm: Slice, cold: set[str]) -> None:
    families = {name: FamilyWeights(mode=Mode.WARM, deltas={"bias": 1.0}) for name in ("words", "date")}
    weights = COLD.model_copy(update={"families": families, "cold_slices": (alarm,)})
    here = weights.within(sender="a", payer="p", document_type="clinical_note")
    assert {name for name in families if here.family(name).mode is Mode.COLD} == cold


def test_a_sender_is_known_by_its_letters_and_digits() -> None:
    assert slice_key("  Front-Desk (806) 555-0100") == slice_key("FRONT DESK 806.555.0100") == "frontdesk8065550100"
    assert (slice_key(" - "), slice_key(None)) == (None, None)
