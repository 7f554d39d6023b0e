"""`evaluate` as users run it: the real pipeline over drawn documents, the report, the gate, and bad input."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from evaluation.calibration.__main__ import read_labels
from evaluation.loopback.answers import GoldModel, nothing_stated
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import loopback
from evaluation.round_trip.results import ElementCounts, RoundTrip, Trip
from evaluation.scoring.backends import Backends, ComparedEvaluation
from evaluation.scoring.evaluation import Evaluation, evaluate, read_evaluation
from evaluation.synth.generate import write_document
from evaluation.synth.plan import plan
from tests.evaluation.scoring.labels import score
from tests.flows.command_line import InProcess

SAMPLES = Path(__file__).parents[2] / "samples"
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


def test_the_small_evaluation_keeps_its_floors(labelled: Path, call: InProcess, tmp_path: Path) -> None:
    html, result = tmp_path / "out" / "report.html", tmp_path / "out" / "result.json"
    said = call("evaluate", "--gold", labelled / "gold", "--html", html, "--json", result)
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
    assert not Path(call.environment["FAX2FHIR_HOME"]).exists(), "the user's installation is left alone"


def test_a_kept_installation_need_not_read_again(few: Path, call: InProcess, tmp_path: Path) -> None:
    arguments = ("evaluate", "--gold", few / "gold", "--docs", few / "faxes", "--home", tmp_path / "kept", "--json")
    call(*arguments, tmp_path / "first.json")
    call(*arguments, tmp_path / "second.json")
    first, second = (read_evaluation(tmp_path / f"{name}.json") for name in ("first", "second"))
    assert "cost.cpu_ms_page" in first.whole.figures
    assert "cost.cpu_ms_page" not in second.whole.figures
    assert _without_costs(first) == _without_costs(second)


def _without_costs(evaluation: Evaluation) -> list[dict[str, float]]:
    return [{k: n for k, n in each.tally.items() if not k.startswith("cost.")} for each in evaluation.documents]


def test_given_predictions_are_judged_and_the_gate_turns_red(few: Path, call: InProcess, tmp_path: Path) -> None:
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
    call(*arguments, good)
    assert read_evaluation(good).whole.figures["fields.f1"].value == 1.0
    call("evaluate", "--compare", good, good)
    for path in predictions.iterdir():
        said = json.loads(path.read_text())
        said["fields"] = [f | {"value": "1911-11-11"} if f["field"] == "patient.dob" else f for f in said["fields"]]
        path.write_text(json.dumps(said))
    call(*arguments, bad)
    out = tmp_path / "comparison.json"
    ended = call("evaluate", "--compare", good, bad, "--json", out, expect=8)
    assert "EVALUATION_REGRESSED" in ended.err
    assert "accepted.wrong_share" in ended.err
    assert "regressed" in ended.out
    assert json.loads(out.read_text())["format"] == "fax2fhir-comparison/1"
    call("evaluate", "--compare", bad, good)
    call("evaluate", "--compare", good, bad, "--bound", "100")


def test_worst_pages_are_pictured_from_predictions_alone(few: Path, call: InProcess, tmp_path: Path) -> None:
    (tmp_path / "said").mkdir()
    first = min((few / "gold").iterdir())
    (tmp_path / "said" / first.name).write_text('{"document_type": "clinical_note", "fields": []}')
    html = tmp_path / "report.html"
    arguments = ("--gold", few / "gold", "--docs", few / "faxes", "--predictions", tmp_path / "said", "--html", html)
    ended = call("evaluate", *arguments)
    text = html.read_text()
    assert text.count("data:image/png;base64,") >= 3
    assert "2 documents NOT predicted" in text
    assert "2 documents NOT predicted" in ended.out


def test_documents_that_cannot_be_read_are_counted_and_shown(few: Path, call: InProcess, tmp_path: Path) -> None:
    golds = sorted((few / "gold").iterdir())
    contents = (b"%PDF-1.7\nnothing of Ada Brook's", b"")
    for gold, content in zip(golds, contents, strict=False):
        (few / "faxes" / json.loads(gold.read_text())["file"]).write_bytes(content)
    html, result = tmp_path / "report.html", tmp_path / "result.json"
    out = ("--html", html, "--json", result)
    ended = call("evaluate", "--gold", few / "gold", "--docs", few / "faxes", *out)
    assert "2 documents could NOT be read or processed" in ended.out
    assert "2 documents could NOT be read or processed" in html.read_text()
    assert "Ada" not in ended.out + ended.err
    tallies = [each.tally for each in read_evaluation(result).documents]
    assert [tally.get("unprocessed", 0) for tally in tallies] == [1, 1, 0]
    assert [tally.get("fields.right", 0) > 0 for tally in tallies] == [False, False, True]


def backends_of(path: Path) -> Backends:
    found = ComparedEvaluation.model_validate_json(path.read_bytes()).backends
    assert found is not None
    return found


def test_backends_are_compared_over_a_model_whose_errors_are_known(few: Path, call: InProcess, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    documents = ("--gold", few / "gold", "--docs", few / "faxes")
    ended = call("evaluate", *documents, "--planted", "20", "--json", result)
    found = backends_of(result)
    assert set(found.slices) == {"rules", "llm", "both"}
    assert {each["all"].documents for each in found.slices.values()} == {3}
    assert found.slices["rules"]["all"].figures["fields.f1"] == read_evaluation(result).whole.figures["fields.f1"]
    assert found.slices["llm"]["all"].figures["fields.f1"] != found.slices["rules"]["all"].figures["fields.f1"]
    assert found.use.requests >= found.use.questions >= 3
    assert found.use.outcomes == {"answered": found.use.questions}
    assert found.planted is not None
    assert found.planted.counts().total() > 10
    assert "Planted errors, all: " in ended.out
    assert "fields.f1" in {each.name for each in found.differences}


def test_recorded_answers_replay_offline_and_say_the_same(few: Path, call: InProcess, tmp_path: Path) -> None:
    answers, first, second = tmp_path / "answers.jsonl", tmp_path / "first.json", tmp_path / "second.json"
    documents = ("--gold", few / "gold", "--docs", few / "faxes")
    kept = ("--home", tmp_path / "kept")
    golds = [json.loads(path.read_text("utf-8")) for path in sorted((few / "gold").iterdir())]
    with loopback(GoldModel(golds, error_rate=0.05)) as endpoint:
        call.environment |= {
            "FAX2FHIR_LLM_MODEL": "stub",
            "FAX2FHIR_LLM_BASE_URL": endpoint.url,
            "FAX2FHIR_LLM_AGREEMENT": "true",
            "FAX2FHIR_LLM_OUTPUT_PRICE": "1000",
        }
        ended = call("evaluate", *documents, expect=2)
        assert "--home must name an installation" in ended.err
        call("evaluate", *documents, *kept, "--record", answers, "--json", first)
        asked = len(endpoint.requests)
        call("evaluate", *documents, "--answers", answers, "--json", second)
        assert len(endpoint.requests) == asked > 3
    assert stat.S_IMODE(answers.stat().st_mode) == 0o600
    live, replayed = backends_of(first), backends_of(second)
    assert live == replayed
    assert live.use.requests == asked
    assert live.use.cost == pytest.approx(live.use.output_tokens / 1000)
    assert live.use.outcomes == {"answered": live.use.questions}
    assert live.use.valid_at_once == live.use.questions


@pytest.mark.parametrize(("fault", "ended"), [(Fault.REFUSAL, "refused"), (Fault.SERVER_ERROR, "server_error")])
def test_questions_without_an_answer_are_counted_by_how_they_ended_and_replay_so(
    fault: Fault, ended: str, few: Path, call: InProcess, tmp_path: Path
) -> None:
    answers, live, replayed = tmp_path / "answers.jsonl", tmp_path / "live.json", tmp_path / "replayed.json"
    documents = ("--gold", few / "gold", "--docs", few / "faxes", "--home", tmp_path / "kept")
    with loopback(nothing_stated) as endpoint:
        endpoint.fault = fault
        call.environment |= {
            "FAX2FHIR_LLM_MODEL": "stub",
            "FAX2FHIR_LLM_BASE_URL": endpoint.url,
            "FAX2FHIR_LLM_AGREEMENT": "true",
            "FAX2FHIR_LLM_DEADLINE_S": "1",
        }
        call("evaluate", *documents, "--record", answers, "--json", live)
    use = backends_of(live).use
    assert use.outcomes == {ended: use.questions}
    assert use.requests == len(endpoint.requests) >= use.questions
    assert (use.valid_at_once, use.valid_later, use.never_valid) == (0, 0, 0)
    call("evaluate", *documents, "--answers", answers, "--json", replayed)
    assert backends_of(replayed) == backends_of(live)
    both, rules = (backends_of(live).slices[name]["all"].figures["fields.f1"] for name in ("both", "rules"))
    assert both == rules


def test_the_recording_of_the_samples_belongs_to_them(call: InProcess, tmp_path: Path) -> None:
    folder, result, html = tmp_path / "gold", tmp_path / "result.json", tmp_path / "report.html"
    folder.mkdir()
    for name in ("portal-upload-55214", "inbound_8775550188_0001", "chart-export-20260213"):
        shutil.copy(SAMPLES / "gold" / f"{name}.json", folder)
    recorded = ("--answers", SAMPLES / "answers.jsonl", "--json", result, "--html", html)
    call("evaluate", "--gold", folder, "--docs", SAMPLES / "inbox", *recorded)
    found = backends_of(result)
    assert found.made_with.startswith("no model")
    assert found.use.questions >= 3
    assert found.use.outcomes == {"answered": found.use.questions}
    assert 'id="backends"' in html.read_text()


def test_other_peoples_extractors_are_compared_as_far_as_they_are_there(
    few: Path, call: InProcess, tmp_path: Path
) -> None:
    html, result = tmp_path / "report.html", tmp_path / "result.json"
    documents = ("--gold", few / "gold", "--docs", few / "faxes")
    ended = call("evaluate", *documents, "--side-by-side", "--html", html, "--json", result)
    found = ComparedEvaluation.model_validate_json(result.read_bytes()).side_by_side
    assert found is not None
    own, cited = found.grounding[:2]
    assert (own.accepted, own.near_misses > 1000, own.right) == (0, True, 1100)
    assert own.passed > 0.95 * own.right
    assert cited.accepted > 0.5 * cited.near_misses
    ours = found.forms[0]
    assert ours.name == "fax2fhir"
    assert ours.f1 is not None
    assert ours.f1 > 0.8
    for absent in found.absent:
        assert "pip install fax2fhir[comparison]" in ended.out
        assert absent in ended.out
    assert 'id="others"' in html.read_text()


def test_a_round_trip_is_shown_beside(few: Path, call: InProcess, tmp_path: Path) -> None:
    trip, html, result = tmp_path / "trip.json", tmp_path / "report.html", tmp_path / "result.json"
    counts = {"all": ElementCounts(found=9, missed=1, right=9), "Patient": ElementCounts(found=9, missed=1, right=9)}
    way = Trip(
        rendition="fax", mode="alone", documents=3, whole=1, by_type=counts, false={}, missed={"Patient.gender": 1}
    )
    made = RoundTrip(packages={"pas-0": 4}, drawn=4, compared=10, left_out={"codes & numbers": 7}, trips=(way,))
    trip.write_text(made.model_dump_json())
    said = ("--predictions", tmp_path / "said", "--round-trip", trip)
    (tmp_path / "said").mkdir()
    name = next(iter((few / "gold").glob("*.json"))).stem
    (tmp_path / "said" / f"{name}.json").write_text(json.dumps({"doc_id": name, "fields": []}))
    ended = call("evaluate", "--gold", few / "gold", *said, "--html", html, "--json", result)
    assert ComparedEvaluation.model_validate_json(result.read_bytes()).round_trip == made
    assert "fax, alone: 3 documents" in ended.out
    for shown in ('id="round-trip"', ">90.0<", "codes &amp; numbers"):
        assert shown in html.read_text()


def test_what_was_not_recorded_is_unasked_and_counted(few: Path, call: InProcess, tmp_path: Path) -> None:
    answers, result = tmp_path / "answers.jsonl", tmp_path / "result.json"
    documents = ("--gold", few / "gold", "--docs", few / "faxes", "--home", tmp_path / "kept")
    call("evaluate", *documents, "--planted", "0", "--record", answers)
    heading, worded_otherwise, _, *rest = answers.read_text().splitlines()
    line = json.loads(worded_otherwise) | {"key": "0" * 64}
    answers.write_text("\n".join([heading, json.dumps(line), *rest]))
    ended = call("evaluate", *documents, "--answers", answers, "--json", result)
    use = backends_of(result).use
    assert use.outcomes == {"answered": use.questions - 1, "unasked": 1}
    assert use.outdated == 1
    assert "unasked 1" in ended.out
    assert "1 answers were recorded for an earlier wording" in ended.out


BROKEN = {
    "broken": '{"doc_id": "Brook, Ada"',
    "untyped": '{"doc_id": "Brook, Ada"}',
    "deep": "[" * 100_000,
    "listed": "[]",
    "outside": '{"doc_id": "../Brook, Ada", "document_type": "referral"}',
    "endless": '{"doc_id": "Brook, Ada", "document_type": "referral",'
    ' "segments": [{"type": "referral", "page_start": 1, "page_end": 1000000000}]}',
}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "BAD_SETTING: give either --gold"),
        (("--gold", "nowhere"), "EVALUATION_INPUT: the gold folder does not exist"),
        (("--gold", "gold", "--docs", "nowhere"), "3 of 3 labelled documents are not in the folder"),
        (("--gold", "gold", "--predictions", "nowhere"), "EVALUATION_INPUT: the folder of predictions does not exist"),
        (("--gold", "gold", "--predictions", "empty"), "holds none for a labelled document"),
        (("--gold", "gold", "--predictions", "said"), "EVALUATION_INPUT: prediction file 1 of 3: no JSON"),
        (("--gold", "gold", "--predictions", "sure"), "prediction file 1 of 3: fields.0.confidence is larger than 1"),
        (("--gold", "gold", "--planted", "101"), "BAD_SETTING: --planted"),
        (("--gold", "gold", "--planted", "5", "--predictions", "said"), "BAD_SETTING: only what reads the documents"),
        (("--gold", "gold", "--planted", "5", "--answers", "said"), "BAD_SETTING: --planted"),
        (("--gold", "gold", "--side-by-side", "--predictions", "said"), "BAD_SETTING: only what reads the documents"),
        (("--gold", "gold", "--record", "answers"), "BAD_SETTING: --record has nothing to write"),
        (("--gold", "gold", "--answers", "nowhere"), "EVALUATION_INPUT: the recording of answers does not exist"),
        (("--gold", "gold", "--answers", "a.json"), "EVALUATION_INPUT: the recording of answers is no fax2fhir-answ"),
        (("--gold", "empty"), "EVALUATION_INPUT: the gold folder holds no .json file"),
        (("--gold", "broken"), "EVALUATION_INPUT: gold file 1 of 1: no JSON"),
        (("--gold", "untyped"), "EVALUATION_INPUT: gold file 1 of 1: document_type is missing"),
        (("--gold", "deep"), "EVALUATION_INPUT: gold file 1 of 1: no JSON"),
        (("--gold", "folder"), "EVALUATION_INPUT: gold file 1 of 1: not readable"),
        (("--gold", "outside"), "EVALUATION_INPUT: gold file 1 of 1: doc_id is empty or holds a slash"),
        (("--gold", "endless"), "EVALUATION_INPUT: gold file 1 of 1: segments.0.page_end is larger than 100000"),
        (("--gold", "listed"), "EVALUATION_INPUT: gold file 1 of 1: the file is no object"),
        (("--compare", "gone.json", "a.json"), "EVALUATION_INPUT: a result to compare does not exist"),
        (("--compare", "gold", "gold"), "EVALUATION_INPUT: a result to compare"),
        (("--compare", "a.json", "b.json"), "EVALUATION_INPUT: the two results are of different sets: 2 documents"),
        (("--compare", "a.json", "a.json", "--bound", "-1"), "BAD_SETTING: --bound"),
    ],
)
def test_bad_input_says_what_to_do(
    arguments: tuple[str, ...], message: str, few: Path, call: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(few)
    for folder, text in BROKEN.items():
        (few / folder).mkdir()
        (few / folder / "Brook, Ada.json").write_text(text)
    (few / "empty").mkdir()
    (few / "folder" / "Brook, Ada.json").mkdir(parents=True)
    for folder, text in (("said", "{"), ("sure", '[{"field": "patient.name", "value": "Ada", "confidence": 97}]')):
        (few / folder).mkdir()
        for path in (few / "gold").iterdir():
            (few / folder / path.name).write_text(text)
    (few / "a.json").write_text(_result("a"))
    (few / "b.json").write_text(_result("b"))
    ended = call("evaluate", *arguments, expect=2)
    assert message in ended.err
    assert "Ada" not in ended.err


def _result(doc_id: str) -> str:
    return evaluate([score(doc_id)], made_at="2026-01-01T00:00:00+00:00", versions={}).model_dump_json()


def test_labels_for_calibration_are_written_with_the_rows_that_were_judged(
    few: Path, tmp_path: Path, call: InProcess
) -> None:
    out = tmp_path / "labels.jsonl"
    docs = ("--gold", str(few / "gold"), "--docs", str(few / "faxes"))
    call("evaluate", *docs, "--labels", str(out), "--json", str(tmp_path / "result.json"))
    labels = read_labels(out)
    kept = read_evaluation(tmp_path / "result.json").whole.confidence
    assert (len(labels), sum(not each.right for each in labels)) == (kept.values, kept.wrong)
    assert len({each.at for each in labels}) == 3
    assert all("grounded" in each.features for each in labels)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_labels_need_the_pipelines_own_records(few: Path, tmp_path: Path, call: InProcess) -> None:
    (tmp_path / "predictions").mkdir()
    given = ("--gold", few / "gold", "--predictions", tmp_path / "predictions")
    call("evaluate", *given, "--labels", tmp_path / "labels.jsonl", expect=2)
