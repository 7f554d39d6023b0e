"""A question is known by what is sent, and gives away nothing of what is not."""

from __future__ import annotations

from documents.values import Cited
from extractors.document_type import all_document_types
from extractors.llm.identifiers import known_of
from extractors.llm.prompt import messages
from extractors.llm.questions import Question, questions
from extractors.llm.settings import LlmSettings
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
