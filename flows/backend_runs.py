"""One document as each backend reads it: the rules alone, the model alone, and both reconciled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from documents.pages import Page
from documents.records import Record
from evaluation.scoring.corpus import Prediction, prediction_of
from extractors.llm.questions import Answered, Question
from extractors.llm.settings import LlmSettings
from flows import stages
from flows.predictions import prediction


class BackendRun(StrEnum):
    """Who reads. The model alone is judged as if it were trusted; in production nothing that it alone says is."""

    RULES = "rules"
    LLM = "llm"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled document that has been read and split.

    Attributes:
        name: of its labels.
        pages: all of them.
        extracted: the embedded reading.
        received_at: when it came.
        answers: what a model answered while the installation read it, by question key.
    """

    name: str
    pages: Sequence[Page]
    extracted: stages.Extracted
    received_at: datetime
    answers: Mapping[str, Answered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions about a document, segment by segment, and the answers by question key."""

    questions: Sequence[tuple[Question, ...]]
    answers: Mapping[str, Answered]

    def each(self) -> Iterator[tuple[Question, Answered | None]]:
        """Yields every question with its answer, None where it was not asked."""
        for questions in self.questions:
            yield from ((question, self.answers.get(question.key)) for question in questions)


def questions_about(document: Labelled, settings: LlmSettings) -> tuple[tuple[Question, ...], ...]:
    """What a model is asked about a document, segment by segment."""
    return stages.questions_of(document.pages, document.extracted.parts, settings)


def read_by_each(document: Labelled, asked: Asked, facility: stages.Facility) -> Mapping[BackendRun, Prediction]:
    """Has a document read by each backend; all of them see the same pages and the same segments."""
    parts = document.extracted.parts
    stored = {key: answer.model_dump_json().encode() for key, answer in asked.answers.items()}
    second = [stages.second_reading(each, stored) for each in asked.questions]
    alone = stages.Extracted(
        parts=tuple(
            part if part.reading is None else part.model_copy(update={"reading": other.reading})
            for part, other in zip(parts, second, strict=True)
        )
    )
    records = {
        BackendRun.RULES: _checked(document, document.extracted, (), facility),
        BackendRun.LLM: _checked(document, alone, (), facility),
        BackendRun.BOTH: _checked(document, document.extracted, second, facility),
    }
    return {run: _predicted(document, found) for run, found in records.items()}


def read_by_rules(document: Labelled, facility: stages.Facility) -> Prediction:
    """What the rules alone make of a document."""
    return _predicted(document, _checked(document, document.extracted, (), facility))


def _checked(
    document: Labelled, extracted: stages.Extracted, second: Sequence[stages.SecondReading], facility: stages.Facility
) -> tuple[Record, ...]:
    return stages.check(
        document.name,
        document.pages,
        extracted,
        received=stages.received(document.pages, document.received_at, facility.zone),
        facility=facility,
        second=second,
    )


def _predicted(document: Labelled, records: Sequence[Record]) -> Prediction:
    """In the neutral format, as the ledger would give it after a run."""
    unread = stages.needs_a_person(document.extracted) or not all(record.accepted for record in records)
    said = prediction(
        document.name,
        pages=document.pages,
        segments=[part.segment for part in document.extracted.parts],
        records=records,
        needs_review=unread,
    )
    return prediction_of(said)
