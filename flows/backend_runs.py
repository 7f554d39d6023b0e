"""One document as each backend reads it: the rules alone, the model alone, and both reconciled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from documents.pages import Page
from documents.records import Record
from evaluation.scoring.corpus import Prediction, prediction_of
from extractors.llm.questions import Answered
from flows import stages
from flows.answering import Answering
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
    """

    name: str
    pages: Sequence[Page]
    extracted: stages.Extracted
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ReadByEach:
    """What each backend made of a document, and what the model was asked and answered: None for what it was not."""

    predictions: Mapping[BackendRun, Prediction]
    answers: tuple[Answered | None, ...]


def read_by_each(document: Labelled, answering: Answering, facility: stages.Facility) -> ReadByEach:
    """Has a document read by each backend; all of them see the same pages and the same segments."""
    parts = document.extracted.parts
    asked = [stages.questions_of(document.pages, part, answering.settings) for part in parts]
    answers = answering.answers([question for each in asked for question in each])
    stored = {key: answer.model_dump_json().encode() for key, answer in answers.items()}
    second = [stages.second_reading(each, stored) for each in asked]
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
    return ReadByEach(
        predictions={run: _predicted(document, found) for run, found in records.items()},
        answers=tuple(answers.get(question.key) for each in asked for question in each),
    )


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
