"""Recorded answers of a model: a comparison of backends made again from them sends nothing and costs nothing.

A recording is a file of JSON lines: first what was asked and with which settings, then one line a question. It holds
values of the documents, so patient data wherever the documents do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from documents.value import Value
from evaluation.errors import EvaluationInputError
from extractors.llm.questions import Answered, Question
from extractors.llm.settings import AnswerMode, LlmSettings
from flows.backend_runs import Labelled


class Heading(Value):
    """First line of a recording: what answered, and the settings that its questions were made with."""

    format: Literal["fax2fhir-answers/1"] = "fax2fhir-answers/1"
    made_with: str
    model: str
    mode: AnswerMode
    redact: bool
    window_pages: int
    window_overlap: int
    most_output_tokens: int
    input_price: float
    output_price: float

    @classmethod
    def of(cls, settings: LlmSettings, made_with: str) -> Heading:
        """Without the endpoint and its key."""
        own = [name for name in cls.model_fields if name in LlmSettings.model_fields]
        return cls(made_with=made_with, **{name: getattr(settings, name) for name in own})

    @property
    def settings(self) -> LlmSettings:
        """The settings that give the same questions again; no endpoint answers at their address."""
        asked = self.model_dump(exclude={"format", "made_with"})
        return LlmSettings(base_url="http://127.0.0.1:9/v1", agreement=True, **asked)


class Recorded(Value):
    """One question's answer.

    Attributes:
        key: the content of the question, wherever it was asked.
        place: where it was asked: document, type and pages; finds the answer again when the wording has changed.
        answer: what came of it.
    """

    key: str
    place: str
    answer: Answered


@dataclass(slots=True)
class Recording:
    """A recording, ready to answer; it has no client, so that nothing can be sent."""

    heading: Heading
    recorded: Sequence[Recorded]
    outdated: int = 0
    settings: LlmSettings = field(init=False)
    made_with: str = field(init=False)
    _by_key: dict[str, Answered] = field(init=False)
    _by_place: dict[str, Answered] = field(init=False)

    def __post_init__(self) -> None:
        """Indexes the answers."""
        self.settings, self.made_with = self.heading.settings, self.heading.made_with
        self._by_key = {each.key: each.answer for each in self.recorded}
        self._by_place = {each.place: each.answer for each in self.recorded}

    def answers(self, document: Labelled, questions: Sequence[Question]) -> Mapping[str, Answered]:
        """The recorded answers; one to an earlier wording of the same question is taken too, and counted."""
        found: dict[str, Answered] = {}
        for question in questions:
            answer = self._by_key.get(question.content)
            if answer is None:
                answer = self._by_place.get(place_of(document.name, question))
                self.outdated += answer is not None
            if answer is not None:
                found[question.key] = answer
        return found


def place_of(name: str, question: Question) -> str:
    """Where a question is asked: document, type and pages."""
    return f"{name}/{question.document_type.name}/{question.pages[0].number}-{question.pages[-1].number}"


def read_recording(path: Path) -> Recording:
    """A recording that was written earlier.

    Raises:
        EvaluationInputError: it does not exist, or is none.
    """
    try:
        first, *rest = path.read_text("utf-8").splitlines()
        return Recording(Heading.model_validate_json(first), [Recorded.model_validate_json(line) for line in rest])
    except FileNotFoundError:
        raise EvaluationInputError("the recording of answers does not exist") from None
    except (OSError, ValueError, ValidationError):
        raise EvaluationInputError("the recording of answers is no fax2fhir-answers/1") from None


def lines_of(heading: Heading, recorded: Iterable[Recorded]) -> str:
    """A recording as the text of its file, in the order of its places."""
    ordered = sorted(recorded, key=lambda each: (each.place, each.key))
    return "\n".join(
        [heading.model_dump_json(), *(each.model_dump_json(exclude_defaults=True) for each in ordered), ""]
    )
