"""What the records of one packet say against each other: another patient's pages, values that differ between parts."""

from __future__ import annotations

from collections.abc import Sequence

from documents.records import Field, FieldStatus, Finding, Record, RedFlag, Severity
from documents.values import Alignment, Kind
from extractors.acceptance import decide_acceptance
from extractors.document_type import all_document_types
from extractors.grammar.folding import alike
from extractors.mentions import same_person_name
from validation.rulebook.elsewhere import CONFLICTING_VALUES

# What says who the patient is; two of them different is another person, one different is a slip or a typing error.
_IDENTITY = ("patient.name", "patient.dob", "patient.member_id", "patient.mrn", "patient.sex", "payer.group_number")
_STRONG = ("patient.name", "patient.dob", "patient.member_id", "patient.mrn")
_READABLE = 0.85
_CAP = 0.5

PATIENT_MISMATCH = Finding(
    rule="PT-001",
    severity=Severity.ERROR,
    message="Pages of this document are about another person: separate them before anything is filed",
    flag=RedFlag.PATIENT_MISMATCH,
)


def cross_check(records: Sequence[Record]) -> tuple[Record, ...]:
    """The records of one document, with findings where they contradict each other; alone, a record is unchanged."""
    if len(records) < 2:
        return tuple(records)
    doubts: list[set[str]] = [set() for _ in records]
    others = [False] * len(records)
    for i, one in enumerate(records):
        for j in range(i + 1, len(records)):
            differing = _differing(one, records[j])
            if len(differing.intersection(_STRONG)) >= 2:
                others[i] = others[j] = True
            doubts[i] |= differing
            doubts[j] |= differing
    return tuple(_doubted(r, d, o) for r, d, o in zip(records, doubts, others, strict=True))


def _differing(one: Record, other: Record) -> set[str]:
    return {
        path
        for path in _IDENTITY
        if (a := _stated(one, path)) and (b := _stated(other, path)) and not any(_same(x, y) for x in a for y in b)
    }


def _stated(record: Record, path: str) -> list[Field]:
    return [
        f
        for f in record.values(path)
        if f.alignment is not Alignment.NONE
        and (not f.features.get("from_ocr") or f.features.get("ocr_min_conf", 0.0) >= _READABLE)
    ]


def _same(a: Field, b: Field) -> bool:
    if a.kind is Kind.PERSON_NAME:
        return same_person_name(a.value, b.value)
    if a.kind is Kind.DATE:
        return a.value.startswith(b.value) or b.value.startswith(a.value)
    bare = ["".join(c for c in f.value if c.isalnum()) for f in (a, b)]
    misread = any(f.features.get("from_ocr") for f in (a, b)) and alike(bare[0], bare[1])
    return bare[0].casefold() == bare[1].casefold() or misread


def _doubted(record: Record, paths: set[str], another: bool) -> Record:
    """The record with its doubtful fields in review and the findings that say why."""
    if not paths:
        return record
    findings = [*record.findings, *([PATIENT_MISMATCH] if another else [])]
    known = {f.path for f in record.findings if f.flag is RedFlag.CONFLICTING_VALUES}
    if not another:
        findings += [CONFLICTING_VALUES.finding(path) for path in sorted(paths - known)]
    fields = tuple(_capped(f) if another or f.path in paths else f for f in record.fields)
    document_type = all_document_types()[record.segment.document_type]
    accepted, reasons = decide_acceptance(
        fields, findings, required=document_type.required, type_confidence=record.segment.confidence
    )
    return record.model_copy(
        update={"fields": fields, "findings": tuple(findings), "accepted": accepted, "review_reasons": reasons}
    )


def _capped(field: Field) -> Field:
    if field.status in (FieldStatus.VERIFIED, FieldStatus.REJECTED):
        return field
    return field.model_copy(
        update={
            "confidence": min(field.confidence, _CAP),
            "status": FieldStatus.REVIEW,
            "reasons": tuple(dict.fromkeys((*field.reasons, "conflicting_values"))),
            "features": {**field.features, "conflict": 1.0},
        }
    )
