"""A record as a person would leave it: every value confirmed, corrected or refused, and what no fax states entered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from documents.records import Field, FieldStatus, Record
from documents.values import Alignment, Kind
from evaluation.scoring.corpus import Gold, GoldField, PredictedField, Prediction
from evaluation.scoring.judgement import Judgement, Verdict, judge
from evaluation.scoring.printed import PrintedText
from extractors.document_type import all_document_types
from extractors.grammar.find import normalise
from fhir_mapping.pas.gaps import MissingElement

PERSON = "person"
# What a reviewer of this evaluation enters for every request: made-up answers in the shape of the X12 elements.
SHEET: Mapping[str, str] = {
    "submission.claim_type": "professional",
    "submission.request_type": "HS",
    "submission.certification_type": "I",
    "submission.service_category": "3",
    "submission.level_of_service": "U",
    "submission.quantity_unit": "UN",
    "submission.report_type": "77",
    "submission.relationship": "18",
    "submission.payer_id": "60054",
}
# What this reviewer answers where a request still lacks something that a fax might have stated.
_ANSWERS: Mapping[str, str] = {
    "patient.name": "Ada Example",
    "patient.dob": "1980-01-31",
    "patient.member_id": "W123456789",
    "payer.name": "Example Health Plan",
    "request.urgency": "standard",
    "service.place": "11",
    "provider.name": "Pat Example, MD",
    "provider.npi": "1234567893",
    "provider.phone": "(806) 555-0167",
    "facility.name": "Example Clinic",
    "facility.npi": "1003000126",
    "diagnosis.code": "R69",
    "procedure.code": "99499",
    "submission.subscriber_id": "W123456780",
}
# The provider who asks, where the document names none or several.
_ASKING = (("provider.name", "Pat Example, MD"), ("provider.npi", "1234567893"), ("provider.role", "requesting"))
_MISSING = re.compile(r"(?P<path>[a-z_.]+)(?:\[(?P<group>.+)\])?")
# For each requested drug: a code of HCPCS, without which no request for it can be sent.
_DRUG_CODE = ("submission.drug_code", "J0135")


def confirmed(record: Record) -> Record:
    """The record after a reviewer who confirms whatever was read: nothing that was read may make a bundle invalid."""
    return record.model_copy(update={"fields": tuple(_verified(f) for f in record.fields)})


def reviewed(records: Sequence[Record], gold: Gold) -> list[Record]:
    """The records after a reviewer who decides by the labels; another patient's pages are left as they are.

    What the labels do not judge, most wordings among it, is confirmed as it was read, right or not.
    """
    own = [record for record in records if not record.segment.other_patient]
    judgement = judge(
        gold, Prediction(fields=tuple(p for n, r in enumerate(own) for p in _predicted(n, r))), PrintedText(gold)
    )
    decided = [_decided(n, record, judgement, gold) for n, record in enumerate(own)]
    if decided:
        decided[0] = _added(decided[0], judgement)
    return [*decided, *(record for record in records if record.segment.other_patient)]


def with_answers(record: Record) -> Record:
    """The record with what a person enters for a payer's API."""
    drugs = dict.fromkeys(f.group for f in record.fields if f.path == "medication.status" and f.value == "requested")
    entered = [*((path, value, None) for path, value in SHEET.items()), *((*_DRUG_CODE, group) for group in drugs)]
    fields = (_of_person(path, value, Kind.CHOICE, group) for path, value, group in entered)
    return record.model_copy(update={"fields": (*record.fields, *fields)})


def completed(record: Record, missing: Sequence[MissingElement]) -> Record:
    """The record after a person went through the list of what its request lacks."""
    for each in missing:
        named = _MISSING.fullmatch(each.field)
        if named is not None:
            record = _answered(record, named["path"], named["group"])
    return record


