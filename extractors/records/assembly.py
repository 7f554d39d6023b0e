"""Builds a record from one segment's reading: grounds every cited value, merges, checks, scores, decides.

Nothing is lost on the way: a value that cannot be proven stays as a field in review with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo

from pydantic import ConfigDict
from pydantic import Field as PydanticField

from documents.pages import Page
from documents.records import Field, FieldStatus, Finding, Record, RedFlag, Segment, Severity
from documents.value import Value
from documents.values import Alignment, Assertion, Cited
from extractors.backend import Reading as BackendReading
from extractors.backend import Readings
from extractors.document_type import DocumentType, all_document_types
from extractors.lexicon.conditions import find_conditions
from extractors.prose.reading import versions as prose_versions
from extractors.prose.summary import summarise
from extractors.records.acceptance import SURE_TYPE, decide_acceptance
from extractors.records.asserted import asserted
from extractors.records.confidence import NOTED, judge
from extractors.records.drafts import drafts_of, slots_of
from extractors.records.entity_fields import relate
from extractors.records.entity_groups import unite_groups
from extractors.records.mentions import Mention, make_mention
from extractors.records.persons import resting_on_names, resting_on_qualified, with_owners_doubted
from extractors.records.printed_rivals import with_corrected, with_printed_rivals
from extractors.records.reconciliation import MODEL, beside, of_the_model, unread_by_rules
from extractors.records.resolved_deadlines import resting_on_sources, with_resolved
from extractors.records.two_readings import matched, with_shared_doubted, with_taken, without_echoes
from extractors.records.weighting import Weights, load_weights, slice_key
from validation import rules
from validation.deadlines import deadline_findings, decision_deadline
from validation.packs.shelf import Shelf

VERSION = "1"


class ExtractionContext(Value):
    """What the record is judged against: reception, the fax header, today, the facility's time zone, packs, weights."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    received_at: datetime
    header_at: datetime | None = None
    today: date
    time_zone: tzinfo
    versions: dict[str, str] = PydanticField(default_factory=dict)
    shelf: Shelf = PydanticField(default_factory=Shelf)
    sender: str | None = None
    weights: Weights = PydanticField(default_factory=load_weights)


def build_record(
    document_id: str,
    segment: Segment,
    pages: Sequence[Page],
    readings: Readings,
    *,
    context: ExtractionContext,
) -> Record:
    """The record of a segment: fields with proof, confidence and fate, findings, deadline, decision."""
    reading = readings.first
    document_type = all_document_types()[segment.document_type]
    drafts, findings = _reconciled(readings, document_type, pages)
    findings += list(reading.findings)
    draft = Record(
        id=record_id(document_id, segment),
        document_id=document_id,
        segment=segment,
        fields=tuple(drafts),
        missing=_missing(drafts, reading),
        findings=tuple(findings),
        versions={**context.versions, **prose_versions(), **rules.versions(), "assembly": VERSION},
    )
    known = draft.model_copy(update={"fields": tuple(f for f in drafts if f.source != MODEL)})
    choice = context.shelf.choose(known, today=context.today)
    findings += list(
        rules.check(draft, today=context.today, required=document_type.required, shelf=context.shelf, choice=choice)
    )
    findings = [_read_well(finding, drafts) for finding in findings]
    findings += list(deadline_findings(context.received_at, context.header_at))
    versions = draft.versions if choice.pack is None else {**draft.versions, "pack": choice.pack.name}
    draft = draft.model_copy(update={"findings": tuple(findings), "versions": versions})
    deadline = decision_deadline(
        draft,
        received_at=context.received_at,
        header_at=context.header_at,
        time_zone=context.time_zone,
        pack=choice.pack,
    )
    payer = next((f.value for f in known.values("payer.name")), None)
    weights = context.weights.within(
        sender=slice_key(context.sender), payer=slice_key(payer), document_type=document_type.name
    )
    fields = _with_fates(_doubted(drafts, segment, pages), findings, document_type, weights)
    accepted, reasons = decide_acceptance(
        fields, findings, required=document_type.required, type_confidence=segment.confidence
    )
    return draft.model_copy(
        update={
            "fields": fields,
            "deadline": deadline,
            "accepted": accepted,
            "review_reasons": reasons,
            "summary": summarise(pages, fields) if document_type.summarised and not segment.other_patient else (),
            "versions": {**draft.versions, **_judged_by(weights)},
        }
    )


