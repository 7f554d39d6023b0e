"""What the records of one packet say against each other: another patient's pages, values that differ between parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

from documents.records import Field, FieldStatus, Finding, Record, RedFlag, Segment
from documents.values import Alignment, Kind
from extractors.document_type import all_document_types
from extractors.grammar.folding import alike
from extractors.records.acceptance import decide_acceptance
from extractors.records.mentions import same_person_name
from extractors.records.persons import is_patient, names_of_patients
from validation.rulebook.elsewhere import CONFLICTING_VALUES, OTHER_PATIENT, PATIENT_MISMATCH

# What says who the patient is; two of them different is another person, one different is a slip or a typing error.
_IDENTITY = ("patient.name", "patient.dob", "patient.member_id", "patient.mrn", "patient.sex", "payer.group_number")
STRONG_IDENTITY = ("patient.name", "patient.dob", "patient.member_id", "patient.mrn")
_READABLE = 0.85
_CAP = 0.5


def cross_check(records: Sequence[Record], unread: Sequence[Segment] = ()) -> tuple[Record, ...]:
    """The records of one document, with findings where its parts contradict each other.

    Args:
        records: of the parts that are extracted.
        unread: the parts without a record; one of another patient concerns every record all the same.
    """
    apart = _by_patient(records, [*(r.segment for r in records), *unread])
    patients = list(dict.fromkeys(name for record in apart for name in names_of_patients(record.fields)))
    told = [_doubted(record, *doubt) for record, doubt in zip(apart, _doubts(apart), strict=True)]
    return tuple(_without_namesakes(record, patients) for record in told)


def _doubts(records: Sequence[Record]) -> list[tuple[set[str], bool]]:
    """For each record the paths in which one of its patient contradicts it, and whether one is of another patient."""
    # A packet may hold hundreds of records of one patient: those that say the same are compared once.
    alike: dict[tuple[object, ...], list[int]] = {}
    for index, record in enumerate(records):
        alike.setdefault(_identity(record), []).append(index)
    paths: list[set[str]] = [set() for _ in records]
    others = [False] * len(records)
    for ones, same in combinations_with_replacement(alike.values(), 2):
        one, other = records[ones[0]], records[same[-1]]
        if one is other or one.segment.other_patient != other.segment.other_patient:
            continue
        differing = _differing(one, other)
        another = len(differing.intersection(STRONG_IDENTITY)) >= 2
        for index in {*ones, *same}:
            paths[index] |= set() if another else differing
            others[index] |= another
    return list(zip(paths, others, strict=True))


def _identity(record: Record) -> tuple[object, ...]:
    """Whether it is on another patient's pages, and all that it says of who its patient is."""
    said = ((path, field) for path in _IDENTITY for field in _stated(record, path))
    told = ((path, field.kind, field.value, bool(field.features.get("from_ocr"))) for path, field in said)
    return (record.segment.other_patient, *told)


def _without_namesakes(record: Record, patients: Sequence[str]) -> Record:
    """The record; a clinician who bears the name that another part gives to the patient is left to a person."""
    if not any(f.status is FieldStatus.ACCEPTED and is_patient(f, patients) for f in record.fields):
        return record
    fields = tuple(_capped(f) if is_patient(f, patients) else f for f in record.fields)
    return _decided(record, findings=record.findings, fields=fields)


def _by_patient(records: Sequence[Record], segments: Sequence[Segment]) -> tuple[Record, ...]:
    """Nothing of another patient's pages is accepted; nor of ours, where they are not plainly the more.

    A person separates the pages before anything is published, so every record of the document waits for one.
    """
    theirs = sum(s.page_end - s.page_start + 1 for s in segments if s.other_patient)
    if not theirs:
        return tuple(records)
    ours = sum(s.page_end - s.page_start + 1 for s in segments if not s.other_patient)
    return tuple(
        _decided(r, findings=[*r.findings, OTHER_PATIENT.finding("patient.name")], fields=tuple(map(_capped, r.fields)))
        if r.segment.other_patient
        else _decided(
            r,
            findings=[*r.findings, PATIENT_MISMATCH.finding()],
            fields=r.fields if ours > theirs else tuple(map(_capped, r.fields)),
        )
        for r in records
    )


def may_be_others(one: Record, other: Record) -> bool:
    """Whether two records name patients who differ in anything that says who they are."""
    return bool(_differing(one, other).intersection(STRONG_IDENTITY))


def _differing(one: Record, other: Record) -> set[str]:
    return {
        path
        for path in _IDENTITY
        if (a := _stated(one, path))
        and (b := _stated(other, path))
        and not any(same_identity(x, y) for x in a for y in b)
    }


def _stated(record: Record, path: str) -> list[Field]:
    return [
        f
        for f in record.values(path)
        if f.alignment is not Alignment.NONE
        and (not f.features.get("from_ocr") or f.features.get("ocr_min_conf", 0.0) >= _READABLE)
    ]


def same_identity(a: Field, b: Field) -> bool:
    """Whether two values of a path that says who the patient is say the same, a slip of recognition aside."""
    if a.kind is Kind.PERSON_NAME:
        return same_person_name(a.value, b.value)
    if a.kind is Kind.DATE:
        return a.value.startswith(b.value) or b.value.startswith(a.value)
    bare = ["".join(c for c in f.value if c.isalnum()) for f in (a, b)]
    misread = any(f.features.get("from_ocr") for f in (a, b)) and alike(bare[0], bare[1])
    return bare[0].casefold() == bare[1].casefold() or misread


def _doubted(record: Record, paths: set[str], another: bool) -> Record:
    """The record with its doubtful fields in review and the findings that say why."""
    if not paths and not another:
        return record
    findings = [*record.findings, *([PATIENT_MISMATCH.finding()] if another else [])]
    known = {f.path for f in record.findings if f.flag is RedFlag.CONFLICTING_VALUES}
    findings += [CONFLICTING_VALUES.finding(path) for path in sorted(paths - known)]
    fields = tuple(_capped(f) if another or f.path in paths else f for f in record.fields)
    return _decided(record, findings=findings, fields=fields)


def _decided(record: Record, *, findings: Sequence[Finding], fields: tuple[Field, ...]) -> Record:
    """The record with these findings and fields, and its acceptance decided anew."""
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
