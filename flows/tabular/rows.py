"""The rows of each table: only what was accepted by proof or verified by a person, beside what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from documents.records import ChecklistItem, Field, FieldStatus, Record, RequirementState, Severity
from fhir_mapping.proven import is_placeholder
from flows.tabular import schema
from flows.tabular.columns import Cell, DerivedColumn, Table, ValueColumns
from flows.tabular.rules import OF_TYPE, RULES
from ledger.record_keeping import KeptRecord
from ledger.states import RecordState
from ledger.statuses import DocumentStatus, RecordTimes
from validation.groups import Group, group_fields, readings
from validation.requests import asks_for_decision, is_about_a_patient

Row = dict[str, Cell]
# A value's fate beside those of a field: proven in two ways that differ, so that neither is written.
CONFLICTING = "conflicting"
_DECISION = "denial_letter"


@dataclass(frozen=True, slots=True)
class Source:
    """A record with where it comes from.

    Attributes:
        kept: the record, with what people decided joined in.
        document: where its document is.
        times: when it was read and published.
    """

    kept: KeptRecord
    document: DocumentStatus
    times: RecordTimes

    @property
    def record(self) -> Record:
        """The record."""
        return self.kept.record


def rows(table: Table, source: Source) -> Iterator[Row]:
    """Yields the rows of one record in one table; every row has every column.

    What a person refused as no case gives a row of `records` without values, and what concerns no patient (a policy)
    gives none elsewhere either.
    """
    refused = source.kept.state is RecordState.REFUSED
    if table is schema.RECORDS:
        yield _record_row(source, values=not refused)
        return
    if refused or not is_about_a_patient(source.record):
        return
    if table.entity:
        yield from _entity_rows(table, source)
    else:
        yield from _OTHER_ROWS[table.name](source)


def _context(source: Source) -> Row:
    """The columns that say where a row comes from."""
    record, kept, times = source.record, source.kept, source.times
    return {
        "document_id": record.document_id,
        "record_id": record.id,
        "revision": kept.revision,
        "document_type": record.segment.document_type,
        "record_state": kept.state.value,
        "received_at": source.document.received_at,
        "read_at": times.read_at,
        "revised_at": times.revised_at,
        "published_at": times.published_at,
    }


def _record_row(source: Source, *, values: bool) -> Row:
    record, fates = source.record, [f.status for f in source.record.fields]
    shown = record.fields if values else ()
    return {
        **_context(source),
        "page_start": record.segment.page_start,
        "page_end": record.segment.page_end,
        "document_type_confidence": record.segment.confidence,
        "other_patient": record.segment.other_patient,
        "accepted_values": fates.count(FieldStatus.ACCEPTED),
        "verified_values": fates.count(FieldStatus.VERIFIED),
        "unproven_values": fates.count(FieldStatus.REVIEW),
        "error_findings": sum(f.severity is Severity.ERROR for f in record.findings),
        "missing_items": len(list(_missing(source))) if values and is_about_a_patient(record) else 0,
        **_cells(schema.RECORDS, shown),
    }


def _entity_rows(table: Table, source: Source) -> Iterator[Row]:
    facts = {g.key for g in group_fields(readings(source.record), table.entity) if g.is_current_fact}
    for group in group_fields(source.record.fields, table.entity):
        if any(f.usable and f.path in table.named_by and _counts(f) for f in group.fields):
            yield {
                **_context(source),
                "group": group.key,
                "pages": _pages(group),
                "is_current_fact": group.key in facts,
                "unproven_values": _unproven(group.fields),
                **_cells(table, group.fields),
            }


def _request(source: Source) -> Iterator[Row]:
    if asks_for_decision(source.record):
        yield _whole_record(schema.REQUESTS, source)


def _decision(source: Source) -> Iterator[Row]:
    if source.record.segment.document_type == _DECISION:
        yield _whole_record(schema.DECISIONS, source)


def _whole_record(table: Table, source: Source) -> Row:
    paths = {value.path for value in table.values}
    fields = [f for f in source.record.fields if f.path in paths]
    return {**_context(source), "unproven_values": _unproven(fields), **_cells(table, fields)}


def _missing(source: Source) -> Iterator[Row]:
    for path in source.record.missing:
        named = {"kind": "value", "item": path, "text": None, "state": "missing", "reason": None}
        yield {**_context(source), **named}
    for item in source.record.checklist:
        if item.state is not RequirementState.MET:
            yield {**_context(source), **_requirement(item)}


def _requirement(item: ChecklistItem) -> Row:
    named: Row = {"kind": "payer_requirement", "item": item.requirement, "text": item.text}
    return {**named, "state": item.state.value, "reason": item.reason or None}


def _deadline(source: Source) -> Iterator[Row]:
    deadline = source.record.deadline
    if deadline is not None:
        yield {
            **_context(source),
            "due_at": deadline.due,
            "rule": deadline.rule,
            "clock_start_at": deadline.clock_start,
            "clock_source": deadline.clock_source,
            "hours_allowed": (deadline.due - deadline.clock_start).total_seconds() / 3600,
        }


_OTHER_ROWS: Mapping[str, Callable[[Source], Iterator[Row]]] = {
    schema.REQUESTS.name: _request,
    schema.DECISIONS.name: _decision,
    schema.MISSING_ITEMS.name: _missing,
    schema.DEADLINES.name: _deadline,
}


def _cells(table: Table, fields: Sequence[Field]) -> Row:
    """The cells of a table's values, from the fields of one row."""
    cells: Row = {}
    for value in table.values:
        found = [f for f in fields if f.path == value.path and _counts(f)]
        cells |= _derived(value, found) if isinstance(value, DerivedColumn) else _value(value, found)
    return cells


