"""Reads a patient's message as a whole: correspondents, drugs, what it is about, and its desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Cited
from extractors.messages.conditions import read_conditions
from extractors.messages.correspondents import read_correspondents
from extractors.messages.matters import read_matters
from extractors.messages.medications import read_medications
from extractors.messages.routing import read_bucket
from extractors.messages.thread import thread_of


def read_message(pages: Sequence[Page]) -> Iterator[Cited]:
    """What a message states; what the clinic answered, and what a portal prints below, is nobody's statement."""
    thread = thread_of(pages)
    yield from read_correspondents(thread)
    yield from read_medications(thread)
    yield from read_conditions(thread)
    yield from read_matters(thread)
    yield from read_bucket(thread)
