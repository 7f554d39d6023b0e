"""`evaluate`: judges predictions, made by the pipeline where none are given, against gold; and compares results."""

from __future__ import annotations

import glob
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from documents.errors import SettingsError
from evaluation.calibration.gold_labels import gold_labels
from evaluation.calibration.labels import Label
from evaluation.errors import EvaluationInputError, RegressionError
from evaluation.report.content import DocumentView, worst
from evaluation.report.marks import marks_of
from evaluation.report.page import document_view, render
from evaluation.scoring.comparing import compare
from evaluation.scoring.corpus import Gold, Prediction, read_gold, read_prediction
from evaluation.scoring.evaluation import Evaluation, evaluate, read_evaluation
from evaluation.scoring.judgement import Judgement
from evaluation.scoring.tally import DocumentScore, score_document
from flows.backend_tables import compared_in_words
from flows.evaluating import PipelineRun, run_over
from flows.evaluation_comparisons import Comparisons, comparisons_of
from flows.evaluation_request import Comparison, Request
from flows.evaluation_tables import comparison_in_words, in_words
from flows.page_pictures import page_pictures
from flows.tables import say


@dataclass(frozen=True, slots=True)
class _Judged:
    """Everything about one document."""

    gold: Gold
    prediction: Prediction | None
    score: DocumentScore
    judgement: Judgement


def run(request: Request | None, comparison: Comparison | None) -> None:
    """Evaluates, or compares two results.

    Raises:
        SettingsError: not exactly one of both is asked for.
    """
    if (request is None) == (comparison is None):
        raise SettingsError("give either --gold, to evaluate, or --compare, to compare two results")
    if comparison is not None:
        run_comparison(comparison)
    if request is not None:
        run_evaluation(request)


def run_evaluation(request: Request) -> Evaluation:
    """Judges, writes what is asked for and prints the main figures.

    Raises:
        EvaluationInputError: gold, documents or predictions cannot be used.
    """
    outputs = request.outputs
    if outputs.labels and request.predictions is not None:
        raise EvaluationInputError("labels come from the pipeline's own records: leave out --predictions")
    golds = read_gold(request.gold)
    docs = request.docs or request.gold.resolve().parent / "docs"
    if request.predictions is not None:
        _check_predictions(request.predictions, golds)
    also = comparisons_of(request, golds)
    if outputs.record and also.backends is None:
        raise SettingsError("--record has nothing to write: no model answers")
    ran = PipelineRun({}, {}, {}, {}) if request.predictions else _predicted(golds, docs, request.home, also)
    judged = list(_judge(golds, request.predictions, ran))
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    evaluation = evaluate([each.score for each in judged], made_at=made_at, versions=ran.versions)
    evaluation = also.joined_to(evaluation)
    if outputs.record and also.backends is not None:
        write_private(outputs.record, also.backends.recording())
    if outputs.json:
        write_private(outputs.json, evaluation.model_dump_json())
    if outputs.labels:
        write_private(outputs.labels, "".join(f"{each.model_dump_json()}\n" for each in _labels(judged, ran)))
    if outputs.html:
        write_private(outputs.html, render(evaluation, _views(judged, docs, request.worst)))
    say("\n\n".join([in_words(evaluation), *compared_in_words(evaluation)]))
    return evaluation


def _labels(judged: Sequence[_Judged], ran: PipelineRun) -> Iterator[Label]:
    """Yields what a reviewer without a mistake would have said of each field, a second from document to document."""
    now = datetime.now(UTC)
    for seconds, each in enumerate(judged):
        records = ran.records.get(each.gold.doc_id, ())
        if each.prediction is not None:
            yield from gold_labels(each.gold, each.prediction, records, at=now + timedelta(seconds=seconds))


def run_comparison(asked: Comparison) -> None:
    """Shows what changed from one result to another.

    Raises:
        EvaluationInputError: a result cannot be read, or they are of different sets or labels.
        RegressionError: a guarded figure became worse than its bound allows.
    """
    before, after = read_evaluation(asked.before), read_evaluation(asked.after)
    comparison = compare(before, after, bound=_fraction(asked.bound))
    if asked.out:
        write_private(asked.out, comparison.model_dump_json())
    say(comparison_in_words(comparison))
    worse = comparison.regressions
    if worse:
        raise RegressionError(f"{len(worse)} guarded figures regressed: {', '.join(each.name for each in worse)}")


def _check_predictions(folder: Path, golds: Sequence[Gold]) -> None:
    if not folder.is_dir():
        raise EvaluationInputError("the folder of predictions does not exist")
    if not any((folder / f"{gold.doc_id}.json").exists() for gold in golds):
        raise EvaluationInputError("the folder of predictions holds none for a labelled document")


def _predicted(golds: Sequence[Gold], docs: Path, home: Path | None, also: Comparisons) -> PipelineRun:
    paths = {gold.doc_id: document_path(gold, docs) for gold in golds}
    missing = sum(path is None for path in paths.values())
    if missing:
        raise EvaluationInputError(f"{missing} of {len(paths)} labelled documents are not in the folder of documents")
    with _installation(home) as folder:
        found = {name: path for name, path in paths.items() if path is not None}
        return run_over(
            found,
            folder,
            say=lambda line: print(line, file=sys.stderr, flush=True),
            asking=also.asking,
            also=also.add,
        )


def document_path(gold: Gold, docs: Path) -> Path | None:
    """The labelled file: as gold names it, or by the name of its labels; None if it is not there."""
    named = docs / Path(gold.file).name
    if gold.file and named.is_file():
        return named
    return next((path for path in sorted(docs.glob(f"{glob.escape(gold.doc_id)}.*")) if path.is_file()), None)


@contextmanager
def _installation(home: Path | None) -> Iterator[Path]:
    if home is not None:
        yield home.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="fax2fhir-evaluation-") as folder:
        yield Path(folder)


def _judge(golds: Sequence[Gold], predictions: Path | None, ran: PipelineRun) -> Iterator[_Judged]:
    for gold in golds:
        said = read_prediction(predictions, gold.doc_id) if predictions else ran.predictions.get(gold.doc_id)
        score, judgement = score_document(gold, said)
        tally = score.tally | dict(ran.counts.get(gold.doc_id, {}))
        yield _Judged(gold, said, score.model_copy(update={"tally": tally}), judgement)


def _views(judged: Sequence[_Judged], docs: Path, count: int) -> list[DocumentView]:
    """The worst documents with pictures of their pages, where the documents are at hand."""
    by_name = {each.score.doc_id: each for each in judged}
    views = []
    for score in worst([each.score for each in judged], count):
        each = by_name[score.doc_id]
        path = document_path(each.gold, docs)
        read = {page.page: page for page in each.prediction.pages} if each.prediction else {}
        numbers = range(1, each.gold.n_pages + 1)
        pictures = page_pictures(path, numbers, read) if path else {}
        views.append(document_view(score, marks_of(each.judgement, pictures), list(pictures.values())))
    return views


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read: it may hold patient data. It is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(draft).replace(path)


def _fraction(percentage_points: float) -> float:
    """A bound as a fraction.

    Raises:
        SettingsError: it is none.
    """
    if not 0 <= percentage_points <= 100:
        raise SettingsError("--bound must be percentage points between 0 and 100")
    return percentage_points / 100
