"""A whole evaluation: the scores of all documents, and the figures of each way to divide them, as JSON for machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from evaluation.errors import EvaluationInputError
from evaluation.scoring.bootstrap import Figure, draws, figure_table, macro_f1
from evaluation.scoring.confidence import Confidence, confidence_of
from evaluation.scoring.corpus import Neutral
from evaluation.scoring.figures import catalogue
from evaluation.scoring.tally import DocumentScore

# Rises when a reader of the file would misread it: a key gone, or meaning something else. New keys do not raise it.
SCHEMA: Final = "fax2fhir-evaluation/1"
ALL = "all"


class Slice(Neutral):
    """The figures of some of the documents; `confidence` holds no curve and no bins for single classes."""

    documents: int
    pages: int
    figures: dict[str, Figure]
    confidence: Confidence


class Evaluation(Neutral):
    """What `fax2fhir evaluate --json` writes; see docs/evaluation.md.

    Attributes:
        format: name and version of this layout.
        made_at: when, ISO 8601 in UTC.
        versions: what made the predictions, where it was run: stage by stage.
        slices: by name: `all`, `rendition:<class>`, `severity:<name>`, `type:<name>`, `noise:<level>`.
        documents: the scores that everything is summed from.
    """

    format: Literal["fax2fhir-evaluation/1"] = SCHEMA
    made_at: str
    versions: dict[str, str] = Field(default_factory=dict)
    slices: dict[str, Slice]
    documents: tuple[DocumentScore, ...]

    @property
    def whole(self) -> Slice:
        """The figures of all documents."""
        return self.slices[ALL]

    def of(self, dimension: str) -> dict[str, Slice]:
        """The slices of one dimension, by class."""
        start = f"{dimension}:"
        return {name.removeprefix(start): each for name, each in self.slices.items() if name.startswith(start)}


def evaluate(scores: Sequence[DocumentScore], *, made_at: str, versions: Mapping[str, str]) -> Evaluation:
    """The figures of a set of documents, whole and divided."""
    ordered = sorted(scores, key=lambda score: score.doc_id)
    slices = {ALL: _slice(ordered, detailed=True)}
    for name, members in sorted(_divided(ordered).items()):
        slices[name] = _slice(members, detailed=False)
    return Evaluation(made_at=made_at, versions=dict(versions), slices=slices, documents=tuple(ordered))


def _divided(scores: Sequence[DocumentScore]) -> dict[str, list[DocumentScore]]:
    classes: dict[str, list[DocumentScore]] = defaultdict(list)
    for score in scores:
        classes[f"rendition:{score.rendition}"].append(score)
        classes[f"severity:{score.severity}"].append(score)
        classes[f"type:{score.document_type}"].append(score)
        if score.noise is not None:
            classes[f"noise:{score.noise:g}"].append(score)
    return classes


def _slice(scores: Sequence[DocumentScore], *, detailed: bool) -> Slice:
    weights = draws(scores)
    keys = {key for score in scores for key in score.tally}
    figures = figure_table(scores, catalogue(keys, detailed=detailed), weights)
    figures["fields.macro_f1"] = macro_f1(scores, weights)
    confidence = confidence_of(scores, weights)
    if not detailed:
        confidence = confidence.model_copy(update={"curve": (), "bins": ()})
    pages = sum(score.pages for score in scores)
    return Slice(documents=len(scores), pages=pages, figures=figures, confidence=confidence)


def read_evaluation(path: Path) -> Evaluation:
    """An evaluation that was written earlier.

    Raises:
        EvaluationInputError: the file does not exist, is none, or of another version of the layout.
    """
    try:
        return Evaluation.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise EvaluationInputError("a result to compare does not exist") from None
    except (OSError, ValidationError, ValueError):
        raise EvaluationInputError(f"a result to compare is no {SCHEMA}; `evaluate --json` writes one") from None
