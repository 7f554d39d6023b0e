"""Reads a segment's prose: sections, then the facts that each passage states, as cited values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Cited
from extractors.document_type import DocumentType
from extractors.prose.allergies import read_allergies
from extractors.prose.citing import Groups
from extractors.prose.diagnoses import DiagnosisReader
from extractors.prose.medications import MedicationReader
from extractors.prose.observations import read_observations
from extractors.prose.people import read_people
from extractors.prose.procedures import read_procedures
from extractors.prose.sections import sectioned


def read_prose(pages: Sequence[Page], document_type: DocumentType) -> Iterator[Cited]:
    """The facts that the pages' prose states, for the fields that the document type declares, in page order."""
    # Who signs a note gave the care; who signs a request asks for it.
    letter = "request.date" in document_type.specs
    for cited in _everything(pages, letter=letter):
        if cited.path in document_type.specs:
            yield cited


def _everything(pages: Sequence[Page], *, letter: bool) -> Iterator[Cited]:
    groups = Groups()
    medications = MedicationReader(groups)
    diagnoses = DiagnosisReader(groups)
    for passage in sectioned(pages):
        yield from read_people(passage, groups, letter=letter)
        yield from diagnoses.read(passage)
        yield from read_procedures(passage, groups)
        yield from medications.read(passage)
        yield from read_allergies(passage, groups)
        yield from read_observations(passage, groups)
    yield from diagnoses.rest()