def _answered(record: Record, path: str, group: str | None) -> Record:
    """The record with one answer in place of whatever stood there."""
    if path in ("provider.name", "provider.role") and group is None:
        kept = [f for f in record.fields if f.path != "provider.role"]
        asking = [_of_person(leaf, value, _kind(record, leaf), "asking") for leaf, value in _ASKING]
        return record.model_copy(update={"fields": (*kept, *asking)})
    kept = [f for f in record.fields if (f.path, f.group) != (path, group)]
    answer = _ANSWERS.get(path)
    added = () if answer is None else (_of_person(path, answer, _kind(record, path), group),)
    return record.model_copy(update={"fields": (*kept, *added)})


def _predicted(number: int, record: Record) -> Iterator[PredictedField]:
    for f in record.fields:
        yield PredictedField(
            field=f.path,
            value=f.value,
            group=None if f.group is None else f"{number}-{f.group}",
            evidence=f.evidence[0].quote if f.evidence else None,
            confidence=f.confidence,
        )


def _decided(number: int, record: Record, judgement: Judgement, gold: Gold) -> Record:
    verdicts = {(j.predicted.field, j.predicted.group, j.predicted.value): j for j in judgement.judged}
    fields = []
    for predicted, f in zip(_predicted(number, record), record.fields, strict=True):
        judged = verdicts.get((predicted.field, predicted.group, predicted.value))
        if judged is None or judged.verdict is not Verdict.WRONG:
            fields.append(_verified(f))
        else:
            group = judgement.links.get(predicted.group or "")
            fields.append(_corrected(record, f, _meant(gold, f.path, group, grouped=f.group is not None)))
    return record.model_copy(update={"fields": tuple(fields)})


def _meant(gold: Gold, path: str, group: str | None, *, grouped: bool) -> GoldField | None:
    """The value that stands where something else was read; None where the document has none."""
    if grouped and group is None:
        return None
    meant = [g for g in gold.fields if g.field == path and g.value and (not grouped or g.group == group)]
    return meant[0] if len(meant) == 1 else None


def _corrected(record: Record, f: Field, meant: GoldField | None) -> Field:
    value = None if meant is None else _normal(record, f.path, meant.value or "")
    if value is None:
        return f.model_copy(update={"status": FieldStatus.REJECTED, "reasons": ()})
    return _verified(f).model_copy(update={"value": value, "source": PERSON})


def _added(record: Record, judgement: Judgement) -> Record:
    """The record with what was missed of what a document says once."""
    stated = {f.path for f in record.fields if f.status is not FieldStatus.REJECTED}
    specs = all_document_types()[record.segment.document_type].specs
    added = {}
    for g in judgement.missed:
        fits = g.field in specs and not specs[g.field].repeated and g.field not in stated
        value = _normal(record, g.field, g.value or "") if fits else None
        if value is not None:
            added[g.field] = _of_person(g.field, value, specs[g.field].reads.kind, None)
    return record.model_copy(update={"fields": (*record.fields, *added.values())})


def _kind(record: Record, path: str) -> Kind:
    """Of a field that the type states; what a person alone enters is a choice."""
    spec = all_document_types()[record.segment.document_type].specs.get(path)
    return Kind.CHOICE if spec is None else spec.reads.kind


def _normal(record: Record, path: str, value: str) -> str | None:
    """What the queue makes of what a person types."""
    spec = all_document_types()[record.segment.document_type].specs.get(path)
    return None if spec is None else normalise(spec.reads.kind, value, choices=spec.reads.choices)


def _verified(f: Field) -> Field:
    return f.model_copy(update={"status": FieldStatus.VERIFIED, "confidence": 1.0, "reasons": ()})


def _of_person(path: str, value: str, kind: Kind, group: str | None) -> Field:
    return Field(
        path=path,
        group=group,
        value=value,
        kind=kind,
        quote="",
        alignment=Alignment.NONE,
        confidence=1.0,
        status=FieldStatus.VERIFIED,
        source=PERSON,
    )
