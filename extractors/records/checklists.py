"""What is missing for approval: each request with the checklist of its payer's pack, searched in the whole packet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from documents.pages import Page
from documents.records import ChecklistItem, Record, RequirementState, Segment
from extractors.document_type import all_document_types
from extractors.evidence.packet_pages import Packet
from extractors.evidence.search import Search
from extractors.records.acceptance import decide_acceptance
from validation.dates import read_days
from validation.groups import group_fields, readings
from validation.packs.model import Pack, Requirement, applies
from validation.packs.shelf import Shelf
from validation.requests import asks_for_decision
from validation.rule import severity_of
from validation.rulebook.elsewhere import REQUIREMENT_UNMET


def with_checklists(
    records: Sequence[Record],
    pages: Sequence[Page],
    *,
    segments: Sequence[Segment],
    shelf: Shelf,
    today: date,
) -> tuple[Record, ...]:
    """The records of one document; requests for which a pack holds carry its checklist.

    Args:
        records: of the document, after they were compared with each other.
        pages: of the document.
        segments: of the document, those without a record too.
        shelf: the installation's packs.
        today: the day of receipt.
    """
    if not shelf.packs:
        return tuple(records)
    packet = Packet(pages, segments, records)
    return tuple(_checked(record, packet, shelf, today) for record in records)


def _checked(record: Record, packet: Packet, shelf: Shelf, today: date) -> Record:
    pack = shelf.choose(record, today=today).pack if asks_for_decision(record) else None
    if pack is None or record.segment.other_patient:
        return record
    asked = _asked(record, pack)
    items = [*_stated(record, pack)]
    if asked:
        search = Search(packet.parts_for(record), _day(record, today))
        items += [search.item(requirement) for requirement in asked]
    return _with_finding(record.model_copy(update={"checklist": tuple(items)}), pack)


def _asked(record: Record, pack: Pack) -> list[Requirement]:
    """The requirements for what the record asks for."""
    read = readings(record)
    codes = [f for g in group_fields(read, "procedure") if g.is_current_fact for f in g.all("code")]
    diagnoses = [f for g in group_fields(read, "diagnosis") if g.is_current_fact for f in g.all("code")]
    groups = [g for g in group_fields(read, "medication") if any(f.value == "requested" for f in g.all("status"))]
    drugs = [f for g in groups for f in g.all("drug")]
    values = [tuple(f.value for f in fields) for fields in (codes, drugs, diagnoses)]
    return [each for each in pack.requirements if applies(each, *values)]


def _stated(record: Record, pack: Pack) -> Iterator[ChecklistItem]:
    """The fields that the payer requires, as items of the checklist."""
    read = readings(record)
    for paths in pack.required:
        alternatives = paths.split(" | ")
        found = next((f for path in alternatives for f in read if f.path == path), None)
        yield ChecklistItem(
            requirement=f"field:{alternatives[0]}",
            text=f"The request states {paths}",
            state=RequirementState.NOT_FOUND if found is None else RequirementState.MET,
            evidence=() if found is None else found.evidence,
        )


def _day(record: Record, today: date) -> date:
    """The day that ages are counted back from: of the request, else of receipt."""
    stated = {f.value for f in readings(record) if f.path == "request.date"}
    days = read_days(stated.pop()) if len(stated) == 1 else None
    return today if days is None else min(days.last, today)


def _with_finding(record: Record, pack: Pack) -> Record:
    """The record with a finding about what is not met, and its acceptance decided anew if that is an error."""
    unmet = [
        item.requirement
        for item in record.checklist
        if item.state is not RequirementState.MET and not item.requirement.startswith("field:")  # REQ-002 says those
    ]
    severity = severity_of(REQUIREMENT_UNMET.id, REQUIREMENT_UNMET.severity, pack)
    if not unmet or severity is None:
        return record
    finding = REQUIREMENT_UNMET.finding(note=f"pack {pack.name}: {', '.join(unmet)}", severity=severity)
    findings = (*record.findings, finding)
    accepted, reasons = decide_acceptance(
        record.fields,
        findings,
        required=all_document_types()[record.segment.document_type].required,
        type_confidence=record.segment.confidence,
    )
    return record.model_copy(update={"findings": findings, "accepted": accepted, "review_reasons": reasons})
