"""One page of each of many senders, in their own words: is its type found, and is a sure answer right?"""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.records import Segment
from extractors.document_type import all_document_types
from extractors.packets.splitting import split
from extractors.records.acceptance import SURE_TYPE
from tests.extractors.printed import page_of

# Most of the wordings were written before anybody saw how they are judged; an unsure page goes to a person.
FLOOR = 0.9
SURE_FLOOR = 0.7


def texts() -> list[tuple[str, str, str]]:
    """Type, description and text of each page."""
    found = []
    for part in (Path(__file__).parent / "page_texts.txt").read_text("utf-8").split("=== ")[1:]:
        head, body = part.split("\n", 1)
        document_type, description = head.split(" | ", 1)
        found.append((document_type, description, body.rstrip("\n")))
    return found


TEXTS = texts()


def first(text: str) -> Segment:
    return split([page_of(text)])[0]


@pytest.mark.parametrize(("document_type", "description", "text"), TEXTS, ids=[t[1] for t in TEXTS])
def test_a_sure_answer_is_right(document_type: str, description: str, text: str) -> None:
    segment = first(text)
    assert segment.document_type == document_type or segment.confidence < SURE_TYPE, description


@pytest.mark.parametrize(("document_type", "description", "text"), TEXTS, ids=[t[1] for t in TEXTS])
def test_nothing_that_somebody_must_read_closes_unread(document_type: str, description: str, text: str) -> None:
    types = all_document_types()
    closes = types[first(text).document_type].closes_with_document
    assert not closes or types[document_type].closes_with_document, description


def test_most_pages_are_recognised_and_many_surely() -> None:
    judged = [(first(text), document_type) for document_type, _, text in TEXTS]
    right = [segment for segment, document_type in judged if segment.document_type == document_type]
    assert len(right) >= FLOOR * len(TEXTS)
    assert sum(segment.confidence >= SURE_TYPE for segment in right) >= SURE_FLOOR * len(TEXTS)


@pytest.mark.parametrize("name", sorted({t[0] for t in TEXTS}))
def test_every_type_is_recognised_somewhere(name: str) -> None:
    assert any(first(text).document_type == name for document_type, _, text in TEXTS if document_type == name)
