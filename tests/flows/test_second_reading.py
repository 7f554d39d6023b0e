"""A run with a model beside the embedded backend, over a loopback endpoint that answers from gold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.loopback.answers import GoldModel
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import loopback
from tests.flows.conftest import CommandLine


@pytest.fixture
def gold(drawn: Path) -> GoldModel:
    return GoldModel([json.loads(path.read_text("utf-8")) for path in sorted((drawn / "gold").glob("*.json"))])


def test_agreed_values_name_both_readings_and_a_repeat_asks_nothing(
    fax2fhir: CommandLine, environment: dict[str, str], inbox: Path, gold: GoldModel
) -> None:
    with loopback(gold) as endpoint:
        environment |= {
            "FAX2FHIR_LLM_MODEL": "m",
            "FAX2FHIR_LLM_BASE_URL": endpoint.url,
            "FAX2FHIR_LLM_AGREEMENT": "true",
        }
        fax2fhir("run", inbox, "--keep")
        asked = len(endpoint.requests)
        assert asked > 3
        fax2fhir("predictions", inbox.parent / "predictions")
        assert len(endpoint.requests) == asked


def test_a_dead_endpoint_costs_no_document(
    fax2fhir: CommandLine, environment: dict[str, str], inbox: Path, gold: GoldModel
) -> None:
    with loopback(gold) as endpoint:
        endpoint.fault = Fault.SERVER_ERROR
        environment |= {
            "FAX2FHIR_LLM_MODEL": "m",
            "FAX2FHIR_LLM_BASE_URL": endpoint.url,
            "FAX2FHIR_LLM_AGREEMENT": "true",
            "FAX2FHIR_LLM_DEADLINE_S": "2",
        }
        report = json.loads(fax2fhir("run", inbox, "--keep", "--json").stdout)
    assert report["balanced"]
    assert "in flight 0" in report["reconciliation"] or report["in_review"] > 0
