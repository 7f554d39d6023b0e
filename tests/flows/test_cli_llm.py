"""`llm check` and `llm stub`: a model is tried with a synthetic request before it reads anybody's."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import loopback
from flows.llm_check import SYNTHETIC
from tests.flows.conftest import CommandLine
from tests.flows.models import configure

PAGE = SYNTHETIC.read_text("utf-8")


def quoted(value: str) -> dict[str, Any]:
    """A leaf whose quote is the value as printed."""
    return {"value": value, "quote": value, "page": 1}


def transcribes(body: Mapping[str, Any]) -> dict[str, Any]:
    """Three printed values of the synthetic request."""
    answer = nothing_stated(body)
    answer["patient"] |= {"member_id": quoted("ZZT400112233"), "name": quoted("Testa Beispiel")}
    answer["request"] |= {"date": quoted("03/02/2026")}
    return answer


def invents(body: Mapping[str, Any]) -> dict[str, Any]:
    """A member id that the page does not print."""
    answer = transcribes(body)
    answer["patient"]["member_id"] = quoted("ZZT400112299")
    return answer


def test_a_model_that_transcribes_passes_and_its_cost_is_told(
    fax2fhir: CommandLine, environment: dict[str, str]
) -> None:
    with loopback(transcribes) as endpoint:
        configure(environment, endpoint, input_price="1000000", output_price="0")
        done = fax2fhir("llm", "check", "--json")
    result = json.loads(done.stdout)
    assert (result["outcome"], result["fits"], result["requests"]) == ("answered", 1, 1)
    assert (result["stated"], result["proven"], result["agreed"]) == (3, 3, 3)
    assert result["cost"] == result["input_tokens"] > 0
    sent = endpoint.requests[0]["messages"][-1]["content"]
    assert PAGE.splitlines()[0] in sent


def test_a_model_that_invents_fails(fax2fhir: CommandLine, environment: dict[str, str]) -> None:
    with loopback(invents) as endpoint:
        configure(environment, endpoint)
        done = fax2fhir("llm", "check", expect=9)
    assert "LLM_UNUSABLE" in done.stderr
    assert "2 of 3" in done.stderr
    assert len(endpoint.requests) == 2, "the answer is sent back once"


def test_every_mode_can_be_tried(fax2fhir: CommandLine, environment: dict[str, str]) -> None:
    with loopback(transcribes) as endpoint:
        configure(environment, endpoint, mode="json_schema")
        done = fax2fhir("llm", "check", "--all-modes")
    rows = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines() if "answered" in line}
    assert {"tools", "json_schema"} <= set(rows)
    assert "no patient's page will be sent" in done.stdout


def test_what_a_model_refuses_is_not_sent(fax2fhir: CommandLine, environment: dict[str, str]) -> None:
    with loopback(transcribes) as endpoint:
        configure(environment, endpoint)
        fax2fhir("llm", "check")
        configure(environment, endpoint, temperature="none", **{"token_limit": "max_completion_tokens"})
        fax2fhir("llm", "check")
    plain, reasoning = endpoint.requests
    assert (plain["max_tokens"], plain["temperature"]) == (8192, 0)
    assert reasoning["max_completion_tokens"] == 8192
    assert not {"max_tokens", "temperature"} & set(reasoning)


def test_without_a_model_it_says_what_to_set(fax2fhir: CommandLine) -> None:
    assert "FAX2FHIR_LLM_BASE_URL" in fax2fhir("llm", "check", expect=2).stderr


@pytest.mark.parametrize("fault", [Fault.REFUSAL, Fault.HTML, Fault.TRUNCATION])
def test_the_stub_does_what_it_is_told_wrong(
    fax2fhir: CommandLine, environment: dict[str, str], fault: Fault, tmp_path: Path
) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text('{"patient": {}}\n')
    stub = ("llm", "stub", "--fault", fault, "--script", str(script))
    command = [sys.executable, "-c", "from flows.cli import main; main()", *stub]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as served:
        assert served.stdout is not None
        told = dict(part.split("=", 1) for part in served.stdout.readline().split()[1:])
        environment |= told
        done = fax2fhir("llm", "check", expect=9)
        served.send_signal(signal.SIGINT)
        assert served.wait(20) == 130
    outcome = {Fault.REFUSAL: "refused", Fault.HTML: "garbage", Fault.TRUNCATION: "truncated"}[fault]
    assert outcome in done.stderr


def test_a_stub_with_gold_labels_reads_a_sample(
    fax2fhir: CommandLine, environment: dict[str, str], tmp_path: Path
) -> None:
    empty = tmp_path / "gold"
    empty.mkdir()
    assert "without labels" in fax2fhir("llm", "stub", "--gold", empty, expect=2).stderr
