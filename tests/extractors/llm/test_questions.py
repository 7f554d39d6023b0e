"""A question is known by what is sent, and gives away nothing of what is not."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from documents.values import Cited
from extractors.document_type import all_document_types
from extractors.llm.identifiers import known_of
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.prompt import messages
from extractors.llm.questions import Answered, Question, questions, reading_of
from extractors.llm.settings import LlmSettings, TokenLimit
from tests.extractors.printed import page_of

NOTE = all_document_types()["clinical_note"]
SETTINGS = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", redact=True)


def _redacted(name: str, dob: str) -> Question:
    page = page_of(f"PROGRESS NOTE\nPatient: {name}   DOB: {dob}\nLow back pain for two weeks.")
    known = known_of(
        [page],
        [
            Cited(path="patient.name", value=name, quote=name, page=1),
            Cited(path="patient.dob", value=dob, quote=dob, page=1),
        ],
    )
    return next(questions([page], NOTE, SETTINGS, known=known))


def test_nothing_that_is_sent_depends_on_what_was_replaced() -> None:
    one, other = _redacted("Ottilie Marchbanks", "03/04/1950"), _redacted("Bertram Quill", "11/23/1988")
    assert one.texts == other.texts
    assert messages(one.pages, one.texts, NOTE) == messages(other.pages, other.texts, NOTE)
    assert one.key == other.key


def _answer(drug: str, dose: str) -> Answered:
    said = [("medication.drug", drug), ("medication.dose", dose)]
    cited = tuple(Cited(path=path, group="m1", value=value, quote=value, page=1) for path, value in said)
    return Answered(outcome=LlmOutcome.ANSWERED, cited=cited)


def test_a_kept_answer_joins_no_other_windows_entity_in_a_segment_split_anew() -> None:
    plain = LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", window_pages=2, window_overlap=1)
    pages = [page_of(f"PROGRESS NOTE\nVisit number {n}.", number=n) for n in range(1, 5)]
    kept: dict[str, Answered] = {}
    for question, said in zip(questions(pages[:3], NOTE, plain, known=None), ("10 mg", "5 mg"), strict=True):
        kept[question.key] = _answer("lisinopril" if said == "10 mg" else "warfarin", said)
    again = list(questions(pages[1:], NOTE, plain, known=None))
    assert again[0].key in kept
    answers = [(question, kept.get(question.key, _answer("aspirin", "81 mg"))) for question in again]
    groups = {c.group: c.value for c in reading_of(answers).cited if c.path == "medication.drug"}
    assert list(groups.values()) == ["warfarin", "aspirin"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", "http://127.0.0.1:10/v1"),
        ("base_url", "http://127.0.0.1:9/team/v1"),
        ("azure_api_version", "2024-10-21"),
        ("token_limit", TokenLimit.MAX_COMPLETION_TOKENS),
    ],
)
def test_another_endpoint_is_asked_anew_and_a_recording_still_answers(name: str, value: str) -> None:
    page = page_of("PROGRESS NOTE")
    other = SETTINGS.model_copy(update={name: value})
    one, two = (next(questions([page], NOTE, each, known=None)) for each in (SETTINGS, other))
    assert one.key != two.key
    assert one.content == two.content


def test_the_key_and_a_slash_at_the_end_make_no_other_question() -> None:
    page = page_of("PROGRESS NOTE")
    same = SETTINGS.model_copy(update={"base_url": "http://127.0.0.1:9/v1/", "key": SecretStr("k")})
    one, two = (next(questions([page], NOTE, each, known=None)) for each in (SETTINGS, same))
    assert one.key == two.key
