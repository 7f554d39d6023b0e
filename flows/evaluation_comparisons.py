"""What an evaluation compares beside judging the pipeline: the backends, and other people's extractors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.errors import SettingsError
from evaluation.round_trip.results import RoundTrip, read_round_trip
from evaluation.scoring.backends import ComparedEvaluation
from evaluation.scoring.corpus import Gold
from evaluation.scoring.evaluation import Evaluation
from flows.answering import InstallationAnswers
from flows.backend_comparison import BackendComparison, with_planted_errors
from flows.backend_runs import Labelled
from flows.evaluation_request import Request
from flows.recordings import read_recording
from flows.settings import Settings
from flows.side_by_side import SideBySideRun
from flows.stages import Facility


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Those that were asked for; None: not asked."""

    backends: BackendComparison | None = None
    side_by_side: SideBySideRun | None = None
    round_trip: RoundTrip | None = None

    @property
    def asking(self) -> bool:
        """Whether the configured model is to be asked while the documents are read."""
        return self.backends is not None and isinstance(self.backends.source, InstallationAnswers)

    def add(self, document: Labelled, facility: Facility) -> None:
        """Adds a document to each."""
        for each in (self.backends, self.side_by_side):
            if each is not None:
                each.add(document, facility)

    def joined_to(self, evaluation: Evaluation) -> Evaluation:
        """The evaluation with the results of the comparisons."""
        if self.backends is None and self.side_by_side is None and self.round_trip is None:
            return evaluation
        own = {name: getattr(evaluation, name) for name in Evaluation.model_fields}
        return ComparedEvaluation(
            **own,
            backends=None if self.backends is None else self.backends.result(),
            side_by_side=None if self.side_by_side is None else self.side_by_side.result(),
            round_trip=self.round_trip,
        )


def comparisons_of(request: Request, golds: Sequence[Gold]) -> Comparisons:
    """The comparisons that a request asks for.

    Raises:
        EvaluationInputError: the recording or the result of the round trip cannot be used.
        SettingsError: no share of errors, or options that contradict each other.
    """
    named = {gold.doc_id: gold for gold in golds}
    there_and_back = None if request.round_trip is None else read_round_trip(request.round_trip)
    if request.predictions is None:
        side = SideBySideRun(named) if request.side_by_side else None
        return Comparisons(_backends(request, named), side, there_and_back)
    if request.planted is not None or request.answers is not None or request.side_by_side:
        raise SettingsError("only what reads the documents here can be compared; leave --predictions out")
    return Comparisons(round_trip=there_and_back)


def _backends(request: Request, golds: Mapping[str, Gold]) -> BackendComparison | None:
    """What compares the backends: where errors are planted, answers replayed, or a model is configured."""
    if request.planted is not None:
        if request.answers is not None or not 0 <= request.planted <= 1:
            raise SettingsError("--planted must be a percentage between 0 and 100, and stand without --answers")
        return with_planted_errors(request.gold, golds, error_rate=request.planted)
    if request.answers is not None:
        return BackendComparison(golds, read_recording(request.answers))
    model = Settings.from_environment().llm
    if model is None:
        return None
    if request.home is None:
        raise SettingsError("a model is configured: --home must name an installation that keeps what is sent and paid")
    return BackendComparison(golds, InstallationAnswers(model, model.model))
