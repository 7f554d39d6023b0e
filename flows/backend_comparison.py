"""Compares the backends over the documents of an evaluation, one document at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.loopback.answers import GoldModel
from evaluation.loopback.in_process import InProcess
from evaluation.scoring.backends import Backends, changes, slices_of, use_of
from evaluation.scoring.corpus import Gold
from evaluation.scoring.planted import PlantedErrors, PlantedFate, fates
from evaluation.scoring.tally import DocumentScore, score_document
from extractors.llm.questions import Answered
from extractors.llm.settings import LlmSettings
from flows.answering import Answers, ClientAnswers
from flows.backend_runs import Asked, BackendRun, Labelled, questions_about, read_by_each
from flows.recordings import Heading, Recorded, lines_of, place_of
from flows.stages import Facility

# The seed of the planted errors: the same set has the same errors in every run.
SEED = 7


@dataclass(slots=True)
class BackendComparison:
    """Judges each document as each backend reads it.

    Attributes:
        golds: labels by name.
        source: answers the questions.
        knowing: the model whose errors are known, where it is one.
        recorded: every question with its answer, for a recording.
    """

    golds: Mapping[str, Gold]
    source: Answers
    knowing: GoldModel | None = None
    recorded: list[Recorded] = field(default_factory=list)
    _scores: dict[BackendRun, list[DocumentScore]] = field(default_factory=lambda: defaultdict(list))
    _answers: list[list[Answered | None]] = field(default_factory=list)
    _fates: list[PlantedFate] = field(default_factory=list)

    def add(self, document: Labelled, facility: Facility) -> None:
        """Reads and judges one document."""
        gold, questions = self.golds[document.name], questions_about(document, self.source.settings)
        asked = Asked(questions, self.source.answers(document, [q for each in questions for q in each]))
        self._answers.append([answer for _, answer in asked.each()])
        self.recorded += [
            Recorded(key=question.content, place=place_of(document.name, question), answer=answer)
            for question, answer in asked.each()
            if answer is not None
        ]
        for run, said in read_by_each(document, asked, facility).items():
            score, judgement = score_document(gold, said)
            self._scores[run].append(score)
            if run is BackendRun.BOTH and self.knowing is not None:
                self._fates += fates(self.knowing.planted, gold, said, judgement)

    def result(self) -> Backends:
        """The comparison over all documents that were added."""
        settings = self.source.settings
        use = use_of(self._answers, input_price=settings.input_price, output_price=settings.output_price)
        return Backends(
            made_with=self.source.made_with,
            slices={run.value: slices_of(scores) for run, scores in self._scores.items()},
            differences=changes(self._scores[BackendRun.RULES], self._scores[BackendRun.BOTH]),
            use=use.model_copy(update={"outdated": self.source.outdated}),
            planted=None if self.knowing is None else PlantedErrors(fates=tuple(self._fates)),
        )

    def recording(self) -> str:
        """The answers as the text of a recording."""
        return lines_of(Heading.of(self.source.settings, self.source.made_with), self.recorded)


def with_planted_errors(folder: Path, golds: Mapping[str, Gold], *, error_rate: float) -> BackendComparison:
    """A comparison with a model in this process that answers from the labels, with so many errors planted.

    Args:
        folder: of the labels, which the model reads whole.
        golds: the same labels by name.
        error_rate: share of its values.
    """
    labels: list[dict[str, Any]] = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    model = GoldModel(labels, error_rate=error_rate, seed=SEED)
    settings = LlmSettings(base_url="http://127.0.0.1:9/v1", model="labels", agreement=True)
    said = f"no model: the labels, answered in this process with {100 * error_rate:g} % of the values wrong on purpose"
    return BackendComparison(golds, ClientAnswers(settings, said, InProcess(model)), model)
