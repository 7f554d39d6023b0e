"""Tables for people: where every document is, what was read, what waits in the queue."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from documents.records import Field, Record, RequirementState, Segment
from extractors.records.acceptance import SURE_TYPE
from ledger.ledger import Ledger
from ledger.states import DocumentState
from ledger.statuses import DocumentStatus, RecordStatus


def say(text: str) -> None:
    """Prints a line at once, whatever stdout is connected to; a reader that went away is no error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:  # what follows must not turn up elsewhere: it may hold patient data
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - stays open until the process ends


def columns(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in aligned plain text, as wide as its content."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def document_table(ledger: Ledger, zone: ZoneInfo, *, run_id: str | None = None) -> str:
    """Every document, or those that a run settled: name, type, pages, fields, deadline, outcome."""
    head = ("document", "type", "pages", "accepted", "to review", "deadline", "outcome")
    return columns(head, (document_row(document, zone) for document in ledger.all_documents(run_id=run_id)))


def document_row(document: DocumentStatus, zone: ZoneInfo) -> tuple[str, ...]:
    """One document's cells."""
    records = document.records
    due = min((r.due_at for r in records if r.due_at is not None), default=None)
    return (
        shown_name(document),
        ", ".join(dict.fromkeys(r.document_type for r in records)) or "-",
        "-" if document.page_count is None else str(document.page_count),
        str(sum(r.accepted_fields for r in records)),
        str(sum(r.review_fields for r in records)),
        local(due, zone),
        outcome(document),
    )


def shown_name(document: DocumentStatus) -> str:
    """The name the document arrived as, safe for a terminal, and the beginning of its id."""
    name = document.file_names[0] if document.file_names else ""
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    return f"{printable[:40]} ({document.document_id[:8]})"


def outcome(document: DocumentStatus) -> str:
    """State, and the code that says why where there is one."""
    code = document.closing or document.outcome_code
    return document.state.value if code is None else f"{document.state.value}: {code}"


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    """A time in the facility's zone, to the minute."""
    return "-" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def record_lines(record: RecordStatus, zone: ZoneInfo) -> str:
    """One record of a document in a line."""
    return (
        f"  record {record.record_id}  {record.document_type} pages {record.page_start}-{record.page_end}"
        f"  {record.state.value}  {record.accepted_fields} accepted, {record.review_fields} to review"
        f"  due {local(record.due_at, zone)}"
    )


def record_table(record: Record) -> str:
    """Pages and type; every field with its proof, who read it and what else was read; findings; missing paths."""
    head = ("field", "value", "quote", "page", "confidence", "status", "read by", "read otherwise", "reasons")
    parts = [segment_line(record.segment), *_second_reading(record)]
    parts.append(columns(head, (field_row(f) for f in record.fields)))
    if record.missing:
        parts.append("missing: " + ", ".join(record.missing))
    parts += [f"{f.severity.value}: {f.rule} {f.path or ''} {f.message}" for f in record.findings]
    parts += checklist_lines(record)
    if record.review_reasons:
        parts.append("needs a person: " + ", ".join(record.review_reasons))
    return "\n".join(parts)


def _second_reading(record: Record) -> list[str]:
    """How a model's reading ended, where one is configured; a reviewer knows then whose word alone stands there."""
    ended = record.versions.get("second_reading")
    if ended is None:
        return []
    whole = all(part.startswith("answered ") for part in ended.split(", "))
    return [f"windows of pages read by a model too: {ended}{'' if whole else '; the rest by the rules alone'}"]


def checklist_lines(record: Record) -> list[str]:
    """What the payer asks for and what the packet shows of it, a line each; no lines without a checklist."""
    if not record.checklist:
        return []
    head = ("requirement", "state", "page", "quote", "asked for")
    rows = (
        (
            item.requirement,
            item.state.value.replace("_", " ") + (f": {item.reason}" if item.reason else ""),
            ", ".join(str(page) for page in dict.fromkeys(e.page for e in item.evidence)) or "-",
            " / ".join(" ".join(e.quote.split())[:80] for e in item.evidence) or "-",
            item.text,
        )
        for item in record.checklist
    )
    missing = sum(item.state is not RequirementState.MET for item in record.checklist)
    return [f"missing for approval: {missing} of {len(record.checklist)}", columns(head, rows)]


def summary_table(record: Record) -> str:
    """A note's summary by heading, each line the note's own words with their page; empty without one."""
    lines: list[str] = []
    heading = None
    for line in record.summary:
        if line.heading != heading:
            heading = line.heading
            lines.append(f"{heading.value}:")
        flag = f"[{line.flag}] " if line.flag else ""
        lines.append(f'  {flag}"{" ".join(line.quote.split())}" (page {line.evidence.page})')
    return "\n".join(lines)


def segment_line(segment: Segment) -> str:
    """A segment's pages and type; where that is not sure, how sure it is and the next best guess."""
    said = f"pages {segment.page_start}-{segment.page_end}  {segment.document_type}"
    if segment.confidence < SURE_TYPE:
        said += f" ({segment.confidence:.2f} sure)"
        said += "" if segment.runner_up is None else f", or {segment.runner_up}"
    return said + ("  names another patient" if segment.other_patient else "")


def field_row(f: Field) -> tuple[str, ...]:
    """One field's cells."""
    return (
        f.path if f.group is None else f"{f.path}[{f.group}]",
        f.value,
        " ".join(f.quote.split())[:48],
        ", ".join(str(page) for page in dict.fromkeys(e.page for e in f.evidence)) or "-",
        f"{f.confidence:.3f}",
        f.status.value if not f.derived else f"{f.status.value} (derived)",
        f.source,
        " / ".join(f.alternatives) or "-",
        ", ".join(f.reasons),
    )


def progress(state_counts: dict[DocumentState, int]) -> str:
    """Counts by state in a line."""
    return ", ".join(f"{state.value} {count}" for state, count in state_counts.items())
