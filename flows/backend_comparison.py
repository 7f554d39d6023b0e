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
from flows.answering import Answering
from flows.backend_runs import BackendRun, Labelled, read_by_each
from flows.stages import Facility

# The seed of the planted errors: the same set has the same errors in every run.
SEED = 7


@dataclass(slots=True)
class BackendComparison:
    """Judges each document as each backend reads it.

    Attributes:
        golds: labels by name.
        answering: answers the questions.
        made_with: what answers, in words.
        knowing: the model whose errors are known, where it is one.
    """

    golds: Mapping[str, Gold]
    answering: Answering
    made_with: str
    knowing: GoldModel | None = None
    _scores: dict[BackendRun, list[DocumentScore]] = field(default_factory=lambda: defaultdict(list))
    _answers: list[tuple[Answered | None, ...]] = field(default_factory=list)
    _fates: list[PlantedFate] = field(default_factory=list)

    def add(self, document: Labelled, facility: Facility) -> None:
        """Reads and judges one document."""
        gold, read = self.golds[document.name], read_by_each(document, self.answering, facility)
        self._answers.append(read.answers)
        for run, said in read.predictions.items():
            score, judgement = score_document(gold, said)
            self._scores[run].append(score)
            if run is BackendRun.BOTH and self.knowing is not None:
                self._fates += fates(self.knowing.planted, gold, said, judgement)

    def result(self) -> Backends:
        """The comparison over all documents that were added."""
        settings = self.answering.settings
        return Backends(
            made_with=self.made_with,
            slices={run.value: slices_of(scores) for run, scores in self._scores.items()},
            differences=changes(self._scores[BackendRun.RULES], self._scores[BackendRun.BOTH]),
            use=use_of(self._answers, input_price=settings.input_price, output_price=settings.output_price),
            planted=None if self.knowing is None else PlantedErrors(fates=tuple(self._fates)),
        )


def with_planted_errors(folder: Path, golds: Mapping[str, Gold], *, error_rate: float) -> BackendComparison:
    """A comparison with a model in this process that answers from the labels, with so many errors planted.

    Args:
        folder: of the labels, which the model reads whole.
        golds: the same labels by name.
        error_rate: share of its values.
    """
    labels: list[dict[str, Any]] = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    model = GoldModel(labels, error_rate=error_rate, seed=SEED)
    settings = LlmSettings(base_url="http://127.0.0.1/v1", model="gold", agreement=True)
    said = f"a model in this process that answers from the labels, {error_rate:.0%} of its values wrong on purpose"
    return BackendComparison(golds, Answering(settings, InProcess(model)), said, model)
