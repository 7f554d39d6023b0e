"""Reads a segment's prose: sections, then the facts that each passage states, as cited values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.values import Cited
from extractors.document_type import DocumentType
from extractors.layout import injection
from extractors.prose import assertion, drug_status, red_flags, summary_rules
from extractors.prose.allergies import read_allergies
from extractors.prose.citing import Groups
from extractors.prose.diagnoses import DiagnosisReader
from extractors.prose.follow_ups import read_follow_ups
from extractors.prose.headers import vocabulary
from extractors.prose.medications import MedicationReader
from extractors.prose.observations import read_observations
from extractors.prose.people import read_people
from extractors.prose.procedures import read_procedures
from extractors.prose.sections import sectioned

_CLOSING = re.compile(
    r"(?mi)^[ \t]*(?:sincerely|respectfully|regards|(?:kind|best|warm) regards|yours|thank you|signed|signature)\b"
)
_GREETING = re.compile(r"(?mi)^[ \t]*dear\b")


def read_prose(pages: Sequence[Page], document_type: DocumentType) -> Iterator[Cited]:
    """The facts that the pages' prose states, for the fields that the document type declares, in page order."""
    # Who signs a note gave the care; who signs a request asks for it, and who signs a referral sends the patient.
    letter = "request.date" in document_type.specs
    sends = "referral.reason" in document_type.specs
    greeted = {p.number: found.start() for p in pages if (found := _GREETING.search(p.text))}
    closed = {p.number: found.start() if (found := _CLOSING.search(p.text)) else len(p.text) for p in pages}
    follow_ups = "follow_up.text" in document_type.specs
    for cited in _everything(pages, letter=letter, follow_ups=follow_ups):
        # Whom a letter is addressed to stands above the greeting, credentials and all; who signs stands below.
        if cited.path == "provider.role" and (cited.start or 0) < greeted.get(cited.page or 0, 0):
            continue
        if sends and cited.path == "provider.role" and cited.value == "requesting":
            if (cited.start or 0) < closed.get(cited.page or 0, 0):
                continue  # a name with its degree, in a form that names two colleagues
            cited = cited.model_copy(update={"value": "referring"})  # noqa: PLW2901
        if cited.path in document_type.specs:
            yield cited


def versions() -> dict[str, str]:
    """The versions of the rules and word lists that a reading of prose follows from."""
    return {
        "prose.assertion": assertion.rules_version(),
        "prose.sections": vocabulary().version,
        "prose.drug_status": drug_status.rules_version(),
        "prose.injection": injection.rules_version(),
        "prose.red_flags": red_flags.rules_version(),
        "prose.summary": summary_rules.rules_version(),
    }


def _everything(pages: Sequence[Page], *, letter: bool, follow_ups: bool) -> Iterator[Cited]:
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
        if follow_ups:
            yield from read_follow_ups(passage, groups)
    yield from diagnoses.rest()