def _counts(f: Field) -> bool:
    """Whether a field was read as something: neither refused, nor what stands in an open box."""
    return f.status is not FieldStatus.REJECTED and not is_placeholder(f)


def _value(value: ValueColumns, found: Sequence[Field]) -> Row:
    """The value with its print, confidence and fate. An unproven one leaves its fate and its confidence only."""
    several = bool(value.between)
    shown = _shown(found, several=several)
    convert, joined = OF_TYPE[value.type], value.between.join(f.value for f in shown)
    printed = value.between.join(" ".join(f.quote.split()) for f in shown)
    return {
        value.name: convert(joined) if shown else None,
        f"{value.name}_text": printed or None,
        f"{value.name}_confidence": min((f.confidence for f in shown or found), default=None),
        f"{value.name}_status": _fate(found, shown, several=several),
    }


def _derived(value: DerivedColumn, found: Sequence[Field]) -> Row:
    shown = _shown(found, several=False)
    return {value.name: RULES[value.rule](shown[0].value) if shown else None}


def _shown(found: Sequence[Field], *, several: bool) -> list[Field]:
    """The usable fields that a cell shows: all of a list; one of equal ones; none where two say different things."""
    usable = [f for f in found if f.usable]
    if several:
        return usable
    return usable[:1] if len({f.value for f in usable}) == 1 else []


def _fate(found: Sequence[Field], shown: Sequence[Field], *, several: bool) -> str | None:
    """What became of a value; of a list, first what keeps it from being complete."""
    if not found:
        return None
    if not shown and any(f.usable for f in found):
        return CONFLICTING
    fates = {f.status for f in (found if several or not shown else shown)}
    order = (FieldStatus.REVIEW, FieldStatus.VERIFIED, FieldStatus.ACCEPTED)
    return next(fate.value for fate in order if fate in fates)


def _unproven(fields: Sequence[Field]) -> int:
    return sum(f.status is FieldStatus.REVIEW for f in fields)


def _pages(group: Group) -> str | None:
    pages = sorted({e.page for f in group.fields if f.usable for e in f.evidence})
    return ",".join(map(str, pages)) or None
