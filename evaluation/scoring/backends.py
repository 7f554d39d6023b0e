"""Backends side by side on the same documents: what each reads, how surely, and what asking a model costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from pydantic import Field

from evaluation.round_trip.results import RoundTrip
from evaluation.scoring.comparing import Difference, compare
from evaluation.scoring.corpus import Neutral
from evaluation.scoring.evaluation import ALL, Evaluation, Slice, evaluate
from evaluation.scoring.planted import CLASSES, PlantedErrors
from evaluation.scoring.tally import DocumentScore
from evaluation.side_by_side.results import SideBySide
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Answered

# A question that nothing recorded answers and nobody may be asked.
UNASKED = "unasked"


class ModelUse(Neutral):
    """What asking the model came to.

    Attributes:
        documents, questions, requests: how many; a question is a window of pages, repeats are requests.
        input_tokens, output_tokens, cost: sums; the cost in the currency of the prices.
        median_s, p95_s: seconds that a question took, waits and repeats included; None where none was asked.
        outcomes: questions by how they ended; `unasked`: no answer is recorded, and nobody was asked.
        outdated: answers that were recorded for an earlier wording of the question.
        valid_at_once, valid_later, never_valid: of the questions that the model replied to, how many replies fitted
            the schema at once, after the question was sent back, or never.
    """

    documents: int = 0
    questions: int = 0
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    median_s: float | None = None
    p95_s: float | None = None
    outcomes: dict[str, int] = Field(default_factory=dict)
    outdated: int = 0
    valid_at_once: int = 0
    valid_later: int = 0
    never_valid: int = 0


class Backends(Neutral):
    """The comparison of backends in an evaluation.

    Attributes:
        made_with: what answered, in words.
        slices: by backend, then by name: `all`, `class:digital`, `class:fax`, `rendition:<class>`.
        differences: from the rules alone to both readings, figure by figure.
        use: of the model.
        planted: what became of errors that were planted in its answers; None where none were.
    """

    made_with: str
    slices: dict[str, dict[str, Slice]]
    differences: tuple[Difference, ...] = ()
    use: ModelUse
    planted: PlantedErrors | None = None


def slices_of(scores: Sequence[DocumentScore]) -> dict[str, Slice]:
    """The figures of one backend: of all documents and of each class of scan."""
    whole = evaluate(scores, made_at="", versions={})
    found = {ALL: whole.whole}
    for name, renditions in CLASSES.items():
        members = [score for score in scores if score.rendition in renditions]
        if members:
            found[f"class:{name}"] = evaluate(members, made_at="", versions={}).whole
    return found | {name: each for name, each in whole.slices.items() if name.startswith("rendition:")}


def changes(before: Sequence[DocumentScore], after: Sequence[DocumentScore]) -> tuple[Difference, ...]:
    """What changed from one backend to another on the same documents."""
    pair = [evaluate(scores, made_at="", versions={}) for scores in (before, after)]
    return compare(*pair).differences


def use_of(answers: Iterable[Sequence[Answered | None]], *, input_price: float, output_price: float) -> ModelUse:
    """What asking came to.

    Args:
        answers: one sequence a document, None for a question that was not asked.
        input_price: per million tokens.
        output_price: per million tokens.
    """
    by_document = list(answers)
    every = [answer for answers in by_document for answer in answers]
    asked = [answer for answer in every if answer is not None]
    seconds = [answer.seconds for answer in asked if answer.ends]
    tokens = sum(a.input_tokens for a in asked), sum(a.output_tokens for a in asked)
    fits = Counter(_validity(answer) for answer in asked)
    return ModelUse(
        documents=len(by_document),
        questions=len(every),
        requests=sum(len(answer.ends) for answer in asked),
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        cost=(tokens[0] * input_price + tokens[1] * output_price) / 1_000_000,
        median_s=float(np.median(seconds)) if seconds else None,
        p95_s=float(np.quantile(seconds, 0.95)) if seconds else None,
        outcomes=dict(Counter(UNASKED if answer is None else answer.outcome.value for answer in every)),
        valid_at_once=fits["at_once"],
        valid_later=fits["later"],
        never_valid=fits["never"],
    )


def _validity(answer: Answered) -> str:
    """When the reply fitted the schema; empty where the model never replied with a structure."""
    told = [end for end in answer.ends if end in (LlmOutcome.ANSWERED, LlmOutcome.INVALID)]
    if not told:
        return ""
    if told[0] is LlmOutcome.ANSWERED:
        return "at_once"
    return "later" if LlmOutcome.ANSWERED in told else "never"


class ComparedEvaluation(Evaluation):
    """An evaluation with comparisons beside it; a reader of evaluations finds all it knows in it.

    Attributes:
        backends: side by side; None where they were not compared.
        side_by_side: other people's extractors and ours; None where not asked for.
        round_trip: FHIR examples there and back; None where not given.
    """

    backends: Backends | None = None
    side_by_side: SideBySide | None = None
    round_trip: RoundTrip | None = None
