from __future__ import annotations

from datetime import timedelta

import pytest

from documents.records import FieldStatus, Finding, Severity
from review_queue import risk
from tests.ledger.made import START, field, record

COSTS = {"diagnosis.code": 100, "patient.dob": 100, "provider.fax": 20}


def test_the_cost_is_what_is_expected_to_be_wrong() -> None:
    waiting = field("diagnosis.code", "M54.16", status=FieldStatus.REVIEW)  # confidence 0.6
    accepted = field("provider.fax", "1")
    error = Finding(rule="DOC-001", severity=Severity.ERROR, message="Two patients.")
    read = record("fax", waiting, accepted, missing=("patient.dob",)).model_copy(update={"findings": (error,)})
    assert risk.expected_cost(read, COSTS) == pytest.approx(0.4 * 100 + 100 + 20)
    assert risk.expected_cost(record("fax", accepted), COSTS) == 1.0
    assert risk.expected_cost(record("fax", waiting), {}) == pytest.approx(0.4 * 20)


def test_doubling_the_cost_weighs_as_much_as_six_hours() -> None:
    due = START + timedelta(days=7)
    cheap = risk.rank_at(50, due=due, received_at=START)
    assert cheap - risk.rank_at(100, due=due, received_at=START) == timedelta(hours=6)


def test_what_has_no_legal_clock_comes_after_what_has_one() -> None:
    standard = risk.rank_at(1, due=START + timedelta(days=7), received_at=START)
    assert risk.rank_at(1, due=None, received_at=START) > standard


def test_the_costs_are_those_the_document_type_declares() -> None:
    costs = risk.field_costs("prior_auth_request")
    assert costs["diagnosis.code"] == 100
    assert risk.field_costs("no such type") == {}
