"""`evaluate` as users run it: the real pipeline over drawn documents, the report, the gate, and bad input."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from evaluation.scoring.evaluation import Evaluation, read_evaluation
from evaluation.synth.generate import write_document
from evaluation.synth.plan import plan
from tests.flows.command_line import InProcess

FLOORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "evaluation" / "floors.json").read_text())


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn documents that need no OCR, with gold."""
    out = tmp_path_factory.mktemp("labelled")
    quick = (o for o in plan(20 * FLOORS["documents"], FLOORS["seed"]) if o.rendition in ("txt", "digital"))
    for index, order in zip(range(FLOORS["documents"]), quick, strict=False):
        write_document(order, FLOORS["seed"] + index, out)
    return out


@pytest.fixture
def few(labelled: Path, tmp_path: Path) -> Path:
    """Three of them, and another folder than the usual one for the documents."""
    folder = tmp_path / "few"
    shutil.copytree(labelled / "docs", folder / "faxes")
    (folder / "gold").mkdir()
    for path in sorted((labelled / "gold").iterdir())[:3]:
        shutil.copy(path, folder / "gold")
    return folder


@pytest.fixture
def fax2fhir_here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], environment: dict[str, str]
) -> InProcess:
    return InProcess(monkeypatch, capfd, environment)


def test_the_small_evaluation_keeps_its_floors(labelled: Path, fax2fhir_here: InProcess, tmp_path: Path) -> None:
    html, result = tmp_path / "out" / "report.html", tmp_path / "out" / "result.json"
    said = fax2fhir_here("evaluate", "--gold", labelled / "gold", "--html", html, "--json", result)
    evaluation = read_evaluation(result)
    figures = {name: figure.value for name, figure in evaluation.whole.figures.items()}
    assert evaluation.whole.documents == FLOORS["documents"]
    low = {name: figures[name] for name, floor in FLOORS["at_least"].items() if (figures[name] or 0.0) < floor}
    high = {name: figures[name] for name, limit in FLOORS["at_most"].items() if (figures[name] or 0.0) > limit}
    assert (low, high) == ({}, {})
    assert (figures["cost.cpu_ms_page"] or 0.0) > (figures["cost.extract_cpu_ms_page"] or 0.0) > 0
    assert "fields.f1" in said.out
    assert html.read_text().startswith("<!doctype html>")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (html, result)} == {0o600}
    assert set(evaluation.versions) == {"read", "extract", "check", "map"}
    assert not Path(fax2fhir_here.environment["FAX2FHIR_HOME"]).exists(), "the user's installation is left alone"


def test_a_kept_installation_need_not_read_again(few: Path, fax2fhir_here: InProcess, tmp_path: Path) -> None:
    arguments = ("evaluate", "--gold", few / "gold", "--docs", few / "faxes", "--home", tmp_path / "kept", "--json")
    fax2fhir_here(*arguments, tmp_path / "first.json")
    fax2fhir_here(*arguments, tmp_path / "second.json")
    first, second = (read_evaluation(tmp_path / f"{name}.json") for name in ("first", "second"))
    assert "cost.cpu_ms_page" in first.whole.figures
    assert "cost.cpu_ms_page" not in second.whole.figures
    assert _without_costs(first) == _without_costs(second)


def _without_costs(evaluation: Evaluation) -> list[dict[str, float]]:
    return [{k: n for k, n in each.tally.items() if not k.startswith("cost.")} for each in evaluation.documents]


def test_given_predictions_are_judged_and_the_gate_turns_red(
    few: Path, fax2fhir_here: InProcess, tmp_path: Path
) -> None:
    predictions = tmp_path / "predictions"
    predictions.mkdir()
    for path in (few / "gold").iterdir():
        gold = json.loads(path.read_text())
        kept = ("field", "value", "group", "page", "evidence")
        fields = [{key: f[key] for key in kept} for f in gold["fields"]]
        said = {"document_type": gold["document_type"], "segments": gold["segments"], "fields": fields}
        (predictions / path.name).write_text(json.dumps(said))
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    arguments = ("evaluate", "--gold", few / "gold", "--predictions", predictions, "--json")
    fax2fhir_here(*arguments, good)
    assert read_evaluation(good).whole.figures["fields.f1"].value == 1.0
    fax2fhir_here("evaluate", "--compare", good, good)
    for path in predictions.iterdir():
        said = json.loads(path.read_text())
        said["fields"] = [f | {"value": "1911-11-11"} if f["field"] == "patient.dob" else f for f in said["fields"]]
        path.write_text(json.dumps(said))
    fax2fhir_here(*arguments, bad)
    out = tmp_path / "comparison.json"
    ended = fax2fhir_here("evaluate", "--compare", good, bad, "--json", out, expect=8)
    assert "EVALUATION_REGRESSED" in ended.err
    assert "accepted.wrong_share" in ended.err
    assert "regressed" in ended.out
    assert json.loads(out.read_text())["format"] == "fax2fhir-comparison/1"
    fax2fhir_here("evaluate", "--compare", bad, good)
    fax2fhir_here("evaluate", "--compare", good, bad, "--bound", "100")


def test_worst_pages_are_pictured_from_predictions_alone(few: Path, fax2fhir_here: InProcess, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    html = tmp_path / "report.html"
    arguments = ("--gold", few / "gold", "--docs", few / "faxes", "--predictions", tmp_path / "none", "--html", html)
    fax2fhir_here("evaluate", *arguments)
    text = html.read_text()
    assert text.count("data:image/png;base64,") >= 3
    assert "3 documents have no prediction" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "BAD_SETTING: give either --gold"),
        (("--gold", "nowhere"), "EVALUATION_INPUT: the gold folder holds no .json file"),
        (("--gold", "gold", "--docs", "nowhere"), "3 of 3 labelled documents are not in the folder"),
        (("--gold", "gold", "--predictions", "nowhere"), "EVALUATION_INPUT: the folder of predictions is not there"),
        (("--gold", "broken"), "EVALUATION_INPUT: gold file 1 of 1 is no JSON"),
        (("--gold", "untyped"), "EVALUATION_INPUT: gold file 1 of 1: document_type: missing"),
        (("--compare", "gold", "gold"), "EVALUATION_INPUT: a result to compare"),
        (("--compare", "a.json", "a.json", "--bound", "-1"), "BAD_SETTING: --bound"),
        (("--gold", "gold", "--predictions", "said"), "EVALUATION_INPUT: a prediction file is no JSON"),
    ],
)
def test_bad_input_says_what_to_do(
    arguments: tuple[str, ...], message: str, few: Path, fax2fhir_here: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(few)
    for folder, text in (("broken", "{"), ("untyped", '{"doc_id": "Brook, Ada"}')):
        (few / folder).mkdir()
        (few / folder / "Brook, Ada.json").write_text(text)
    (few / "said").mkdir()
    for path in (few / "gold").iterdir():
        (few / "said" / path.name).write_text("{")
    (few / "a.json").write_text(_nothing())
    ended = fax2fhir_here("evaluate", *arguments, expect=2)
    assert message in ended.err
    assert "Ada" not in ended.err


def _nothing() -> str:
    from evaluation.scoring.evaluation import evaluate
    from tests.evaluation.scoring.labels import score

    return evaluate([score("d")], made_at="2026-01-01T00:00:00+00:00", versions={}).model_dump_json()