def _doubted(fields: Sequence[Field], segment: Segment, pages: Sequence[Page]) -> list[Field]:
    """The fields with the doubts that the pages around them and the rest of the record give."""
    fields = with_owners_doubted(_with_unknown_conditions(fields), {p.number: p for p in pages})
    return _with_type_doubted(with_printed_rivals(with_corrected(fields), pages, segment), segment)


def _with_fates(
    fields: Sequence[Field], findings: Sequence[Finding], document_type: DocumentType, weights: Weights
) -> tuple[Field, ...]:
    """The fields with confidence and fate; what rests on another value that is not accepted is not either."""
    judged = [_judged(f, findings, document_type, weights) for f in fields]
    rested = resting_on_qualified(resting_on_names(resting_on_sources(judged)))
    return tuple(_noted(f) if f.status is not j.status else f for f, j in zip(rested, judged, strict=True))


def _judged_by(weights: Weights) -> dict[str, str]:
    """What judged the record: the version, the labels behind it, and the mode, with the families that have another."""
    own = [f"{name} {family.mode}" for name, family in sorted(weights.families.items())]
    mode = ", ".join([weights.mode.value, *own])
    return {"weights": weights.version, "labels": str(weights.labels), "mode": mode}


def _with_unknown_conditions(fields: Sequence[Field]) -> list[Field]:
    """Marks diagnoses without a code whose wording names no known condition: a heading or a sentence, as often."""
    coded = {f.group for f in fields if f.path == "diagnosis.code" and f.source != MODEL}
    unknown = {
        f.group
        for f in fields
        if f.path == "diagnosis.description" and f.group not in coded and not find_conditions(f.value)
    }
    return [
        f.model_copy(update={"reasons": (*f.reasons, "unknown_condition")})
        if f.path.startswith("diagnosis.") and f.group in unknown
        else f
        for f in fields
    ]


def _with_type_doubted(fields: Sequence[Field], segment: Segment) -> list[Field]:
    """The fields; where the type is unsure, those that may mean something else in another type keep the reason why.

    A birth date or a drug means the same in a request and in a note. So a field is doubted only if the next best type
    does not hold it (a policy's diagnoses are nobody's), or if no other type does where no next best one is known.
    """
    if segment.confidence >= SURE_TYPE:
        return list(fields)
    types = all_document_types()
    others = [t for t in types.values() if t.extracts and t.name != segment.document_type]
    likely = [t for t in others if t.name == segment.runner_up] or others
    doubt = max(0.0, SURE_TYPE - segment.confidence)
    return [
        f.model_copy(update={"features": {**f.features, "type_doubt": doubt}})
        if any(f.path in t.specs for t in likely)
        else f.model_copy(update={"reasons": (*f.reasons, "document_type_unsure")})
        for f in fields
    ]


def record_id(document_id: str, segment: Segment) -> str:
    """The same bytes, pages and type give the same id."""
    key = f"{document_id}/{segment.document_type}/{segment.page_start}-{segment.page_end}"
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _mentions(cited: Iterable[Cited], document_type: DocumentType, pages: Sequence[Page]) -> list[Mention]:
    """What one backend cites, grounded."""
    numbered = {page.number: page for page in pages}
    made = (make_mention(c, document_type, pages=pages, numbered=numbered) for c in cited)
    # An instruction's sample states nothing.
    return [m for m in made if m is not None and m.grounding.reason != "example"]


