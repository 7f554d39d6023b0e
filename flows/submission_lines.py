"""Submissions in words: ready, blocked by what, and how a person enters it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from documents.records import Record
from flows.tables import columns
from ledger.states import RecordState
from ledger.submissions import MissingElement, Part, Submission
from validation.requests import asks_for_decision

# Where the guide's extensions are defined; without it an element fits a terminal.
_EXTENSIONS = re.compile(r"http://hl7\.org/fhir/us/davinci-pas/StructureDefinition/")


def counted(states: Mapping[str, int]) -> str:
    """How many records' requests are in each state, in a line."""
    return f"PAS requests: {', '.join(f'{count} {state}' for state, count in sorted(states.items(), reverse=True))}"


def submission_lines(made: Submission | None, record: Record, *, before: Submission | None = None) -> Iterator[str]:
    """Says what came of a release: ready, blocked by what, or unchanged.

    Args:
        made: the record's current submission now.
        record: as it is published.
        before: its submission before.
    """
    if made is None:
        if asks_for_decision(record):
            yield "no PAS request was made"
        return
    same = " as before: its content is the same" if before is not None and before.number == made.number else ""
    yield f"PAS {made.kind.value} {made.number} is {made.state.value}{same}"
    if made.missing:
        yield "it cannot be submitted yet; the record itself is published"
        yield from missing_lines(made.missing, record.id)


def part_lines(parts: Sequence[Part]) -> Iterator[str]:
    """Says which pages of its document a submission sends along, and which stay and why."""
    for part in parts:
        pages = f"pages {part.pages} ({part.document_type})"
        if not part.withheld:
            yield f"sent along: {pages}"
        elif part.withheld == RecordState.IN_REVIEW.value:
            yield f"not sent: {pages}: {part.withheld}; sign {part.record_id[:12]} off, then submit again"
        else:
            yield f"not sent: {pages}: {part.withheld}"


def missing_lines(missing: Sequence[MissingElement], record_id: str) -> list[str]:
    """What is missing, a line each, and how a person enters it for a record that is signed off."""
    short = record_id[:12]
    hint = f"enter it: `fax2fhir pas enter {short} PATH VALUE`, then `fax2fhir pas submit-again {short}`"
    return [missing_table(missing), hint]


def missing_table(missing: Sequence[MissingElement]) -> str:
    """What is missing: the path to enter, the FHIR element, what it asks for."""
    rows = [(each.field or "-", _EXTENSIONS.sub("", each.path), each.message) for each in missing]
    return columns(("path", "FHIR element", "what"), rows)
