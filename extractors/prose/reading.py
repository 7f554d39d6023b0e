"""Reads a segment's prose: sections, then the facts that each passage states, as cited values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Cited
from extractors.document_type import DocumentType
from extractors.prose.citing import Groups
from extractors.prose.diagnoses import DiagnosisReader
from extractors.prose.medications import MedicationReader
from extractors.prose.sections import sectioned


def read_prose(pages: Sequence[Page], document_type: DocumentType) -> Iterator[Cited]:
    """The facts that the pages' prose states, for the fields that the document type declares, in page order."""
    for cited in _everything(pages):
        if cited.path in document_type.specs:
            yield cited


def _everything(pages: Sequence[Page]) -> Iterator[Cited]:
    groups = Groups()
    medications = MedicationReader(groups)
    diagnoses = DiagnosisReader(groups)
    for passage in sectioned(pages):
        yield from diagnoses.read(passage)
        yield from medications.read(passage)
    yield from diagnoses.rest()