def _united(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions; those of one repeated entity under one group."""
    return [*(m for m in mentions if not m.spec.repeated), *unite_groups([m for m in mentions if m.spec.repeated])]


def _reconciled(
    readings: Readings, document_type: DocumentType, pages: Sequence[Page]
) -> tuple[list[Field], list[Finding]]:
    """The fields before judgement, of both readings, and the conflicts within the document."""
    first = _united(_mentions(readings.first.cited, document_type, pages))
    drafts, findings = drafts_of(first, document_type)
    fields = with_resolved(relate([field for field, _ in drafts]), document_type)
    if readings.second is None:
        return fields, findings
    second = list(asserted(_mentions(readings.second.cited, document_type, pages), document_type, pages))
    second = _united(with_shared_doubted(with_taken(first, second)))
    known = [m for m in first if m.spec.repeated]
    repeated = without_echoes(known, matched(known, [m for m in second if m.spec.repeated]))
    second = [*(m for m in second if not m.spec.repeated), *repeated]
    proofs = {(f.path, f.group, f.value): mention for f, mention in drafts}
    fields = beside(fields, proofs, slots_of(second), whole=readings.whole)
    own, _ = drafts_of(unread_by_rules(fields, second), document_type)
    places = {path: place for place, path in enumerate(document_type.specs)}
    both = [*fields, *relate([*fields, *(of_the_model(field) for field, _ in own)])[len(fields) :]]
    return sorted(both, key=lambda f: places[f.path]), findings


def _missing(fields: Sequence[Field], reading: BackendReading) -> tuple[str, ...]:
    """Paths whose place the document leaves blank and that it states nowhere else.

    What was not read may still be printed: a required field without a value is a rule's finding, not a blank place.
    """
    stated = _stated(fields)
    return tuple(dict.fromkeys(path for path in reading.blank if path not in stated))


def _stated(fields: Sequence[Field]) -> set[str]:
    """The paths with a proven value; where a drug is asked for, of all drugs that one's: its frequency is asked."""
    proven = [f for f in fields if f.alignment is not Alignment.NONE]
    asked = {f.group for f in proven if f.path == "medication.status" and f.value == "requested"}
    return {
        f.path
        for f in proven
        if not asked or not f.path.startswith("medication.") or f.path == "medication.drug" or f.group in asked
    }


# What a misread character does to a code; the sender is not to blame for it.
# Of codes that no release knows, more are misread than printed so under this word confidence (0..1).
_LEGIBLE = 0.6
_CODE_FLAGS = frozenset({RedFlag.INVALID_DIAGNOSIS_CODE, RedFlag.NONBILLABLE_DIAGNOSIS_CODE})


def _read_well(finding: Finding, fields: Sequence[Field]) -> Finding:
    """The finding; without its flag where its code was not read surely: then it is unreadable, not wrong."""
    if finding.flag not in _CODE_FLAGS:
        return finding
    codes = [f for f in fields if f.path == finding.path and (finding.group is None or f.group == finding.group)]
    unsure = codes and all(f.features.get("from_ocr") and f.features.get("ocr_min_conf", 1.0) < _LEGIBLE for f in codes)
    return finding.model_copy(update={"flag": None}) if unsure else finding


# A flag on the whole record that makes every patient-identifying field doubtful.
_FLAG_NOTES = {
    RedFlag.CONFLICTING_VALUES: "conflicting_values",
    RedFlag.AMBIGUOUS_SELECTION: "ambiguous_selection",
    RedFlag.PROMPT_INJECTION: "prompt_injection",
}


def _judged(field: Field, findings: Sequence[Finding], document_type: DocumentType, weights: Weights) -> Field:
    """The field with its confidence and fate."""
    features, notes = dict(field.features), list(field.reasons)
    for finding in findings:
        if finding.path != field.path or (finding.group is not None and finding.group != field.group):
            continue
        if finding.severity is Severity.ERROR:
            features["validator_fail"] = 1.0
            features.pop("validator_pass", None)
            notes.append(_FLAG_NOTES.get(finding.flag, "failed_check") if finding.flag else "failed_check")
        elif finding.severity is Severity.WARNING:
            features["warning"] = 1.0
    if field.assertion in (Assertion.UNCERTAIN, Assertion.HYPOTHETICAL):
        notes.append("not_asserted")
    if notes:
        features[NOTED] = 1.0
    reads = document_type.specs[field.path].reads
    judgement = judge(features, kind=field.kind, cost=reads.cost, notes=tuple(dict.fromkeys(notes)), weights=weights)
    return field.model_copy(
        update={
            "confidence": judgement.confidence,
            "status": FieldStatus.ACCEPTED if judgement.accepted else FieldStatus.REVIEW,
            "reasons": judgement.reasons,
            "features": features,
        }
    )


def _noted(field: Field) -> Field:
    """The field with its row saying that something other than its probability keeps it from being accepted."""
    return field.model_copy(update={"features": {**field.features, NOTED: 1.0}})
