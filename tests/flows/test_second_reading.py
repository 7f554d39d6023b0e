"""A run with a model beside the embedded backend, over a loopback endpoint that answers from gold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.loopback.answers import GoldModel
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import loopback
from tests.flows.conftest import CommandLine
from tests.flows.models import configure


@pytest.fixture
def gold(drawn: Path) -> GoldModel:
    return GoldModel([json.loads(path.read_text("utf-8")) for path in sorted((drawn / "gold").glob("*.json"))])


def test_agreed_values_name_both_readings_and_a_repeat_asks_nothing(
    fax2fhir: CommandLine, environment: dict[str, str], inbox: Path, gold: GoldModel
) -> None:
    with loopback(gold) as endpoint:
        configure(environment, endpoint, agreement="true")
        fax2fhir("run", inbox, "--keep")
        asked = len(endpoint.requests)
        assert asked > 3
        fax2fhir("predictions", inbox.parent / "predictions")
        assert len(endpoint.requests) == asked


def test_a_backfill_finds_what_was_checked_with_a_model(
    fax2fhir: CommandLine, environment: dict[str, str], inbox: Path, gold: GoldModel
) -> None:
    with loopback(gold) as endpoint:
        configure(environment, endpoint, agreement="true")
        fax2fhir("run", inbox, "--keep")
        days = ("--from", "2000-01-01", "--to", "2100-01-01")
        said = fax2fhir("backfill", *days, "--reason", "test", "--dry-run", "--json").stdout
    assert json.loads(said)["stages"] == {}


def test_a_dead_endpoint_costs_no_document(
    fax2fhir: CommandLine, environment: dict[str, str], inbox: Path, gold: GoldModel
) -> None:
    with loopback(gold) as endpoint:
        endpoint.fault = Fault.SERVER_ERROR
        configure(environment, endpoint, agreement="true", deadline_s="2")
        report = json.loads(fax2fhir("run", inbox, "--keep", "--json").stdout)
    assert report["balanced"]
    assert "in flight 0" in report["reconciliation"] or report["in_review"] > 0


def test_what_was_sent_is_listed_without_a_word_of_it(
    fax2fhir: CommandLine, environment: dict[str, str], inbox: Path, gold: GoldModel
) -> None:
    with loopback(gold) as endpoint:
        configure(environment, endpoint, model="some model", redact="true")
        fax2fhir("run", inbox, "--keep")
        asked = {message["content"] for body in endpoint.requests for message in body["messages"][:2]}
    rows = [json.loads(line) for line in fax2fhir("llm", "disclosures", "--json").stdout.splitlines()]
    assert len(rows) == len({content for content in asked if "--- page " in content})
    for row in rows:
        sent = row["disclosure"]
        assert (sent["model"], sent["host"], sent["redacted"]) == ("some_model", "127.0.0.1", True)
        assert "patient" in sent["fields"] or sent["document_type"] == "payer_policy"
    assert sum(row["disclosure"]["replaced"].get("NAME", 0) for row in rows) > 0
    one = rows[0]["disclosure"]["document_id"]
    table = fax2fhir("llm", "disclosures", one[:12]).stdout
    assert f"questions {sum(r['disclosure']['document_id'] == one for r in rows)}, documents 1" in table
    assert "questions 0, documents 0" in fax2fhir("llm", "disclosures", "--to", "2020-01-01").stdout
    assert "BAD_SETTING" in fax2fhir("llm", "disclosures", "--from", "soon", expect=2).stderr
    assert not [value for value in _names(gold) if value in table + json.dumps(rows)]


def _names(gold: GoldModel) -> set[str]:
    return {e["value"] for each in gold.documents for e in each["fields"] if e["field"] == "patient.name"}
